import { askToClose, resumeClosing, tellStuck } from './guard-closing.ts';
import { didNotHappen, onDone, onFailed, takeBaseline } from './guard-opening.ts';
import type { GuardCommand, GuardEvent, GuardStart, GuardState, Opening, ToGuard } from './guard-types.ts';

/**
 * The guard of one run: the only one that sends what opens or closes something, and the one that stays when the run is
 * gone. Pure: `advanceGuard` changes the state in place and says what to do; the same events give the same state.
 *
 * An opening counts as open from the moment its call may have been sent until closing was read back or it is proved that
 * nothing was started.
 */
export function beginGuard(): GuardState {
  return { openings: [], locks: 'none', released: false, gone: false };
}

export function advanceGuard(start: GuardStart, state: GuardState, event: GuardEvent): GuardCommand[] {
  const out: GuardCommand[] = [];
  switch (event.kind) {
    case 'begin':
      if (start.deadline !== undefined) {
        out.push({ do: 'timer', id: 'deadline', at: start.deadline, summary: 'everything must be closed' });
      }
      break;
    case 'message':
      onMessage(start, state, event.message, event.at, out);
      break;
    case 'locked':
      onLocked(state, event, out);
      break;
    case 'unlocked':
      state.locks = 'released';
      break;
    case 'done':
      onDone(state, event, out);
      break;
    case 'failed':
      onFailed(state, event, out);
      break;
    case 'timer':
      onTimer(state, event.id, event.at, out);
      break;
    case 'holder-gone':
      state.gone = true;
      closeAll(state, event.at, 'the run ended without closing it', out);
      break;
  }
  endWhenNothingIsLeft(state, out);
  return out;
}

function onMessage(start: GuardStart, state: GuardState, message: ToGuard, at: number, out: GuardCommand[]): void {
  switch (message.kind) {
    case 'acquire':
      acquire(state, message, at, out);
      return;
    case 'open': {
      if (state.openings.some(o => o.key === message.key && o.stage !== 'ended')) return;
      if (state.gone || state.released || state.locks !== 'held') {
        out.push({
          do: 'tell',
          message: {
            kind: 'not-opened',
            key: message.key,
            status: 'cancelled',
            error: 'the VPG is not held by this run',
          },
        });
        return;
      }
      const opening: Opening = {
        key: message.key,
        summary: message.summary,
        call: message.call,
        stage: 'baseline',
        closeTries: 0,
      };
      state.openings.push(opening);
      takeBaseline(opening, out);
      // Past its own deadline the guard closes all there is.
      if (message.deadline !== undefined && message.deadline < (start.deadline ?? Infinity)) {
        const summary = `${message.summary}: must be closed`;
        out.push({ do: 'timer', id: `deadline:${message.key}`, at: message.deadline, summary });
      }
      return;
    }
    case 'close': {
      const opening = state.openings.findLast(o => o.key === message.key);
      if (opening === undefined) {
        out.push({ do: 'tell', message: { kind: 'closed', key: message.key, outputs: {} } });
        return;
      }
      const { step, success, summary, deadline } = message;
      askToClose(opening, { step, success, summary, deadline }, at, out);
      return;
    }
    case 'release':
      state.released = true;
      closeAll(state, at, 'the run let it go', out);
      return;
  }
}

type Acquire = Extract<ToGuard, { kind: 'acquire' }>;

/** The first question, or one for more than is held; the run asks one at a time. */
function acquire(state: GuardState, message: Acquire, at: number, out: GuardCommand[]): void {
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
  out.push(question(state, message), askAgain(at));
}

function question({ asks }: GuardState, { vpgs, onLocked, until }: Acquire): GuardCommand {
  const n = asks === undefined ? {} : { n: asks };
  return { do: 'lock', ...n, vpgs, onLocked, ...(until === undefined ? {} : { until }) };
}

/** A question that was asked twice is answered twice: only an answer to the last, while it is awaited, counts. */
function onLocked(state: GuardState, event: Extract<GuardEvent, { kind: 'locked' }>, out: GuardCommand[]): void {
  if ((event.n ?? 0) !== (state.asks ?? 0)) return;
  if (state.locks === 'held' && state.enlarging === true) delete state.enlarging;
  else if (state.locks === 'asked') state.locks = event.granted ? 'held' : 'none';
  else return;
  out.push({ do: 'tell', message: event.granted ? { kind: 'granted' } : { kind: 'not-granted', error: event.error } });
}

const askAgainMs = 60_000;

/** `locks` may have been lost with the request; asking twice is answered like once. */
const askAgain = (at: number): GuardCommand => ({
  do: 'timer',
  id: 'lock',
  at: at + askAgainMs,
  summary: 'ask again for the locks',
});

function onTimer(state: GuardState, id: string, at: number, out: GuardCommand[]): void {
  if (id === 'lock') {
    const waits = state.locks === 'asked' || (state.locks === 'held' && state.enlarging === true);
    if (waits && state.asked !== undefined) out.push(question(state, state.asked), askAgain(at));
    return;
  }
  if (id === 'deadline') {
    closeAll(state, at, notClosed, out);
    return;
  }
  const [what = '', ...rest] = id.split(':');
  const opening = state.openings.findLast(o => o.key === rest.join(':'));
  if (opening === undefined || opening.stage === 'ended') return;
  if (what === 'deadline') closeAlone(opening, at, notClosed, out);
  if (what === 'stuck') tellStuck(opening, 'it could not be read back as closed in time', out);
  if (what === 'stop' && opening.stage === 'backing-off') resumeClosing(opening, at, out);
  if (what === 'again' && opening.stage === 'pausing') {
    if (opening.closing === undefined) takeBaseline(opening, out);
    else didNotHappen(opening, 'cancelled', 'closed before it was sent', out);
  }
}

const ownClosingMs = 30 * 60_000;
const notClosed = 'the run did not close it by its deadline';

/** Without a word from the run. */
function closeAlone(opening: Opening, at: number, summary: string, out: GuardCommand[]): void {
  if (opening.stage === 'ended' || opening.closing !== undefined) return;
  const step = `close-${opening.key}`;
  askToClose(opening, { step, success: false, summary, deadline: at + ownClosingMs }, at, out);
}

function closeAll(state: GuardState, at: number, summary: string, out: GuardCommand[]): void {
  for (const opening of state.openings) closeAlone(opening, at, summary, out);
}

function endWhenNothingIsLeft(state: GuardState, out: GuardCommand[]): void {
  if (!state.released && !state.gone) return;
  if (state.openings.some(o => o.stage !== 'ended')) return;
  switch (state.locks) {
    case 'asked':
    case 'held':
      state.locks = 'releasing';
      out.push({ do: 'unlock' });
      return;
    case 'releasing':
      return;
    case 'none':
    case 'released':
      out.push({ do: 'end' });
      return;
  }
}
