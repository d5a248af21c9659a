import type { Plan, PlanStep } from '../../compiler/plan.ts';

/** A step as a key of a run names it, within its scope: `dr[a]/front[b]` has two, from outside in. */
export interface Reached {
  readonly step: PlanStep;
  /** In the Plan's steps. */
  readonly place: number;
  /** Without its item. */
  readonly key: string;
  /** What stands in the brackets. */
  readonly item?: string;
}

/** The way to a step of a run, through the steps that call sub-runbooks; empty: the Plan has no such step. */
export function wayTo(plan: Plan, key: string): readonly Reached[] {
  const way: Reached[] = [];
  let [id, before] = ['', ''];
  for (const [part, local = '', item] of key.matchAll(/([^/[\]]+)(?:\[([^[\]]*)\])?(?:\/|$)/g)) {
    id = id === '' ? local : `${id}/${local}`;
    const place = plan.steps.findIndex(step => step.id === id);
    const step = plan.steps[place];
    if (step === undefined) return [];
    way.push({ step, place, key: `${before}${local}`, ...(item === undefined ? {} : { item }) });
    before += part;
  }
  return way;
}
