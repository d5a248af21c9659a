import type { PlanScope, PlanStep } from '../compiler/plan.ts';
import { formatDuration } from '../expressions/duration.ts';
import { deadlineOf } from './call.ts';
import { createFrame, findEntry, frameAt, frameOf } from './frames.ts';
import { enter } from './next.ts';
import { renderAll } from './outputs.ts';
import { scopeOfEntry } from './scope.ts';
import type { Entry } from './entry.ts';
import type { Frame } from './state.ts';
import { stopFrame } from './stopping.ts';
import { clearTimer, type Ending, markRunning, settle, setTimer, type Turn } from './turn.ts';

/** A step whose turn it is calls a sub-runbook: one more instance of its scope begins. */
export function callScope(turn: Turn, number: number, step: PlanStep, entry: Entry): void {
  const scope = scopeAt(turn, number);
  const inputs = renderAll(turn, scope.inputs, scopeOfEntry(turn, entry), name => `"${name}" of "${entry.key}"`);
  if (!inputs.ok) {
    settle(turn, entry, { status: 'errored', text: inputs.error });
    return;
  }
  const { plan, graph, state } = turn;
  const caller = frameOf(turn, entry);
  const frame = createFrame(plan, graph, {
    index: state.frames.length,
    scope: number,
    caller: { frame: caller.index, key: entry.key },
    prefix: `${entry.key}/`,
    inputs: inputs.value,
    endsAt: deadlineOf(turn, caller, step),
  });
  state.frames.push(frame);
  state.frameKeys[frame.prefix] = frame.index;
  caller.children++;
  markRunning(turn, entry, 'frame');
  const use = { for: 'frame' as const, frame: frame.index };
  setTimer(turn, timerOf(frame), use, turn.at + step.timeoutMs, `${entry.key}: ${formatDuration(step.timeoutMs)}`);
  enter(turn, frame, 'preflight');
}

function timerOf({ index, caller }: Frame): string {
  return `frame:${caller?.key ?? ''}:${index}`;
}

/** The run was held or paused, or has got more time: the time-out moves by that. */
export function moveDeadline(turn: Turn, frame: Frame, byMs: number): void {
  const { caller, endsAt } = frame;
  if (caller === undefined || endsAt === undefined) return;
  frame.endsAt = endsAt + byMs;
  const use = { for: 'frame' as const, frame: frame.index };
  setTimer(turn, timerOf(frame), use, frame.endsAt, `${caller.key}: after the run stood still`);
}

/** The call's time-out passed: what runs in it is stopped; its closing and `finally` still come. */
export function onFrameTimer(turn: Turn, frame: Frame): void {
  // While the run is held (a live one: or paused), nothing is cut short; going on gives it back the time.
  if (turn.state.held !== undefined || (turn.state.paused !== undefined && turn.state.endsAt === undefined)) return;
  stopFrame(turn, frame, { reason: 'its time-out passed', by: 'machine', tell: true, status: 'timed_out' });
}

/** Its steps have ended: the time-out is for these. */
export function stopClock(turn: Turn, frame: Frame): void {
  clearTimer(turn, timerOf(frame));
}

/** Its `finally` is over: the step that called it comes to its own end. */
export function endFrame(turn: Turn, frame: Frame): void {
  const { caller } = frame;
  if (caller === undefined) return;
  const above = frameAt(turn.state, caller.frame);
  above.children--;
  turn.touched.add(above.index);
  const entry = findEntry(turn.plan, turn.state, caller.key);
  if (entry?.doing !== 'frame') return;
  delete entry.doing;
  settle(turn, entry, endingOf(frame));
}

function endingOf({ stop, judged, result }: Frame): Ending {
  const { residue = [], failed = [], errored = [] } = judged?.facts ?? {};
  if (residue.length > 0) return { status: 'failed', text: residue.join('; ') };
  if (stop !== undefined) {
    const status = stop.status ?? 'cancelled';
    // Stopped from outside; what failed on the way out is told all the same.
    const worse = status === 'cancelled' ? (failed[0] ?? errored[0]) : undefined;
    if (worse === undefined) return { status, text: stop.reason };
    return { status: failed.length > 0 ? 'failed' : 'errored', text: worse };
  }
  if (result === undefined) return { status: 'succeeded', outputs: {} };
  return 'error' in result
    ? { status: 'errored', text: result.error }
    : { status: 'succeeded', outputs: result.outputs };
}

function scopeAt({ plan }: Turn, number: number): PlanScope {
  const scope = plan.scopes?.[number];
  if (scope === undefined) throw new RangeError(`the plan has no scope ${number}`);
  return scope;
}
