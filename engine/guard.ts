import { closeAll, closeAlone, endWhenNothingIsLeft, holderGone, notClosed } from './guard-alone.ts';
import { askToClose, backOff, onReadBack, onStopped, resumeClosing, tellStuck } from './guard-closing.ts';
import { newsOfDone, newsOfFailed, type News, takeBaseline } from './guard-effect.ts';
import { endLive, onEndingNews, onEndingPauseOver } from './guard-ending.ts';
import { isLive, letGo, lookAtNext, onLooked, refuseToClose, watchLive } from './guard-live.ts';
import { acquire, askAgain, onLocked, onLockWaits } from './guard-lock.ts';
import { onNews, onPauseOver } from './guard-opening.ts';
import { answerAgain, setDeadline, takeOver } from './guard-hand-over.ts';
import { pageWhatIsLeft } from './guard-pages.ts';
import {
  offerAgain,
  offerInstead,
  onHanded,
  onPreempt,
  onPreemptTimer,
  preemptedText,
  takenOverOf,
} from './guard-preempt.ts';
import { forget, onRetaken, retake } from './guard-retake.ts';
import type { GuardState, Opening } from './guard-state.ts';
import type { ToGuard } from './guard-messages.ts';
import type { GuardCommand, GuardEvent, GuardStart } from './guard-types.ts';

/**
 * The guard of one run: the only one that sends what opens or closes something, and the one that stays when the run is
 * gone. Pure: `advanceGuard` changes the state in place and says what to do; the same events give the same state.
 *
 * An opening counts as open from the moment its call may have been sent until closing was read back or it is proved that
 * nothing was started. A live one is closed by nobody here: people end it.
 */
export function beginGuard(): GuardState {
  return {
    openings: [],
    endings: [],
    watch: { key: '', tries: 0, busy: false },
    locks: 'none',
    released: false,
    gone: false,
  };
}

export function advanceGuard(start: GuardStart, state: GuardState, event: GuardEvent): GuardCommand[] {
  const out: GuardCommand[] = [];
  switch (event.kind) {
    case 'begin':
      if (start.deadline !== undefined) {
        out.push({ do: 'timer', id: 'deadline', at: start.deadline, summary: 'everything must be closed' });
      }
      takeOver(start, state, event.at, out);
      retake(state, event.at, out);
      if (start.orphan === true) holderGone(state, event.at, out);
      break;
    case 'message':
      onMessage(start, state, event.message, event.at, out);
      break;
    case 'locked':
      if (state.retaking === undefined) onLocked(state, event, out);
      else for (const message of onRetaken(state, event.granted)) onMessage(start, state, message, event.at, out);
      // Given to a run that has ended meanwhile.
      if (state.gone || state.released) closeAll(state, event.at, 'the run that took it over has ended', out);
      break;
    case 'lock-waits':
      onLockWaits(state, event, out);
      break;
    case 'preempt':
      if (onPreempt(start, state, event, out)) closeAll(state, event.at, preemptedText(event), out);
      break;
    case 'handed':
      onHanded(state, event, event.at, out);
      break;
    case 'unlocked':
      state.locks = 'released';
      break;
    case 'done':
      onDone(state, event, out);
      break;
    case 'failed':
      onFailed(start, state, event, out);
      break;
    case 'timer':
      onTimer(start, state, event.id, event.at, out);
      break;
    case 'holder-gone':
      holderGone(state, event.at, out);
      break;
  }
  watchLive(state, event.at, out);
  pageWhatIsLeft(start, state, event.at, out, event.kind === 'timer' && event.id === 'page');
  endWhenNothingIsLeft(state, out);
  return out;
}

function onMessage(start: GuardStart, state: GuardState, message: ToGuard, at: number, out: GuardCommand[]): void {
  switch (message.kind) {
    case 'acquire':
      if (state.retaking === undefined) acquire(start, state, message, at, out);
      else state.retaking.push(message);
      return;
    case 'open': {
      const known = state.openings.findLast(o => o.key === message.key);
      if (message.again === true && answerAgain(known, out)) return;
      if (known !== undefined && known.stage !== 'ended') return;
      const over = state.gone || state.released || state.preempted !== undefined;
      if (state.retaking !== undefined && !over) {
        if (!state.retaking.some(m => m.kind === 'open' && m.key === message.key)) state.retaking.push(message);
        return;
      }
      if (over || state.locks !== 'held') {
        const { key } = message;
        const error =
          state.preempted === undefined ? 'the VPG is not held by this run' : preemptedText(state.preempted);
        out.push({ do: 'tell', message: { kind: 'not-opened', key, status: 'cancelled', error } });
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
      const { deadline = Infinity } = message;
      if (!isLive(opening) && deadline < (state.deadline ?? start.deadline ?? Infinity))
        setDeadline(opening, deadline, out);
      return;
    }
    case 'close': {
      if (forget(state, message.key, out)) return;
      const opening = state.openings.findLast(o => o.key === message.key);
      if (opening === undefined) {
        out.push({ do: 'tell', message: { kind: 'closed', key: message.key, outputs: {} } });
        return;
      }
      const { step, success, summary, deadline } = message;
      if (isLive(opening) && opening.stage !== 'ended') refuseToClose(opening, out);
      else askToClose(opening, { step, success, summary, deadline }, at, out);
      return;
    }
    case 'end-live':
      endLive(state, message, at, out);
      return;
    case 'yielded':
      // To a guard that takes over, the run may say it before the locks have.
      state.yielded = true;
      if (state.preempted !== undefined) state.preempted.yielded = true;
      return;
    case 'extend':
      extendTime(start, state, message, out);
      return;
    case 'release':
      state.released = true;
      closeAll(state, at, 'the run let it go', out);
      for (const opening of state.openings) letGo(opening, out);
      return;
  }
}

type Done = Extract<GuardEvent, { kind: 'done' }>;
type Failed = Extract<GuardEvent, { kind: 'failed' }>;

function onDone(state: GuardState, event: Done, out: GuardCommand[]): void {
  const { key, at } = event;
  switch (event.work) {
    case 'baseline':
    case 'start':
    case 'settle':
    case 'wait':
      onEffectNews(state, key, newsOfDone(event), at, out);
      return;
    case 'lookLive':
    case 'stop':
    case 'readBack': {
      const opening = state.openings.findLast(o => o.key === key);
      if (opening === undefined) return;
      if (event.work === 'lookLive') onLooked(state, opening, event.result, at, out);
      else if (opening.stage === 'ended') return;
      else if (event.work === 'stop') onStopped(opening, event.result, at, out);
      else onReadBack(opening, event.result, out);
    }
  }
}

function onFailed(start: GuardStart, state: GuardState, event: Failed, out: GuardCommand[]): void {
  const { key, at, work, error } = event;
  switch (work) {
    case 'baseline':
    case 'start':
    case 'settle':
    case 'wait':
      onEffectNews(state, key, newsOfFailed(work, event), at, out);
      return;
    case 'lookLive':
    case 'stop':
    case 'readBack': {
      const opening = state.openings.findLast(o => o.key === key);
      if (opening === undefined) return;
      if (work === 'lookLive') onLooked(state, opening, undefined, at, out);
      else if (opening.stage !== 'ended' && !offerInstead(start, state, opening, at, out))
        backOff(opening, error, at, out);
    }
  }
}

/** The key tells whether it is of an opening, or of a commit or roll-back of one. */
function onEffectNews(state: GuardState, key: string, news: News, at: number, out: GuardCommand[]): void {
  const ended = state.openings.find(o => o.ending?.key === key);
  if (ended?.ending !== undefined) {
    onEndingNews(state, ended, ended.ending, news, at, out);
    return;
  }
  const opening = state.openings.findLast(o => o.key === key);
  if (opening === undefined || opening.stage === 'ended') return;
  onNews(opening, news, at, out);
  for (const other of takenOverOf(state, opening)) closeAlone(other, at, 'a failover has ended it', out);
}

function onTimer(start: GuardStart, state: GuardState, id: string, at: number, out: GuardCommand[]): void {
  if (id === 'lock') {
    askAgain(state, at, out);
    return;
  }
  if (id === 'preempt') {
    onPreemptTimer(start, state, at, out);
    return;
  }
  if (id === 'look') {
    lookAtNext(state, at, out);
    return;
  }
  if (id === 'deadline') {
    closeAll(state, at, notClosed, out);
    return;
  }
  const [what = '', ...rest] = id.split(':');
  const key = rest.join(':');
  const ended = state.openings.find(o => o.ending?.key === key);
  if (what === 'again' && ended?.ending?.attempt.stage === 'pausing') {
    onEndingPauseOver(state, ended, ended.ending, out);
    return;
  }
  const opening = state.openings.findLast(o => o.key === key);
  if (opening === undefined || opening.stage === 'ended') return;
  if (what === 'deadline') closeAlone(opening, at, notClosed, out);
  if (what === 'stuck') tellStuck(opening, 'it could not be read back as closed in time', out);
  if (what === 'stop' && opening.stage === 'backing-off') resumeClosing(opening, at, out);
  if (what === 'stop') offerAgain(start, state, opening, at, out);
  if (what === 'again') onPauseOver(opening, out);
}

/** A person gives it more time: a drill's deadlines move up, and never back. */
function extendTime(
  start: GuardStart,
  state: GuardState,
  { key, deadline }: Extract<ToGuard, { kind: 'extend' }>,
  out: GuardCommand[],
): void {
  if (key === undefined) {
    const now = state.deadline ?? start.deadline;
    if (now === undefined || deadline <= now) return;
    state.deadline = deadline;
    out.push({ do: 'timer', id: 'deadline', at: deadline, summary: 'everything must be closed: extended' });
    return;
  }
  const opening = state.openings.findLast(o => o.key === key);
  if (opening === undefined || opening.stage === 'ended' || opening.closing !== undefined || isLive(opening)) return;
  setDeadline(opening, Math.max(deadline, opening.deadline ?? 0), out);
}
