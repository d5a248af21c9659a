import type { GuardWork } from '../engine/guard-activities.ts';
import { keptBaseline, keptWork } from './guard-kept.ts';
import { lookLive } from './guard-live.ts';
import { startIt, takeBaseline } from './guard-start.ts';
import { readBackStop, stopIt } from './guard-stop.ts';
import { recorded } from './guard-written.ts';
import { settleIt, waitForIt } from './guard-wait.ts';
import type { Work } from './guard-work.ts';
import type { Surroundings } from './surroundings.ts';

type AllWork = { [W in GuardWork as `guard/${W}`]: Work<W> };

/** The guard's hand on a ZVM, by activity name; what it opens and closes is written down. */
export function guardActivities(s: Surroundings): AllWork {
  return recorded(s, {
    'guard/baseline': keptBaseline(takeBaseline(s)),
    'guard/start': startIt(s),
    'guard/settle': settleIt(s),
    'guard/wait': keptWork(waitForIt(s)),
    'guard/stop': keptWork(stopIt(s)),
    'guard/readBack': keptWork(readBackStop(s)),
    'guard/lookLive': lookLive(s),
  });
}
