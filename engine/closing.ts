import type { ActionCall } from '../actions/call.ts';
import type { PlanStep } from '../compiler/plan.ts';
import { formatDuration } from '../expressions/duration.ts';
import { deadlineOf } from './call.ts';
import { expand } from './items.ts';
import { abandon, alreadyClosed, stopTimer, wasNotOpened } from './openings.ts';
import { findEntry, frameOf, settingsOf } from './frames.ts';
import type { Entry } from './entry.ts';
import { type Frame, lookUp, type Opening } from './state.ts';
import { isOpen } from './still-open.ts';
import { end, entryAt, markRunning, settle, setTimer, stepAt, stepEntryOf, type Turn } from './turn.ts';

/** The guard answers by the deadline; this much later it is taken to be gone, and the run ends without it. */
export const guardGraceMs = 2 * 60_000;
const noAnswer = 'the guard of this run did not answer in time';
/** However much of the budget is used up, a stop gets this long to be read back. */
const leastForClosingMs = 5 * 60_000;

export function closingTimer({ caller }: Frame): string {
  return caller === undefined ? 'closing' : `closing:${caller.key}`;
}

/** A closing step's turn: of a for-each, what its items opened is closed in reverse, as many at once as were opened. */
export function startClosing(turn: Turn, frame: Frame, step: PlanStep, place: number): void {
  const entry = entryAt(turn, frame, place);
  const opener = step.closes === undefined ? undefined : stepAt(turn, step.closes);
  if (step.closes === undefined || opener?.forEach === undefined) {
    turn.agenda.push({ do: 'perform', entry });
    return;
  }
  const opens = entryAt(turn, frame, step.closes);
  const opened = opens.items?.entries ?? [];
  if (opened.length === 0) {
    end(turn, entry, { status: 'skipped', text: wasNotOpened });
    return;
  }
  const keys = opened.map(item => item.key).reverse();
  const labels = keys.map(key => key.slice(opens.key.length + 1, -1));
  expand(turn, entry, keys, labels);
}

export function performClosing(turn: Turn, step: PlanStep, entry: Entry): void {
  const opening = lookUp(turn.state.openings, openingKey(turn, step, entry));
  if (opening === undefined || opening.state === 'never') {
    end(turn, entry, { status: 'skipped', text: wasNotOpened });
    return;
  }
  if (opening.state === 'closed') {
    end(turn, entry, { status: 'skipped', text: alreadyClosed(opening) });
    return;
  }
  const frame = frameOf(turn, entry);
  const deadline = closeBy(turn, frame);
  const verdict = frame.judged?.verdict;
  const success = verdict === 'passed' || verdict === 'passed_with_exceptions';
  close(turn, opening, entry, deadline, success, verdict ?? 'inconclusive');
  opening.deadline = deadline;
  if (lookUp(turn.state.timers, closingTimer(frame)) === undefined) watch(turn, frame, deadline);
}

/** Closing that begins now has its scope's budget; of a run that was stopped what is left of the one for all. */
function closeBy(turn: Turn, frame: Frame): number {
  const own = turn.at + settingsOf(turn, frame).limits.closingMs;
  const { closeBy: all } = turn.state;
  return all === undefined ? own : Math.min(own, Math.max(all, turn.at + leastForClosingMs));
}

/** An author's own stop in the middle of a run: it ends what a step of this run opened for the same VPG. */
export function stopByAuthor(turn: Turn, step: PlanStep, entry: Entry, call: ActionCall): void {
  const [vpg = ''] = Object.keys(call.vpgs);
  const mine = Object.values(turn.state.openings).filter(
    o => o.vpgs.includes(vpg) && isOpen(o) && closes(turn, step, o),
  );
  const opening = mine.find(o => o.state !== 'opening');
  if (opening === undefined) {
    const text =
      mine.length > 0
        ? `"${mine[0]?.key ?? ''}" is still opening "${vpg}": wait for it with "needs"`
        : `this run has nothing open of "${vpg}" that ${step.uses} could end`;
    settle(turn, entry, { status: 'failed', text });
    return;
  }
  const frame = frameOf(turn, entry);
  const success = frame.failures === 0;
  const deadline = deadlineOf(turn, frame, step);
  close(turn, opening, entry, deadline, success, success ? 'no failure so far' : 'a step has failed');
  // A drill ends by its own clock; a live run would wait for a lost guard for ever.
  if (turn.state.endsAt !== undefined) return;
  const use = { for: 'stop' as const, key: opening.key };
  setTimer(turn, stopTimer(entry.key), use, deadline + guardGraceMs, `${entry.key}: must have ended`);
}

/** The guard left the author's stop without an answer; once closing waits for it, that watches. */
export function onStopTimer(turn: Turn, key: string): void {
  const opening = lookUp(turn.state.openings, key);
  if (opening?.state === 'closing' && opening.deadline === undefined) abandon(turn, opening, noAnswer);
}

function closes(turn: Turn, step: PlanStep, opening: Opening): boolean {
  const opener = findEntry(turn.plan, turn.state, opening.key);
  const closedBy = opener === undefined ? undefined : stepAt(turn, opener.place).closedBy;
  return closedBy !== undefined && stepAt(turn, closedBy).uses === step.uses;
}

/** The guard is told once; who comes later waits for the same end. */
function close(turn: Turn, opening: Opening, closer: Entry, deadline: number, success: boolean, how: string): void {
  markRunning(turn, closer, stepAt(turn, closer.place).phase === 'closing' ? 'close' : 'stop');
  opening.closers.push(closer.key);
  if (opening.state === 'closing') return;
  opening.state = 'closing';
  const summary = `drillbook ${turn.plan.name}, run ${turn.run.id}: ${how}`;
  turn.out.push({ do: 'close', key: opening.key, step: closer.key, success, summary, deadline });
}

/** The key of the opening that a closing step, or an item of it, closes. */
export function openingKey(turn: Turn, step: PlanStep, entry: Entry): string {
  if (step.closes === undefined) return '';
  if (entry.item === undefined) return entryAt(turn, frameOf(turn, entry), step.closes).key;
  const key = stepEntryOf(turn, entry).items?.values[entry.item];
  return typeof key === 'string' ? key : '';
}

function watch(turn: Turn, frame: Frame, deadline: number): void {
  const summary = `closing must have ended (${formatDuration(settingsOf(turn, frame).limits.closingMs)})`;
  setTimer(turn, closingTimer(frame), { for: 'closing', frame: frame.index }, deadline + guardGraceMs, summary);
}

/** The timer fired: closings that the guard left without an answer have failed, the others are watched on. */
export function onClosingTimer(turn: Turn, frame: Frame): void {
  if (frame.stage !== 'closing') return;
  let next: number | undefined;
  for (const opening of Object.values(turn.state.openings)) {
    if (opening.frame !== frame.index || opening.deadline === undefined) continue;
    if (opening.deadline + guardGraceMs <= turn.at) abandon(turn, opening, noAnswer);
    else next = Math.min(next ?? opening.deadline, opening.deadline);
  }
  if (next !== undefined) watch(turn, frame, next);
}
