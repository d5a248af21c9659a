import type { GuardState } from './guard-state.ts';
import type { GuardCommand, GuardEvent, ToGuard } from './guard-types.ts';

type Acquire = Extract<ToGuard, { kind: 'acquire' }>;

/** The first question, or one for more than is held; the run asks one at a time. */
export function acquire(state: GuardState, message: Acquire, at: number, out: GuardCommand[]): void {
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

function question({ asks }: GuardState, { vpgs, onLocked, until }: Acquire): GuardCommand {
  const n = asks === undefined ? {} : { n: asks };
  return { do: 'lock', ...n, vpgs, onLocked, ...(until === undefined ? {} : { until }) };
}

/** A question that was asked twice is answered twice: only an answer to the last, while it is awaited, counts. */
export function onLocked(state: GuardState, event: Extract<GuardEvent, { kind: 'locked' }>, out: GuardCommand[]): void {
  if ((event.n ?? 0) !== (state.asks ?? 0)) return;
  if (state.locks === 'held' && state.enlarging === true) delete state.enlarging;
  else if (state.locks === 'asked') state.locks = event.granted ? 'held' : 'none';
  else return;
  out.push({ do: 'tell', message: event.granted ? { kind: 'granted' } : { kind: 'not-granted', error: event.error } });
}

const askAgainMs = 60_000;

/** `locks` may have been lost with the request; asking twice is answered like once. */
const againLater = (at: number): GuardCommand => ({
  do: 'timer',
  id: 'lock',
  at: at + askAgainMs,
  summary: 'ask again for the locks',
});

export function askAgain(state: GuardState, at: number, out: GuardCommand[]): void {
  const waits = state.locks === 'asked' || (state.locks === 'held' && state.enlarging === true);
  if (waits && state.asked !== undefined) out.push(question(state, state.asked), againLater(at));
}
