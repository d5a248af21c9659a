import { isLiveMode } from '../../actions/modes.ts';
import type { DeclaredInput } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import { type Config, configNames, ConfigRefused, loadConfig } from '../config/config.ts';
import { peopleOf } from '../config/people.ts';
import { type Publication, type PublishedRunbook, whyNotCounted } from './publication.ts';
import { libraryOf, readPublications, readVersion, type Shelved, whereUnreadable } from './store.ts';
import { asGiven, compileVersion, type Version } from './version.ts';
import { sayWithdrawn, type Withdrawn, withdrawnBy } from './withdrawn.ts';

/** A version of a runbook as it was published last. */
export interface Published extends PublishedRunbook {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  /** Something proves who published it. */
  readonly signed: boolean;
  /** Why it does not count, by drillbook.yaml as it is now; a sentence. */
  readonly refused?: string;
  /** It starts no more, whoever published it: then it does not count either. */
  readonly withdrawn?: Withdrawn;
}

/** Of one runbook, or of all, the newest first; each version once, as it was published last where that counts. `now`: ms since 1970. */
export function versionsOf(shelved: Shelved, config: Config, now: number, name?: string): readonly Published[] {
  const people = peopleOf(config);
  const withdrawnOf = withdrawnBy(shelved, people);
  const all = shelved.publications.flatMap(publication =>
    publication.runbooks
      .filter(runbook => name === undefined || runbook.name === name)
      .map(runbook => {
        const withdrawn = withdrawnOf(runbook);
        const refused =
          withdrawn === undefined ? whyNotCounted(publication, runbook, people, now) : sayWithdrawn(withdrawn);
        return describe(publication, runbook, refused, withdrawn);
      }),
  );
  const counted = new Set(all.filter(({ refused }) => refused === undefined).map(keyOf));
  const told = new Set<string>();
  return all.filter(each => {
    const key = keyOf(each);
    if (told.has(key) || (each.refused !== undefined && counted.has(key))) return false;
    told.add(key);
    return true;
  });
}

const keyOf = ({ name, version }: PublishedRunbook): string => `${name}@${version}`;

function describe(
  { at, by, reason, proof }: Publication,
  runbook: PublishedRunbook,
  refused: string | undefined,
  withdrawn: Withdrawn | undefined,
): Published {
  return {
    ...{ ...runbook, at, by, reason, signed: proof !== undefined },
    ...(refused === undefined ? {} : { refused }),
    ...(withdrawn === undefined ? {} : { withdrawn }),
  };
}

/** A version that may start, with what whoever starts it should know: that there is a newer one, or what of the library is damaged. */
export interface Found extends Published {
  readonly content: Version;
  /** Sentences. */
  readonly told: readonly string[];
}

/** The newest version that counts, or that of a hash; or a sentence with the mend why there is none. */
export async function findPublished(
  config: Config,
  { name, hash }: { readonly name: string; readonly hash?: string | undefined },
  now: number,
): Promise<Found | { readonly why: string }> {
  const library = libraryOf(config);
  const shelved = await readPublications(library).catch(whereUnreadable);
  if (typeof shelved === 'string')
    return {
      why: `${name} cannot be had by its name: the library cannot be read (${shelved}). Name its file: a drill starts from that, and in a live mode an approver lifts it ("drillbook lift").`,
    };
  const versions = versionsOf(shelved, config, now, name);
  const fits = versions.filter(({ version }) => hash === undefined || version.startsWith(hash));
  const found = fits.find(({ refused }) => refused === undefined);
  if (found === undefined) return { why: whyNone({ name, hash, fits, versions, shelved, dir: library.dir }) };
  if (hash !== undefined && new Set(fits.map(({ version }) => version)).size > 1)
    return { why: `Several versions of ${name} begin with ${hash}: write more of it.` };
  const content = await readVersion(library, found.version);
  if ('why' in content) return content;
  const told = [...whyOlder(found, newestOf(versions)), ...shelved.problems.map(({ sentence }) => sentence)];
  return { ...found, content, told };
}

/** The same to be looked at: a version that does not count too, where its hash is given. */
export async function showVersion(
  config: Config,
  wanted: { readonly name: string; readonly hash?: string | undefined },
  now: number,
): ReturnType<typeof findPublished> {
  const { name, hash } = wanted;
  if (hash === undefined) return await findPublished(config, wanted, now);
  const library = libraryOf(config);
  const versions = versionsOf(await readPublications(library), config, now, name);
  const [found, ...others] = versions.filter(({ version }) => version.startsWith(hash));
  if (found === undefined || others.length > 0) return await findPublished(config, wanted, now);
  const content = await readVersion(library, found.version);
  return 'why' in content ? content : { ...found, content, told: [] };
}

/** That it was asked for by its hash, and is not the newest. */
function whyOlder({ name, version, at }: Published, newest: Published | undefined): readonly string[] {
  if (newest === undefined || newest.version === version) return [];
  const mend = `"drillbook run ${name}" runs that`;
  return [
    `${name}@${version.slice(0, 12)}, of ${at}, is not the newest version: ${shortOf(newest)}, of ${newest.at} by ${newest.by}, is (${mend}).`,
  ];
}

/** What lies in the library of one name, when none of it can be taken. */
interface None {
  readonly name: string;
  readonly hash: string | undefined;
  readonly fits: readonly Published[];
  readonly versions: readonly Published[];
  readonly shelved: Shelved;
  readonly dir: string;
}

function whyNone({ name, hash, fits, versions, shelved, dir }: None): string {
  const also = shelved.problems.map(({ sentence }) => ` ${sentence}`).join('');
  const what = hash === undefined ? name : `${name}@${hash}`;
  const [first] = fits;
  if (first === undefined)
    return `${what} is not published in ${dir}: an admin does that ("drillbook publish").${also}`;
  if (first.withdrawn !== undefined) return `${whyStopped(first, versions)}.${also}`;
  return `${what} was published by ${first.by}, and that does not count: ${first.refused ?? ''}.${also}`;
}

/** What the newest version asks for; undefined: there is none. */
export async function publishedInputs(
  config: Config,
  name: string,
  now: number,
): Promise<readonly DeclaredInput[] | undefined> {
  const found = await findPublished(config, { name }, now);
  return 'why' in found ? undefined : compileVersion(found.content, configNames(config)).runbook?.inputs;
}

/** The texts of the newest versions that count, by runbook; none where live runs need not be published, or the library cannot be read. `now`: ms since 1970. */
export async function publishedTexts(config: Config, now: number): Promise<ReadonlyMap<string, string>> {
  if (!needsPublished(config)) return new Map();
  const library = libraryOf(config);
  const newest = new Map<string, string>();
  const shelved = await readPublications(library).catch(whereUnreadable);
  if (typeof shelved === 'string') return newest;
  for (const { name, version, refused } of versionsOf(shelved, config, now))
    if (refused === undefined && !newest.has(name)) newest.set(name, version);
  const texts = [...newest].map(async ([name, version]): Promise<readonly (readonly [string, string])[]> => {
    const content = await readVersion(library, version);
    return 'why' in content ? [] : [[name, content.files[content.main] ?? '']];
  });
  return new Map((await Promise.all(texts)).flat());
}

/** Whether a mode runs only what is published. */
export function needsPublished(config: Pick<Config, 'policy'> | undefined): boolean {
  return config?.policy['live-needs'].published === true;
}

/**
 * Why a live Plan is not one that was published, for people; undefined: it is. It must be what a published version compiles to, with the
 * same inputs and this drillbook.yaml: the hash of its source alone anybody can write into a Plan.
 */
export async function whyNotPublished(
  plan: Plan,
  config: Config,
  now: number,
  file: string = plan.source.file,
): Promise<string | undefined> {
  const library = libraryOf(config);
  const shelved = await readPublications(library).catch(whereUnreadable);
  if (typeof shelved === 'string')
    return `${plan.name} is not known to be published, and a live run needs that: the library cannot be read (${shelved}). An approver lifts that ("drillbook lift" with the runbook's file), or the library is brought back`;
  const versions = versionsOf(shelved, config, now, plan.name);
  const same = versions.filter(({ source }) => source === plan.source.sha256);
  const [first] = same;
  if (first === undefined) return whyUnknown({ name: plan.name, file }, versions, shelved);
  const counted = same.filter(({ refused }) => refused === undefined);
  if (counted.length === 0 && first.withdrawn !== undefined) return whyStopped(first, versions);
  if (counted.length === 0)
    return `${plan.name} was published by ${first.by}, and that does not count: ${first.refused ?? ''}`;
  if (counted.some(({ plans }) => plans[plan.mode] === plan.hash)) return undefined;
  let why = '';
  for (const { version } of counted) {
    const content = await readVersion(library, version);
    if ('why' in content) why = content.why;
    else if (hashOf(content, plan, config) === plan.hash) return undefined;
  }
  if (why !== '') return why.replace(/\.$/, '');
  return `${plan.name} is published, and this is not what ${shortOf(counted[0])} of it becomes at the worker: a file that it calls, the drillbook.yaml or the version of drillbook is another where it was started`;
}

/** The same by a drillbook.yaml as it stands now; undefined also where that lets live runs start unpublished. */
export async function whyNotPublishedAt(configPath: string, plan: Plan, now: number): Promise<string | undefined> {
  try {
    const config = await loadConfig(configPath);
    return needsPublished(config) ? await whyNotPublished(plan, config, now) : undefined;
  } catch (error) {
    if (error instanceof ConfigRefused)
      return 'whether it is published cannot be found out: drillbook.yaml has mistakes';
    if (error instanceof Error && 'code' in error)
      return `whether it is published cannot be found out: ${String(error.code)} at ${'path' in error ? String(error.path) : configPath}`;
    throw error;
  }
}

/**
 * The same for whoever starts a run elsewhere than at a worker: undefined also where there is no library here. The worker's counts.
 * `file`: as people there would find it; a Plan knows only its last part.
 */
export async function whyNotPublishedHere(
  plan: Plan,
  config: Config | undefined,
  now: number,
  file?: string,
): Promise<string | undefined> {
  if (config === undefined || !isLiveMode(plan.mode) || !needsPublished(config)) return undefined;
  const shelved = await readPublications(libraryOf(config)).catch(whereUnreadable);
  if (typeof shelved !== 'string' && !shelved.exists) return undefined;
  return await whyNotPublished(plan, config, now, file);
}

function hashOf(version: Version, { mode, inputs }: Plan, config: Config): string | undefined {
  const compiled = compileVersion(version, configNames(config));
  const planned = compiled.plan(mode, asGiven(inputs, compiled.runbook?.inputs ?? []));
  return 'plan' in planned ? planned.plan.hash : undefined;
}

function whyUnknown(
  { name, file }: { readonly name: string; readonly file: string },
  versions: readonly Published[],
  { problems }: Shelved,
): string {
  const newest = newestOf(versions);
  const also = problems.map(({ sentence }) => ` (${sentence})`).join('');
  const mend = 'An admin publishes it ("drillbook publish"), or an approver lifts that ("drillbook lift")';
  if (newest === undefined) return `${name} is not published, and a live run needs that. ${mend}${also}`;
  return `${name} as it stands in ${file} is not published, and a live run needs that. ${mend}; ${shortOf(newest)}, of ${newest.at}, is published: "drillbook run ${name}"${also}`;
}

/** Why a withdrawn version does not start, and what does; the sentence goes on where it is told. */
export function whyStopped({ name, version, withdrawn }: Published, versions: readonly Published[]): string {
  const newest = newestOf(versions.filter(each => each.name === name));
  const mend =
    newest === undefined
      ? 'No other version of it stands: an admin publishes one that is mended ("drillbook publish")'
      : `The newest that stands is ${shortOf(newest)}, of ${newest.at} by ${newest.by}: "drillbook run ${name}"`;
  return `${name}@${version.slice(0, 12)} does not start: ${sayWithdrawn(withdrawn ?? { by: '', at: '', reason: '' })}. ${mend}`;
}

const newestOf = (versions: readonly Published[]): Published | undefined =>
  versions.find(({ refused }) => refused === undefined);

const shortOf = (published: PublishedRunbook | undefined): string => published?.version.slice(0, 12) ?? '';
