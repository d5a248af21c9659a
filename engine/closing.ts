import type { ActionCall } from '../actions/call.ts';
import type { PlanStep } from '../compiler/plan.ts';
import { formatDuration } from '../expressions/duration.ts';
import { deadlineOf } from './call.ts';
import { expand } from './items.ts';
import { abandon, alreadyClosed, isOpen, wasNotOpened } from './openings.ts';
import { type Entry, findEntry, lookUp, type Opening } from './state.ts';
import { end, entryAt, markRunning, settle, setTimer, stepAt, type Turn } from './turn.ts';

/** The guard answers by the deadline; this much later it is taken to be gone, and the run ends without it. */
export const guardGraceMs = 2 * 60_000;
const timerId = 'closing';

/** A closing step's turn: of a for-each, what its items opened is closed in reverse, as many at once as were opened. */
export function startClosing(turn: Turn, step: PlanStep, place: number): void {
  const entry = entryAt(turn, place);
  const opener = step.closes === undefined ? undefined : stepAt(turn, step.closes);
  if (step.closes === undefined || opener?.forEach === undefined) {
    turn.agenda.push({ do: 'perform', entry });
    return;
  }
  const opened = entryAt(turn, step.closes).items?.entries ?? [];
  if (opened.length === 0) {
    end(turn, entry, { status: 'skipped', text: wasNotOpened });
    return;
  }
  const keys = opened.map(item => item.key).reverse();
  const labels = keys.map(key => key.slice(opener.id.length + 1, -1));
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
  const deadline = turn.at + turn.plan.limits.closingMs;
  const verdict = turn.state.judged?.verdict;
  const success = verdict === 'passed' || verdict === 'passed_with_exceptions';
  close(turn, opening, entry, deadline, success, verdict ?? 'inconclusive');
  opening.deadline = deadline;
  if (lookUp(turn.state.timers, timerId) === undefined) watch(turn, deadline);
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
  const success = turn.state.failures === 0;
  close(turn, opening, entry, deadlineOf(turn, step), success, success ? 'no failure so far' : 'a step has failed');
}

function closes(turn: Turn, step: PlanStep, opening: Opening): boolean {
  const opener = findEntry(turn.state, turn.graph, opening.key);
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

function openingKey(turn: Turn, step: PlanStep, entry: Entry): string {
  if (step.closes === undefined) return '';
  if (entry.item === undefined) return stepAt(turn, step.closes).id;
  const key = entryAt(turn, entry.place).items?.values[entry.item];
  return typeof key === 'string' ? key : '';
}

function watch(turn: Turn, deadline: number): void {
  const summary = `closing must have ended (${formatDuration(turn.plan.limits.closingMs)})`;
  setTimer(turn, timerId, { for: 'closing' }, deadline + guardGraceMs, summary);
}

/** The timer fired: closings that the guard left without an answer have failed, the others are watched on. */
export function onClosingTimer(turn: Turn): void {
  if (turn.state.stage !== 'closing') return;
  let next: number | undefined;
  for (const opening of Object.values(turn.state.openings)) {
    if (opening.deadline === undefined) continue;
    if (opening.deadline + guardGraceMs <= turn.at)
      abandon(turn, opening, 'the guard of this run did not answer in time');
    else next = Math.min(next ?? opening.deadline, opening.deadline);
  }
  if (next !== undefined) watch(turn, next);
}
