import type { Phase, Plan } from '../compiler/plan.ts';

/** What can be read off a Plan once: who waits for whom. Phases follow each other, so only edges within one count. */
export interface Graph {
  /** By place: how many steps of its phase it waits for; -1: all above it. */
  readonly waits: readonly number[];
  /** By place: the steps that wait for it by a list. */
  readonly dependents: readonly (readonly number[])[];
  /** Places of a phase, in order. */
  readonly phases: Readonly<Record<Phase, readonly number[]>>;
  readonly places: ReadonlyMap<string, number>;
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

function draw(plan: Plan): Graph {
  const phases: Record<Phase, number[]> = { 'sign-in': [], preflight: [], main: [], closing: [], finally: [] };
  const places = new Map<string, number>();
  const dependents: number[][] = plan.steps.map(() => []);
  const phaseAt = plan.steps.map(step => step.phase);
  const waits = plan.steps.map(({ id, phase, after }, place) => {
    phases[phase].push(place);
    places.set(id, place);
    // Steps of `finally` run top-down one after another, whatever they name.
    if (after === 'above' || phase === 'finally') return allAbove;
    const before = new Set(after.filter(p => phaseAt[p] === phase));
    for (const p of before) dependents[p]?.push(place);
    return before.size;
  });
  return { waits, dependents, phases, places };
}
