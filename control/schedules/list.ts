import type { Control } from '../connection.ts';
import { type ListedRun, listRunsOf } from '../run-list.ts';
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

function describe({ id, project, file, start, description }: Existing, last: readonly ListedRun[]): ListedSchedule {
  const { spec, state, info } = description;
  const { withinMs, blackouts = [], timeZone = 'UTC' } = start.schedule ?? {};
  return {
    id,
    project,
    file,
    cron: spec.calendars?.[0]?.comment ?? '',
    timeZone,
    plan: start.plan.hash,
    appliedBy: start.run.requester,
    ...(state.paused && { paused: state.note ?? '' }),
    next: state.paused ? [] : info.nextActionTimes.slice(0, 5).map(time => time.getTime()),
    ...(withinMs === undefined ? {} : { withinMs }),
    blackouts,
    last,
    missed: info.numActionsMissedCatchupWindow,
    skipped: info.numActionsSkippedOverlap,
  };
}
