import type { Phase, Plan } from '../compiler/plan.ts';

/** What can be read off a Plan once: who waits for whom. Phases follow each other, so only edges within one count. */
export interface Graph {
  /** By place: how many steps of its phase it waits for; -1: all above it. */
  readonly waits: readonly number[];
  /** By place: the steps that wait for it by a list. */
  readonly dependents: readonly (readonly number[])[];
  /** By place: its rank among the steps of its scope. */
  readonly ranks: readonly number[];
  /** Sign-ins beside the run's own that no stage waits for. */
  readonly unawaited: ReadonlySet<number>;
  readonly run: ScopeGraph;
  /** As in the Plan. */
  readonly scopes: readonly ScopeGraph[];
}

/** The steps of the run itself, or of one sub-runbook. */
export interface ScopeGraph {
  readonly places: readonly number[];
  /** Places of a phase, in order. */
  readonly phases: Readonly<Record<Phase, readonly number[]>>;
  /** How many steps of a phase must end before the next begins. */
  readonly left: Readonly<Record<Phase, number>>;
  /** By the id in its own file. */
  readonly ids: ReadonlyMap<string, number>;
}

export const allAbove = -1;

const known = new WeakMap<Plan, Graph>();

/** The same object for the same Plan. */
export function graphOf(plan: Plan): Graph {
  let graph = known.get(plan);
  if (graph === undefined) {
    graph = draw(plan);
    known.set(plan, graph);
  }
  return graph;
}

/** The id in its own file: `db` of `dr/db`. */
export function localId(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function draw(plan: Plan): Graph {
  const run = emptyScope();
  const scopes = (plan.scopes ?? []).map(emptyScope);
  const dependents: number[][] = plan.steps.map(() => []);
  const ranks: number[] = [];
  // What a locking step changes must be known before anything starts, so its site is waited for.
  const awaited = new Set(plan.steps.flatMap(s => (s.locks === undefined ? [] : (s.signIn ?? []))));
  const unawaited = new Set<number>();
  const phaseAt = plan.steps.map(step => step.phase);
  const waits = plan.steps.map(({ id, scope: number, phase, after, beside }, place) => {
    const scope = number === undefined ? run : scopes[number];
    if (scope === undefined) throw new RangeError(`the plan has no scope ${number ?? ''}`);
    ranks.push(scope.places.length);
    scope.places.push(place);
    scope.phases[phase].push(place);
    if (beside === true && !awaited.has(place)) unawaited.add(place);
    else scope.left[phase]++;
    scope.ids.set(localId(id), place);
    // Steps of `finally` run top-down one after another, whatever they name.
    if (after === 'above' || phase === 'finally') return allAbove;
    const before = new Set(after.filter(p => phaseAt[p] === phase));
    for (const p of before) dependents[p]?.push(place);
    return before.size;
  });
  return { waits, dependents, ranks, unawaited, run, scopes };
}

function emptyScope() {
  const phases: Record<Phase, number[]> = { 'sign-in': [], preflight: [], main: [], closing: [], finally: [] };
  const left: Record<Phase, number> = { 'sign-in': 0, preflight: 0, main: 0, closing: 0, finally: 0 };
  return { places: [] as number[], phases, left, ids: new Map<string, number>() };
}
