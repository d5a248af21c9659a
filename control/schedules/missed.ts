import { type Cron } from '../../compiler/triggers/cron.ts';
import { cronTimes } from '../../compiler/triggers/cron-times.ts';
import { leastCatchUpMs } from '../../actions/schedule-terms.ts';
import type { PageInput } from '../../engine/page.ts';
import type { Kept, Looked } from '../../engine/timekeeper-types.ts';
import { formatDuration } from '../../report/times.ts';

/** A schedule as Temporal has it. Times: ms since 1970. */
export interface Seen {
  readonly id: string;
  readonly runbook: string;
  readonly cron: Cron;
  readonly timeZone: string;
  readonly jitterMs: number;
  readonly catchUpMs: number;
  readonly createdAt: number;
  /** Since when it is as it is now. */
  readonly since: number;
  /** With the operator's note. */
  readonly paused?: string;
  /** Times that it has started a run for, the last ten. */
  readonly taken: readonly number[];
  readonly isRunning: boolean;
  readonly overlap: 'skip' | 'wait';
  readonly missed: number;
  readonly skipped: number;
  /** When the last drill of its runbook that passed ended; absent: Temporal knows none. */
  readonly lastPassed?: number;
}

/** Temporal starts a run within seconds; what is told must be true. */
const marginMs = 60_000;
const mostTaken = 10;

/**
 * Which times have passed without a run, and which runbooks had no passed drill for too long. Pure. A time is told by the look after the
 * last moment at which its run could have begun, so by one look alone. `before`: of the look before; absent: this is the first.
 */
export function whatIsMissed(
  all: readonly Seen[],
  before: Kept | undefined,
  now: number,
  intervalMs: number | undefined,
): Looked {
  const lastPassed: Record<string, number> = { ...before?.lastPassed };
  const firstMade: Record<string, number> = {};
  for (const { runbook, lastPassed: passed = 0, createdAt } of all) {
    lastPassed[runbook] = Math.max(lastPassed[runbook] ?? 0, passed);
    firstMade[runbook] = Math.min(firstMade[runbook] ?? createdAt, createdAt);
  }
  const overdue: Record<string, number> = {};
  const pages = all.flatMap(seen => notStarted(seen, before, now));
  for (const [runbook, made] of Object.entries(firstMade)) {
    const passed = lastPassed[runbook] ?? 0;
    const since = passed === 0 ? made : passed;
    if (intervalMs === undefined || now - since <= intervalMs) continue;
    overdue[runbook] = since;
    if (before?.overdue[runbook] !== since) pages.push(overdueOf(runbook, passed, since, intervalMs, now));
  }
  const counted = Object.fromEntries(all.map(({ id, missed, skipped }) => [id, { missed, skipped }]));
  const counts = Object.fromEntries(all.map(seen => [seen.id, countsOf(seen, before, now)]));
  return { pages, kept: { lookedAt: now, lastPassed, overdue, counted, counts } };
}

type Counts = NonNullable<Kept['counts']>[string];

/** A schedule of each minute that leaves out most of them would otherwise have no end. */
const mostCounts = 100;

/** Each change of what Temporal has counted, as far back as a time that is not yet told. */
function countsOf(seen: Seen, before: Kept | undefined, now: number): Counts {
  const { id, missed, skipped } = seen;
  const known = countedBefore(id, before);
  const last = known.at(-1);
  const all = last?.missed === missed && last.skipped === skipped ? known : [...known, { since: now, missed, skipped }];
  const oldest = all.findLastIndex(({ since }) => since <= now - lateOf(seen) - marginMs);
  return all.slice(Math.max(0, oldest)).slice(-mostCounts);
}

function countedBefore(id: string, before: Kept | undefined): Counts {
  const known = before?.counts?.[id];
  if (known !== undefined) return known;
  const counted = before?.counted[id];
  return before === undefined || counted === undefined ? [] : [{ since: before.lookedAt, ...counted }];
}

/** So long after its time a run may begin, and is then told as missing. */
const lateOf = ({ jitterMs, catchUpMs }: Seen): number => jitterMs + Math.max(catchUpMs, leastCatchUpMs) + marginMs;

function notStarted(seen: Seen, before: Kept | undefined, now: number): PageInput[] {
  if (before === undefined) return [];
  const { id, runbook, cron, timeZone, jitterMs, since, taken } = seen;
  const late = lateOf(seen);
  const from = Math.max(since, before.lookedAt - late) + 1;
  // What is older than the last ten nobody can tell.
  const oldest = taken.length < mostTaken ? 0 : Math.min(...taken);
  return [...cronTimes(cron, timeZone, from, now - late + 1)]
    .filter(({ at, gap }) => gap !== true && at >= oldest && !taken.some(time => time >= at && time <= at + jitterMs))
    .flatMap(({ at, local }) => {
      const why = whyNot(seen, before, at);
      if (why === undefined) return [];
      const text = `${id} of ${local.replace('T', ' ')} (${timeZone}, ${iso(at)}): ${why}`;
      return [page(runbook, 'not-started', text, { at: now, about: `${id} ${iso(at)}` })];
    });
}

/** Undefined: it only waits for the run before. Temporal counts a time when it comes, and it is told when its run can no longer begin. */
function whyNot(
  { id, paused, isRunning, overlap, missed, skipped, catchUpMs }: Seen,
  before: Kept,
  at: number,
): string | undefined {
  if (paused !== undefined) return `the schedule is paused${paused === '' ? '' : ` (${paused})`}`;
  if (overlap === 'wait' && isRunning) return undefined;
  const known = countedBefore(id, before);
  // A look of the same moment may have seen it counted.
  const counted = known.findLast(({ since }) => since <= at - marginMs / 2) ?? known[0] ?? { missed: 0, skipped: 0 };
  if (skipped > counted.skipped) return 'the run before was still going on (overlap: skip)';
  if (missed > counted.missed) return `Temporal was away for longer than ${formatDuration(catchUpMs)} (catch-up)`;
  return 'Temporal has started no run';
}

function overdueOf(runbook: string, passed: number, since: number, intervalMs: number, now: number): PageInput {
  const what =
    passed === 0
      ? `no drill has passed since its schedule was made (${iso(since)})`
      : `the last drill that passed ended ${iso(passed)}`;
  return page(runbook, 'overdue', `${what}, and policy.drill-interval is ${formatDuration(intervalMs)}`, {
    at: now,
    about: `since ${iso(since)}`,
  });
}

type When = Required<Pick<PageInput, 'at' | 'about'>>;

/** No run is there that it could be about. */
function page(runbook: string, event: 'overdue' | 'not-started', text: string, { at, about }: When): PageInput {
  return { runbook, mode: 'drill', event, text, at, about };
}

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
