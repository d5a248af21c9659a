import type { GuardWork } from './guard-activities.ts';

/** Task queues by what their workers reach, as drillbook.yaml named them when the run started. Who is not here has the main queue. */
export interface Queues {
  /** By site. */
  readonly sites: Readonly<Record<string, string>>;
  /** By probe. */
  readonly probes: Readonly<Record<string, string>>;
}

/** The guard's work that looks until something has come about; the rest are short calls, and nothing may stand in their way. */
export const guardWaits: Readonly<Record<GuardWork, boolean>> = {
  baseline: false,
  start: false,
  stop: false,
  settle: true,
  wait: true,
  readBack: true,
  lookLive: true,
};
