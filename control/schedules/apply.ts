import type { ScheduleOptions } from '@temporalio/client';
import type { RunStart } from '../../workflows/messages.ts';
import type { Config } from '../config/config.ts';
import { peopleOf } from '../config/people.ts';
import { type Control, taskQueue } from '../connection.ts';
import { queuesOf } from '../queues.ts';
import { describeRun } from '../run-options.ts';
import { missingSearchAttributes } from '../search-attributes.ts';
import { type Change, differenceOf, isIn, type Scope } from './difference.ts';
import { declares } from './elsewhere.ts';
import { type Existing, findSchedule, readExisting } from './existing.ts';
import { runPrefix } from './own-time.ts';
import { whatEnds, whoDiffers } from './signature.ts';
import { policiesOf, specOf } from './spec.ts';
import { type Applier, startOf } from './start.ts';
import type { Wanted } from './wanted.ts';

/** Whose schedules these are. */
export interface Project {
  /** `project` of drillbook.yaml, else the name of its folder: the same on every machine. */
  readonly name: string;
  /** Its folder. */
  readonly root: string;
  readonly config: Pick<Config, 'sites' | 'probes' | 'people' | 'groups' | 'identity' | 'roles' | 'triggers'>;
}

export interface Comparison {
  readonly changes: readonly Change[];
  readonly unchanged: number;
  /** Of the wanted ones, those whose id somebody else's schedule, or a file that is not looked at, has; one sentence each. */
  readonly refused: readonly string[];
  /** Those that an operator has paused, by id, with the note. */
  readonly paused: Readonly<Record<string, string>>;
  /** Places of the scope that hold no file and no schedule. */
  readonly unknown: readonly string[];
  /** Of those that are wanted: whose key ends soon, or whose drills would not start, once it is applied; one sentence each. */
  readonly ending: readonly string[];
}

/** Compares what the files want with what Temporal has, within the scope. Changes nothing. */
export async function compareSchedules(
  control: Control,
  project: Project,
  { wanted, scope, missing }: { readonly wanted: readonly Wanted[]; readonly scope: Scope; readonly missing: Scope },
  applier: Applier,
): Promise<Comparison> {
  const settings = await settingsOf(control, project);
  const refused: string[] = [];
  const there = new Map<string, Existing>();
  for (const existing of await readExisting(control, mark => mark.project === project.name))
    there.set(existing.id, existing);
  const free: Wanted[] = [];
  for (const one of wanted) {
    // The list may be late by a moment.
    const found = there.get(one.id) ?? (await findSchedule(control, one.id));
    const why = whyTaken(one.id, found, project) ?? (await whyElsewhere(one, found, project, scope));
    if (why !== undefined) refused.push(why);
    else free.push(one);
    if (typeof found !== 'string' && why === undefined) there.set(one.id, found);
  }
  const own = [...there.values()];
  const people = peopleOf(project.config);
  const startFor = (one: Wanted): RunStart => startOf(one, applier, settings);
  const changes = differenceOf(free, own, scope, startFor, (stored, made) =>
    whoDiffers(stored, made, people, applier.at),
  );
  const ending = free.flatMap(one => {
    const stored = changes.some(({ id }) => id === one.id) ? undefined : there.get(one.id)?.start;
    const why = whatEnds(stored ?? startFor(one), people, applier.at);
    return why === undefined ? [] : [`${one.id}: ${why}.`];
  });
  const paused = own
    .filter(
      ({ id, file, description }) => description.state.paused && (isIn(scope, file) || free.some(w => w.id === id)),
    )
    .map(({ id, description }) => [id, description.state.note ?? ''] as const);
  return {
    changes,
    unchanged: free.length - changes.filter(change => change.do !== 'remove').length,
    refused,
    paused: Object.fromEntries(paused),
    unknown: missing.filter(place => !own.some(({ file }) => isIn([place], file))),
    ending,
  };
}

function whyTaken(id: string, found: Existing | 'none' | 'stranger', project: Project): string | undefined {
  if (found === 'none') return undefined;
  if (found === 'stranger') return `Temporal has a schedule ${id} that drillbook did not make: rename one of the two.`;
  if (found.project === project.name) return undefined;
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

async function settingsOf(control: Control, { config }: Project) {
  return { queues: queuesOf(config), searchable: (await missingSearchAttributes(control)).length === 0 };
}

/** Makes it so. Gives why each could not be done; empty: all are. An operator's pause and its note stay. */
export async function applyChanges(
  control: Control,
  project: Project,
  changes: readonly Change[],
  applier: Applier,
): Promise<Readonly<Record<string, string>>> {
  const settings = await settingsOf(control, project);
  const failed: Record<string, string> = {};
  for (const change of changes) {
    try {
      await perform(control, project, change, wanted => optionsOf(wanted, applier, project, settings));
    } catch (error) {
      failed[change.id] = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    }
  }
  return failed;
}

type Options = ReturnType<typeof optionsOf>;

async function perform(
  { client }: Control,
  project: Project,
  change: Change,
  options: (wanted: Wanted) => Options,
): Promise<void> {
  switch (change.do) {
    case 'create': {
      const { name } = project;
      const mark = { drillbook: 'schedule/v1', project: name, runbook: change.wanted.plan.name };
      await client.schedule.create({ scheduleId: change.id, memo: mark, ...options(change.wanted) });
      return;
    }
    case 'change': {
      const made = options(change.wanted);
      // The server's own state: paused, with its note, for how often still.
      await client.schedule.getHandle(change.id).update(({ state }) => ({ ...made, state }));
      return;
    }
    case 'remove':
      await client.schedule.getHandle(change.id).delete();
      return;
  }
}

function optionsOf(
  wanted: Wanted,
  applier: Applier,
  project: Project,
  settings: Parameters<typeof startOf>[2],
): Pick<ScheduleOptions, 'spec' | 'policies' | 'action'> & { readonly spec: NonNullable<ScheduleOptions['spec']> } {
  const { id, file, draft, plan } = wanted;
  const start = startOf(wanted, applier, settings);
  const described = describeRun(plan, start.run, { schedule: id, searchable: settings.searchable });
  return {
    spec: specOf(draft),
    policies: policiesOf(draft),
    action: {
      type: 'startWorkflow',
      workflowType: 'runbook',
      // Temporal adds the time: `payments.weekly-2026-11-29T03:30:00Z`.
      workflowId: runPrefix(id),
      taskQueue,
      args: [start],
      ...described,
      memo: { ...described.memo, file, project: project.name },
    },
  };
}
