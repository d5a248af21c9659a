import type { GuardWork } from '../engine/guard-types.ts';
import { startTest, takeBaseline } from './guard-start.ts';
import { readBackStop, stopTest } from './guard-stop.ts';
import { settleTest, waitForTest } from './guard-wait.ts';
import type { Work } from './guard-work.ts';
import type { Surroundings } from './surroundings.ts';

type AllWork = { [W in GuardWork as `guard/${W}`]: Work<W> };

/** The guard's hand on a ZVM, by activity name. */
export function guardActivities(s: Surroundings): AllWork {
  return {
    'guard/baseline': takeBaseline(s),
    'guard/start': startTest(s),
    'guard/settle': settleTest(s),
    'guard/wait': waitForTest(s),
    'guard/stop': stopTest(s),
    'guard/readBack': readBackStop(s),
  };
}
