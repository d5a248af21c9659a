import type { Mode } from '../../actions/contract.ts';
import { readGiven } from '../inputs/given.ts';
import { inputFieldShape } from '../inputs/input-field.ts';
import { hasExpression } from '../shape/has-expression.ts';
import { headOf } from '../shape/keys.ts';
import { mustBeGiven } from '../model.ts';
import { describeNode, type Node, toJson } from '../yaml/nodes.ts';
import type { Template } from '../plan.ts';
import type { Range } from '../yaml/source.ts';
import type { TriggerContext } from './triggers.ts';
import type { WebhookExpressions } from './webhook-expressions.ts';

interface TriggerInput {
  readonly name: string;
  readonly template: Template;
}

/**
 * The `inputs` of a trigger: literals against their declarations, as they stand; with `expressions` (a webhook) also
 * what is read from the payload.
 */
export function readTriggerInputs(
  node: Node | undefined,
  { inputs, reporter }: TriggerContext,
  expressions?: WebhookExpressions,
): readonly TriggerInput[] {
  if (node === undefined) return [];
  if (node.kind !== 'map') {
    reporter.report('DB2003', headOf(node, reporter), { what: 'inputs', wanted: 'a map', found: describeNode(node) });
    return [];
  }
  const read: TriggerInput[] = [];
  for (const { key: name, at, value } of node.entries) {
    const input = inputs.get(name);
    if (input === undefined) {
      reporter.report('DB2046', at, { name, suggestion: reporter.didYouMean(name, inputs.keys()) });
    } else if (!hasExpression(value)) {
      const given = readGiven(input, toJson(value), 'file');
      if ('why' in given) reporter.report('DB2045', headOf(value, reporter), { name, why: given.why });
      else read.push({ name, template: { lit: toJson(value) } });
    } else if (expressions === undefined) {
      reporter.report('DB3009', headOf(value, reporter), { what: `inputs.${name}` });
    } else {
      const template = expressions.value(value, inputFieldShape(input), `inputs.${name}`);
      if (template !== undefined) read.push({ name, template });
    }
  }
  return read;
}

/** Reports each input that the mode requires and the trigger does not give. */
export function reportMissingInputs(
  node: Node | undefined,
  mode: Mode,
  what: string,
  at: Range,
  { inputs, reporter }: TriggerContext,
): void {
  const given = node?.kind === 'map' ? node.entries.map(e => e.key) : [];
  const missing = [...inputs.values()].filter(input => mustBeGiven(input, mode) && !given.includes(input.name));
  if (missing.length > 0)
    reporter.report('DB2044', at, { what, mode, names: missing.map(i => `"${i.name}"`).join(', ') });
}
