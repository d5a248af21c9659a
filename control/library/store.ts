import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { Json } from '../../actions/json.ts';
import type { Config } from '../config/config.ts';
import { decodePublication, type Publication } from './publication.ts';
import { decodeVersion, encodeVersion, type Version } from './version.ts';
import { decodeWithdrawal, type Withdrawal } from './withdrawal.ts';

/**
 * The library: `versions/HASH.json`, `publications/TIME-HASH.json`, and `withdrawals/VERSION-TIME-HASH.json`. Each file is called after the
 * hash of its bytes, is written once and never changed; the folder is its own index.
 */
export interface Library {
  readonly dir: string;
}

export function libraryOf(config: Pick<Config, 'file' | 'library'>): Library {
  return { dir: resolve(dirname(resolve(config.file)), config.library.dir) };
}

/** The library's folder is not to be looked into: its share is away, say. One that is not there at all is empty instead. */
class LibraryUnreadable extends Error {
  override readonly name = 'LibraryUnreadable';
  /** `EIO at FOLDER`. */
  readonly where: string;

  constructor(code: string, folder: string) {
    const where = `${code} at ${folder}`;
    super(`The library cannot be read (${where}): look whether its folder is mounted, and whether you may read it.`);
    this.where = where;
  }
}

/** Where the library cannot be read; throws every other error again. */
export function whereUnreadable(error: unknown): string {
  if (error instanceof LibraryUnreadable) return error.where;
  throw error;
}

/** What lies there and is not what was published; a sentence with the mend. */
export interface LibraryProblem {
  readonly file: string;
  readonly sentence: string;
}

/** With the file that it lies in. */
type ShelvedWithdrawal = Withdrawal & { readonly file: string };

export interface Shelved {
  /** The newest first. */
  readonly publications: readonly Publication[];
  /** The first word about a version before others. */
  readonly withdrawals: readonly ShelvedWithdrawal[];
  /** Versions of which a file says that they were withdrawn, and cannot be read: which file. */
  readonly perhapsWithdrawn: ReadonlyMap<string, string>;
  readonly problems: readonly LibraryProblem[];
  /** There is such a folder. */
  readonly exists: boolean;
}

export const emptyLibrary: Shelved = {
  publications: [],
  withdrawals: [],
  perhapsWithdrawn: new Map(),
  problems: [],
  exists: false,
};

/** All publications, and what was withdrawn of them. A folder that is not there has none. Throws LibraryUnreadable. */
export async function readPublications(library: Library): Promise<Shelved> {
  const { dir } = library;
  const folder = join(dir, 'publications');
  const names = await namesIn(folder);
  const publications: { readonly name: string; readonly publication: Publication }[] = [];
  const problems: LibraryProblem[] = [];
  for (const name of names ?? []) {
    if (isUnfinished(name)) continue;
    const file = join(folder, name);
    const publication = await readPublication(file, name);
    if (typeof publication === 'string') problems.push({ file, sentence: publication });
    else publications.push({ name, publication });
  }
  // Their names begin with the time.
  publications.sort((a, b) => (a.name < b.name ? 1 : -1));
  const { withdrawals, perhapsWithdrawn, problems: more } = await readWithdrawals(library);
  return {
    publications: publications.map(({ publication }) => publication),
    ...{ withdrawals, perhapsWithdrawn, problems: [...problems, ...more], exists: names !== undefined },
  };
}

async function readWithdrawals({ dir }: Library) {
  const folder = join(dir, 'withdrawals');
  const withdrawals: ShelvedWithdrawal[] = [];
  const perhapsWithdrawn = new Map<string, string>();
  const problems: LibraryProblem[] = [];
  for (const name of ((await namesIn(folder)) ?? []).filter(each => !isUnfinished(each))) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8').catch(() => '');
    const withdrawal = decodeWithdrawal(text);
    if (withdrawal !== undefined && withdrawalName(withdrawal, text) === name) {
      withdrawals.push({ ...withdrawal, file });
      continue;
    }
    const [version] = /^[0-9a-f]{64}(?=-)/.exec(name) ?? [];
    if (version !== undefined) perhapsWithdrawn.set(version, file);
    const sentence = `${file} is not what was said when a version was withdrawn: it does not have the hash of its name. Put it back from a copy of the library, or delete it and withdraw that version again.`;
    problems.push({ file, sentence });
  }
  // The first word about a version is told; their times have one form.
  withdrawals.sort((a, b) => (a.at < b.at ? -1 : 1));
  return { withdrawals, perhapsWithdrawn, problems };
}

async function readPublication(file: string, name: string): Promise<Publication | string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => ({ code: codeOf(error) }));
  if (typeof text !== 'string') return `${file} cannot be read (${text.code}).`;
  const publication = decodePublication(text);
  if (publication !== undefined && nameOf(publication.at, text) === name) return publication;
  return `${file} is not what was published: it does not have the hash of its name. Put it back from a copy of the library, or delete it and publish again.`;
}

/** A version, or a sentence with the mend why it cannot be had. */
export async function readVersion({ dir }: Library, hash: string): Promise<Version | { readonly why: string }> {
  const file = join(dir, 'versions', `${hash}.json`);
  const text = await readFile(file, 'utf8').catch((error: unknown) => ({ code: codeOf(error) }));
  if (typeof text !== 'string') {
    const how = text.code === 'ENOENT' ? 'is not there' : `cannot be read (${text.code})`;
    return { why: `${file} ${how}: put it back from a copy of the library, or publish it again.` };
  }
  const version = decodeVersion(hash, text);
  return (
    version ?? {
      why: `${file} is not what was published: it does not have the hash of its name. Put it back from a copy of the library, or publish it again.`,
    }
  );
}

/** Puts a version there; one that is there as it should be stays, and a broken one is put right. Gives its hash. */
export async function addVersion(library: Library, version: Version): Promise<string> {
  const { hash, text } = encodeVersion(version);
  if (!('why' in (await readVersion(library, hash)))) return hash;
  const folder = join(library.dir, 'versions');
  await writeWhole(folder, `${hash}.json`, text);
  return hash;
}

/** The last thing that is written: before it, nothing is published. */
export async function addPublication({ dir }: Library, publication: Publication): Promise<void> {
  const text = canonical(publication as unknown as Json);
  await writeWhole(join(dir, 'publications'), nameOf(publication.at, text), text);
}

/** From now on the version does not start. */
export async function addWithdrawal({ dir }: Library, withdrawal: Withdrawal): Promise<void> {
  const text = canonical(withdrawal as unknown as Json);
  await writeWhole(join(dir, 'withdrawals'), withdrawalName(withdrawal, text), text);
}

/** Also a damaged one says which version it is of. */
const withdrawalName = ({ version, at }: Withdrawal, text: string): string => `${version}-${nameOf(at, text)}`;

/** Names sort by time. */
const nameOf = (at: string, text: string): string => `${at.replace(/[-:.]/g, '')}-${sha256Hex(text)}.json`;

/** Whole or not at all, whenever the machine stops. What has that name already has the same content, or is broken. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `.${name}.${randomBytes(6).toString('hex')}`);
  const file = await open(unfinished, 'wx', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, join(folder, name));
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems do not sync folders.
    if (!['EINVAL', 'EPERM', 'ENOTSUP', 'EISDIR'].includes(codeOf(error))) throw error;
  } finally {
    await handle.close();
  }
}

/** Every version that lies there, by hash; what was only begun is none. */
export async function listVersions({ dir }: Library): Promise<readonly string[]> {
  const names = (await namesIn(join(dir, 'versions'))) ?? [];
  return names.filter(name => !isUnfinished(name) && name.endsWith('.json')).map(name => name.slice(0, -5));
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new LibraryUnreadable(codeOf(error), folder);
  }
}

/** Left by who was stopped while he wrote. */
const isUnfinished = (name: string): boolean => name.startsWith('.');

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unreadable';
