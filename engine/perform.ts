import type { ActionCall } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { PlanStep } from '../compiler/plan.ts';
import { formatDuration } from '../expressions/duration.ts';
import { openApproval } from './approvals.ts';
import { callOf, deadlineOf, summaryOf } from './call.ts';
import { performClosing, stopByAuthor } from './closing.ts';
import { mayMake } from './acquiring.ts';
import { holdIt, mustBeClosedBy } from './hold.ts';
import { isFrozen } from './held.ts';
import { dropFirst, firstOf, isEmpty } from './line.ts';
import { performEnding } from './live.ts';
import { askForReport } from './manual.ts';
import { mayOpen, nextToOpen, opensOf } from './max-open.ts';
import { recordOpening } from './openings.ts';
import { giveOwn, stepOf } from './per-item.ts';
import { isSignedIn } from './sites.ts';
import { isInWindow } from './window.ts';
import { callScope } from './calling.ts';
import { findEntry, frameOf } from './frames.ts';
import { evaluate, renderWith, scopeOfEntry } from './scope.ts';
import type { Entry } from './entry.ts';
import { end, markRunning, settle, setTimer, stepAt, type Turn, waitTimer } from './turn.ts';

/** More calls at once wedge a workflow's task (design: 2,000 pending activities are the server's limit). */
const maxInFlight = 200;

/** Decides on `if`, for a step or one item; what goes on is performed. */
export function admit(turn: Turn, entry: Entry): void {
  const step = stepAt(turn, entry.place);
  if (entry.status !== 'pending' || isFrozen(turn, step.phase)) return;
  const wrong = giveOwn(turn, entry);
  if (step.if !== undefined) {
    const holds = evaluate(turn, step.if, scopeOfEntry(turn, entry), `"if" of "${entry.key}"`);
    if (!holds.ok) {
      settle(turn, entry, { status: 'errored', text: holds.error });
      return;
    }
    if (typeof holds.value !== 'boolean') {
      settle(turn, entry, { status: 'errored', text: `"if" of "${entry.key}" is neither true nor false` });
      return;
    }
    if (!holds.value) {
      end(turn, entry, { status: 'skipped', text: 'its "if" is false' });
      return;
    }
  }
  if (wrong === undefined) turn.agenda.push({ do: 'perform', entry });
  else settle(turn, entry, { status: 'errored', text: wrong });
}

/** `waited`: it comes out of the queue. */
export function perform(turn: Turn, entry: Entry, waited = false): void {
  const step = stepOf(turn, entry);
  if (entry.status !== 'pending' || isFrozen(turn, step.phase)) return;
  if (step.phase === 'closing') {
    performClosing(turn, step, entry);
    return;
  }
  if (step.calls !== undefined) {
    callScope(turn, step.calls, step, entry);
    return;
  }
  const policy = Object.hasOwn(turn.plan.policies, step.uses) ? turn.plan.policies[step.uses] : undefined;
  if (turn.run.dry === true && (step.effect !== 'read' || policy?.performer === 'guard')) {
    settle(turn, entry, { status: 'errored', text: `a look only reads, and ${step.uses} does more` });
    return;
  }
  if (!mayStart(turn, step, entry)) return;
  switch (policy?.performer) {
    case 'activity':
      if (!mayFly(turn, entry, waited)) return;
      send(turn, step, entry, call => {
        turn.state.calls++;
        frameOf(turn, entry).calls++;
        markRunning(turn, entry, 'call');
        const summary = summaryOf(step, entry);
        const timeoutMs = step.phase === 'finally' ? call.deadline - turn.at : step.timeoutMs;
        const waits = call.until !== undefined || policy.waits === true ? { waits: true as const } : {};
        const { transport } = policy;
        turn.out.push({ do: 'call', key: entry.key, summary, timeoutMs, transport, call, ...waits });
      });
      return;
    case 'guard':
      if (opensOf(step) !== undefined) {
        if (!mayFly(turn, entry, waited)) return;
        send(turn, step, entry, call => {
          turn.state.opens++;
          turn.state.firstOpenAt ??= turn.at;
          markRunning(turn, entry, 'open');
          recordOpening(turn, entry, call);
          holdIt(turn, step, entry);
          const deadline = mustBeClosedBy(turn, step, entry);
          const until = deadline === undefined ? {} : { deadline };
          turn.out.push({ do: 'open', key: entry.key, summary: summaryOf(step, entry), call, ...until });
        });
      } else if (step.ends !== undefined) performEnding(turn, step, entry, step.ends);
      else if (step.wall === true) refuse(turn, step, entry);
      else
        send(turn, step, entry, call => {
          stopByAuthor(turn, step, entry, call);
        });
      return;
    case 'engine':
      performSelf(turn, step, entry);
      return;
    case undefined:
      refuse(turn, step, entry);
  }
}

/** Whether its turn has come. If not, it waits and is performed again, or has come to an end. */
function mayStart(turn: Turn, step: PlanStep, entry: Entry): boolean {
  return (
    isSignedIn(turn, step, entry) &&
    isInWindow(turn, step, entry) &&
    mayMake(turn, step, entry) &&
    mayOpen(turn, step, entry)
  );
}

/** False: it waits in the queue until enough of what is in flight has come back. */
function mayFly(turn: Turn, entry: Entry, waited: boolean): boolean {
  const { queue } = turn.state;
  if (!isFull(turn) && (waited || isEmpty(queue))) return true;
  entry.doing = 'queued';
  queue.keys.push(entry.key);
  return false;
}

function isFull({ state }: Turn): boolean {
  return state.draining === true || state.calls + state.opens >= maxInFlight;
}

/** What waited, as soon as there is room; false when nothing did, or there is none. */
export function letNextFly(turn: Turn): boolean {
  const { queue } = turn.state;
  const key = isFull(turn) ? undefined : firstOf(queue);
  if (key === undefined) return false;
  dropFirst(queue);
  const entry = findEntry(turn.plan, turn.state, key);
  if (entry !== undefined) perform(turn, entry, true);
  return true;
}

/** The first that waits for a place among the open tests, as soon as there is one; false when nobody does, or there is none. */
export function letNextOpen(turn: Turn): boolean {
  const entry = isFrozen(turn, 'main') ? undefined : nextToOpen(turn);
  if (entry === undefined) return false;
  perform(turn, entry);
  return true;
}

function send(turn: Turn, step: PlanStep, entry: Entry, go: (call: ActionCall) => void): void {
  const call = callOf(turn, step, entry);
  delete entry.doing;
  if (call.ok) go(call.value);
  else settle(turn, entry, { status: 'errored', text: call.error });
}

function performSelf(turn: Turn, step: PlanStep, entry: Entry): void {
  // A look asks nobody.
  if (turn.run.dry === true && (step.uses === 'approval' || step.uses === 'manual')) {
    end(turn, entry, { status: 'skipped', text: 'nobody is asked by a look' });
    return;
  }
  const given = renderWith(turn, step, entry);
  if (!given.ok) settle(turn, entry, { status: 'errored', text: given.error });
  else if (step.uses === 'wait') wait(turn, step, entry, given.value);
  else if (step.uses === 'assert') assert(turn, entry, given.value);
  else if (step.uses === 'approval') openApproval(turn, entry, given.value);
  else if (step.uses === 'manual') askForReport(turn, entry, given.value);
  else refuse(turn, step, entry);
}

function wait(turn: Turn, step: PlanStep, entry: Entry, given: JsonMap): void {
  const { for: span, until } = given;
  const over = typeof span === 'number' ? turn.at + span : typeof until === 'string' ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(over)) {
    settle(turn, entry, { status: 'errored', text: `"${entry.key}" has no time to wait for` });
    return;
  }
  markRunning(turn, entry, 'wait');
  if (over <= turn.at) {
    settle(turn, entry, { status: 'succeeded' });
    return;
  }
  const latest = deadlineOf(turn, frameOf(turn, entry), step);
  const late = over > latest;
  const summary = `${entry.key}: wait ${formatDuration(over - turn.at)}`;
  setTimer(turn, waitTimer(entry), { for: 'wait', key: entry.key, late }, Math.min(over, latest), summary);
}

function assert(turn: Turn, entry: Entry, given: JsonMap): void {
  const { that, message } = given;
  if (that === true) settle(turn, entry, { status: 'succeeded' });
  else if (that === false) {
    const text = typeof message === 'string' ? message : 'what it asserts is not true';
    settle(turn, entry, { status: 'failed', text });
  } else settle(turn, entry, { status: 'errored', text: `"with.that" of "${entry.key}" is neither true nor false` });
}

/** Such plans are refused before they start; one that comes all the same must not hang or pass. */
function refuse(turn: Turn, step: PlanStep, entry: Entry): void {
  settle(turn, entry, { status: 'errored', text: `the action ${step.uses} cannot be run by this version` });
}
