import type { PlanStep } from '../compiler/plan.ts';
import { formatDuration } from '../expressions/duration.ts';
import { findEntry, frameAt, frameOf, settingsOf } from './frames.ts';
import { opensOf } from './max-open.ts';
import type { Entry } from './entry.ts';
import { lookUp } from './state.ts';
import { stop, stopFrame } from './stopping.ts';
import { clearTimer, setTimer, stepAt, type Turn } from './turn.ts';

/**
 * When the guard closes what is opened now, whatever the run does: its hold, the end of the run or of its sub-runbook, the
 * earliest, and the closing budget. Undefined where nothing bounds it, and for a live change. Plans of format 1 leave it to
 * the guard's own deadline.
 */
export function mustBeClosedBy(turn: Turn, step: PlanStep, entry: Entry): number | undefined {
  if (opensOf(step) === 'live' || turn.plan.format === 1) return undefined;
  const frame = frameOf(turn, entry);
  const hold = step.holdMs === undefined ? Infinity : turn.at + step.holdMs;
  const end = Math.min(hold, turn.state.endsAt ?? Infinity, frame.endsAt ?? Infinity);
  return end === Infinity ? undefined : end + settingsOf(turn, frame).limits.closingMs;
}

export function holdTimer(key: string): string {
  return `hold:${key}`;
}

/** The time counts from the call, as the guard's does. */
export function holdIt(turn: Turn, step: PlanStep, { key }: Entry): void {
  if (step.holdMs === undefined || opensOf(step) === 'live') return;
  const summary = `${key}: hold ${formatDuration(step.holdMs)}`;
  const until = turn.at + step.holdMs;
  const opening = lookUp(turn.state.openings, key);
  if (opening !== undefined) opening.holdUntil = until;
  setTimer(turn, holdTimer(key), { for: 'hold', key }, until, summary);
}

export function letGo(turn: Turn, key: string): void {
  clearTimer(turn, holdTimer(key));
}

/** A test has been open long enough: what still runs of the run, or of the sub-runbook, that opened it stops and closes. */
export function onHoldTimer(turn: Turn, key: string): void {
  const opening = lookUp(turn.state.openings, key);
  const entry = findEntry(turn.plan, turn.state, key);
  if (entry === undefined || (opening?.state !== 'opening' && opening?.state !== 'open')) return;
  const reason = `the hold of "${key}" (${formatDuration(stepAt(turn, entry.place).holdMs ?? 0)}) is over`;
  const frame = frameAt(turn.state, opening.frame);
  if (frame.index === 0) stop(turn, { reason, by: 'machine', tell: true });
  else stopFrame(turn, frame, { reason, by: 'machine', tell: true, status: 'timed_out' });
}
