import type { ActionCall } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { Baseline, LiveChange, Sending, Sent } from './guard-activities.ts';
import type { HowToEnd, Told, ToGuard } from './guard-messages.ts';
import type { Closing } from './guard-types.ts';

/**
 * A live run takes the VPGs of a drill. The drill's guard closes everything at once and lets the locks go as soon as nothing
 * is open, without a word from its run. What it cannot close in time it offers, open as it is, to the live run's guard.
 */
export interface Preempted {
  readonly by: string;
  /** From then on what cannot be closed is offered, ms since 1970. */
  until: number;
  /** VpgIdentifiers that live runs wait for. */
  wants: readonly string[];
  /** The run itself makes no more calls with an effect, or has had its time. */
  yielded?: true;
}

/** Where an opening stands. `opened` and after: something may be open. */
type Stage =
  | 'baseline'
  | 'pausing'
  | 'starting'
  | 'settling'
  | 'waiting'
  | 'open'
  | 'stopping'
  | 'reading-back'
  | 'backing-off'
  /** To the guard of a live run: nothing is done with it until that is answered. */
  | 'offered'
  | 'ended';

/** One call with a lasting effect on its way: look, send, find out what was not answered, wait. */
export interface Effect {
  /** Its works are told by it. */
  readonly key: string;
  readonly summary: string;
  readonly call: ActionCall;
  /** Of a commit or roll-back. */
  readonly live?: LiveChange;
  stage: Stage;
  baseline?: Baseline;
  notAfter?: number;
  sent?: Sent;
  /** Of a call without an answer: when it can no longer arrive. */
  lateUntil?: number;
  sending?: Sending;
}

export interface Opening extends Effect {
  closing?: Closing;
  /** `stuck` was told. */
  stuck?: true;
  /** Why its closing failed last. */
  trouble?: string;
  closeTries: number;
  /** How often it was offered without an answer. */
  offers?: number;
  /** A test of a drill, which it could not close itself. */
  takenOver?: true;
  /** Of a live change, which has no closing: nobody waits for it any more, and nothing more is sent to open it. */
  unwanted?: true;
  /** When its call may have been sent, ms since 1970. */
  since?: number;
  /** Past it the guard closes it by itself; of its own timer. */
  deadline?: number;
  /** The last answer about it. */
  told?: Told;
  /** An earlier guard may still be sending its closing until then. */
  quietUntil?: number;
  /** The commit or roll-back of it that is under way. */
  ending?: Ending;
  /** An earlier commit or roll-back of which it is not known what came of it: found out before another is sent. */
  inDoubt?: Attempt;
  /** What its commit or roll-back gave. */
  endedBy?: { readonly how: HowToEnd; readonly outputs: JsonMap };
}

export type NoSuccess = 'failed' | 'errored' | 'timed_out' | 'cancelled';

export interface Attempt extends Effect {
  readonly how: HowToEnd;
}

/** Of one opening, for one `end-live`. */
export interface Ending {
  /** Of the message. */
  readonly of: string;
  readonly how: HowToEnd;
  readonly summary: string;
  readonly call: ActionCall;
  readonly key: string;
  attempt: Attempt;
  /** `attempt` is an earlier one in doubt; nothing of this one was sent yet. */
  findsOut?: true;
  /** The run is gone: what was not sent is not sent any more. */
  unwanted?: true;
  tries: number;
}

/** What came of one opening of an `end-live`. */
export type Ended = { readonly key: string; readonly vpg: string } & (
  | { readonly done: true; readonly outputs: JsonMap; readonly told: readonly string[] }
  | { readonly done: false; readonly status: NoSuccess; readonly error: string }
);

/** An `end-live` that is not answered yet. */
export interface EndLive {
  readonly key: string;
  readonly how: HowToEnd;
  /** How many openings it is about. */
  readonly of: number;
  readonly ended: Ended[];
}

export interface GuardState {
  readonly openings: Opening[];
  readonly endings: EndLive[];
  /** Of a run that is gone: which live change was looked at last, how often in vain, and whether a look is due or under way. */
  readonly watch: { key: string; tries: number; busy: boolean };
  /** What was asked of the locks last, and how many questions came before it. */
  asked?: Extract<ToGuard, { kind: 'acquire' }>;
  asks?: number;
  /** `asked` is for more than is held, and not answered. */
  enlarging?: true;
  locks: 'none' | 'asked' | 'held' | 'releasing' | 'released';
  /** VPGs whose leases the token holds, or may hold: name → VpgIdentifier. */
  holds?: Record<string, string>;
  /** `asked` is for what an earlier guard held; what must wait for the answer. */
  retaking?: ToGuard[];
  /** Pages, as long as something is open that should not be: since when, of how much, and whether the next is due. */
  paging?: { readonly since: number; readonly of: number; due: boolean };
  /** Past it everything is closed: the start's, where a person has not given it more time. */
  deadline?: number;
  /** The run said that it needs nothing more, or it is gone. */
  released: boolean;
  gone: boolean;
  preempted?: Preempted;
  /** The run has said that no call with an effect of its own is under way. */
  yielded?: true;
}
