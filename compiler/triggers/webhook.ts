import { z } from 'zod';
import { isLiveMode } from '../../actions/modes.ts';
import { firstLine, headOf, type KeySet, readKeys } from '../shape/keys.ts';
import type { Located } from '../model.ts';
import type { Node } from '../yaml/nodes.ts';
import type { Template } from '../plan.ts';
import { readName, readText } from '../shape/scalars.ts';
import { readTriggerInputs, reportMissingInputs } from './trigger-inputs.ts';
import { readTriggerName } from './trigger-name.ts';
import type { TriggerContext } from './triggers.ts';
import type { WebhookDraft } from '../model.ts';
import { WebhookExpressions } from './webhook-expressions.ts';
import { declaredMode } from '../shape/words.ts';

export const webhookKeys: KeySet = {
  where: 'a webhook',
  known: ['name', 'mode', 'from', 'if', 'once', 'reason', 'inputs'],
  required: ['name', 'mode', 'from'],
};
const text = { kind: 'text', schema: z.string() } as const;

/** A webhook (docs/language.md, rule 18); its name also where the rest cannot be used. */
export function readWebhook(
  node: Node,
  context: TriggerContext,
): { readonly name?: Located<string>; readonly draft?: WebhookDraft } {
  const { reporter, drafts } = context;
  const keys = readKeys(node, webhookKeys, reporter);
  if (keys === undefined || node.kind !== 'map') return {};
  const at = (key: string): Node | undefined => keys.get(key)?.value;
  const nameNode = at('name');
  const name = nameNode && readTriggerName(nameNode, reporter);
  const modeNode = at('mode');
  const mode = modeNode && declaredMode(modeNode, context.modes, reporter);
  const fromNode = at('from');
  const from = fromNode && readName(fromNode, 'from', reporter);
  const expressions = new WebhookExpressions(drafts, reporter);
  const [ifNode, onceNode, reasonNode] = [at('if'), at('once'), at('reason')];
  const condition = ifNode && expressions.bare(ifNode, { kind: 'condition' }, 'if');
  const once = onceNode && expressions.bare(onceNode, { kind: 'text' }, 'once');
  const reason = reasonNode && readReason(reasonNode, expressions, context);
  const inputs = readTriggerInputs(at('inputs'), context, expressions);
  const place = headOf(firstLine(node, reporter), reporter);
  if (mode !== undefined) {
    reportMissingInputs(at('inputs'), mode.value, 'this webhook', place, context);
    for (const key of isLiveMode(mode.value) ? ['if', 'reason'] : [])
      if (!keys.has(key)) reporter.report('DB2001', place, { key, where: `a webhook of mode ${mode.value}` });
  }
  if (name === undefined) return {};
  if (mode === undefined || from === undefined || fromNode === undefined) return { name };
  return {
    name,
    draft: {
      name: name.value,
      mode,
      from: { value: from, at: fromNode },
      ...(condition !== undefined && { if: condition }),
      ...(once !== undefined && { once }),
      ...(reason !== undefined && { reason }),
      inputs: Object.fromEntries(inputs.map(i => [i.name, i.template])),
    },
  };
}

function readReason(node: Node, expressions: WebhookExpressions, { reporter }: TriggerContext): Template | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${{'))
    return expressions.value(node, text, 'reason');
  const reason = readText(node, 'reason', reporter);
  return reason === undefined ? undefined : { lit: reason };
}
