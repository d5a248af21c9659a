import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WrittenOpening } from '../engine/written.ts';
import { decodeLines, encodeLine, foldLines, type WrittenLine } from './write-ahead.ts';

/** A worker's write-ahead file: a file a site, which all workers of this machine share. */
export interface WriteAhead {
  /** `host:port/namespace` of the server whose runs this worker serves. */
  readonly temporal: string;
  /**
   * On the disk when it settles.
   * @throws Error with a sentence, where it cannot be written within seconds
   */
  write(site: string, line: WrittenLine): Promise<void>;
  /** What may be open at a site, the oldest first. */
  open(site: string): Promise<readonly WrittenOpening[]>;
  /** Drops what is over; at the start, and by itself when a file has grown. Lines of other processes are never lost. */
  compact(): Promise<void>;
}

const writeWithinMs = 8_000;
const largeBytes = 4 * 1024 * 1024;
const ending = '.jsonl';

/** @param folder made when it is missing, for this user alone */
export function createWriteAhead(folder: string, temporal: string): WriteAhead {
  const fileOf = (site: string): string => `${encodeURIComponent(site)}${ending}`;

  async function append(name: string, text: string): Promise<number> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, name);
    for (;;) {
      const { O_APPEND, O_CREAT, O_WRONLY } = constants;
      const file = await open(path, O_APPEND | O_CREAT | O_WRONLY, 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
        const [mine, there] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
        if (there?.ino === mine.ino) {
          // A file that was made just now is only found again when its folder is on the disk too.
          if (mine.size === Buffer.byteLength(text)) await syncFolder();
          return mine.size;
        }
        // Another process has put it aside between the opening and now, and may have read it already: once more.
      } finally {
        await file.close();
      }
    }
  }

  async function syncFolder(): Promise<void> {
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async function linesOf(site: string): Promise<WrittenLine[]> {
    const name = fileOf(site);
    for (;;) {
      const names = (await filesThere()).filter(each => each === name || each.startsWith(`${name}.`));
      const texts = await Promise.all(names.map(each => readIfThere(join(folder, each))));
      // One was put together with the others while we read: all of it is somewhere else now.
      if (texts.every(text => text !== undefined)) return texts.flatMap(decodeLines);
    }
  }

  async function filesThere(): Promise<string[]> {
    return (await readdir(folder).catch(ifMissing<string[]>([]))).filter(name => name.includes(ending));
  }

  /**
   * Puts the file aside first. Who has it open still and writes later sees that, and writes again; who wrote before is
   * read here. What is left of it is in the new file before the old one goes.
   */
  async function compactOne(name: string): Promise<void> {
    const site = `${name.slice(0, name.indexOf(ending))}${ending}`;
    const aside = name === site ? `${site}.${randomUUID()}` : name;
    if (name === site && !(await renamed(join(folder, name), join(folder, aside)))) return;
    const text = await readIfThere(join(folder, aside));
    if (text === undefined) return;
    const all = await linesOf(decodeURIComponent(site.slice(0, -ending.length)));
    const stillOpen = new Set(foldLines(all).map(({ id }) => id));
    const left = decodeLines(text).filter(({ id }) => stillOpen.has(id));
    if (left.length > 0) await append(site, left.map(encodeLine).join(''));
    await rm(join(folder, aside), { force: true });
  }

  return {
    temporal,
    async write(site, line) {
      const size = await within(writeWithinMs, append(fileOf(site), encodeLine(line)));
      if (size > largeBytes) await compactOne(fileOf(site)).catch(() => undefined);
    },
    open: async site => foldLines(await linesOf(site)),
    async compact() {
      for (const name of await filesThere()) await compactOne(name);
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the disk did not take it within ${ms / 1_000} s`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(ifMissing<undefined>(undefined));
}

async function renamed(from: string, to: string): Promise<boolean> {
  return await rename(from, to).then(() => true, ifMissing(false));
}

function ifMissing<T>(otherwise: T): (error: unknown) => T {
  return error => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  };
}
