import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mode, modes as allModes } from '../actions/contract.ts';
import { compile, type DeclaredInput } from '../compiler/compile.ts';
import { hashOfDeeds } from '../compiler/deeds.ts';
import { sha256Hex } from '../compiler/hash.ts';
import { type Config, configNames } from './config/config.ts';
import { type Published, versionsOf } from './library/published.ts';
import { emptyLibrary, libraryOf, readPublications, type Shelved, whereUnreadable } from './library/store.ts';
import type { Withdrawn } from './library/withdrawn.ts';
import { projectRootOf } from './project-root.ts';
import { listRunbooks } from './runbook-files.ts';
import { type ShownTimes, type ShowTimes, timesShown } from './schedules/shown.ts';
import { loadFrom } from './sub-runbooks.ts';

/** A runbook of the project, as its page shows it. */
export interface ShelvedRunbook {
  readonly name: string;
  /** From the project's folder. */
  readonly file: string;
  readonly description: string;
  readonly owner: string;
  readonly modes: readonly Mode[];
  readonly inputs: readonly DeclaredInput[];
  /** The first mistake, and how many there are; absent: it compiles. */
  readonly mistakes?: { readonly first: string; readonly count: number };
  readonly schedules: readonly ShelvedSchedule[];
  /** Of the Plan that a run would get now, by mode; only where no input must be given. */
  readonly plans: Readonly<Partial<Record<Mode, string>>>;
  /** Of what these do, whatever the text of their file. */
  readonly deeds: Readonly<Partial<Record<Mode, string>>>;
  /** Its newest version in the library that is not withdrawn, else the newest. */
  readonly published?: ShelvedVersion;
  /** Versions that start no more, the newest first. */
  readonly withdrawn: readonly (Withdrawn & { readonly version: string })[];
}

export interface ShelvedVersion {
  readonly version: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Why it does not count, a sentence. */
  readonly refused?: string;
  /** It is of this very file, and makes the same Plans. */
  readonly same: boolean;
}

/** As the file has it now: what Temporal does is what was applied. */
export interface ShelvedSchedule extends ShownTimes {
  /** `RUNBOOK/NAME`. */
  readonly id: string;
  readonly timeZone: string;
}

/** So many that happen. */
export const shownTimes = 3;

/** Every runbook below the project's folder. `now`: ms since 1970. */
export async function readShelf(project: string, config: Config, now: number): Promise<readonly ShelvedRunbook[]> {
  const [files, library, times] = await Promise.all([
    listRunbooks(project),
    readLibrary(config),
    timesShown(config, now, shownTimes),
  ]);
  return await Promise.all(files.map(({ name, file }) => shelve({ project, name, file, config, now, times, library })));
}

/** One of them, by its name; undefined: there is none. */
export async function readFromShelf(
  project: string,
  wanted: string,
  config: Config,
  now: number,
): Promise<ShelvedRunbook | undefined> {
  const found = (await listRunbooks(project)).find(({ name }) => name === wanted);
  if (found === undefined) return undefined;
  const [library, times] = await Promise.all([readLibrary(config), timesShown(config, now, shownTimes)]);
  return await shelve({ project, ...found, config, now, times, library });
}

/** One that cannot be read is as an empty one: the pages must show the rest, and a start says what is wrong. */
async function readLibrary(config: Config): Promise<Shelved> {
  const shelved = await readPublications(libraryOf(config)).catch(whereUnreadable);
  return typeof shelved === 'string' ? emptyLibrary : shelved;
}

interface Wanted {
  readonly project: string;
  readonly name: string;
  readonly file: string;
  readonly config: Config;
  readonly now: number;
  readonly times: ShowTimes;
  readonly library: Shelved;
}

async function shelve({ project, name, file, config, now, times, library }: Wanted): Promise<ShelvedRunbook> {
  const path = join(project, file);
  const text = await readFile(path, 'utf8').catch(() => '');
  const load = loadFrom(projectRootOf(path, config.file), process.cwd());
  const compiled = compile({ file: path, text }, { names: configNames(config), load });
  const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const found = compiled.runbook;
  const plans: Partial<Record<Mode, string>> = {};
  const deeds: Partial<Record<Mode, string>> = {};
  let description = '';
  let owner = '';
  for (const mode of first === undefined ? (found?.modes ?? []) : []) {
    const planned = compiled.plan(mode, {});
    if (!('plan' in planned)) continue;
    plans[mode] = planned.plan.hash;
    deeds[mode] = hashOfDeeds(planned.plan);
    description = planned.plan.description ?? '';
    owner = planned.plan.owner ?? '';
  }
  const own = found?.name ?? name;
  const versions = versionsOf(library, config, now, own);
  const newest = versions.find(each => each.withdrawn === undefined) ?? versions[0];
  const published = publishedOf(newest, sha256Hex(text), plans);
  return {
    name: own,
    file,
    description: description === '' ? keyOf(text, 'description') : description,
    owner: owner === '' ? keyOf(text, 'owner') : owner,
    modes: allModes.filter(mode => found?.modes.includes(mode) === true),
    inputs: found?.inputs ?? [],
    ...(first === undefined ? {} : { mistakes: { first: `${first.code} ${first.message}`, count: errors.length } }),
    schedules: (found?.triggers.schedules ?? []).map(schedule => ({
      id: `${own}/${schedule.name}`,
      timeZone: schedule.timeZone,
      ...times(schedule),
    })),
    plans,
    deeds,
    ...(published === undefined ? {} : { published }),
    withdrawn: versions.flatMap(({ version, withdrawn }) =>
      withdrawn === undefined ? [] : [{ version, ...withdrawn }],
    ),
  };
}

function publishedOf(
  newest: Published | undefined,
  source: string,
  plans: ShelvedRunbook['plans'],
): ShelvedVersion | undefined {
  if (newest === undefined) return undefined;
  const { version, by, at, refused } = newest;
  const same = newest.source === source && allModes.every(mode => newest.plans[mode] === plans[mode]);
  return { version, by, at, same, ...(refused === undefined ? {} : { refused }) };
}

/** Of a file of which no mode compiles without inputs. */
function keyOf(text: string, key: string): string {
  const found = new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(text)?.[1] ?? '';
  return found.replace(/[ \t]+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
}
