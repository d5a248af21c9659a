import type { Mode } from '../actions/contract.ts';
import type { Plan } from '../compiler/plan.ts';
import type { Config } from './config/config.ts';

/** Where there is no drillbook.yaml. */
const usual: readonly Mode[] = ['failover', 'move'];

/** Why a Plan must not be started by the house rules of drillbook.yaml, for people; undefined: it may. */
export function whyNotStart(plan: Plan, config: Pick<Config, 'policy'> | undefined): string | undefined {
  const modes = config?.policy['approval-for'] ?? usual;
  // Steps of sub-runbooks stand among the others.
  if (!modes.includes(plan.mode) || plan.steps.some(step => step.uses === 'approval')) return undefined;
  return `${plan.name} has no approval in mode ${plan.mode}, and policy.approval-for of drillbook.yaml wants one: add an approval to its steps.`;
}
