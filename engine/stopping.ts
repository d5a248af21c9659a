import type { Phase } from '../compiler/plan.ts';
import { closeGate } from './approvals.ts';
import { calledBy, findEntry, frameOf, rootOf, shapeOf } from './frames.ts';
import { hold, mustHold, type Undoable } from './held.ts';
import { closeReport } from './manual.ts';
import { stopPaging } from './pages.ts';
import type { Entry, StepEntry } from './entry.ts';
import type { Frame, Stage, Stop } from './state.ts';
import { clear } from './line.ts';
import { clearTimer, end, entryAt, stepAt, type Turn, waitTimer, windowTimer } from './turn.ts';

/**
 * Stops the run: nothing more starts in it, nor in its sub-runbooks; what waited is cancelled, running reads are taken
 * back, running calls with an effect are awaited; what is open is the business of closing. The first reason counts. With
 * something live uncommitted it is held instead (rule 4).
 */
export function stop(turn: Turn, why: Stop, undoable: Undoable = {}): void {
  if (mustHold(turn)) hold(turn, why, undoable);
  else stopForGood(turn, why);
}

/** Nothing live is open, or was by now ended at a person's word. */
export function stopForGood(turn: Turn, why: Stop): void {
  const root = rootOf(turn);
  if (!mayStop(root.stage)) return;
  delete turn.state.paused;
  // What sub-runbooks close comes first; the run must not begin a budget of its own after that.
  if (root.children > 0) turn.state.closeBy = turn.at + turn.plan.limits.closingMs;
  clear(turn.state.waits.room);
  turn.state.waits.window.length = 0;
  clearTimer(turn, windowTimer);
  stopFrame(turn, root, why);
  dropWhatEnded(turn);
}

/** Of those that wait to fly: `finally` of a sub-runbook goes on. */
function dropWhatEnded({ plan, state }: Turn): void {
  const { keys, next } = state.queue;
  state.queue.keys = keys.slice(next).filter(key => findEntry(plan, state, key)?.doing === 'queued');
  state.queue.next = 0;
}

/** The same for one sub-runbook, and those that it has called. */
export function stopFrame(turn: Turn, frame: Frame, why: Stop): void {
  if (!mayStop(frame.stage)) return;
  frame.stop = why;
  frame.stage = 'draining';
  turn.touched.add(frame.index);
  for (const phase of ['sign-in', 'preflight', 'main'] as const) haltPhase(turn, frame, phase, why.reason);
}

/** Its steps have not ended, nor been stopped. */
export function mayStop(stage: Stage): boolean {
  switch (stage) {
    case 'sign-in':
    case 'locks':
    case 'preflight':
    case 'main':
      return true;
    case 'new':
    case 'draining':
    case 'closing':
    case 'finally':
    case 'ended':
      return false;
  }
}

/** `finally` is cut short wherever it runs; closing never is. */
export function haltFinally(turn: Turn, reason: string): void {
  for (const frame of turn.state.frames) if (frame.stage === 'finally') haltPhase(turn, frame, 'finally', reason);
}

export function haltPhase(turn: Turn, frame: Frame, phase: Phase, reason: string): void {
  for (const place of shapeOf(turn, frame).phases[phase]) {
    const entry = entryAt(turn, frame, place);
    if (entry.status === 'running' && entry.items !== undefined) haltItems(turn, entry, reason);
    else halt(turn, entry, reason);
    stopPaging(turn, entry.key);
  }
}

function haltItems(turn: Turn, { items }: StepEntry, reason: string): void {
  for (const item of items?.entries ?? []) halt(turn, item, reason);
}

function halt(turn: Turn, entry: Entry, reason: string): void {
  if (entry.status === 'pending') {
    end(turn, entry, { status: 'cancelled', text: `not started: ${reason}` });
    return;
  }
  if (entry.asked !== undefined) {
    const { status, outputs, timer } = entry.asked;
    if (timer !== undefined) clearTimer(turn, timer);
    const { error } = entry;
    end(turn, entry, {
      status,
      ...(error === undefined ? {} : { text: error }),
      ...(outputs === undefined ? {} : { outputs }),
    });
    return;
  }
  if (entry.status !== 'running') return;
  if (entry.doing === 'people') {
    closeGate(turn, entry);
    closeReport(turn, entry);
    end(turn, entry, { status: 'cancelled', text: reason });
  } else if (entry.doing === 'wait') {
    clearTimer(turn, waitTimer(entry));
    end(turn, entry, { status: 'cancelled', text: reason });
  } else if (entry.doing === 'stop') {
    leaveToOthers(turn, entry, reason);
  } else if (entry.doing === 'lock') {
    delete entry.found;
    end(turn, entry, { status: 'cancelled', text: reason });
  } else if (entry.doing === 'frame') {
    const called = calledBy(turn.state, entry.key);
    const by = frameOf(turn, entry).stop?.by ?? 'machine';
    if (called !== undefined) stopFrame(turn, called, { reason, by, tell: true });
  } else if (entry.doing === 'call' && stepAt(turn, entry.place).effect === 'read' && entry.cancelling === undefined) {
    entry.cancelling = true;
    turn.out.push({ do: 'cancel-call', key: entry.key });
  }
}

/**
 * An author's stop of what its own sub-runbook opened ends with that one's closing. What stands open elsewhere is closed
 * there, when this one has long ended.
 */
function leaveToOthers(turn: Turn, entry: Entry, reason: string): void {
  const opening = Object.values(turn.state.openings).find(o => o.closers.includes(entry.key));
  if (opening === undefined || opening.frame === entry.frame) return;
  opening.closers.splice(opening.closers.indexOf(entry.key), 1);
  end(turn, entry, { status: 'cancelled', text: reason });
}
