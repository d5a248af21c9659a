import type { JsonMap } from '../actions/json.ts';
import type { Plan, PlanStep } from '../compiler/plan.ts';
import type { Evaluator } from './evaluator.ts';
import { frameOf } from './frames.ts';
import { type Graph, localId } from './graph.ts';
import { note } from './progress.ts';
import type { Entry, StepEntry } from './entry.ts';
import { type EngineState, type Frame, lookUp } from './state.ts';
import type { TimerUse } from './timer-use.ts';
import type { Command, RunInfo, Status } from './types.ts';

/** What one event is handled with. Work that one rule leaves to another goes on the agenda, so none calls in a circle. */
export interface Turn {
  readonly plan: Plan;
  readonly run: RunInfo;
  readonly evaluator: Evaluator;
  readonly graph: Graph;
  readonly state: EngineState;
  readonly at: number;
  readonly out: Command[];
  readonly agenda: Task[];
  /** Frames that may be at the end of a stage: something of theirs has ended. */
  readonly touched: Set<number>;
}

export type Task =
  /** All that the step waits for has ended. */
  | { readonly do: 'start'; readonly frame: number; readonly place: number }
  /** A step or item whose turn it is: is its `if` true? */
  | { readonly do: 'admit'; readonly entry: Entry }
  | { readonly do: 'perform'; readonly entry: Entry }
  /** It came to an end, which a question may still put off. */
  | { readonly do: 'settle'; readonly entry: Entry; readonly ending: Ending }
  | { readonly do: 'ended'; readonly entry: Entry };

export interface Ending {
  readonly status: Status;
  /** Why, when it is not `succeeded`; else what must be told. */
  readonly text?: string;
  readonly outputs?: JsonMap;
}

/** A place comes from the Plan or from its state: that there is none is a bug. */
export function stepAt(turn: { readonly plan: Plan }, place: number): PlanStep {
  const step = turn.plan.steps[place];
  if (step === undefined) throw new RangeError(`the plan has no step at place ${place}`);
  return step;
}

/** The step at a place of the frame's own scope. */
export function entryAt(turn: { readonly graph: Graph }, frame: Frame, place: number): StepEntry {
  const entry = frame.steps[turn.graph.ranks[place] ?? -1];
  if (entry?.place !== place) throw new RangeError(`the state has no step at place ${place}`);
  return entry;
}

/** The step itself, or the one that an item is of. */
export function stepEntryOf(turn: Turn, entry: Entry): StepEntry {
  return entryAt(turn, frameOf(turn, entry), entry.place);
}

export function settle(turn: Turn, entry: Entry, ending: Ending): void {
  turn.agenda.push({ do: 'settle', entry, ending });
}

/** For good: it is recorded, and what waits for it hears of it. */
export function end(turn: Turn, entry: Entry, ending: Ending): void {
  const { status, text, outputs } = ending;
  rest(turn, entry);
  entry.status = status;
  entry.endedAt = turn.at;
  delete entry.asked;
  if (status === 'succeeded' || text === undefined) delete entry.error;
  else entry.error = text;
  if (entry.item === undefined) frameOf(turn, entry).values[localId(entry.key)] = { status, outputs: outputs ?? {} };
  else if (outputs !== undefined) entry.outputs = outputs;
  note(turn.state, turn.at, entry, text);
  turn.touched.add(entry.frame);
  turn.agenda.push({ do: 'ended', entry });
}

/** It runs from now on; a second try keeps the time of the first. */
export function markRunning(turn: Turn, entry: Entry, doing?: Entry['doing'], text?: string): void {
  entry.status = 'running';
  entry.startedAt ??= turn.at;
  if (doing !== undefined) {
    entry.doing = doing;
    if (isWork(doing)) turn.state.working++;
    if (doing === 'people') turn.state.waiting++;
  }
  note(turn.state, turn.at, entry, text);
}

/** What it waited for has come, or is waited for no more. */
export function rest(turn: Turn, entry: Entry): void {
  const { doing, status } = entry;
  delete entry.doing;
  if (doing !== undefined && isWork(doing)) turn.state.working--;
  if (doing === 'people' || status === 'asking') turn.state.waiting--;
}

/** A machine does it: while it does, nobody waits for people alone. */
function isWork(doing: NonNullable<Entry['doing']>): boolean {
  switch (doing) {
    case 'call':
    case 'open':
    case 'stop':
    case 'close':
    case 'wait':
    case 'end':
      return true;
    case 'queued':
    case 'sign-in':
    case 'window':
    case 'room':
    case 'lock':
    case 'frame':
    case 'people':
      return false;
  }
}

export function setTimer(turn: Turn, id: string, use: TimerUse, at: number, summary: string): void {
  turn.state.timers[id] = use;
  turn.out.push({ do: 'timer', id, at, summary });
}

/** Nothing happens when it does not run. */
export function clearTimer(turn: Turn, id: string): void {
  if (lookUp(turn.state.timers, id) === undefined) return;
  Reflect.deleteProperty(turn.state.timers, id);
  turn.out.push({ do: 'cancel-timer', id });
}

export function waitTimer(entry: Entry): string {
  return `wait:${entry.key}`;
}

/** Of a drill or a change: `limits.timeout`. */
export const deadlineTimer = 'deadline';

/** One for all that wait for `limits.window` to open. */
export const windowTimer = 'window';
