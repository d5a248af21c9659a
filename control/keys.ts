import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { KeyScope } from '../actions/key-scopes.ts';
import type { Config } from './config/config.ts';
import { isConfigName } from './config/schema.ts';
import { KeyRefused, newKey, publicHalf, readPrivateKey } from './signing.ts';

/** A key that was made. Its private half lies in `file` and is told nobody. */
export interface MadeKey {
  readonly id: string;
  readonly file: string;
  /** What stands under `identity.keys` of drillbook.yaml from now on. */
  readonly line: string;
}

export interface KeyView {
  readonly id: string;
  /** Absent: it signs for whomever it names. */
  readonly person?: string | undefined;
  /** Absent: it signs everything. */
  readonly for?: readonly KeyScope[] | undefined;
  readonly fingerprint: string;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  /** Here, where its private half lies. */
  readonly file?: string;
  /** Whether drillbook.yaml lists it. */
  readonly listed: boolean;
}

/** Beside drillbook.yaml. */
const folder = 'keys';

/** Whose word a key signs, and what of it. */
interface MadeFor {
  readonly person?: string | undefined;
  readonly for?: readonly KeyScope[] | undefined;
}

/** Makes a key and the file of its private half, which only its owner can read. Throws KeyRefused where there is one of that name. */
export async function makeKey(configPath: string, id: string, { person, for: scopes }: MadeFor = {}): Promise<MadeKey> {
  if (!isConfigName(id)) throw new KeyRefused(`"${id}" is no name for a key: small letters, digits and hyphens.`);
  const dir = join(dirname(configPath), folder);
  const file = join(dir, `${id}.pem`);
  if (existsSync(file))
    throw new KeyRefused(`There is a key ${file}: choose another name, or "drillbook keys rotate ${id}".`);
  const { pem, publicKey } = newKey();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // wx: never over another.
  await writeFile(file, pem, { mode: 0o600, flag: 'wx' });
  const whose = person === undefined ? '' : `, person: ${person}`;
  const what = scopes === undefined ? '' : `, for: [${scopes.join(', ')}]`;
  return { id, file, line: `- { id: ${id}${whose}${what}, public: "${publicKey}" }` };
}

/** A key for the same person and of the same scope as `id`, beside it: `ana-2`, then `ana-3`. Throws KeyRefused where drillbook.yaml does not list `id`. */
export async function rotateKey(configPath: string, config: Pick<Config, 'identity'>, id: string): Promise<MadeKey> {
  const old = config.identity.keys.find(key => key.id === id);
  if (old === undefined)
    throw new KeyRefused(`drillbook.yaml lists no key ${id} (identity.keys): "drillbook keys list" shows them.`);
  const [, stem = id, n = '1'] = /^(.*?)(?:-(\d+))?$/.exec(id) ?? [];
  const taken = new Set(config.identity.keys.map(key => key.id));
  let next = Number(n) + 1;
  const isTaken = (name: string): boolean =>
    taken.has(name) || existsSync(join(dirname(configPath), folder, `${name}.pem`));
  while (isTaken(`${stem}-${next}`)) next++;
  return await makeKey(configPath, `${stem}-${next}`, old);
}

/** Keys that drillbook.yaml lists, then those that lie beside it and are not listed. */
export async function listKeys(configPath: string, config: Pick<Config, 'identity'>): Promise<readonly KeyView[]> {
  const files = await keysBeside(configPath);
  const listed = config.identity.keys.map((key): KeyView => {
    const { id, person, for: scopes, from, until } = key;
    const file = files.get(key.public);
    files.delete(key.public);
    return {
      id,
      person,
      for: scopes,
      from,
      until,
      fingerprint: fingerprintOf(key.public),
      listed: true,
      ...(file === undefined ? {} : { file }),
    };
  });
  const others = [...files].map(([key, file]): KeyView => {
    return { id: basename(file, '.pem'), fingerprint: fingerprintOf(key), file, listed: false };
  });
  return [...listed, ...others];
}

/** By the public half; what is no key, or may be read by others, is left out. */
async function keysBeside(configPath: string): Promise<Map<string, string>> {
  const dir = join(dirname(configPath), folder);
  const names = await readdir(dir).catch(() => []);
  const found = new Map<string, string>();
  for (const name of names.filter(name => name.endsWith('.pem')).sort()) {
    const file = join(dir, name);
    const key = await readPrivateKey(file).catch(() => undefined);
    if (key !== undefined) found.set(publicHalf(key), file);
  }
  return found;
}

function fingerprintOf(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
}
