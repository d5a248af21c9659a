import type { Plan, PlanStep, Template } from '../compiler/plan.ts';
import type { Entry, StepEntry } from './entry.ts';
import { localId } from './graph.ts';
import type { EngineState, Frame } from './state.ts';

/** Lines of progress that go along: watchers ask more often than so many come. */
const carriedLines = 500;

/**
 * What of a state the next execution of its workflow needs, as plain JSON: the last lines of progress, and the outputs that
 * an expression or a rule may still read. Everything that happens afterwards is as if it were the state itself.
 */
export function carry(plan: Plan, state: EngineState): EngineState {
  const wanted = readOutputs(plan);
  const { last, lines } = state.progress;
  return {
    ...state,
    frames: wanted === 'all' ? state.frames : state.frames.map(frame => carryFrame(plan, frame, wanted)),
    progress: { last, lines: lines.slice(-carriedLines) },
  };
}

function carryFrame(plan: Plan, frame: Frame, wanted: ReadonlySet<string>): Frame {
  const keeps = (entry: StepEntry): boolean => isKept(plan.steps[entry.place], localId(entry.key), wanted);
  const unread = frame.steps.filter(entry => !keeps(entry));
  const values = { ...frame.values };
  for (const { key } of unread) {
    const id = localId(key);
    const value = Object.hasOwn(values, id) ? values[id] : undefined;
    if (value !== undefined) values[id] = { status: value.status, outputs: {} };
  }
  return { ...frame, values, steps: frame.steps.map(entry => (keeps(entry) ? entry : withoutOutputs(entry))) };
}

/** Items give theirs to their step when it ends: nobody reads them there either. */
function withoutOutputs(entry: StepEntry): StepEntry {
  if (entry.items === undefined) return entry;
  const entries = entry.items.entries.map((item): Entry => {
    const { outputs, ...rest } = item;
    return outputs === undefined ? item : rest;
  });
  return { ...entry, items: { ...entry.items, entries } };
}

/** Read by rules, not by expressions: identifiers of the sign-in, and whose word a commit is. */
function isKept(step: PlanStep | undefined, id: string, wanted: ReadonlySet<string>): boolean {
  return step === undefined || step.phase === 'sign-in' || step.uses === 'approval' || wanted.has(id);
}

const known = new WeakMap<Plan, ReadonlySet<string> | 'all'>();

/** Ids, in their own files, of steps whose outputs some expression may read; `all` where one does not say whose. */
function readOutputs(plan: Plan): ReadonlySet<string> | 'all' {
  let found = known.get(plan);
  if (found === undefined) {
    found = scan(plan);
    known.set(plan, found);
  }
  return found;
}

/**
 * By the text alone, which finds too many rather than too few (in a string, of another sub-runbook): parsing thousands of
 * expressions at once would hold up the workflow's task.
 */
function scan(plan: Plan): ReadonlySet<string> | 'all' {
  const ids = new Set<string>();
  for (const source of expressionsOf(plan)) {
    for (const [, id] of source.matchAll(/\bsteps\b(?:\s*\.\s*(\w+))?/g)) {
      if (id === undefined) return 'all';
      ids.add(id);
    }
  }
  return ids;
}

function* expressionsOf(plan: Plan): Generator<string> {
  for (const { if: condition, forEach, perItem, with: given } of plan.steps) {
    if (condition !== undefined) yield condition;
    yield* expressionsIn(given);
    if (forEach !== undefined) yield* expressionsIn(forEach.items);
    for (const template of Object.values(perItem ?? {})) yield* expressionsIn(template);
  }
  for (const { inputs, outputs } of plan.scopes ?? [])
    for (const template of [...Object.values(inputs), ...Object.values(outputs)]) yield* expressionsIn(template);
  for (const template of Object.values(plan.outputs ?? {})) yield* expressionsIn(template);
  for (const template of Object.values(plan.limits.window ?? {})) yield* expressionsIn(template);
}

function* expressionsIn(template: Template): Generator<string> {
  if ('lit' in template) return;
  if ('cel' in template) yield template.cel;
  else if ('text' in template) {
    for (const part of template.text) if (typeof part !== 'string') yield part.cel;
  } else {
    const inner = 'list' in template ? template.list : Object.values(template.map);
    for (const part of inner) yield* expressionsIn(part);
  }
}
