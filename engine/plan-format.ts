import type { Plan } from '../compiler/plan.ts';

/** The formats that this engine reads: the compiler's own, and the one before. */
const readable: readonly Plan['format'][] = [1, 2];

/** Why a Plan cannot be run, for people. */
export function whyUnreadable({ format, name }: Pick<Plan, 'format' | 'name'>): string | undefined {
  if (readable.includes(format)) return undefined;
  return (
    `The Plan of ${name} is of format ${String(format)}, and the build that runs begin with reads ${readable.join(' and ')}: ` +
    'make a newer one current ("drillbook worker promote"), or compile the runbook with the release that the workers have.'
  );
}
