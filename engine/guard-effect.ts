import type { JsonMap } from '../actions/json.ts';
import { lastArrival, usualRequestTimeoutMs } from '../actions/last-arrival.ts';
import type { Effect } from './guard-state.ts';
import type { Baseline, GuardActivities, Sending, Sent } from './guard-activities.ts';
import type { GuardCommand, GuardEvent, HandedOver } from './guard-types.ts';

/** For an attempt to look whether an earlier one was sent, ms. */
const lookTimeMs = 45_000;

/** A call may be sent for this long after its baseline was taken, ms; then a new baseline is due. */
function sendingWindowMs({ requestTimeoutMs = usualRequestTimeoutMs }: Baseline): number {
  return Math.min(30_000, Math.max(10_000, requestTimeoutMs));
}

/** Of one that was never looked at before it had to be undone. */
export const noBaseline: Baseline = { tasks: [], reports: [] };

const inputOf = ({ call, live }: Effect) => ({ call, ...(live === undefined ? {} : { live }) });

/** Every effect begins with a look, also when it is tried again. */
export function takeBaseline(effect: Effect, out: GuardCommand[]): void {
  effect.stage = 'baseline';
  const { key, call } = effect;
  out.push({
    do: 'work',
    work: 'baseline',
    key,
    summary: `${effect.summary}: look`,
    input: inputOf(effect),
    until: call.deadline,
  });
}

export function send(effect: Effect, baseline: Baseline, at: number, out: GuardCommand[]): void {
  effect.stage = 'starting';
  effect.baseline = baseline;
  const notAfter = Math.min(effect.call.deadline, at + sendingWindowMs(baseline));
  effect.notAfter = notAfter;
  const { key, summary } = effect;
  const input = { ...inputOf(effect), baseline, notAfter };
  const until = Math.max(notAfter + lookTimeMs, lastArrival(notAfter, baseline));
  out.push({ do: 'work', work: 'start', key, summary, input, until });
}

/** Without the proofs that an activity gives beside it. */
export function sentOf({ taskId, checkpoint, checkpointTime, adopted }: Sent): Sent {
  return { taskId, checkpoint, checkpointTime, adopted };
}

/** What is known at the ZVM of an effect, as one guard leaves it to another. */
type Known = Pick<HandedOver, 'baseline' | 'sent' | 'lateUntil' | 'sending'>;

export function knownOf({ baseline, sent, lateUntil, sending }: Known): Known {
  return {
    ...(baseline === undefined ? {} : { baseline }),
    ...(sent === undefined ? {} : { sent }),
    ...(lateUntil === undefined ? {} : { lateUntil }),
    ...(sending === undefined ? {} : { sending }),
  };
}

export function waitFor(effect: Effect, sent: Sent, out: GuardCommand[]): void {
  effect.stage = 'waiting';
  effect.sent = sentOf(sent);
  const { key, call, summary } = effect;
  const input = { ...inputOf(effect), sent: effect.sent };
  out.push({ do: 'work', work: 'wait', key, summary: `${summary}: wait`, input, until: call.deadline });
}

/** Whoever lost the answer of a call: when it came to its end, and what it says of itself. */
interface Lost {
  readonly at: number;
  readonly status: FailedEvent['status'];
  readonly sending?: Sending;
  readonly earlier?: true;
}

/** `forMs`: how long to try to find out, past the moment when nothing can arrive any more. */
export function settle(effect: Effect, lost: Lost, forMs: number, out: GuardCommand[]): void {
  const { call, notAfter = call.deadline, baseline = noBaseline } = effect;
  // An attempt that told its end has sent what it sent; one that was lost may send until `notAfter`.
  const told = lost.status !== 'timed_out' && lost.status !== 'cancelled' && lost.earlier !== true;
  effect.lateUntil = lastArrival(told ? lost.at : Math.max(lost.at, notAfter), baseline);
  if (lost.sending !== undefined) effect.sending = lost.sending;
  findOut(effect, effect.lateUntil, forMs, out);
}

export function findOut(effect: Effect, lateUntil: number, forMs: number, out: GuardCommand[]): void {
  effect.stage = 'settling';
  const { key, call, summary, baseline = noBaseline, sending } = effect;
  const until = Math.max(call.deadline, lateUntil) + forMs;
  const input = { ...inputOf(effect), baseline, lateUntil, ...(sending === undefined ? {} : { sending }) };
  out.push({ do: 'work', work: 'settle', key, summary: `${summary}: was it started?`, input, until });
}

/** A fresh start, with a new baseline, after a pause. */
export function tryAgain(effect: Effect, at: number, out: GuardCommand[]): void {
  effect.stage = 'pausing';
  delete effect.lateUntil;
  delete effect.sending;
  out.push({ do: 'timer', id: `again:${effect.key}`, at, summary: `${effect.summary}: try again` });
}

/** What a work of an effect says of it. */
export type News =
  | { readonly is: 'looked'; readonly result: GuardActivities['baseline']['result'] }
  | { readonly is: 'sent'; readonly sent: Sent }
  | { readonly is: 'lost'; readonly lost: Lost }
  /** Proved: the ZVM did nothing of it. */
  | {
      readonly is: 'not-sent';
      readonly after: 'baseline' | 'start' | 'settle';
      readonly status: FailedEvent['status'];
      readonly error: string;
    }
  | { readonly is: 'up'; readonly outputs: JsonMap; readonly told: readonly string[] }
  | { readonly is: 'not-up'; readonly error: string; readonly nothingOpen: boolean }
  | {
      readonly is: 'unknown';
      readonly after: 'settle' | 'wait';
      readonly status: FailedEvent['status'];
      readonly error: string;
    };

type EffectWork = 'baseline' | 'start' | 'settle' | 'wait';
type FailedEvent = Extract<GuardEvent, { kind: 'failed' }>;

export function newsOfDone(event: Extract<GuardEvent, { kind: 'done'; work: EffectWork }>): News {
  switch (event.work) {
    case 'baseline':
      return { is: 'looked', result: event.result };
    case 'start':
      return { is: 'sent', sent: event.result };
    case 'settle': {
      const { sent } = event.result;
      if (sent !== null) return { is: 'sent', sent };
      // No call is repeated before it is certain that the one without an answer can not arrive any more.
      return { is: 'not-sent', after: 'settle', status: 'errored', error: 'the answer was lost; nothing was started' };
    }
    case 'wait': {
      const { result } = event;
      if (!result.up) return { is: 'not-up', error: result.error, nothingOpen: result.nothingOpen === true };
      return { is: 'up', outputs: result.outputs, told: result.told ?? [] };
    }
  }
}

export function newsOfFailed(work: EffectWork, event: FailedEvent): News {
  const { at, status, error, sending, earlier } = event;
  switch (work) {
    case 'baseline':
      return { is: 'not-sent', after: work, status, error };
    case 'start':
      if (event.happened === 'no') return { is: 'not-sent', after: work, status, error };
      return {
        is: 'lost',
        lost: {
          at,
          status,
          ...(sending === undefined ? {} : { sending }),
          ...(earlier === undefined ? {} : { earlier }),
        },
      };
    case 'settle':
    case 'wait':
      return { is: 'unknown', after: work, status, error };
  }
}
