import type { JsonMap } from '../actions/json.ts';
import { isLiveMode } from '../actions/modes.ts';
import type { Plan, PlanScope } from '../compiler/plan.ts';
import { type Graph, graphOf, localId, type ScopeGraph } from './graph.ts';
import type { Entry } from './entry.ts';
import { type EngineState, type Frame, lookUp } from './state.ts';
import type { RunInfo } from './types.ts';

export function createState(plan: Plan, run: RunInfo, graph: Graph): EngineState {
  return {
    run: run.id,
    plan: plan.hash,
    startedAt: 0,
    frames: [createFrame(plan, graph, { index: 0, prefix: '' })],
    frameKeys: {},
    itemKeys: {},
    calls: 0,
    opens: 0,
    queue: { keys: [], next: 0 },
    openings: {},
    timers: {},
    questions: 0,
    gates: {},
    reports: {},
    voteIds: [],
    overridden: [],
    waiting: 0,
    working: 0,
    humanTime: { spans: [] },
    acquired: false,
    waits: { signIn: {}, window: [], room: { keys: [], next: 0 }, locks: [] },
    tests: 0,
    locked: {},
    identifiers: {},
    progress: { last: 0, lines: [] },
  };
}

type Place = Pick<Frame, 'index' | 'prefix' | 'scope' | 'caller' | 'inputs' | 'endsAt'>;

/** Nothing of it has begun. */
export function createFrame(plan: Plan, graph: Graph, place: Place): Frame {
  const { places, left } = scopeGraph(graph, place.scope);
  return {
    ...place,
    stage: 'new',
    steps: places.map(at => ({
      key: place.prefix + localId(plan.steps[at]?.id ?? ''),
      place: at,
      frame: place.index,
      status: 'pending',
      waits: graph.waits[at] ?? 0,
    })),
    left: { ...left },
    through: { 'sign-in': 0, preflight: 0, main: 0, closing: 0, finally: 0 },
    values: {},
    calls: 0,
    children: 0,
    failures: 0,
  };
}

function scopeGraph(graph: Graph, scope: number | undefined): ScopeGraph {
  const found = scope === undefined ? graph.run : graph.scopes[scope];
  if (found === undefined) throw new RangeError(`the plan has no scope ${scope ?? ''}`);
  return found;
}

interface Known {
  readonly plan: Plan;
  readonly state: EngineState;
}

export function shapeOf({ plan }: Known, frame: Frame): ScopeGraph {
  return scopeGraph(graphOf(plan), frame.scope);
}

/** The run itself. */
export function rootOf({ state }: { readonly state: EngineState }): Frame {
  return frameAt(state, 0);
}

export function frameOf({ state }: { readonly state: EngineState }, entry: Entry): Frame {
  return frameAt(state, entry.frame);
}

export function frameAt(state: EngineState, index: number): Frame {
  const frame = state.frames[index];
  if (frame === undefined) throw new RangeError(`the state has no frame ${index}`);
  return frame;
}

/** The sub-runbook that a step or item has called, the latest where it was tried again; undefined when it has not. */
export function calledBy(state: EngineState, key: string): Frame | undefined {
  const index = lookUp(state.frameKeys, `${key}/`);
  return index === undefined ? undefined : state.frames[index];
}

/** Name, mode, site, … of a frame: the run's own are the Plan's. */
export function settingsOf(
  { plan }: { readonly plan: Plan },
  { scope }: Frame,
): Pick<PlanScope, 'name' | 'mode' | 'site' | 'vars' | 'limits'> {
  if (scope === undefined) return plan;
  const found = plan.scopes?.[scope];
  if (found === undefined) throw new RangeError(`the plan has no scope ${scope}`);
  return found;
}

export function inputsOf({ plan }: { readonly plan: Plan }, frame: Frame): JsonMap {
  return frame.inputs ?? plan.inputs;
}

export function isLive({ plan }: { readonly plan: Plan }, frame: Frame): boolean {
  return isLiveMode(settingsOf({ plan }, frame).mode);
}

/** By its full key; of a sub-runbook that was tried again, the latest. */
export function findEntry(plan: Plan, state: EngineState, key: string): Entry | undefined {
  const item = lookUp(state.itemKeys, key);
  if (item !== undefined) return stepEntry(plan, state, item[0], item[1])?.items?.entries[item[2]];
  const prefix = key.slice(0, key.length - localId(key).length);
  const frame = prefix === '' ? 0 : lookUp(state.frameKeys, prefix);
  if (frame === undefined) return undefined;
  const found = state.frames[frame];
  const place = found === undefined ? undefined : shapeOf({ plan, state }, found).ids.get(localId(key));
  return place === undefined ? undefined : stepEntry(plan, state, frame, place);
}

function stepEntry(plan: Plan, state: EngineState, frame: number, place: number) {
  const rank = graphOf(plan).ranks[place];
  return rank === undefined ? undefined : state.frames[frame]?.steps[rank];
}
