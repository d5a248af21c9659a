import { fromZod } from './from-zod.ts';
import type { JsonSchema } from './parts.ts';
import { planSchema } from '../plan/plan-schema.ts';

/** The JSON Schema of a Plan. */
export function planJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    description: 'One mode of a runbook, compiled: what `drillbook compile` gives and an engine runs.',
    ...fromZod(planSchema),
  };
}
