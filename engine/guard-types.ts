import type { ActionCall, Evidence } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { Offer } from './locks-types.ts';
import type { Queues } from './queues.ts';
import type { PageEvent } from './page.ts';
import type { EngineEvent, WithoutTime } from './types.ts';

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

export type HowToEnd = 'commit' | 'roll-back';

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

/** From the run, in batches. */
export type ToGuard =
  | {
      readonly kind: 'acquire';
      readonly vpgs: Readonly<Record<string, string>>;
      readonly onLocked: 'wait' | 'fail';
      readonly until?: number;
      /** Of a live run: so long a drill in its way has to stop its tests, ms. */
      readonly preemptWaitMs?: number;
    }
  | {
      readonly kind: 'open';
      readonly key: string;
      readonly summary: string;
      readonly call: ActionCall;
      /** Past it the guard closes it by itself. */
      readonly deadline?: number;
      /** An earlier guard was asked already: what came of that is the answer. */
      readonly again?: true;
    }
  | {
      readonly kind: 'close';
      readonly key: string;
      readonly step: string;
      readonly success: boolean;
      readonly summary: string;
      readonly deadline: number;
    }
  /** At a person's word, which the call carries. `openings`: their keys; all are attempted, and answered for together. */
  | {
      readonly kind: 'end-live';
      readonly how: HowToEnd;
      readonly key: string;
      readonly openings: readonly string[];
      readonly summary: string;
      readonly call: ActionCall;
      /** The run is gone, and somebody speaks to the guard itself. */
      readonly alone?: true;
    }
  /** Of a pre-empted run: no call with an effect of its own is under way any more. */
  | { readonly kind: 'yielded' }
  /** A person gives a drill more time: of one opening, or (without a key) of the run. It is never made less. */
  | { readonly kind: 'extend'; readonly key?: string; readonly deadline: number }
  | { readonly kind: 'release' };

type Answer =
  | 'granted'
  | 'not-granted'
  | 'opened'
  | 'not-opened'
  | 'open-failed'
  | 'closed'
  | 'stuck'
  | 'live-ended'
  | 'lock-waits'
  | 'preempted'
  | 'taken-over'
  | 'took-over';
/** To the run, in batches: the engine's own events, but for their time. */
export type FromGuard = WithoutTime<Extract<EngineEvent, { kind: Answer }>>;

/** An answer about one opening. */
export type Told = WithoutKey<Extract<FromGuard, { kind: 'opened' | 'open-failed' | 'not-opened' | 'closed' }>>;
type WithoutKey<T> = T extends unknown ? Omit<T, 'key'> : never;

/** What stood on the ZVM before the first attempt. Later looks compare sets of ids, never clocks. */
export interface Baseline {
  readonly tasks: readonly string[];
  readonly reports: readonly string[];
  /** What the VPG showed of it, and its newest checkpoint. Histories that are older do not have them. */
  readonly stage?: string;
  readonly checkpoint?: string;
  /** When the worker that looked gives a request to this ZVM up, ms; absent: 30 s. */
  readonly requestTimeoutMs?: number;
}

/** A test that was sent, or found to be ours. */
export interface Sent {
  readonly taskId: string;
  /** Of the checkpoint asked for; empty when Zerto took its latest. */
  readonly checkpoint: string;
  readonly checkpointTime: string;
  /** The task was found after an attempt without an answer, not answered to us. */
  readonly adopted: boolean;
}

/** The checkpoint that an attempt without an answer asked for. */
export interface Sending {
  readonly checkpoint: string;
  readonly checkpointTime: string;
}

/** The live change that a commit or roll-back is about; the call beside it is of one VPG, `with.vpg`. */
export interface LiveChange {
  /** The call that opened it: `zerto/failover` or `zerto/move`. */
  readonly opened: ActionCall;
  readonly baseline: Baseline;
  readonly sent?: Sent;
}

/**
 * The guard's activities: what each is given and gives. `call.action` says what is sent: a failover test, a failover, a
 * move, a pause, or (with `live`) the commit or roll-back of one VPG.
 */
export interface GuardActivities {
  readonly baseline: {
    readonly input: { readonly call: ActionCall; readonly live?: LiveChange };
    /** `already`: of a commit or roll-back only: it is read back as ended in just this way, and nothing is to be sent. */
    readonly result: Baseline & { readonly already?: { readonly outputs: JsonMap; readonly told: readonly string[] } };
  };
  readonly start: {
    readonly input: {
      readonly call: ActionCall;
      readonly live?: LiveChange;
      readonly baseline: Baseline;
      /** Checked as the bytes go out, ms since 1970. */
      readonly notAfter: number;
      /** Of the run, for the write-ahead file. Histories that are older do not have it. */
      readonly token?: string;
    };
    /** With the isolation proof that was made just before the call. `told`: for the report (the source is not shut down). */
    readonly result: Sent & { readonly evidence?: readonly Evidence[]; readonly told?: readonly string[] };
  };
  /** Looks until it is known whether an unanswered call took effect; past `lateUntil` a call cannot arrive any more. */
  readonly settle: {
    readonly input: {
      readonly call: ActionCall;
      readonly live?: LiveChange;
      readonly baseline: Baseline;
      readonly lateUntil: number;
      readonly sending?: Sending;
    };
    readonly result: { readonly sent: Sent | null };
  };
  /**
   * Waits for the task, then reads the VPG: `up` is what is read back, of a commit or roll-back that it is done.
   * `nothingOpen`: the ZVM proves that nothing of it is open (it gave the change up by itself).
   */
  readonly wait: {
    readonly input: { readonly call: ActionCall; readonly live?: LiveChange; readonly sent: Sent };
    readonly result:
      | { readonly up: true; readonly outputs: JsonMap; readonly told?: readonly string[] }
      /** `said`: the reason that its task gave, as it stands there. */
      | { readonly up: false; readonly error: string; readonly nothingOpen?: true; readonly said?: string };
  };
  /** Whether a live change of a run that is gone still waits for somebody: reads only. */
  readonly lookLive: {
    readonly input: { readonly live: LiveChange };
    /** `over`: how it ended, for people. */
    readonly result: { readonly open: true } | { readonly open: false; readonly over: string };
  };
  /**
   * Of a test or a pause: looks, waits until it can be stopped, sends the stop or the resumption. `taskId` empty: nothing of
   * ours is open. `foreign`: why what runs there, if anything, is not ours. `others`: that somebody else ended ours.
   */
  readonly stop: {
    readonly input: {
      readonly call: ActionCall;
      readonly baseline: Baseline;
      /** Absent: it is not known whether and as which task it was started. */
      readonly sent?: Sent;
      /** Until then a call without an answer may still arrive. */
      readonly lateUntil?: number;
      readonly success: boolean;
      readonly summary: string;
    };
    readonly result: { readonly taskId: string; readonly foreign?: string; readonly others?: string };
  };
  /** Waits for the stop's task, reads back that nothing is left, fetches Zerto's report. */
  readonly readBack: {
    readonly input: {
      readonly call: ActionCall;
      readonly baseline: Baseline;
      readonly taskId: string;
      readonly foreign?: string;
      readonly others?: string;
      /** As it was started, where that is known: an adopted one is compared with Zerto's report. */
      readonly sent?: Sent;
    };
    readonly result: {
      readonly outputs: JsonMap;
      readonly told?: readonly string[];
      readonly evidence?: readonly Evidence[];
      /** It was not this run that ended it: a sentence for people. */
      readonly others?: string;
    };
  };
}
export type GuardWork = keyof GuardActivities;

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
