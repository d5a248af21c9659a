import { isLiveMode } from '../../actions/modes.ts';
import type { DeclaredInput } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import { type Config, configNames, ConfigRefused, loadConfig } from '../config/config.ts';
import { peopleOf } from '../config/people.ts';
import { type Publication, type PublishedRunbook, whyNotCounted } from './publication.ts';
import { libraryOf, listVersions, readPublications, readVersion, type Shelved } from './store.ts';
import { asGiven, compileVersion, type Version } from './version.ts';

/** A version of a runbook as it was published last. */
export interface Published extends PublishedRunbook {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  /** Something proves who published it. */
  readonly signed: boolean;
  /** Why it does not count, by drillbook.yaml as it is now; a sentence. */
  readonly refused?: string;
}

/** Of one runbook, or of all, the newest first; each version once, as it was published last where that counts. `now`: ms since 1970. */
export function versionsOf(shelved: Shelved, config: Config, now: number, name?: string): readonly Published[] {
  const people = peopleOf(config);
  const all = shelved.publications.flatMap(publication =>
    publication.runbooks
      .filter(runbook => name === undefined || runbook.name === name)
      .map(runbook => describe(publication, runbook, whyNotCounted(publication, runbook, people, now))),
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

function describe(publication: Publication, runbook: PublishedRunbook, refused: string | undefined): Published {
  const { at, by, reason, proof } = publication;
  return { ...runbook, at, by, reason, signed: proof !== undefined, ...(refused === undefined ? {} : { refused }) };
}

/** The newest version that counts, or that of a hash; or a sentence with the mend why there is none. */
export async function findPublished(
  config: Config,
  { name, hash }: { readonly name: string; readonly hash?: string | undefined },
  now: number,
): Promise<(Published & { readonly content: Version }) | { readonly why: string }> {
  const library = libraryOf(config);
  const shelved = await readPublications(library);
  const versions = versionsOf(shelved, config, now, name);
  const fits = versions.filter(({ version }) => hash === undefined || version.startsWith(hash));
  const found = fits.find(({ refused }) => refused === undefined);
  if (found === undefined) return { why: whyNone(name, hash, fits[0], shelved, library.dir) };
  if (hash !== undefined && new Set(fits.map(({ version }) => version)).size > 1)
    return { why: `Several versions of ${name} begin with ${hash}: write more of it.` };
  const content = await readVersion(library, found.version);
  return 'why' in content ? content : { ...found, content };
}

function whyNone(
  name: string,
  hash: string | undefined,
  refused: Published | undefined,
  { problems }: Shelved,
  dir: string,
): string {
  const also = problems.map(({ sentence }) => ` ${sentence}`).join('');
  const what = hash === undefined ? name : `${name}@${hash}`;
  if (refused === undefined)
    return `${what} is not published in ${dir}: an admin does that ("drillbook publish").${also}`;
  return `${what} was published by ${refused.by}, and that does not count: ${refused.refused ?? ''}.${also}`;
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

/** The texts of the newest versions that count, by runbook; none where live runs need not be published. `now`: ms since 1970. */
export async function publishedTexts(config: Config, now: number): Promise<ReadonlyMap<string, string>> {
  if (!needsPublished(config)) return new Map();
  const library = libraryOf(config);
  const newest = new Map<string, string>();
  for (const { name, version, refused } of versionsOf(await readPublications(library), config, now))
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
  const shelved = await readPublications(library);
  const versions = versionsOf(shelved, config, now, plan.name);
  const same = versions.filter(({ source }) => source === plan.source.sha256);
  const [first] = same;
  if (first === undefined) return whyUnknown({ name: plan.name, file }, versions, shelved);
  const counted = same.filter(({ refused }) => refused === undefined);
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
  if (!(await readPublications(libraryOf(config))).exists) return undefined;
  return await whyNotPublished(plan, config, now, file);
}

/** What lies in the library, the newest first, all of it read and checked. `past`: older than `library.keep`, and not the newest of its runbook. */
export async function listLibrary(config: Config, now: number, name?: string) {
  const library = libraryOf(config);
  const shelved = await readPublications(library);
  const versions = versionsOf(shelved, config, now, name);
  const problems = [...shelved.problems];
  for (const hash of new Set([...versions.map(({ version }) => version), ...(await listVersions(library))])) {
    const read = await readVersion(library, hash);
    if ('why' in read) problems.push({ file: `${hash}.json`, sentence: read.why });
  }
  const newest = new Set<string>();
  const past: string[] = [];
  for (const { name: of, version, at } of versions) {
    if (newest.has(of) && Date.parse(at) < now - config.library.keep) past.push(version);
    newest.add(of);
  }
  return { versions, problems, past, dir: library.dir };
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
  const newest = versions.find(({ refused }) => refused === undefined);
  const also = problems.map(({ sentence }) => ` (${sentence})`).join('');
  const mend = 'An admin publishes it ("drillbook publish"), or an approver lifts that ("drillbook lift")';
  if (newest === undefined) return `${name} is not published, and a live run needs that. ${mend}${also}`;
  return `${name} as it stands in ${file} is not published, and a live run needs that. ${mend}; ${shortOf(newest)}, of ${newest.at}, is published: "drillbook run ${name}"${also}`;
}

const shortOf = (published: PublishedRunbook | undefined): string => published?.version.slice(0, 12) ?? '';
