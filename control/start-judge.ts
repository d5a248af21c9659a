import { planSchema, readPlan } from '../compiler/plan/plan-schema.ts';
import { findAction } from '../actions/index.ts';
import type { RunStart } from '../workflows/messages.ts';
import type { Config } from './config/config.ts';
import { whyNotStart } from './start-check.ts';

/** `unreadable`: why drillbook.yaml cannot be read. */
export type Rules = Pick<Config, 'policy'> | { readonly unreadable: string };

/**
 * Why a run must not be carried out as it was started, for people; undefined: it may, by whoever may start it. Whoever
 * reaches the namespace can start one with anything: a Plan must be one that the compiler could have made, of the hash that
 * was signed, and be what the house rules want.
 */
export function whyNotCarriedOut(given: unknown, workflowId: string, rules: Rules): string | undefined {
  const { plan, run } = (given ?? {}) as Partial<Record<keyof RunStart, unknown>>;
  const { id, dry, trigger } = (run ?? {}) as Partial<Record<keyof RunStart['run'], unknown>>;
  // A schedule names the run itself.
  if (id !== workflowId && !(trigger === 'schedule' && id === '')) return 'its id is not that of its workflow';
  if (dry === true) return whyNoLook(plan);
  const read = readPlan(plan);
  if ('why' in read) return read.why;
  if ('unreadable' in rules) return `what it needs cannot be found out: ${rules.unreadable}`;
  return whyNotStart(read, rules);
}

/** A look is made of a Plan without the steps that do something: its hash is that of the whole. */
function whyNoLook(plan: unknown): string | undefined {
  const parsed = planSchema.safeParse(plan);
  if (!parsed.success) return 'this is no Plan';
  const { steps } = parsed.data;
  const more = steps.find(({ effect }) => effect !== 'read');
  if (more !== undefined) return `a look only reads, and step ${more.id} is ${more.effect}`;
  const unknown = steps.find(({ uses }) => findAction(uses) === undefined);
  return unknown === undefined ? undefined : `step ${unknown.id} uses ${unknown.uses}, which is no action`;
}
