import type { Mode } from '../actions/contract.ts';
import { isLiveMode, liveModes } from '../actions/modes.ts';
import type { Plan } from '../compiler/plan.ts';
import { fitsWildcard } from '../compiler/triggers/wildcard.ts';
import type { Config } from './config/config.ts';
import { shortApprovals } from './short-approvals.ts';

/** Why a Plan must not be started by the house rules of drillbook.yaml, for people; undefined: it may. Who may is judged at the worker. */
export function whyNotStart(plan: Plan, config: Pick<Config, 'policy'> | undefined): string | undefined {
  const modes: readonly Mode[] = config?.policy['approval-for'] ?? liveModes;
  // Steps of sub-runbooks stand among the others.
  if (!modes.includes(plan.mode) || plan.steps.some(step => step.uses === 'approval')) return undefined;
  return `${plan.name} has no approval in mode ${plan.mode}, and policy.approval-for of drillbook.yaml wants one: add an approval to its steps.`;
}

/** What whoever starts a Plan should know, for people; it starts all the same. */
export function warningsAtStart(
  plan: Plan,
  config: Config | undefined,
  asking: { readonly requester: string; readonly behind?: string | undefined },
): readonly string[] {
  return [...unheard(plan, config), ...(config === undefined ? [] : shortApprovals(plan, config, asking))];
}

function unheard({ name, mode }: Plan, config: Config | undefined): readonly string[] {
  if (!isLiveMode(mode)) return [];
  const isTold = config?.notifications.some(
    ({ events, modes, runbooks }) =>
      events.includes('held') && modes.includes(mode) && runbooks.some(pattern => fitsWildcard(name, pattern)),
  );
  if (isTold === true) return [];
  return [
    `Nobody is paged when this run is held: no line of notifications in drillbook.yaml names "held" for ${name} in mode ${mode}. Watch it.`,
  ];
}
