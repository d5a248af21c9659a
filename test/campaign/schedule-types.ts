import type { Fault } from '../../simulator/faults.ts';

/** All that happens to one seed, as plain JSON: the seed alone decides it. Times in ms. */
export interface Schedule {
  readonly seed: number;
  /** Of cases.ts. */
  readonly case: string;
  /** What goes wrong on the wire, by the simulator's own fault script. */
  readonly faults: readonly Fault[];
  readonly moves: readonly Move[];
  readonly people: PeoplePlan;
  /** Of the whole run, in place of the runbook's own; drills only. */
  readonly timeLimitS?: number;
  /** The last approval expires after this. */
  readonly keepExpiresS?: number;
  /** The run, and its guard, go on in another execution after so many events. */
  readonly continueAfterEvents?: number;
  /** A failover of the drill's VPGs begins beside it. */
  readonly beside?: When;
}

/** What people say where a run asks them. */
export interface PeoplePlan {
  /** The first approval is refused by somebody. */
  readonly rejectsGo: boolean;
  readonly keep: 'commit' | 'roll-back';
  /** Words that must not count, said before the true ones. */
  readonly odd: readonly OddWord[];
  /** They let the first approval wait so long. */
  readonly slowMs: number;
  /** By which the glass is broken in place of two votes. */
  readonly breaksGlass: boolean;
  readonly questions: 'retry' | 'skip' | 'roll-back' | 'abort';
  readonly held: 'commit' | 'roll-back' | 'go-on';
}

export type OddWord =
  | 'requester votes'
  | 'stranger votes'
  | 'twice'
  | 'wrong choice'
  | 'glass without reason'
  | 'other mind';

/** From the start of the run, or from a request that the simulator has got. */
export type When =
  | { readonly afterMs: number }
  | { readonly request: string; readonly nth: number; readonly plusMs: number };

/** What somebody does to the run, or to the sites behind its back. */
export type Move = { readonly when: When } & Deed;

export type Deed =
  | { readonly do: 'cancel'; readonly now: boolean }
  | { readonly do: 'terminate' | 'terminate-guard' | 'terminate-both' }
  /** Somebody pauses the run, and resumes it after so long. */
  | { readonly do: 'pause'; readonly forMs: number }
  | { readonly do: 'extend'; readonly byMs: number }
  | { readonly do: 'abort' | 'roll-back' }
  /** To so many of a hundred of its workflow tasks. */
  | { readonly do: 'reset'; readonly percent: number }
  /** The simulation's clock. */
  | { readonly do: 'jump-clock'; readonly ms: number }
  | { readonly do: 'end-sessions' | 'lose-settings' }
  | { readonly do: 'restart-zvm' | 'silence'; readonly site: string; readonly forMs: number }
  | { readonly do: 'cut'; readonly forMs: number }
  /** Somebody else tests a VPG, and stops it himself or lets it run. */
  | { readonly do: 'stranger-tests'; readonly vpg: string; readonly stopsAfterMs?: number }
  /** Somebody else stops, commits or rolls back what the run has open of a VPG. */
  | { readonly do: 'stranger-ends'; readonly vpg: string; readonly how: 'stop' | 'commit' | 'roll-back' }
  /** A word at a time at which nobody asks. */
  | { readonly do: 'odd-word'; readonly step: string; readonly choice: string; readonly by: string };

/** What befalls the processes: all seeds of a group at the same time, from the start of its runs. */
export interface ProcessFault {
  readonly afterMs: number;
  readonly do: 'kill-worker' | 'stop-worker' | 'kill-server' | 'lose-database';
  /** Until it is started, or goes on. */
  readonly forMs: number;
}

export interface GroupPlan {
  readonly workers: 1 | 2;
  readonly faults: readonly ProcessFault[];
}
