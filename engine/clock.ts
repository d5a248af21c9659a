import type { Plan } from '../compiler/plan.ts';
import { rootOf } from './frames.ts';
import { humanTimeBetween } from './human-time.ts';
import type { EngineState, Stage } from './state.ts';
import type { Objective, RunInfo } from './types.ts';

/** How long a run has taken, and whose time it was, for whoever watches it. Times: ms since 1970. */
export interface RunClock {
  /** Where the RTO begins: with the first recovery call, in a live mode with the run or the loss. Absent: not yet. */
  readonly begunAt?: number;
  /** Of the time since then: so much of it people alone were waited for, and that is over, ms. */
  readonly humanMs: number;
  /** People alone are waited for, since. */
  readonly humanSince?: number;
  /** Of the run itself: what it does, whatever its sub-runbooks do. */
  readonly stage: Stage;
  /** Frozen before closing. */
  readonly rto?: Objective;
  readonly rpo?: Objective;
}

/** Nothing in it depends on when it is asked. */
export function clockOf(plan: Plan, run: RunInfo, state: EngineState): RunClock {
  const { judged, stage } = rootOf({ state });
  const live = plan.mode === 'failover' || plan.mode === 'move';
  const begunAt = live ? (run.lossAt ?? state.startedAt) : state.firstOpenAt;
  const { since } = state.humanTime;
  const over = { spans: state.humanTime.spans };
  return {
    ...(begunAt === undefined ? {} : { begunAt }),
    humanMs: begunAt === undefined ? 0 : humanTimeBetween(over, begunAt, Infinity),
    ...(since === undefined ? {} : { humanSince: since }),
    stage,
    ...(judged === undefined ? {} : { rto: judged.rto, rpo: judged.rpo }),
  };
}
