import type { Plan } from '../compiler/plan.ts';
import { formatDuration } from '../expressions/duration.ts';
import { onClosingTimer } from './closing.ts';
import type { Evaluator } from './evaluator.ts';
import { graphOf } from './graph.ts';
import { enter, onEnded, startStep } from './next.ts';
import { onClosed, onNotOpened, onOpened, onOpenFailed, onStuck } from './openings.ts';
import { admit, letNextFly, perform } from './perform.ts';
import { onAnswer, onAskTimer, settleOrAsk } from './questions.ts';
import { beginRun, moveOn } from './stages.ts';
import { createState, type EngineState, findEntry, hasEnded, lookUp } from './state.ts';
import { haltPhase, stop } from './stopping.ts';
import { settle, type Task, type Turn } from './turn.ts';
import type { Command, EngineEvent, Outcome, RunInfo } from './types.ts';

export { progressSince } from './progress.ts';
export { choicesFor, type Choice } from './questions.ts';
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
  const turn: Turn = { plan, run, evaluator, graph: graphOf(plan), state, at: event.at, out: [], agenda: [] };
  if (state.stage === 'ended' || (state.stage === 'new') !== (event.kind === 'begin')) return [];
  take(turn, event);
  for (;;) {
    workOff(turn);
    if (!letNextFly(turn) && !moveOn(turn)) return turn.out;
  }
}

/** Tasks make tasks; in order, without shifting what may be tens of thousands. */
function workOff(turn: Turn): void {
  for (let task = turn.agenda[0], done = 0; task !== undefined; task = turn.agenda[++done]) work(turn, task);
  turn.agenda.length = 0;
}

function take(turn: Turn, event: EngineEvent): void {
  switch (event.kind) {
    case 'begin':
      beginRun(turn);
      return;
    case 'called':
      onCalled(turn, event.key, event.outcome);
      return;
    case 'granted':
      if (turn.state.stage === 'locks') enter(turn, 'preflight');
      return;
    case 'not-granted':
      if (turn.state.stage === 'locks') stop(turn, { reason: event.error, by: 'machine', tell: true });
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
      onClosed(turn, event.key, event.outputs);
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
    case 'answer':
      onAnswer(turn, event);
      return;
  }
}

function work(turn: Turn, task: Task): void {
  switch (task.do) {
    case 'start':
      startStep(turn, task.place);
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
  const entry = findEntry(turn.state, turn.graph, key);
  if (entry?.doing !== 'call') return;
  const wanted = entry.cancelling === undefined;
  delete entry.doing;
  delete entry.cancelling;
  turn.state.calls--;
  const { status, outputs } = outcome;
  const told = outcome.status === 'succeeded' ? outcome.told?.join('; ') : outcome.error;
  settle(turn, entry, {
    // Cancelled without a word from us: what the step was for is not known to be so.
    status: status === 'cancelled' && wanted ? 'errored' : status,
    ...(told === undefined ? {} : { text: told }),
    ...(outputs === undefined ? {} : { outputs }),
  });
}

function onTimer(turn: Turn, id: string): void {
  const { state, plan } = turn;
  const use = lookUp(state.timers, id);
  if (use === undefined) return;
  Reflect.deleteProperty(state.timers, id);
  switch (use.for) {
    case 'deadline':
      stop(turn, {
        reason: `limits.timeout (${formatDuration(plan.limits.timeoutMs)}) passed`,
        by: 'machine',
        tell: true,
      });
      return;
    case 'closing':
      onClosingTimer(turn);
      return;
    case 'ask':
      onAskTimer(turn, use.key);
      return;
    case 'wait': {
      const entry = findEntry(state, turn.graph, use.key);
      if (entry?.doing !== 'wait') return;
      delete entry.doing;
      settle(
        turn,
        entry,
        use.late ? { status: 'timed_out', text: 'the wait is longer than its time-out' } : { status: 'succeeded' },
      );
    }
  }
}

/** Only `now` reaches `finally`; closing is never cut short. */
function onCancel(turn: Turn, { by, reason, now }: Extract<EngineEvent, { kind: 'cancel' }>): void {
  const why = `cancelled by ${by}: ${reason}`;
  stop(turn, { reason: why, by: 'person', tell: true });
  if (!now) return;
  turn.state.skipFinally ??= why;
  if (turn.state.stage === 'finally') haltPhase(turn, 'finally', why);
}
