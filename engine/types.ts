import type { ActionCall } from '../actions/call.ts';
import type { TransportRetry } from '../actions/contract.ts';
import type { JsonMap } from '../actions/json.ts';
import type { ApprovalRecord } from './approval.ts';

/** Ends of a step, kept apart: the world said no (`failed`), we could not find out (`errored`), it took too long. */
export type Status = 'succeeded' | 'failed' | 'errored' | 'timed_out' | 'cancelled' | 'skipped';
export type Verdict = 'passed' | 'passed_with_exceptions' | 'failed' | 'inconclusive';

/** Who asked for a run, and how. A name that nothing vouches for is stamped `verified: false`. */
export interface RunInfo {
  readonly id: string;
  readonly trigger: 'cli' | 'console' | 'api' | 'schedule' | 'webhook';
  readonly requester: string;
  /** Of a machine's delivery: the person of drillbook.yaml who made it, as the sender tells. He counts as whoever asked for the run. */
  readonly behind?: string;
  readonly verified: boolean;
  readonly reason: string;
  readonly url: string;
  /** SHA-256 of what is pinned of the drillbook.yaml that the run was started under: sites, probes, endpoints, commands, policy. */
  readonly configSha256: string;
  /** When the service was lost, ms since 1970: there a live mode's RTO begins, and not with the run. */
  readonly lossAt?: number;
  /** An admin's reason for a live run to go on while the locks do not answer. */
  readonly withoutLock?: string;
  /** Of a drill that a schedule starts: how long it waits for VPGs that another run holds, ms. */
  readonly holdOffMs?: number;
  /** `drillbook plan`: every call is only a look. */
  readonly dry?: true;
}

export type Outcome =
  | { readonly status: 'succeeded'; readonly outputs: JsonMap; readonly told?: readonly string[] }
  | { readonly status: Exclude<Status, 'succeeded'>; readonly error: string; readonly outputs?: JsonMap };

/** What happened, as the driver tells it. `at` is the workflow's time, ms since 1970. */
export type EngineEvent = {
  readonly at: number /** Of a person's word: it counts once. A vote always has one. */;
  readonly word?: string;
} /** `refused`: why it does not start; `byPerson`: somebody took it back, else nobody may start it. `lifted`: who has let it start unpublished, and why. `forecasts`: people are told before its RTO is missed. */ & (
  | {
      readonly kind: 'begin';
      readonly refused?: string;
      readonly lifted?: string;
      readonly byPerson?: true;
      readonly forecasts?: true;
    }
  /** An activity ended. */
  | { readonly kind: 'called'; readonly key: string; readonly outcome: Outcome }
  /** The guard's answers. */
  | { readonly kind: 'granted' }
  | { readonly kind: 'not-granted'; readonly error: string }
  /** For whom it waits. */
  | { readonly kind: 'lock-waits'; readonly text: string }
  /** A live run, `by`, takes the VPGs of this drill: its guard closes everything. */
  | { readonly kind: 'preempted'; readonly by: string }
  /** Of a pre-empted drill: what its guard could not close is the live run's now, open as it is. */
  | { readonly kind: 'taken-over'; readonly key: string; readonly by: string }
  /** Of a live run: it was given such tests. */
  | { readonly kind: 'took-over'; readonly text: string }
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
  /** `others`: somebody else had ended it before; a sentence. */
  | { readonly kind: 'closed'; readonly key: string; readonly outputs: JsonMap; readonly others?: string }
  /** Not read back within the closing budget; the guard goes on. */
  | { readonly kind: 'stuck'; readonly key: string; readonly error: string }
  | { readonly kind: 'timer'; readonly id: string }
  /** `abort`: the word that the person used. */
  | {
      readonly kind: 'cancel';
      readonly by: string;
      readonly reason: string;
      readonly now: boolean;
      readonly abort?: true;
    }
  /** Nothing further starts until somebody resumes it; closing is never paused. */
  | {
      readonly kind: 'pause';
      readonly by: string;
      readonly reason: string;
      /** Of a live run: the time that people have to answer stands still. Absent in a history from before that. */
      readonly stopsClocks?: true;
    }
  | { readonly kind: 'resume'; readonly by: string; readonly reason: string }
  /** More time for a drill, and for what it has open. */
  | { readonly kind: 'extend'; readonly byMs: number; readonly by: string; readonly reason: string }
  /** A person gives up all that is open live, whatever the run does. */
  | { readonly kind: 'roll-back'; readonly by: string; readonly reason: string }
  | {
      readonly kind: 'answer';
      readonly key: string;
      readonly choice: 'retry' | 'skip' | 'roll-back' | 'abort';
      readonly by: string;
      readonly reason: string;
    }
  /** A vote in an approval; `choice` is one of its choices, or `reject`. `id` counts once. */
  | {
      readonly kind: 'vote';
      readonly id: string;
      readonly key: string;
      readonly by: string;
      readonly choice: string;
      readonly reason: string;
      /** The person breaks the glass: his word alone counts. */
      readonly breakGlass?: true;
      /** A key that drillbook.yaml lists has signed it. */
      readonly verified?: true;
      /** The name that came with it, where that is not the person's. */
      readonly as?: string;
      /** Why the worker found that he may not: recorded, never counted. */
      readonly refused?: string;
    }
  /** What came of a manual step. */
  | {
      readonly kind: 'reported';
      readonly key: string;
      readonly outcome: 'done' | 'failed' | 'not-applicable';
      readonly by: string;
      readonly note: string;
    }
  /** A person's way out of `held`. */
  | {
      readonly kind: 'decide';
      readonly choice: HeldChoice;
      readonly by: string;
      readonly reason: string;
      /** Of a commit: so many different people must say it. Absent: one. */
      readonly needs?: number;
      /** Where several are needed, this person's word alone counts. */
      readonly breakGlass?: true;
      readonly verified?: true;
    }
  /** A commit or roll-back ended: of which openings it is read back (also where the outcome is bad), by their keys. */
  | {
      readonly kind: 'live-ended';
      readonly key: string;
      readonly outcome: Outcome;
      readonly done: readonly string[];
    }
  /** The workflow is about to continue as a new one: until `continued`, no call and no opening starts. */
  | { readonly kind: 'drain' }
  | { readonly kind: 'continued' }
);

/** Out of `held`: commit or give up all that is open live, or go on where it stopped. */
export type HeldChoice = 'commit' | 'roll-back' | 'go-on';

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
      /** It may take long: it must not take the place of a short call. */
      readonly waits?: true;
    }
  /** A running read is no longer wanted; its `called` event still comes. */
  | { readonly do: 'cancel-call'; readonly key: string }
  /** VPG names at the run's site, with identifiers: all that the Plan changes. Answered by `granted` or `not-granted`. */
  | {
      readonly do: 'acquire';
      readonly vpgs: Readonly<Record<string, string>>;
      readonly onLocked: 'wait' | 'fail';
      readonly until?: number;
      readonly preemptWaitMs?: number;
    }
  /** `deadline`: when the guard closes it whatever the run does (fixed as it opens); absent for a live change. */
  | {
      readonly do: 'open';
      readonly key: string;
      readonly summary: string;
      readonly call: ActionCall;
      readonly deadline?: number;
    }
  /** Commits or rolls back these openings, at a person's word; all are attempted. Answered by `live-ended`. */
  | {
      readonly do: 'end-live';
      readonly how: 'commit' | 'roll-back';
      readonly key: string;
      readonly openings: readonly string[];
      readonly summary: string;
      readonly call: ActionCall;
    }
  /**
   * People must know now: something waits for them, the run is held, takes longer than its limit, or will probably miss its
   * objective. Repeated until it is over; nothing answers it. `key`: of the step; empty where it is about the run.
   */
  | {
      readonly do: 'page';
      readonly about: 'waiting' | 'held' | 'overtime' | 'breach-forecast';
      readonly key: string;
      readonly text: string;
      /** How often it is told again, ms. Absent: it is not. */
      readonly everyMs?: number;
    }
  /** `key` is the opening's. Ends the opening first where it still runs. `success` and `summary` go to Zerto. */
  | {
      readonly do: 'close';
      readonly key: string;
      readonly step: string;
      readonly success: boolean;
      readonly summary: string;
      readonly deadline: number;
    }
  /** To the guard: a later deadline, of an opening or (without a key) of all there is. Nothing answers it. */
  | { readonly do: 'extend'; readonly key?: string; readonly deadline: number }
  | { readonly do: 'timer'; readonly id: string; readonly at: number; readonly summary: string }
  | { readonly do: 'cancel-timer'; readonly id: string }
  /** Everything that can be closed is; the guard may let the locks go and end when nothing is open. */
  | { readonly do: 'release' }
  /** Of a pre-empted drill: what it did itself has come to an end, and nothing more with an effect starts. */
  | { readonly do: 'yielded' }
  | { readonly do: 'end'; readonly result: RunResult };

/** One step (or item) as the run saw it. Times: ms since 1970. */
export interface StepRecord {
  readonly key: string;
  /** Place in the Plan's `steps`. */
  readonly place: number;
  readonly status: Status | 'pending' | 'running' | 'asking';
  /** An item whose own on-failure is `continue`. */
  readonly excused?: true;
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
  /** Of the RTO: waits for people in that time, which are not in `ms`. */
  readonly humanMs?: number;
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
  /** How much of it people alone were waited for, ms. Absent: they were not, or the run is older than this. */
  readonly humanMs?: number;
  /** What must be known of the run itself: for whose VPGs it waited, what it took over, that it held no locks. */
  readonly told?: readonly string[];
  /** The runbook's own, where it came to its end; or why they could not be had, which changes nothing else. */
  readonly outputs?: JsonMap;
  readonly outputsError?: string;
  /** Without outputs. */
  readonly steps: readonly StepRecord[];
  /** What people voted and what came of it. Absent: there was no approval, or the run is older than this. */
  readonly approvals?: readonly ApprovalRecord[];
}

/** A line of live progress, numbered from 1 without gaps. */
export interface Progress {
  readonly seq: number;
  readonly at: number;
  /** Empty, and the place -1, where it is about the run itself. */
  readonly key: string;
  readonly place: number;
  readonly status: StepRecord['status'] | 'retrying';
  readonly text?: string;
}
