import type { Json } from '../actions/json.ts';
import type { Plan, PlanStep } from '../compiler/plan.ts';
import { evaluator } from './evaluator.ts';
import { isList, withField } from './scope.ts';
import type { EngineState } from './state.ts';

/** Who decides what a live run has left open, and how many of them must agree to commit it. */
export interface Deciders {
  /** Groups and people; empty: whoever has the role. */
  readonly from: readonly string[];
  /** Of whom one alone may commit, with a reason. */
  readonly breakGlass: readonly string[];
  readonly notRequester: boolean;
  /** So many different people. */
  readonly count: number;
  /** The Plan asks people, and whom is known only when it does: nobody commits before that. */
  readonly unknown?: true;
}

/** Of the approval that was asked last; until one was, of all that the Plan has: each of its people, and the most that any asks. */
export function decidersOf(plan: Plan, { approvers }: Pick<EngineState, 'approvers'>): Deciders {
  if (approvers === undefined) return decidersOfPlan(plan);
  const { names, from = names, breakGlass = [], notRequester, count = 1 } = approvers;
  return { from, breakGlass, notRequester, count };
}

type Asking = Pick<Plan, 'steps'> & Partial<Plan>;

export function decidersOfPlan(plan: Asking): Deciders {
  const approvals = plan.steps.filter(({ uses }) => uses === 'approval');
  const read = (name: string): readonly (Json | undefined)[] => approvals.map(step => fieldOf(plan, step, name));
  const names = (name: string): readonly string[] => [...new Set(read(name).flatMap(textsOf))];
  const from = names('from');
  return {
    from,
    breakGlass: names('break-glass'),
    notRequester: !mayRequesterCommit(plan),
    count: Math.max(1, ...read('count').map(wantedOf)),
    ...(approvals.length > 0 && from.length === 0 ? { unknown: true as const } : {}),
  };
}

/** Whether whoever asks for a run may commit alone: no approval of the Plan wants another person. */
export function mayRequesterCommit(plan: Asking): boolean {
  return plan.steps.every(step => step.uses !== 'approval' || fieldOf(plan, step, 'not-requester') === false);
}

/** Left out it is one; known only when the approval is asked, it counts as another person's beside the first. */
function wantedOf(count: Json | undefined): number {
  if (count === undefined) return 1;
  return typeof count === 'number' && Number.isSafeInteger(count) ? count : 2;
}

const textsOf = (value: Json | undefined): readonly string[] =>
  isList(value) ? value.filter(name => typeof name === 'string') : [];

/** As far as it is known before the run begins; null: it is not. A sub-runbook’s names are known only when it is called. */
function fieldOf({ inputs = {}, vars = {} }: Asking, step: PlanStep, name: string): Json | undefined {
  const template = withField(step, name);
  if (template === undefined) return undefined;
  if ('lit' in template) return template.lit;
  if (step.scope !== undefined) return null;
  const rendered = evaluator.render(template, { inputs, vars });
  return rendered.ok ? rendered.value : null;
}
