import type { ActionCall, Evidence } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';

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
