import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What came in within the last minutes, by its signature: the same again is a replay. */
export interface Seen {
  /** Whether it was seen before; from now on it was. */
  before(signature: string): Promise<boolean>;
}

/** As long as a signature counts: five minutes before and after. */
const keptMs = 10 * 60_000;

/**
 * A file each in `folder`, made by whoever is first: a replay is known by each console that shares it, and after a restart. Where
 * nothing can be written this console alone knows. `clock`: ms since 1970.
 */
export function createSeen(folder: string, clock: () => number): Seen {
  const own = join(folder, 'console-deliveries');
  const here = new Map<string, number>();
  let tidied = -Infinity;

  const tidy = async (): Promise<void> => {
    const over = clock() - keptMs;
    if (tidied > over) return;
    tidied = clock();
    for (const [name, at] of here) if (at <= over) here.delete(name);
    for (const name of await readdir(own).catch(() => [])) {
      const at = await readFile(join(own, name), 'utf8').catch(() => '');
      // Without its time it is just being written.
      if (at !== '' && Number(at) <= over) await rm(join(own, name), { force: true });
    }
  };

  return {
    async before(signature) {
      const name = createHash('sha256').update(signature).digest('hex');
      if (here.has(name)) return true;
      here.set(name, clock());
      await tidy();
      try {
        await mkdir(own, { recursive: true, mode: 0o700 });
        await writeFile(join(own, name), String(clock()), { mode: 0o600, flag: 'wx' });
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EEXIST';
      }
    },
  };
}
