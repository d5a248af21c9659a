import type { Control } from '../connection.ts';
import { whyNotByClocks } from './clocks.ts';
import { type Existing, readExisting } from './existing.ts';

/** A schedule as it stands in Temporal. Times: ms since 1970. */
export interface Standing {
  /** `RUNBOOK/NAME`. */
  readonly id: string;
  readonly runbook: string;
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
  readonly jitterMs: number;
  readonly blackouts: readonly string[];
  /** Since it was made: times that were over before Temporal could start a run, and those that fell into the run before. */
  readonly missed: number;
  readonly skipped: number;
}

/** Those that drillbook has made in the namespace. */
export async function readStandings(control: Pick<Control, 'client'>): Promise<readonly Standing[]> {
  return (await readExisting(control)).map(standingOf);
}

function standingOf({ id, project, file, start, description }: Existing): Standing {
  const { spec, state, info } = description;
  const { withinMs, blackouts = [], timeZone = 'UTC' } = start.schedule ?? {};
  const cron = spec.calendars?.[0]?.comment ?? '';
  return {
    ...{ id, runbook: start.plan.name, project, file, cron, timeZone },
    plan: start.plan.hash,
    appliedBy: start.run.requester,
    ...(state.paused && { paused: state.note ?? '' }),
    next: state.paused ? [] : comingOf(info.nextActionTimes, cron, timeZone),
    ...(withinMs === undefined ? {} : { withinMs }),
    jitterMs: spec.jitter ?? 0,
    blackouts,
    missed: info.numActionsMissedCatchupWindow,
    skipped: info.numActionsSkippedOverlap,
  };
}

/** Without those at which no drill begins, as the clocks change. */
function comingOf(times: readonly Date[], cron: string, timeZone: string): readonly number[] {
  return times
    .map(time => time.getTime())
    .filter(at => whyNotByClocks(cron, timeZone, at) === undefined)
    .slice(0, 5);
}
