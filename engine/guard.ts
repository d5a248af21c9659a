import { askToClose, backOff, onReadBack, onStopped, resumeClosing, tellStuck } from './guard-closing.ts';
import type {
  Baseline,
  GuardCommand,
  GuardEvent,
  GuardStart,
  GuardState,
  Opening,
  Sent,
  ToGuard,
} from './guard-types.ts';

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

/** A call may be sent for this long after its baseline was taken, ms; then a new baseline is due. */
const sendingWindowMs = 60_000;
/** HTTP time-out of a call to a ZVM and a margin for its bytes under way, ms: past it no call can still arrive. */
const arrivalMarginMs = 45_000;
const pauseMs = 5_000;

export function advanceGuard(start: GuardStart, state: GuardState, event: GuardEvent): GuardCommand[] {
  const out: GuardCommand[] = [];
  switch (event.kind) {
    case 'begin':
      if (start.deadline !== undefined) {
        out.push({ do: 'timer', id: 'deadline', at: start.deadline, summary: 'everything must be closed' });
      }
      break;
    case 'message':
      onMessage(state, event.message, event.at, out);
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

function onMessage(state: GuardState, message: ToGuard, at: number, out: GuardCommand[]): void {
  switch (message.kind) {
    case 'acquire':
      if (state.locks !== 'none') return;
      state.locks = 'asked';
      out.push({
        do: 'lock',
        vpgs: message.vpgs,
        onLocked: message.onLocked,
        ...(message.until === undefined ? {} : { until: message.until }),
      });
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

function onLocked(state: GuardState, event: { granted: boolean; error: string }, out: GuardCommand[]): void {
  if (state.locks !== 'asked') return;
  state.locks = event.granted ? 'held' : 'none';
  out.push({ do: 'tell', message: event.granted ? { kind: 'granted' } : { kind: 'not-granted', error: event.error } });
}

function takeBaseline(opening: Opening, out: GuardCommand[]): void {
  opening.stage = 'baseline';
  const { key, call } = opening;
  out.push({
    do: 'work',
    work: 'baseline',
    key,
    summary: `${opening.summary}: look`,
    input: { call },
    until: call.deadline,
  });
}

function send(opening: Opening, baseline: Baseline, at: number, out: GuardCommand[]): void {
  opening.stage = 'starting';
  opening.baseline = baseline;
  const notAfter = Math.min(opening.call.deadline, at + sendingWindowMs);
  opening.notAfter = notAfter;
  const { key, call } = opening;
  const input = { call, baseline, notAfter, mayHaveBeenSent: false };
  out.push({ do: 'work', work: 'start', key, summary: opening.summary, input, until: notAfter + arrivalMarginMs });
}

function onSent(opening: Opening, sent: Sent, at: number, out: GuardCommand[]): void {
  const { taskId, checkpoint, checkpointTime, adopted } = sent;
  opening.sent = { taskId, checkpoint, checkpointTime, adopted };
  if (opening.closing !== undefined) {
    resumeClosing(opening, at, out);
    return;
  }
  opening.stage = 'waiting';
  const { key, call } = opening;
  out.push({
    do: 'work',
    work: 'wait',
    key,
    summary: `${opening.summary}: wait`,
    input: { call, sent: opening.sent },
    until: call.deadline,
  });
}

function onDone(state: GuardState, event: Extract<GuardEvent, { kind: 'done' }>, out: GuardCommand[]): void {
  const opening = state.openings.findLast(o => o.key === event.key);
  if (opening === undefined || opening.stage === 'ended') return;
  switch (event.work) {
    case 'baseline':
      if (opening.closing === undefined) send(opening, event.result, event.at, out);
      else didNotHappen(opening, 'cancelled', 'closed before it was sent', out);
      return;
    case 'start':
      onSent(opening, event.result, event.at, out);
      return;
    case 'settle':
      if (event.result.sent === null) {
        didNotHappen(opening, 'errored', 'the answer was lost; nothing was started', out);
      } else onSent(opening, event.result.sent, event.at, out);
      return;
    case 'wait':
      if (event.result.up) {
        opening.stage = 'open';
        out.push({ do: 'tell', message: { kind: 'opened', key: opening.key, outputs: event.result.outputs } });
      } else if (event.result.open) countsAsOpen(opening, 'failed', event.result.error, out);
      else {
        didNotHappen(opening, 'failed', event.result.error, out);
        return;
      }
      if (opening.closing !== undefined) resumeClosing(opening, event.at, out);
      return;
    case 'stop':
      onStopped(opening, event.result.taskId, event.at, out);
      return;
    case 'readBack':
      onReadBack(opening, event.result.outputs, out);
      return;
  }
}

function onFailed(state: GuardState, event: Extract<GuardEvent, { kind: 'failed' }>, out: GuardCommand[]): void {
  const opening = state.openings.findLast(o => o.key === event.key);
  if (opening === undefined || opening.stage === 'ended') return;
  const status = event.status === 'unreachable' ? 'errored' : event.status;
  switch (event.work) {
    case 'baseline':
      didNotHappen(opening, status, event.error, out);
      return;
    case 'start':
      if (event.happened === 'unknown') settle(opening, out);
      else if (event.status === 'unreachable' && opening.closing === undefined && event.at < opening.call.deadline) {
        opening.stage = 'pausing';
        out.push({
          do: 'timer',
          id: `again:${opening.key}`,
          at: event.at + pauseMs,
          summary: `${opening.summary}: try again`,
        });
      } else didNotHappen(opening, status, event.error, out);
      return;
    case 'settle':
    case 'wait':
      // Cancelled means that closing asked for it; the run no longer waits for an answer of its own.
      if (status !== 'cancelled') countsAsOpen(opening, status, event.error, out);
      else opening.stage = 'open';
      if (opening.closing !== undefined) resumeClosing(opening, event.at, out);
      return;
    case 'stop':
    case 'readBack':
      backOff(opening, event.error, event.at, out);
      return;
  }
}

function settle(opening: Opening, out: GuardCommand[]): void {
  opening.stage = 'settling';
  const { key, call, baseline = { tasks: [], reports: [] }, notAfter = call.deadline } = opening;
  const lateUntil = notAfter + arrivalMarginMs;
  // Finding out has no end of its own: as long as nobody knows, the lease stays.
  const until = Math.max(call.deadline, lateUntil) + 24 * 3_600_000;
  out.push({
    do: 'work',
    work: 'settle',
    key,
    summary: `${opening.summary}: was it started?`,
    input: { call, baseline, lateUntil },
    until,
  });
}

function didNotHappen(
  opening: Opening,
  status: 'failed' | 'errored' | 'timed_out' | 'cancelled',
  error: string,
  out: GuardCommand[],
): void {
  opening.stage = 'ended';
  out.push({ do: 'tell', message: { kind: 'not-opened', key: opening.key, status, error } });
}

function countsAsOpen(
  opening: Opening,
  status: 'failed' | 'errored' | 'timed_out',
  error: string,
  out: GuardCommand[],
): void {
  opening.stage = 'open';
  out.push({ do: 'tell', message: { kind: 'open-failed', key: opening.key, status, error } });
}

function onTimer(state: GuardState, id: string, at: number, out: GuardCommand[]): void {
  if (id === 'deadline') {
    closeAll(state, at, 'the run did not close it by its deadline', out);
    return;
  }
  const [what = '', ...rest] = id.split(':');
  const opening = state.openings.findLast(o => o.key === rest.join(':'));
  if (opening === undefined || opening.stage === 'ended') return;
  if (what === 'stuck') tellStuck(opening, 'it could not be read back as closed in time', out);
  if (what === 'stop' && opening.stage === 'backing-off') resumeClosing(opening, at, out);
  if (what === 'again' && opening.stage === 'pausing') {
    if (opening.closing === undefined) takeBaseline(opening, out);
    else didNotHappen(opening, 'cancelled', 'closed before it was sent', out);
  }
}

const ownClosingMs = 30 * 60_000;

function closeAll(state: GuardState, at: number, summary: string, out: GuardCommand[]): void {
  for (const opening of state.openings) {
    if (opening.stage !== 'ended' && opening.closing === undefined) {
      askToClose(
        opening,
        { step: `close-${opening.key}`, success: false, summary, deadline: at + ownClosingMs },
        at,
        out,
      );
    }
  }
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
