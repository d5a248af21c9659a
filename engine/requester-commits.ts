import type { Plan, Template } from '../compiler/plan.ts';

/** Whether whoever asks for a run may commit alone: no approval of the Plan wants another person. */
export function mayRequesterCommit({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.every(step => step.uses !== 'approval' || isFalse(step.with, 'not-requester'));
}

/** Left out, or known only when the approval is asked, it counts as wanted. */
function isFalse(template: Template, field: string): boolean {
  if ('lit' in template) return (template.lit as Readonly<Record<string, unknown>>)[field] === false;
  const inner = 'map' in template ? template.map[field] : undefined;
  return inner !== undefined && 'lit' in inner && inner.lit === false;
}
