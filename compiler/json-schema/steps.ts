import type { JsonSchema } from './parts.ts';
import { actionConditions, stepSnippets, usesSchema } from './actions.ts';
import { condition, duration } from './kinds.ts';
import { count, described, id, listOf, mapOf, plainText, ref, words } from './parts.ts';
import { stepKeys } from '../shape/shape-steps.ts';
import { retryKeys } from '../shape/step-policies.ts';
import { onFailures } from '../shape/words.ts';

const factor: JsonSchema = { type: 'number', minimum: 1, maximum: 10 };
const orExpression = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, ref('expression')] });

/** `as`: beside `for-each` an expression may stand in place of each of its values. */
const retry = (as: (schema: JsonSchema) => JsonSchema): JsonSchema =>
  mapOf(
    retryKeys,
    {
      every: described('How long between two tries. Default 15s.', as(duration)),
      for: described('How long it is tried.', as(duration)),
      attempts: described('How often it is tried.', as(count)),
      backoff: described('The time between two tries is multiplied by it. Default 1.', as(factor)),
    },
    { anyOf: [{ required: ['for'] }, { required: ['attempts'] }] },
  );

/** Without `for-each` they stand in the file. */
const plainPolicies: JsonSchema = {
  if: { not: { required: ['for-each'] } },
  then: { properties: { timeout: duration, retry: retry(schema => schema), 'on-failure': words(onFailures) } },
};

/** A step; what its `with` may hold depends on its `uses`. */
export function stepSchema(): JsonSchema {
  return mapOf(
    stepKeys,
    {
      id: described('Name of the step in this file: small letters, digits and `_`.', id),
      name: described('What it does, for people.', plainText),
      uses: described('The action.', usesSchema()),
      with: described('What the action is given.', { type: ['object', 'null'] }),
      needs: described(
        'Steps above that must have succeeded; in place of waiting for all above. `[]` starts at once.',
        listOf(plainText),
      ),
      if: described('A bare CEL expression; where it is false the step is skipped.', condition),
      only: described('The modes in which the step runs.', ref('modes')),
      site: described('The site that it works on, where that is not the runbook’s.', plainText),
      'for-each': described('Once for each item, which is `each.value`: a list, or an expression that gives one.', {
        anyOf: [{ type: 'array', maxItems: 10_000 }, ref('expression')],
      }),
      'max-parallel': described('How many items at once. Default 1.', count),
      batch: described('The next so many items start when all of these have ended.', count),
      'max-failures': described('With `on-failure: continue`: one more failed item ends it. Default 0.', {
        type: 'integer',
        minimum: 0,
      }),
      timeout: described('One item with all its tries. Default: the action’s own.', orExpression(duration)),
      hold: described('How long a failover test may stay open.', duration),
      retry: described('Tries until it holds; only where that changes nothing.', retry(orExpression)),
      'on-failure': described('What happens when it fails. Default: the mode’s.', orExpression(words(onFailures))),
    },
    {
      dependencies: { 'max-parallel': ['for-each'], batch: ['for-each'], 'max-failures': ['for-each'] },
      allOf: [plainPolicies, ...actionConditions()],
      defaultSnippets: stepSnippets(),
    },
  );
}
