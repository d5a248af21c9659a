import type { Mode } from '../actions/contract.ts';
import type { Plan } from '../compiler/plan.ts';
import { fitsWildcard } from '../compiler/triggers/wildcard.ts';
import type { RunInfo } from '../engine/types.ts';
import type { Config } from './config/config.ts';
import { peopleOf } from './config/people.ts';

/** Where there is no drillbook.yaml. */
const usual: readonly Mode[] = ['failover', 'move'];

type Rules = Pick<Config, 'policy' | 'roles' | 'people' | 'groups' | 'identity'>;

/** Why a Plan must not be started by the house rules of drillbook.yaml, for people; undefined: it may. */
export function whyNotStart(
  plan: Plan,
  config: Rules | undefined,
  info?: Pick<RunInfo, 'requester' | 'withoutLock'>,
): string | undefined {
  const noLock = info?.withoutLock === undefined ? undefined : whyNotWithoutLock(plan, config, info.requester);
  if (noLock !== undefined) return noLock;
  const modes = config?.policy['approval-for'] ?? usual;
  // Steps of sub-runbooks stand among the others.
  if (!modes.includes(plan.mode) || plan.steps.some(step => step.uses === 'approval')) return undefined;
  return `${plan.name} has no approval in mode ${plan.mode}, and policy.approval-for of drillbook.yaml wants one: add an approval to its steps.`;
}

/** Past the locks goes only a live run, and where drillbook.yaml gives roles, only at an admin's word. */
function whyNotWithoutLock(plan: Plan, config: Rules | undefined, requester: string): string | undefined {
  if (plan.mode !== 'failover' && plan.mode !== 'move')
    return `Mode ${plan.mode} waits for its locks: only a live run goes on without them.`;
  if (config === undefined || config.roles.length === 0) return undefined;
  const people = peopleOf(config);
  const person = people.personOf(requester);
  const admins = config.roles.flatMap(({ role, to, runbooks, modes }) =>
    role === 'admin' && modes.includes(plan.mode) && runbooks.some(r => r === '*' || r === plan.name) ? to : [],
  );
  if (person !== undefined && people.isAmong(person, admins)) return undefined;
  return `${requester} may not start a run without its locks: drillbook.yaml gives the role admin to ${admins.length === 0 ? 'nobody here' : admins.join(', ')}.`;
}

/** What whoever starts a Plan should know, for people; it starts all the same. */
export function warningsAtStart(plan: Plan, config: Pick<Config, 'notifications'> | undefined): readonly string[] {
  const { name, mode } = plan;
  if (mode !== 'failover' && mode !== 'move') return [];
  const isTold = config?.notifications.some(
    ({ events, modes, runbooks }) =>
      events.includes('held') && modes.includes(mode) && runbooks.some(pattern => fitsWildcard(name, pattern)),
  );
  if (isTold === true) return [];
  return [
    `Nobody is paged when this run is held: no line of notifications in drillbook.yaml names "held" for ${name} in mode ${mode}. Watch it.`,
  ];
}
