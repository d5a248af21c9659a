import type { RunStart } from '../../workflows/messages.ts';
import type { Config } from '../config/config.ts';
import { peopleOf } from '../config/people.ts';
import type { Control } from '../connection.ts';
import { queuesOf } from '../queues.ts';
import { missingSearchAttributes } from '../search-attributes.ts';
import { type Change, differenceOf, isIn, type Scope } from './difference.ts';
import { declares } from './elsewhere.ts';
import { type Existing, findSchedule, readExisting } from './existing.ts';
import { whatEnds, whoDiffers } from './signature.ts';
import { type Applier, startOf } from './start.ts';
import type { Wanted } from './wanted.ts';
import { type Owner, storedOrigin, whose, whyLeft, whyUnclear } from './whose.ts';

/** The project whose schedules these are. */
export interface Project extends Owner {
  readonly config: Pick<Config, 'sites' | 'probes' | 'people' | 'groups' | 'identity' | 'roles' | 'triggers'>;
}

export interface Comparison {
  readonly changes: readonly Change[];
  readonly unchanged: number;
  /** Of the wanted ones, those whose id somebody else's schedule, or a file that is not looked at, has; and those that may be another project's. One sentence each. */
  readonly refused: readonly string[];
  /** Those that an operator has paused, by id, with the note. */
  readonly paused: Readonly<Record<string, string>>;
  /** Those that no file wants and an operator has paused, by id, with the note: they are not removed, so that the pause is not forgotten. */
  readonly kept: Readonly<Record<string, string>>;
  /** Those that no file wants and that are not removed, since they may be another project's; one sentence each. */
  readonly left: readonly string[];
  /** Places of the scope that hold no file and no schedule. */
  readonly unknown: readonly string[];
  /** Of those that are wanted: whose key ends soon, or whose drills would not start, once it is applied; one sentence each. */
  readonly ending: readonly string[];
  /** Of these, those of which no drill would start. */
  readonly startsNone: readonly string[];
}

/** What the files want, and where was looked for them. */
export interface Asked {
  readonly wanted: readonly Wanted[];
  readonly scope: Scope;
  readonly missing: Scope;
  /** Also what an operator has paused is removed, where no file wants it. */
  readonly removePaused?: boolean;
  /** Nothing is applied by whoever asks: what a change would be signed with is not his. */
  readonly onlyLooks?: boolean;
}

/** Compares what the files want with what Temporal has, within the scope. Changes nothing. */
export async function compareSchedules(
  control: Control,
  project: Project,
  { wanted, scope, missing, removePaused = false, onlyLooks = false }: Asked,
  applier: Applier,
): Promise<Comparison> {
  const settings = await settingsOf(control, project);
  const refused: string[] = [];
  const there = new Map<string, Existing>();
  const unclear = new Map<string, Existing>();
  for (const existing of await readExisting(control)) {
    const is = whose(existing, project);
    if (is !== 'another') (is === 'own' ? there : unclear).set(existing.id, existing);
  }
  const free: Wanted[] = [];
  for (const one of wanted) {
    // The list may be late by a moment.
    const found = there.get(one.id) ?? (await findSchedule(control, one.id));
    unclear.delete(one.id);
    const why = whyTaken(one.id, found, project) ?? (await whyElsewhere(one, found, project, scope));
    if (why !== undefined) refused.push(why);
    else free.push(one);
    if (typeof found !== 'string' && why === undefined) there.set(one.id, found);
  }
  const leftOver = [...unclear.values()].filter(({ file }) => isIn(scope, file));
  if (!project.isNamed) refused.push(...leftOver.map(existing => whyUnclear(existing, project)));
  const own = [...there.values()];
  const people = peopleOf(project.config);
  const startFor = (one: Wanted): RunStart => startOf(one, applier, settings);
  const differences = differenceOf(free, own, scope, startFor, (stored, made) => [
    ...whoDiffers(stored.start, made, people, applier.at),
    ...(stored.project === project.name && stored.origin === storedOrigin(project) ? [] : ['project']),
  ]);
  const kept = removePaused ? {} : pausedOf(own.filter(({ id }) => isRemoved(differences, id)));
  const changes = differences.filter(({ id }) => kept[id] === undefined);
  const ending = free.flatMap(one => {
    const stored = changes.some(({ id }) => id === one.id) ? undefined : there.get(one.id)?.start;
    const start = stored ?? (onlyLooks && applier.sign === undefined ? undefined : startFor(one));
    const ends = start && whatEnds(start, people, applier.at);
    return ends === undefined ? [] : [{ id: one.id, ...ends }];
  });
  return {
    changes,
    unchanged: free.length - changes.filter(change => change.do !== 'remove').length,
    refused,
    paused: pausedOf(own.filter(({ id }) => free.some(one => one.id === id))),
    kept,
    left: project.isNamed ? leftOver.map(whyLeft) : [],
    unknown: missing.filter(place => ![...own, ...leftOver].some(({ file }) => isIn([place], file))),
    ending: ending.map(({ id, why }) => `${id}: ${why}.`),
    startsNone: ending.filter(({ startsNone }) => startsNone).map(({ id }) => id),
  };
}

/** What of drillbook.yaml and Temporal a schedule's start is made of. */
export async function settingsOf(control: Control, { config }: Pick<Project, 'config'>) {
  return { queues: queuesOf(config), searchable: (await missingSearchAttributes(control)).length === 0 };
}

const isRemoved = (changes: readonly Change[], id: string): boolean =>
  changes.some(change => change.do === 'remove' && change.id === id);

/** By id, with the note. */
function pausedOf(schedules: readonly Existing[]): Readonly<Record<string, string>> {
  const paused = schedules.filter(({ description }) => description.state.paused);
  return Object.fromEntries(paused.map(({ id, description }) => [id, description.state.note ?? '']));
}

function whyTaken(id: string, found: Existing | 'none' | 'stranger', project: Project): string | undefined {
  if (found === 'none') return undefined;
  if (found === 'stranger') return `Temporal has a schedule ${id} that drillbook did not make: rename one of the two.`;
  const is = whose(found, project);
  if (is === 'own') return undefined;
  if (is === 'unclear') return project.isNamed ? undefined : whyUnclear(found, project);
  return `The schedule ${id} belongs to the project ${found.project} (${found.file}), this one is ${project.name}: rename one of the runbooks, or let that project give it up.`;
}

/** Two files that are applied apart would take it from each other for ever. */
async function whyElsewhere(
  { id, file }: Wanted,
  found: Existing | 'none' | 'stranger',
  { root }: Project,
  scope: Scope,
): Promise<string | undefined> {
  if (typeof found === 'string' || found.file === file || isIn(scope, found.file)) return undefined;
  const still = await declares(root, found.file, id);
  if (still === false) return undefined;
  const there = still === true ? 'which still declares it' : 'which cannot be read for mistakes';
  return `The schedule ${id} of ${file} comes from ${found.file}, ${there}: give one of the runbooks another name, or take it out of one.`;
}
