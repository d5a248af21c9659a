import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Mode } from '../../actions/contract.ts';
import { compile } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics.ts';
import { encodeText } from '../../compiler/encode/text.ts';
import { sha256Hex } from '../../compiler/hash.ts';
import { type Config, configNames } from '../config/config.ts';
import { peopleOf } from '../config/people.ts';
import { projectRootOf } from '../project-root.ts';
import type { Sign } from '../say.ts';
import { loadFrom } from '../sub-runbooks.ts';
import { type PublishedRunbook, signPublication, whyNotCounted } from './publication.ts';
import { type Published, versionsOf } from './published.ts';
import { addPublication, addVersion, libraryOf, readPublications, readVersion } from './store.ts';
import { compileVersion, encodeVersion, type Version } from './version.ts';
import { sayWithdrawn } from './withdrawn.ts';

/** Nothing was published: a sentence. */
export class PublishRefused extends Error {
  override readonly name = 'PublishRefused';
}

interface PublishAsked {
  /** Absolute. */
  readonly files: readonly string[];
  readonly config: Config;
  /** Diagnostics name files from here. */
  readonly cwd: string;
  readonly by: string;
  readonly reason: string;
  readonly sign?: Sign | undefined;
  /** ms since 1970. */
  readonly now: number;
  /** Only looks. */
  readonly dry: boolean;
}

export interface PublishedNow {
  readonly name: string;
  readonly file: string;
  readonly version: string;
  readonly modes: readonly Mode[];
  /** `unchanged`: this version is the newest, and counts. */
  readonly what: 'new' | 'changed' | 'unchanged' | 'again';
  /** The version before it. */
  readonly before?: string;
}

export type PublishResult = {
  readonly diagnostics: readonly Diagnostic[];
  /** As text with code frames. */
  readonly report: string;
} & (
  | { readonly kind: 'refused' }
  | { readonly kind: 'published'; readonly runbooks: readonly PublishedNow[]; readonly dir: string }
);

/**
 * Compiles every mode of every file, and publishes all of them or none. Refused is what does not compile; throws PublishRefused for
 * a person who may not, two runbooks of one name, and a file outside the project.
 */
export async function publish(asked: PublishAsked): Promise<PublishResult> {
  const { files, config, dry, now } = asked;
  const texts: Record<string, string> = {};
  const read = await Promise.all([...new Set(files)].map(file => gather(file, asked, texts)));
  const diagnostics = unique(read.flatMap(each => each.diagnostics));
  const report = encodeText(diagnostics, texts);
  const gathered = read.flatMap(each => (each.gathered === undefined ? [] : [each.gathered]));
  if (gathered.length < read.length) return { kind: 'refused', diagnostics, report };
  refuseTwins(gathered);
  const library = libraryOf(config);
  const shelved = await readPublications(library);
  const entries = await Promise.all(
    gathered.map(async each => {
      const entry = describe(each.version, config);
      const versions = versionsOf(shelved, config, now, entry.name);
      refuseWithdrawn(each.file, entry, versions);
      const before = versions.find(({ withdrawn }) => withdrawn === undefined);
      const kept = before === undefined || !('why' in (await readVersion(library, before.version)));
      return { ...each, entry, told: tell(each.file, entry, before, kept) };
    }),
  );
  const fresh = entries.filter(({ told }) => told.what !== 'unchanged');
  if (fresh.length > 0) {
    const { by, reason, sign } = asked;
    const runbooks = fresh.map(({ entry }) => entry);
    const at = new Date(now).toISOString();
    const publication = signPublication({ id: randomUUID(), at, by, reason, runbooks }, sign);
    const people = peopleOf(config);
    for (const each of runbooks) {
      const why = whyNotCounted(publication, each, people, now);
      if (why !== undefined) throw new PublishRefused(`Nothing was published: no worker would count it: ${why}.`);
    }
    if (!dry) {
      for (const { version } of fresh) await addVersion(library, version);
      await addPublication(library, publication);
    }
  }
  return { kind: 'published', diagnostics, report, runbooks: entries.map(({ told }) => told), dir: library.dir };
}

interface Gathered {
  readonly file: string;
  readonly version: Version;
}

/** A runbook's file and all that it calls; without `gathered` it has errors. */
async function gather(
  path: string,
  { config, cwd }: PublishAsked,
  texts: Record<string, string>,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly gathered?: Gathered }> {
  const root = projectRootOf(path, config.file);
  const shown = relative(cwd, path);
  const file = shown.startsWith(`..${sep}`) || isAbsolute(shown) ? path : shown;
  const text = await readFile(path, 'utf8');
  const called: Record<string, string> = {};
  const load = loadFrom(root, cwd);
  const compiled = compile(
    { file, text },
    {
      names: configNames(config),
      load: (wanted, from) => {
        const found = load(wanted, from);
        if ('text' in found) called[found.file] = found.text;
        return found;
      },
    },
  );
  Object.assign(texts, { [file]: text }, called);
  const { diagnostics, runbook } = compiled;
  if (runbook === undefined || diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics };
  const pathOf = (name: string): string => relative(resolve(root), resolve(cwd, name)).split(sep).join('/');
  const files = Object.fromEntries(
    Object.entries({ [file]: text, ...called }).map(([name, content]) => [pathOf(name), content]),
  );
  const version: Version = { format: 'drillbook-version/v1', name: runbook.name, main: pathOf(file), files };
  return { diagnostics, gathered: { file, version } };
}

/** What a publication says of a version: made of the version itself, as a worker will compile it. */
function describe(version: Version, config: Config): PublishedRunbook {
  const compiled = compileVersion(version, configNames(config));
  const modes = compiled.runbook?.modes ?? [];
  if (compiled.diagnostics.some(({ severity }) => severity === 'error'))
    throw new PublishRefused(
      `${version.name} does not compile from what would be published: look at the files that it calls.`,
    );
  const plans = modes.flatMap(mode => {
    const planned = compiled.plan(mode, {});
    return 'plan' in planned ? [[mode, planned.plan.hash] as const] : [];
  });
  return {
    name: version.name,
    version: encodeVersion(version).hash,
    source: sha256Hex(version.files[version.main] ?? ''),
    modes,
    plans: Object.fromEntries(plans),
  };
}

function tell(
  file: string,
  { name, version, modes }: PublishedRunbook,
  before: Published | undefined,
  kept: boolean,
): PublishedNow {
  const told = { name, file, version, modes };
  if (before === undefined) return { ...told, what: 'new' };
  if (before.version !== version) return { ...told, what: 'changed', before: before.version };
  return { ...told, what: before.refused === undefined && kept ? 'unchanged' : 'again' };
}

/** What was withdrawn is published never again: whoever mends it makes another version. */
function refuseWithdrawn(file: string, { name, version }: PublishedRunbook, versions: readonly Published[]): void {
  const withdrawn = versions.find(each => each.version === version)?.withdrawn;
  if (withdrawn === undefined) return;
  throw new PublishRefused(
    `Nothing was published: ${file} is ${name}@${version.slice(0, 12)}, and ${sayWithdrawn(withdrawn)}. Mend it, or take it out of what is published; where it is to run after all, any change makes it another version, a comment too.`,
  );
}

function refuseTwins(gathered: readonly Gathered[]): void {
  const files = new Map<string, string>();
  for (const { file, version } of gathered) {
    const other = files.get(version.name);
    if (other !== undefined)
      throw new PublishRefused(`Nothing was published: ${other} and ${file} are both called ${version.name}.`);
    files.set(version.name, file);
  }
}

function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map(each => [JSON.stringify(each), each])).values()];
}
