/** What of a file's status is looked at. */
interface Status {
  readonly mode: number;
  readonly uid: number;
}

/**
 * Whether others than whoever reads it may read a file. Of a file of our own the group counts as others. A file that somebody
 * else keeps for us (systemd's credentials, a secret of Kubernetes) can be read through a group alone.
 * @param uid our own; undefined on Windows, where a folder's access list protects the file
 */
export function isOpenToOthers({ mode, uid: owner }: Status, uid = process.getuid?.()): boolean {
  if (uid === undefined) return false;
  return (mode & (owner === uid ? 0o077 : 0o007)) !== 0;
}
