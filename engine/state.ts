import type { Json, JsonMap } from '../actions/json.ts';
import type { Phase, Plan } from '../compiler/plan.ts';
import type { Graph } from './graph.ts';
import type { Progress, RunInfo, Status, StepRecord, Verdict } from './types.ts';
import type { Judged } from './verdict.ts';

/**
 * Where a run stands: plain JSON, so that it survives continue-as-new as it is. Nothing in it refers to an object of the
 * Plan; what can be derived from the Plan is in `Graph`. Times: ms since 1970.
 */
export interface EngineState {
  /** A state belongs to one run of one Plan. */
  readonly run: string;
  readonly plan: string;
  stage: Stage;
  startedAt: number;
  /** When the run must be over but for closing and `finally`; absent in a live mode. */
  endsAt?: number;
  /** By place in the Plan. */
  readonly steps: StepEntry[];
  /** Items of for-each steps: key → place, index. */
  readonly itemKeys: Record<string, readonly [place: number, item: number]>;
  /** How many steps of a phase have not ended. */
  readonly left: Record<Phase, number>;
  /** How many steps of a phase, from its first on, have ended without a gap. */
  readonly prefix: Record<Phase, number>;
  /** Calls and openings that the driver has not answered. */
  calls: number;
  opens: number;
  /** Keys of what could start but for the limit of commands in flight; those before `next` are through. */
  readonly queue: { keys: string[]; next: number };
  /** `steps` of the expressions' scope: steps that have ended. */
  readonly values: Record<string, StepValue>;
  /** By the key of the step that opened it, in the order of the commands. */
  readonly openings: Record<string, Opening>;
  /** Timers that run, by id. */
  readonly timers: Record<string, TimerUse>;
  questions: number;
  /** Steps that a person skipped, one sentence each. */
  readonly overridden: string[];
  /** Required steps that have failed, timed out or errored. */
  failures: number;
  /** Why nothing more starts. */
  stop?: Stop;
  /** A person wants the run to end without its `finally`. */
  skipFinally?: string;
  acquired: boolean;
  firstOpenAt?: number;
  closingAt?: number;
  /** Frozen before closing; what closing and `finally` find is added to its facts. */
  judged?: Judged;
  /** `run.verdict` in `finally`. */
  verdict?: Verdict;
  readonly progress: { last: number; readonly lines: Progress[] };
}

export type Stage = 'new' | 'sign-in' | 'locks' | 'preflight' | 'main' | 'draining' | 'closing' | 'finally' | 'ended';

/** An alias and not an interface: it must fit JsonMap. */
type StepValue = { readonly status: Status; readonly outputs: JsonMap };

export type TimerUse =
  | { readonly for: 'deadline' | 'closing' }
  | { readonly for: 'ask'; readonly key: string }
  /** `late`: when it fires, the step's time-out has passed, not its wait. */
  | { readonly for: 'wait'; readonly key: string; readonly late: boolean };

export interface Stop {
  readonly reason: string;
  readonly by: 'person' | 'machine';
  /** `false`: the verdict has a sentence of the failed step's own. */
  readonly tell: boolean;
}

/**
 * Something that a step opened. It counts as open from the moment that the command was given until it is read back as
 * closed, or proved that it never was.
 */
export interface Opening {
  readonly key: string;
  readonly vpgs: readonly string[];
  /** Of those, the ones whose checkpoint was the latest: they count for the RPO. */
  readonly latest: readonly string[];
  /** `closing`: the guard was told to; it is told once. */
  state: 'opening' | 'open' | 'closing' | 'closed' | 'never';
  /** ISO 8601; empty where the answer had none; absent until it is up. */
  checkpointTime?: string;
  /** Keys of the steps that wait for its end, the one that asked for it first. */
  readonly closers: string[];
  closedBy?: string;
  /** When closing gives up waiting for the guard. */
  deadline?: number;
}

/** A step, or an item of a for-each, as it runs. */
export interface Entry {
  readonly key: string;
  readonly place: number;
  /** Index in its for-each, from 0. */
  readonly item?: number;
  status: StepRecord['status'];
  /** What it waits for; absent when it is not running. */
  doing?: 'queued' | 'call' | 'open' | 'stop' | 'close' | 'wait';
  startedAt?: number;
  endedAt?: number;
  error?: string;
  /** Of an item, until its step has ended; a step's stand in `values`. */
  outputs?: JsonMap;
  /** While `asking`: how it ended before. */
  asked?: { readonly status: Status; readonly outputs?: JsonMap; readonly timer?: string };
  /** `cancel-call` was sent. */
  cancelling?: true;
  /** A person skipped it. */
  overcome?: true;
  /** An item that counts against `max-parallel`. */
  slot?: true;
}

export interface StepEntry extends Entry {
  /** How many of the steps that it must wait for have not ended; -1: all above it. */
  waits: number;
  items?: Items;
}

export interface Items {
  /** `each.value`; in a closing step the key of the opening. */
  readonly values: readonly Json[];
  readonly entries: readonly Entry[];
  next: number;
  /** Indexes to be tried again, before `next`. */
  readonly again: number[];
  /** Slots of `max-parallel` that are taken. */
  running: number;
  ended: number;
}

export function createState(plan: Plan, run: RunInfo, graph: Graph): EngineState {
  const perPhase = (of: (phase: Phase) => number): Record<Phase, number> => ({
    'sign-in': of('sign-in'),
    preflight: of('preflight'),
    main: of('main'),
    closing: of('closing'),
    finally: of('finally'),
  });
  return {
    run: run.id,
    plan: plan.hash,
    stage: 'new',
    startedAt: 0,
    steps: plan.steps.map(({ id }, place) => ({
      key: id,
      place,
      status: 'pending',
      waits: graph.waits[place] ?? 0,
    })),
    itemKeys: {},
    left: perPhase(phase => graph.phases[phase].length),
    prefix: perPhase(() => 0),
    calls: 0,
    opens: 0,
    queue: { keys: [], next: 0 },
    values: {},
    openings: {},
    timers: {},
    questions: 0,
    overridden: [],
    failures: 0,
    acquired: false,
    progress: { last: 0, lines: [] },
  };
}

/** Ids may be words like `constructor`: records are never asked without this. */
export function lookUp<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function findEntry(state: EngineState, graph: Graph, key: string): Entry | undefined {
  const item = lookUp(state.itemKeys, key);
  if (item !== undefined) return state.steps[item[0]]?.items?.entries[item[1]];
  const place = graph.places.get(key);
  return place === undefined ? undefined : state.steps[place];
}

export type Trouble = 'failed' | 'errored' | 'timed_out';

export function isTrouble(status: StepRecord['status']): status is Trouble {
  return status === 'failed' || status === 'errored' || status === 'timed_out';
}

export function hasEnded(entry: Entry): boolean {
  return entry.status !== 'pending' && entry.status !== 'running' && entry.status !== 'asking';
}
