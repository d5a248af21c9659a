import type { ActionCall } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { Baseline, GuardActivities, GuardWork, LiveChange, Sending, Sent } from './guard-activities.ts';
import type { FromGuard, HowToEnd, Told, ToGuard } from './guard-messages.ts';
import type { Offer } from './locks-types.ts';
import type { PageEvent } from './page.ts';
import type { Queues } from './queues.ts';

/** What a run's guard is started with. Times: ms since 1970. */
export interface GuardStart {
  readonly run: ActionCall['run'];
  /** On every message between run, guard and locks; a stale sender lacks it. */
  readonly token: string;
  readonly site: string;
  /** Absent: everything goes to the workflow's own queue, as before there were others. */
  readonly queues?: Queues;
  /** When the run must have closed everything; past it the guard closes by itself. Absent in a live mode. */
  readonly deadline?: number;
  /** Which guard of its run it is, from 2 where an earlier one was lost. */
  readonly generation?: number;
  /** What an earlier guard of the run opened, or may have. */
  readonly handed?: readonly HandedOver[];
  /** VPGs whose leases its token holds already: name → VpgIdentifier. */
  readonly holds?: Readonly<Record<string, string>>;
  /** Its run is gone: tests are closed at once, and what is live waits for people. */
  readonly orphan?: true;
  /** An admin's reason: the run goes on without the locks, which are only told. */
  readonly withoutLock?: string;
  /** Its requester may commit alone what the run has lost: no approval of its runbook wants another. */
  readonly requesterMayCommit?: true;
  /** Who made the machine ask that is its requester. */
  readonly behind?: string;
  /** So many different people must say so before that is committed: the most that an approval of its runbook asks. Absent: it is not known. */
  readonly commitNeeds?: number;
  /** It pages, and continues as new: guards of runs that were begun by an older version do neither. */
  readonly lasts?: true;
  /** It continues as new when its history has so many events; default 3,000. */
  readonly continueAfterEvents?: number;
  /** Between two pages, ms; default: 5 minutes in the first hour, then 30. */
  readonly pageAgainMs?: number;
}

/** What a guard leaves that was terminated, or failed: for the one that takes over. */
export type LostGuard = Required<Pick<GuardStart, 'handed' | 'holds'>>;

/** An opening as one guard leaves it to another; what is absent is not known. Times: ms since 1970. */
export interface HandedOver {
  readonly key: string;
  readonly summary: string;
  readonly call: ActionCall;
  readonly baseline?: Baseline;
  readonly sent?: Sent;
  /** Of a call without an answer: when it can no longer arrive. */
  readonly lateUntil?: number;
  readonly sending?: Sending;
  /** When its call may have been sent. */
  readonly since?: number;
  /** Past it the guard closes it by itself. */
  readonly deadline?: number;
  /** It was asked to close it. */
  readonly closing?: Closing;
  /** A test of a drill, which could not close it itself: a failover of its VPG ends it. */
  readonly takenOver?: true;
  /** What the run was answered about it last, or would have been. */
  readonly told?: Told;
  /** A live change that a person has ended. */
  readonly endedBy?: { readonly how: HowToEnd; readonly outputs: JsonMap };
  /** Of a live change: a commit or roll-back that may have been sent. */
  readonly ending?: HandedEnding;
  /** Until then an earlier guard may still be sending its closing: nothing is sent before. */
  readonly quietUntil?: number;
}

/** How the run wants something closed. */
export interface Closing {
  readonly step: string;
  readonly success: boolean;
  readonly summary: string;
  readonly deadline: number;
}

/** A commit or roll-back as one guard leaves it to another. */
export interface HandedEnding {
  readonly key: string;
  readonly how: HowToEnd;
  readonly summary: string;
  readonly call: ActionCall;
  readonly live: LiveChange;
  readonly baseline: Baseline;
  readonly sent?: Sent;
  /** When its call can no longer arrive. */
  readonly lateUntil: number;
  readonly sending?: Sending;
}

export type GuardEvent = { readonly at: number } & (
  | { readonly kind: 'begin' }
  | { readonly kind: 'message'; readonly message: ToGuard }
  /** `n`: to which question; absent: the first. */
  | {
      readonly kind: 'locked';
      readonly n?: number;
      readonly granted: boolean;
      readonly error: string;
      /** Tests of a drill that are this guard's to close from now on. */
      readonly handed?: readonly HandedOver[];
    }
  | { readonly kind: 'lock-waits'; readonly n?: number; readonly text: string }
  /** A live run wants the VPGs: `wants`, by their identifiers. */
  | { readonly kind: 'preempt'; readonly by: string; readonly until: number; readonly wants: readonly string[] }
  /** An answer to `offer`. `ids`: VpgIdentifiers. */
  | { readonly kind: 'handed'; readonly ids: readonly string[]; readonly taken: boolean; readonly by: string }
  | { readonly kind: 'unlocked' }
  | {
      [W in GuardWork]: {
        readonly kind: 'done';
        readonly work: W;
        readonly key: string;
        readonly result: GuardActivities[W]['result'];
      };
    }[GuardWork]
  | {
      readonly kind: 'failed';
      readonly work: GuardWork;
      readonly key: string;
      readonly status: 'failed' | 'errored' | 'unreachable' | 'timed_out' | 'cancelled';
      readonly error: string;
      /** Whether its call may have reached the ZVM. */
      readonly happened: 'no' | 'unknown';
      readonly sending?: Sending;
      /** An attempt before was lost without a word: it may go on to send. */
      readonly earlier?: true;
    }
  | { readonly kind: 'timer'; readonly id: string }
  | { readonly kind: 'holder-gone' }
);

export type GuardCommand =
  | {
      readonly do: 'lock';
      readonly n?: number;
      readonly vpgs: Readonly<Record<string, string>>;
      readonly onLocked: 'wait' | 'fail';
      readonly until?: number;
      readonly preemptWaitMs?: number;
    }
  | { readonly do: 'unlock' }
  | { readonly do: 'offer'; readonly offers: readonly Offer[] }
  | {
      [W in GuardWork]: {
        readonly do: 'work';
        readonly work: W;
        readonly key: string;
        readonly summary: string;
        readonly input: GuardActivities[W]['input'];
        /** Give up trying, ms since 1970. */
        readonly until: number;
      };
    }[GuardWork]
  | { readonly do: 'cancel-work'; readonly key: string }
  | { readonly do: 'tell'; readonly message: FromGuard }
  | { readonly do: 'timer'; readonly id: string; readonly at: number; readonly summary: string }
  /** Wakes people; that it fails never matters. */
  | { readonly do: 'page'; readonly event: PageEvent; readonly text: string }
  | { readonly do: 'end' };
