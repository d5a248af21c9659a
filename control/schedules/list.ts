import type { Control } from '../connection.ts';
import { type ListedRun, listRunsOf } from '../run-list.ts';
import { whyNotByClocks } from './clocks.ts';
import { type Existing, readExisting } from './existing.ts';

/** A schedule as the list shows it. Times: ms since 1970. */
export interface ListedSchedule {
  readonly id: string;
  readonly project: string;
  readonly file: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly plan: string;
  readonly appliedBy: string;
  /** With the operator's note. */
  readonly paused?: string;
  /** As Temporal has them: a surprise is not in them, only its beginning. */
  readonly next: readonly number[];
  readonly withinMs?: number;
  readonly blackouts: readonly string[];
  /** The newest first. */
  readonly last: readonly ListedRun[];
  /** Since it was made: times that were over before Temporal could start a run, and those that fell into the run before. */
  readonly missed: number;
  readonly skipped: number;
}

/** All that drillbook has made in the namespace, or those of one project. */
export async function listSchedules(control: Control, project?: string): Promise<readonly ListedSchedule[]> {
  const all = await readExisting(control, project);
  return await Promise.all(all.map(async existing => describe(existing, await listRunsOf(control, existing.id, 3))));
}

/** Without those at which no drill begins, as the clocks change. */
function comingOf(times: readonly Date[], cron: string, timeZone: string): readonly number[] {
  return times
    .map(time => time.getTime())
    .filter(at => whyNotByClocks(cron, timeZone, at) === undefined)
    .slice(0, 5);
}

function describe({ id, project, file, start, description }: Existing, last: readonly ListedRun[]): ListedSchedule {
  const { spec, state, info } = description;
  const { withinMs, blackouts = [], timeZone = 'UTC' } = start.schedule ?? {};
  const cron = spec.calendars?.[0]?.comment ?? '';
  return {
    id,
    project,
    file,
    cron,
    timeZone,
    plan: start.plan.hash,
    appliedBy: start.run.requester,
    ...(state.paused && { paused: state.note ?? '' }),
    next: state.paused ? [] : comingOf(info.nextActionTimes, cron, timeZone),
    ...(withinMs === undefined ? {} : { withinMs }),
    blackouts,
    last,
    missed: info.numActionsMissedCatchupWindow,
    skipped: info.numActionsSkippedOverlap,
  };
}
