import { backOff, noBaseline, onReadBack, onStopped, resumeClosing } from './guard-closing.ts';
import type { Baseline, GuardCommand, GuardEvent, GuardState, Opening, Sent } from './guard-types.ts';

/** A call may be sent for this long after its baseline was taken, ms; then a new baseline is due. */
const sendingWindowMs = 30_000;
/** HTTP time-out of a call to a ZVM and a margin for its bytes under way, ms: past it no call can still arrive. */
const arrivalMarginMs = 45_000;
const pauseMs = 5_000;

/** An opening begins with a look; what follows until it is up is here, its end in guard-closing. */
export function takeBaseline(opening: Opening, out: GuardCommand[]): void {
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
  const input = { call, baseline, notAfter };
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

export function onDone(state: GuardState, event: Extract<GuardEvent, { kind: 'done' }>, out: GuardCommand[]): void {
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
      // No call is repeated before it is certain that the one without an answer can not arrive any more.
      if (event.result.sent === null)
        onNothingSent(opening, 'errored', 'the answer was lost; nothing was started', event.at, out);
      else onSent(opening, event.result.sent, event.at, out);
      return;
    case 'wait':
      if (event.result.up) {
        opening.stage = 'open';
        out.push({ do: 'tell', message: { kind: 'opened', key: opening.key, outputs: event.result.outputs } });
      } else countsAsOpen(opening, 'failed', event.result.error, out);
      if (opening.closing !== undefined) resumeClosing(opening, event.at, out);
      return;
    case 'stop':
      onStopped(opening, event.result, event.at, out);
      return;
    case 'readBack':
      onReadBack(opening, event.result.outputs, out);
      return;
  }
}

export function onFailed(state: GuardState, event: Extract<GuardEvent, { kind: 'failed' }>, out: GuardCommand[]): void {
  const opening = state.openings.findLast(o => o.key === event.key);
  if (opening === undefined || opening.stage === 'ended') return;
  const status = event.status === 'unreachable' ? 'errored' : event.status;
  switch (event.work) {
    case 'baseline':
      didNotHappen(opening, status, event.error, out);
      return;
    case 'start':
      if (event.happened === 'unknown') settle(opening, event, out);
      else if (event.status === 'unreachable') onNothingSent(opening, 'errored', event.error, event.at, out);
      else didNotHappen(opening, status, event.error, out);
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

/** A fresh start, with a new baseline, as long as the step has time. */
function onNothingSent(opening: Opening, status: 'errored', error: string, at: number, out: GuardCommand[]): void {
  if (opening.closing !== undefined || at >= opening.call.deadline) {
    didNotHappen(opening, status, error, out);
    return;
  }
  opening.stage = 'pausing';
  delete opening.lateUntil;
  out.push({ do: 'timer', id: `again:${opening.key}`, at: at + pauseMs, summary: `${opening.summary}: try again` });
}

function settle(opening: Opening, event: Extract<GuardEvent, { kind: 'failed' }>, out: GuardCommand[]): void {
  opening.stage = 'settling';
  const { key, call, baseline = noBaseline, notAfter = call.deadline } = opening;
  // An attempt that told its end has sent what it sent; one that was lost may send until `notAfter`.
  const told = event.status !== 'timed_out' && event.status !== 'cancelled';
  const lateUntil = (told ? event.at : Math.max(event.at, notAfter)) + arrivalMarginMs;
  opening.lateUntil = lateUntil;
  // Finding out has no end of its own: as long as nobody knows, the lease stays.
  const until = Math.max(call.deadline, lateUntil) + 24 * 3_600_000;
  const input = { call, baseline, lateUntil, ...(event.sending === undefined ? {} : { sending: event.sending }) };
  out.push({ do: 'work', work: 'settle', key, summary: `${opening.summary}: was it started?`, input, until });
}

export function didNotHappen(
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
