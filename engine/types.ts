import type { ActionCall } from '../actions/call.ts';
import type { TransportRetry } from '../actions/contract.ts';
import type { JsonMap } from '../actions/json.ts';

/** Ends of a step, kept apart: the world said no (`failed`), we could not find out (`errored`), it took too long. */
export type Status = 'succeeded' | 'failed' | 'errored' | 'timed_out' | 'cancelled' | 'skipped';
export type Verdict = 'passed' | 'passed_with_exceptions' | 'failed' | 'inconclusive';

/** Who asked for a run, and how. A name that nothing vouches for is stamped `verified: false`. */
export interface RunInfo {
  readonly id: string;
  readonly trigger: 'cli' | 'console' | 'api' | 'schedule' | 'webhook';
  readonly requester: string;
  readonly verified: boolean;
  readonly reason: string;
  readonly url: string;
  /** SHA-256 of the drillbook.yaml that the run was started under. */
  readonly configSha256: string;
  /** `drillbook plan`: every call is only a look. */
  readonly dry?: true;
}

export type Outcome =
  | { readonly status: 'succeeded'; readonly outputs: JsonMap; readonly told?: readonly string[] }
  | { readonly status: Exclude<Status, 'succeeded'>; readonly error: string; readonly outputs?: JsonMap };

/** What happened, as the driver tells it. `at` is the workflow's time, ms since 1970. */
export type EngineEvent = { readonly at: number } & (
  | { readonly kind: 'begin' }
  /** An activity ended. */
  | { readonly kind: 'called'; readonly key: string; readonly outcome: Outcome }
  /** The guard's answers. */
  | { readonly kind: 'granted' }
  | { readonly kind: 'not-granted'; readonly error: string }
  | { readonly kind: 'opened'; readonly key: string; readonly outputs: JsonMap }
  /** Proved: nothing is open of it. */
  | {
      readonly kind: 'not-opened';
      readonly key: string;
      readonly status: 'failed' | 'errored' | 'timed_out' | 'cancelled';
      readonly error: string;
    }
  /** The step failed, yet something may be open of it: it counts as open until it is closed (a timed-out opening). */
  | {
      readonly kind: 'open-failed';
      readonly key: string;
      readonly status: 'failed' | 'errored' | 'timed_out';
      readonly error: string;
    }
  | { readonly kind: 'closed'; readonly key: string; readonly outputs: JsonMap }
  /** Not read back within the closing budget; the guard goes on. */
  | { readonly kind: 'stuck'; readonly key: string; readonly error: string }
  | { readonly kind: 'timer'; readonly id: string }
  | { readonly kind: 'cancel'; readonly by: string; readonly reason: string; readonly now: boolean }
  | {
      readonly kind: 'answer';
      readonly key: string;
      readonly choice: 'retry' | 'skip' | 'abort';
      readonly by: string;
      readonly reason: string;
    }
);

/** An event before its driver says when it was. */
export type WithoutTime<E> = E extends unknown ? Omit<E, 'at'> : never;

/** What the driver must do. The engine never waits; every command is answered by an event. */
export type Command =
  | {
      readonly do: 'call';
      readonly key: string;
      readonly summary: string;
      readonly timeoutMs: number;
      readonly transport: TransportRetry;
      readonly call: ActionCall;
    }
  /** A running read is no longer wanted; its `called` event still comes. */
  | { readonly do: 'cancel-call'; readonly key: string }
  /** VPG names at the run's site, with identifiers: all that the Plan changes. Answered by `granted` or `not-granted`. */
  | {
      readonly do: 'acquire';
      readonly vpgs: Readonly<Record<string, string>>;
      readonly onLocked: 'wait' | 'fail';
      readonly until?: number;
    }
  | { readonly do: 'open'; readonly key: string; readonly summary: string; readonly call: ActionCall }
  /** `key` is the opening's. Ends the opening first where it still runs. `success` and `summary` go to Zerto. */
  | {
      readonly do: 'close';
      readonly key: string;
      readonly step: string;
      readonly success: boolean;
      readonly summary: string;
      readonly deadline: number;
    }
  | { readonly do: 'timer'; readonly id: string; readonly at: number; readonly summary: string }
  | { readonly do: 'cancel-timer'; readonly id: string }
  /** Everything that can be closed is; the guard may let the locks go and end when nothing is open. */
  | { readonly do: 'release' }
  | { readonly do: 'end'; readonly result: RunResult };

/** One step (or item) as the run saw it. Times: ms since 1970. */
export interface StepRecord {
  readonly key: string;
  /** Place in the Plan's `steps`. */
  readonly place: number;
  readonly status: Status | 'pending' | 'running' | 'asking';
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Why it failed, was skipped or never started. */
  readonly error?: string;
  readonly outputs?: JsonMap;
}

export interface Objective {
  readonly ms?: number;
  readonly objectiveMs?: number;
  readonly met?: boolean;
  /** Why it was not measured or not judged. */
  readonly note?: string;
}

export interface RunResult {
  readonly verdict: Verdict;
  /** Why it is not `passed`, one sentence each, the decisive one first. */
  readonly reasons: readonly string[];
  /** Frozen before closing; what was sent to Zerto with each stopped test. */
  readonly recoveryVerdict: Verdict;
  readonly rto: Objective;
  readonly rpo: Objective;
  /** `by-person`: cancelled or aborted by somebody (exit code 6, not 5). */
  readonly ended: 'to-the-end' | 'stopped' | 'by-person';
  readonly startedAt: number;
  readonly endedAt: number;
  /** Without outputs. */
  readonly steps: readonly StepRecord[];
}

/** A line of live progress, numbered from 1 without gaps. */
export interface Progress {
  readonly seq: number;
  readonly at: number;
  readonly key: string;
  readonly place: number;
  readonly status: StepRecord['status'] | 'retrying';
  readonly text?: string;
}
