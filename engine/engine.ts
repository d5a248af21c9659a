import type { Plan } from '../compiler/plan.ts';
import { lockWhatWasFound, onGranted, onNotGranted } from './acquiring.ts';
import { failWhoWaitsInVain } from './max-open.ts';
import { onVote } from './approvals.ts';
import { beginWanted, onDecide, onHandEndedLive, onRollBack } from './deciding.ts';
import type { Evaluator } from './evaluator.ts';
import { createState, findEntry, frameAt, frameOf, rootOf } from './frames.ts';
import { watchForecast } from './forecast.ts';
import { graphOf } from './graph.ts';
import { mustHold } from './held.ts';
import { onLockWaits, tellOfRun } from './lock-waits.ts';
import { watchHumanTime } from './human-time.ts';
import { isEmpty } from './line.ts';
import { onStepEndedLive, takeLiveEnded } from './live.ts';
import { onReported } from './manual.ts';
import { onPause, onResume } from './pausing.ts';
import { onExtend } from './extending.ts';
import { heardBefore } from './heard.ts';
import { noteRun } from './progress.ts';
import { onEnded, startStep } from './next.ts';
import { onClosed, onNotOpened, onOpened, onOpenFailed, onStuck, onTakenOver } from './openings.ts';
import { admit, letNextFly, letNextOpen, perform } from './perform.ts';
import { onAnswer, settleOrAsk } from './questions.ts';
import { onCalledWhilePreempted, onPreempted } from './preempted.ts';
import { beginRun, moveOn } from './stages.ts';
import { hasEnded } from './entry.ts';
import type { EngineState } from './state.ts';
import { haltFinally, mayStop, stop } from './stopping.ts';
import { onTimer } from './timers.ts';
import { type Ending, rest, settle, type Task, type Turn } from './turn.ts';
import type { Command, EngineEvent, Outcome, RunInfo } from './types.ts';

export { progressSince } from './progress.ts';
export { heldChoices } from './held.ts';
export { whyNotRollBack } from './deciding.ts';
export { whyNotExtend } from './extending.ts';
export { whyNotPause } from './pausing.ts';
export { type Pending, pendingOf } from './pending.ts';
export { choicesFor, type Choice, questionsAt } from './questions.ts';
export type { EngineState } from './state.ts';

export interface EngineContext {
  readonly plan: Plan;
  readonly run: RunInfo;
  readonly evaluator: Evaluator;
}

/** A run that has not begun: its first event is `begin`. Plain JSON; a copy of it goes on as it does. */
export function begin(plan: Plan, run: RunInfo): EngineState {
  return createState(plan, run, graphOf(plan));
}

/**
 * What happened → what to do. Changes the state in place; the same events give the same state and commands. An event that
 * fits nothing that runs (late, twice, unknown) changes nothing. Cost: the steps that it makes ready; at a stop, all.
 */
export function advance(context: EngineContext, state: EngineState, event: EngineEvent): Command[] {
  const { plan, run, evaluator } = context;
  if (state.run !== run.id || state.plan !== plan.hash)
    throw new Error(`the state is of run ${state.run}, not of ${run.id}`);
  const turn: Turn = {
    plan,
    run,
    evaluator,
    graph: graphOf(plan),
    state,
    at: event.at,
    out: [],
    agenda: [],
    touched: new Set([0]),
  };
  const { stage } = rootOf(turn);
  if (stage === 'ended' || (stage === 'new') !== (event.kind === 'begin')) return [];
  if (event.word !== undefined && heardBefore(state, { id: event.word, at: event.at })) return [];
  take(turn, event);
  for (;;) {
    workOff(turn);
    if (letNextFly(turn) || letNextOpen(turn) || moveOn(turn) || beginWanted(turn)) continue;
    if (!failWhoWaitsInVain(turn)) break;
  }
  watchHumanTime(state.humanTime, event.at, onlyPeopleAreWaitedFor(state));
  watchForecast(turn);
  return turn.out;
}

/** What is kept from starting while the run drains is not people's time. */
function onlyPeopleAreWaitedFor({ waiting, working, held, paused, draining, queue }: EngineState): boolean {
  const waits = waiting > 0 || held !== undefined || paused !== undefined;
  return working === 0 && waits && (draining === undefined || isEmpty(queue));
}

/** Tasks make tasks; in order, without shifting what may be tens of thousands. */
function workOff(turn: Turn): void {
  for (let task = turn.agenda[0], done = 0; task !== undefined; task = turn.agenda[++done]) work(turn, task);
  turn.agenda.length = 0;
}

function take(turn: Turn, event: EngineEvent): void {
  switch (event.kind) {
    case 'begin':
      beginRun(turn, event);
      return;
    case 'called':
      onCalled(turn, event.key, event.outcome);
      return;
    case 'granted':
      onGranted(turn);
      return;
    case 'not-granted':
      onNotGranted(turn, event.error);
      return;
    case 'lock-waits':
      onLockWaits(turn, event.text);
      return;
    case 'preempted':
      onPreempted(turn, event.by);
      return;
    case 'taken-over':
      onTakenOver(turn, event.key, event.by);
      return;
    case 'took-over':
      tellOfRun(turn, event.text);
      return;
    case 'opened':
      onOpened(turn, event.key, event.outputs);
      return;
    case 'open-failed':
      onOpenFailed(turn, event.key, event.status, event.error);
      return;
    case 'not-opened':
      onNotOpened(turn, event.key, event.status, event.error);
      return;
    case 'closed':
      onClosed(turn, event.key, event.outputs, event.others);
      return;
    case 'stuck':
      onStuck(turn, event.key, event.error);
      return;
    case 'timer':
      onTimer(turn, event.id);
      return;
    case 'cancel':
      onCancel(turn, event);
      return;
    case 'pause':
      onPause(turn, event);
      return;
    case 'resume':
      onResume(turn, event);
      return;
    case 'extend':
      onExtend(turn, event);
      return;
    case 'roll-back':
      onRollBack(turn, event);
      return;
    case 'answer':
      onAnswer(turn, event);
      return;
    case 'vote':
      onVote(turn, event);
      return;
    case 'reported':
      onReported(turn, event);
      return;
    case 'decide':
      onDecide(turn, event);
      return;
    case 'live-ended':
      onLiveEnded(turn, event);
      return;
    case 'drain':
      turn.state.draining = true;
      return;
    case 'continued':
      delete turn.state.draining;
      return;
  }
}

function work(turn: Turn, task: Task): void {
  switch (task.do) {
    case 'start':
      startStep(turn, frameAt(turn.state, task.frame), task.place);
      return;
    case 'admit':
      admit(turn, task.entry);
      return;
    case 'perform':
      perform(turn, task.entry);
      return;
    case 'settle':
      if (!hasEnded(task.entry)) settleOrAsk(turn, task.entry, task.ending);
      return;
    case 'ended':
      onEnded(turn, task.entry);
      return;
  }
}

function onCalled(turn: Turn, key: string, outcome: Outcome): void {
  const entry = findEntry(turn.plan, turn.state, key);
  if (entry?.doing !== 'call') return;
  const wanted = entry.cancelling === undefined;
  rest(turn, entry);
  delete entry.cancelling;
  turn.state.calls--;
  frameOf(turn, entry).calls--;
  onCalledWhilePreempted(turn, key);
  const { status, outputs } = outcome;
  const told = outcome.status === 'succeeded' ? outcome.told?.join('; ') : outcome.error;
  const ending: Ending = {
    // Cancelled without a word from us: what the step was for is not known to be so.
    status: status === 'cancelled' && wanted ? 'errored' : status,
    ...(told === undefined ? {} : { text: told }),
    ...(outputs === undefined ? {} : { outputs }),
  };
  if (status !== 'succeeded' || !lockWhatWasFound(turn, entry, ending)) settle(turn, entry, ending);
}

/** A commit or roll-back has ended, of a step or by hand. */
function onLiveEnded(turn: Turn, event: Extract<EngineEvent, { kind: 'live-ended' }>): void {
  const ended = takeLiveEnded(turn, event);
  if (ended === undefined) return;
  onStepEndedLive(turn, ended);
  onHandEndedLive(turn, ended);
}

/** Only `now` reaches `finally`; closing is never cut short. */
function onCancel(turn: Turn, { by, reason, now, abort }: Extract<EngineEvent, { kind: 'cancel' }>): void {
  const why = `${abort === true ? 'aborted' : 'cancelled'} by ${by}: ${reason}`;
  const { state, at } = turn;
  if (state.held !== undefined) {
    noteRun(state, at, 'asking', `${why}: the run is held already, and a person must commit, roll back or go on`);
    return;
  }
  if (!mayStop(rootOf(turn).stage)) {
    const also = now && state.skipFinally === undefined ? ', and its finally is skipped' : '';
    noteRun(state, at, 'running', `${why}: the run is closing already${also}`);
  } else if (!mustHold(turn)) noteRun(state, at, 'running', why);
  stop(turn, { reason: why, by: 'person', tell: true }, now ? { skipFinally: why } : {});
  // Closing and `finally` are past being held.
  if (!now || mustHold(turn)) return;
  turn.state.skipFinally ??= why;
  haltFinally(turn, why);
}
