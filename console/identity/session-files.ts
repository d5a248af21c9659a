import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
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

/** Sessions that were ended by their owners. `now`: ms since 1970; what would be over by then is forgotten. */
export async function openEndedSessions(folder: string, now: number): Promise<EndedSessions> {
  const file = join(folder, 'console-sessions.ended');
  const ended = new Map<string, number>();
  for (const line of (await readFile(file, 'utf8').catch(() => '')).split('\n')) {
    const [id = '', until = '0'] = line.split(' ');
    if (Number(until) > now) ended.set(id, Number(until));
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, [...ended].map(([id, until]) => `${id} ${until}\n`).join(''), { mode: 0o600 });
  return {
    has: id => ended.has(id),
    async add(id, until) {
      ended.set(id, until);
      await appendFile(file, `${id} ${until}\n`);
    },
  };
}
