import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The runbooks below a folder's `runbooks/`, in the order of their names, and YAML files there that are none. */
export async function findRunbooks(
  folder: string,
  below = 'runbooks',
): Promise<{ readonly runbooks: readonly string[]; readonly others: readonly string[] }> {
  const entries = await readdir(join(folder, below), { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter(entry => (entry.isFile() || entry.isSymbolicLink()) && /\.ya?ml$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
  const runbooks: string[] = [];
  const others: string[] = [];
  // One that cannot be read is for whoever reads it to tell.
  for (const path of paths)
    (isRunbook(await readFile(path).catch(() => Buffer.from([0]))) ? runbooks : others).push(path);
  return { runbooks, others };
}

/** Also one with a mistake in its first lines, or in another encoding: that is for the compiler to say. */
function isRunbook(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1');
  return /apiVersion[^\n]*drillbook\//.test(text) || /[^\t\n\r -~]/.test(text.slice(0, 2));
}
