import { preemptedText, takeOver } from './guard-preempt.ts';
import type { GuardState } from './guard-state.ts';
import type { ToGuard } from './guard-messages.ts';
import type { GuardCommand, GuardEvent, GuardStart } from './guard-types.ts';

type Acquire = Extract<ToGuard, { kind: 'acquire' }>;

/** The first question, or one for more than is held; the run asks one at a time. */
export function acquire(start: GuardStart, state: GuardState, message: Acquire, at: number, out: GuardCommand[]): void {
  if (state.preempted !== undefined) {
    out.push({ do: 'tell', message: { kind: 'not-granted', error: preemptedText(state.preempted) } });
    return;
  }
  if (start.withoutLock !== undefined) {
    goOnWithout(state, message, out);
    return;
  }
  switch (state.locks) {
    case 'none':
      state.locks = 'asked';
      break;
    case 'held':
      if (state.enlarging === true) return;
      if (state.gone || state.released) {
        out.push({ do: 'tell', message: { kind: 'not-granted', error: 'this run has let its VPGs go' } });
        return;
      }
      state.enlarging = true;
      state.asks = (state.asks ?? 0) + 1;
      break;
    case 'asked':
    case 'releasing':
    case 'released':
      return;
  }
  state.asked = message;
  out.push(question(state, message), againLater(at));
}

/** The locks are told, so that whoever asks them later is not given the same VPGs; their answer changes nothing. */
function goOnWithout(state: GuardState, message: Acquire, out: GuardCommand[]): void {
  if (state.gone || state.released) return;
  if (state.locks === 'held') state.asks = (state.asks ?? 0) + 1;
  state.locks = 'held';
  out.push(question(state, { ...message, onLocked: 'wait' }), { do: 'tell', message: { kind: 'granted' } });
}

function question({ asks }: GuardState, { vpgs, onLocked, until, preemptWaitMs }: Acquire): GuardCommand {
  return {
    do: 'lock',
    ...(asks === undefined ? {} : { n: asks }),
    vpgs,
    onLocked,
    ...(until === undefined ? {} : { until }),
    ...(preemptWaitMs === undefined ? {} : { preemptWaitMs }),
  };
}

/** A question that was asked twice is answered twice: only an answer to the last, while it is awaited, counts. */
export function onLocked(state: GuardState, event: Extract<GuardEvent, { kind: 'locked' }>, out: GuardCommand[]): void {
  takeOver(state, event, out);
  if ((event.n ?? 0) !== (state.asks ?? 0)) return;
  if (event.granted && state.locks !== 'none') state.holds = { ...state.holds, ...state.asked?.vpgs };
  if (state.locks === 'held' && state.enlarging === true) delete state.enlarging;
  else if (state.locks === 'asked') state.locks = event.granted ? 'held' : 'none';
  else return;
  out.push({ do: 'tell', message: event.granted ? { kind: 'granted' } : { kind: 'not-granted', error: event.error } });
}

export function onLockWaits(
  state: GuardState,
  { n = 0, text }: Extract<GuardEvent, { kind: 'lock-waits' }>,
  out: GuardCommand[],
): void {
  if (n === (state.asks ?? 0) && waitsForLocks(state)) out.push({ do: 'tell', message: { kind: 'lock-waits', text } });
}

const waitsForLocks = ({ locks, enlarging }: GuardState): boolean =>
  locks === 'asked' || (locks === 'held' && enlarging === true);

const askAgainMs = 60_000;

/** `locks` may have been lost with the request; asking twice is answered like once. */
export const againLater = (at: number): GuardCommand => ({
  do: 'timer',
  id: 'lock',
  at: at + askAgainMs,
  summary: 'ask again for the locks',
});

export function askAgain(state: GuardState, at: number, out: GuardCommand[]): void {
  if (waitsForLocks(state) && state.asked !== undefined) out.push(question(state, state.asked), againLater(at));
}
