import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EndedSessions } from './sessions.ts';

/** The key that signs sessions, made at the first start. Consoles that share it know each other's sessions. */
export async function readSessionKey(folder: string): Promise<Buffer> {
  const file = join(folder, 'console-sessions.key');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    // wx: of two consoles that begin at once, one makes it.
    await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64url');
  if (key.length < 32) throw new Error(`${file} is no key: delete it, and everybody signs in again`);
  return key;
}

const tidyEveryMs = 3_600_000;

/**
 * Sessions that were ended by their owners: a file each, looked for at each request, so that all consoles that share the folder know at
 * once, and none overwrites what another has written. What would be over anyway is forgotten. `clock`: ms since 1970.
 */
export async function openEndedSessions(folder: string, clock: () => number): Promise<EndedSessions> {
  const own = join(folder, 'console-sessions-ended');
  const fileOf = (id: string): string => join(own, id);
  await mkdir(own, { recursive: true, mode: 0o700 });
  await takeOver(join(folder, 'console-sessions.ended'), async (id, until) => {
    if (until > clock()) await writeFile(fileOf(id), String(until), { mode: 0o600 });
  });
  let tidied = -Infinity;
  const tidy = async (): Promise<void> => {
    if (clock() - tidied < tidyEveryMs) return;
    tidied = clock();
    for (const id of await readdir(own).catch(() => [])) {
      const until = await readFile(fileOf(id), 'utf8').catch(() => '');
      // Without its time it is just being written.
      if (until !== '' && Number(until) <= clock()) await rm(fileOf(id), { force: true });
    }
  };
  await tidy();
  // What cannot be written is known here at least.
  const here = new Set<string>();
  return {
    async has(id) {
      if (here.has(id)) return true;
      try {
        await access(fileOf(id));
        return true;
      } catch (error) {
        // Where the folder cannot be looked at nobody knows: a token still lets people in.
        return (error as NodeJS.ErrnoException).code !== 'ENOENT';
      }
    },
    async add(id, until) {
      here.add(id);
      await mkdir(own, { recursive: true, mode: 0o700 });
      await writeFile(fileOf(id), String(until), { mode: 0o600 });
      await tidy();
    },
  };
}

/** Of versions before this: one file with a line each. */
async function takeOver(old: string, take: (id: string, until: number) => Promise<void>): Promise<void> {
  const text = await readFile(old, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [, id, until] = /^([\w-]{22}) (\d+)$/.exec(line) ?? [];
    if (id !== undefined) await take(id, Number(until));
  }
  await rm(old, { force: true });
}
