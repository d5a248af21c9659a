import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { Progress } from '../../engine/types.ts';
import type { RunProgress, RunStart } from '../../workflows/messages.ts';
import type { Control } from '../connection.ts';
import type { HistoryEvent } from '../history.ts';
import { foldJournal, readRunHistory, type RunHistory } from '../journal.ts';
import { type Owner, readCalls } from '../journal-calls.ts';
import { allOf } from '../journal-guards.ts';
import { codecOf } from '../payload-codec.ts';
import { idleSince, isTriedAgain, type PendingActivity, readPendingActivities } from '../pending-activities.ts';
import { ownersOf } from '../queues.ts';
import { pollingWorkers, RunNotFound } from '../runs.ts';
import type { Idle, WatchedRun, Trying } from './facts.ts';
import { ifKnown } from '../not-found.ts';
import { GuardReader } from './guard.ts';

const answerWithinMs = 3_000;

interface Read extends RunHistory, Pick<WatchedRun, 'journal' | 'calls'> {
  /** What tells that the histories have grown. */
  readonly size: string;
}

/** What workers and Temporal tell of it now. */
type Told = Omit<WatchedRun, 'id' | 'start' | 'journal' | 'calls' | 'progress'>;

/**
 * Looks at one run again and again. Histories are fetched anew only where they have grown, and progress from where the last
 * look ended.
 */
export class RunReader {
  readonly #control: Control;
  readonly #id: string;
  readonly #organisation: string;
  readonly #guard: GuardReader;
  #history: Read | undefined;
  #last: { readonly text: string; readonly run: WatchedRun } | undefined;
  #progress: Progress[] = [];
  #answer: RunProgress | undefined;
  #answeredAt: number | undefined;

  constructor(control: Control, id: string, organisation: string) {
    this.#control = control;
    this.#id = id;
    this.#organisation = organisation;
    this.#guard = new GuardReader(control);
  }

  /** The same object as long as nothing has changed. Throws RunNotFound. */
  async look(now: number): Promise<WatchedRun> {
    const run = await this.#describe(this.#id);
    if (run === undefined) throw new RunNotFound(this.#id);
    const found = await this.#guard.find(run.raw.workflowExecutionInfo?.firstRunId ?? run.runId);
    const guard = found?.description;
    const over = run.status.name !== 'RUNNING' && run.status.name !== 'CONTINUED_AS_NEW';
    const [answered] = await Promise.all([over ? undefined : this.#ask(now), this.#guard.ask(found)]);
    const size = `${run.runId} ${run.historyLength} ${found?.id ?? ''} ${guard?.historyLength ?? 0} ${guard?.status.name ?? ''}`;
    if (this.#history?.size !== size) this.#history = { size, ...(await this.#read()) };
    const { start, events, guards, journal, calls } = this.#history;
    const lastEvent = Math.max(0, ...[events, ...guards.map(each => each.events)].map(list => list.at(-1)?.at ?? 0));
    const silent = !over && answered !== true;
    const activities = [
      ...(await this.#pendingOf(run, events, 'run')),
      ...(await this.#pendingOf(guard, guards.at(-1)?.events ?? [], 'guard')),
    ];
    const told: Told = {
      pending: over ? [] : (this.#answer?.pending ?? []),
      ...(this.#answer?.clock === undefined ? {} : { clock: this.#answer.clock }),
      openings: this.#guard.openings,
      ...(this.#guard.unheard ? { guardUnheard: true as const } : {}),
      trying: activities.flatMap(each => tryingOf(each, isStalled(each, start, silent, now))),
      // Of the queue of all workers the run's silence tells.
      idle: activities.flatMap(each => idleOf(each, start, now)).filter(({ of }) => !silent || of.length > 0),
      ...(silent ? { silentSince: Math.max(this.#answeredAt ?? 0, lastEvent), ...(await this.#workers()) } : {}),
      ...(silent && this.#answer === undefined ? { unheard: true as const } : {}),
    };
    // Long journals are neither folded nor compared again and again: what has not changed is the same object.
    const text = JSON.stringify([size, this.#progress.at(-1)?.seq, told]);
    if (this.#last?.text !== text)
      this.#last = { text, run: { id: this.#id, start, journal, calls, progress: this.#progress, ...told } };
    return this.#last.run;
  }

  async #read(): Promise<Omit<Read, 'size'>> {
    const { start, events, guards, untold } = await readRunHistory(this.#control, this.#id);
    const journal = foldJournal(start, events, guards, this.#organisation, untold);
    const calls = [...readCalls(events, 'run'), ...readCalls(allOf(guards).events, 'guard')];
    return { start, events, guards, untold, journal, calls };
  }

  /** Whether the run's worker has answered. */
  async #ask(now: number): Promise<boolean> {
    const { client } = this.#control;
    const since = this.#progress.at(-1)?.seq ?? 0;
    try {
      const answer = await client.connection.withDeadline(Date.now() + answerWithinMs, () =>
        client.workflow.getHandle(this.#id).query<RunProgress, [number]>('progress', since),
      );
      if (answer.progress.length > 0) this.#progress = [...this.#progress, ...answer.progress];
      this.#answer = answer;
      this.#answeredAt = now;
      return true;
    } catch {
      return false;
    }
  }

  async #workers(): Promise<Pick<WatchedRun, 'workers'>> {
    try {
      return { workers: await pollingWorkers(this.#control) };
    } catch {
      return {};
    }
  }

  async #describe(workflowId: string): Promise<WorkflowExecutionDescription | undefined> {
    return await ifKnown(this.#control.client.workflow.getHandle(workflowId).describe());
  }

  async #pendingOf(
    description: WorkflowExecutionDescription | undefined,
    events: readonly HistoryEvent[],
    of: Owner,
  ): Promise<OfStep[]> {
    if (description === undefined) return [];
    const all = await readPendingActivities(codecOf(this.#control.client), description);
    return all.flatMap(pending => {
      const scheduled = events.findLast(event => event.kind === 'scheduled' && event.activityId === pending.id);
      // Its history was read after it was told to be pending.
      if (scheduled !== undefined && isOver(events, scheduled.id)) return [];
      return [{ ...pending, of, key: stepOf(scheduled, pending.id, of) }];
    });
  }
}

interface OfStep extends PendingActivity {
  readonly key: string;
  readonly of: Owner;
}

const isOver = (events: readonly HistoryEvent[], scheduled: number): boolean =>
  events.some(event => (event.kind === 'succeeded' || event.kind === 'failed') && event.of === scheduled);

function tryingOf(activity: OfStep, stalled: boolean): Trying[] {
  if (!isTriedAgain(activity)) return [];
  const { key, attempt, failure, looks, givesUpAt, of } = activity;
  const common = {
    ...{ key, attempt },
    ...(givesUpAt === undefined ? {} : { givesUpAt }),
    ...(of === 'guard' ? { guard: true as const } : {}),
    ...(stalled ? { stalled: true as const } : {}),
  };
  if (looks !== undefined) {
    const { saw, ...rest } = looks;
    return [{ ...common, looks: rest, error: saw }];
  }
  if (failure === undefined) return [];
  const { at, message, record } = failure;
  const { zvm } = record;
  return [
    {
      ...{ ...common, error: message },
      ...(zvm === undefined ? {} : { zvm }),
      ...(at === undefined ? {} : { failedAt: at }),
    },
  ];
}

/** A worker that does something says so every 3 s. */
const heardWithinMs = 10_000;

/** Whether nobody is there who would try it; `silent`: no worker answers for the run. */
function isStalled(activity: OfStep, start: RunStart, silent: boolean, now: number): boolean {
  if (idleSince(activity, now) !== undefined) return true;
  const { taken, heardAt = 0, queue } = activity;
  const isOwn = ownersOf(queue, start.queues ?? noQueues).length > 0;
  return silent && !isOwn && !(taken && now - heardAt < heardWithinMs);
}

const noQueues = { sites: {}, probes: {} };

function idleOf(pending: OfStep, { queues = noQueues }: RunStart, now: number): Idle[] {
  const since = idleSince(pending, now);
  if (since === undefined) return [];
  const { key, action, taken, queue } = pending;
  return [{ key: key === '' ? action : key, taken, since, of: ownersOf(queue, queues) }];
}

/** A guard's activity is known by a number; the step stands in what it was given. */
function stepOf(scheduled: HistoryEvent | undefined, activityId: string, of: Owner): string {
  return readCalls(scheduled === undefined ? [] : [scheduled], of)[0]?.step ?? activityId.replace(/#\d+$/, '');
}
