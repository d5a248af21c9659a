import { evaluate, renderTemplate } from '../../expressions/evaluate.ts';
import type { Json } from '../../actions/json.ts';
import type { InputDraft, WebhookDraft } from '../model.ts';

/** What a webhook makes of what came in. `why` may hold words of the payload. */
export type ReadDelivery =
  /** `if` does not hold; also where a key is missing. */
  | { readonly kind: 'not-meant'; readonly why: string }
  /** `key`: which part of the webhook has no value that can be used. */
  | { readonly kind: 'unfit'; readonly key: string; readonly why: string }
  | {
      readonly kind: 'starts';
      /** Absent: the webhook has none. */
      readonly once?: string;
      readonly reason: string;
      /** As `Compiled.plan` takes them, not yet checked. */
      readonly inputs: Readonly<Record<string, Json>>;
    };

type Declared = Pick<InputDraft, 'name' | 'type' | 'of'>;

/** Rule 18: `if`, `once`, `reason` and `inputs` over the payload. `declared`: what the runbook asks for. Never throws. */
export function readDelivery(webhook: WebhookDraft, payload: Json, declared: readonly Declared[] = []): ReadDelivery {
  const values = { payload };
  if (webhook.if !== undefined) {
    const condition = evaluate(webhook.if, values);
    if (!condition.ok) return { kind: 'not-meant', why: `if: ${condition.error}` };
    if (condition.value !== true) return { kind: 'not-meant', why: `if: it gives ${spell(condition.value)}` };
  }
  const once = webhook.once === undefined ? undefined : evaluate(webhook.once, values);
  if (once !== undefined && !once.ok) return { kind: 'unfit', key: 'once', why: once.error };
  const key = once === undefined ? undefined : keyOf(once.value);
  // Under a key without content all deliveries would be one.
  if (key === '')
    return { kind: 'unfit', key: 'once', why: 'it gives nothing by which this delivery could be known again' };
  const reason = webhook.reason === undefined ? undefined : renderTemplate(webhook.reason, values);
  if (reason !== undefined && !reason.ok) return { kind: 'unfit', key: 'reason', why: reason.error };
  const inputs: [string, Json][] = [];
  for (const [name, template] of Object.entries(webhook.inputs)) {
    const input = renderTemplate(template, values);
    if (!input.ok) return { kind: 'unfit', key: `inputs.${name}`, why: input.error };
    inputs.push([
      name,
      asDeclared(
        input.value,
        declared.find(each => each.name === name),
      ),
    ]);
  }
  return {
    kind: 'starts',
    ...(key === undefined ? {} : { once: key }),
    reason: reason === undefined || reason.value === null ? '' : textOf(reason.value),
    inputs: Object.fromEntries(inputs),
  };
}

/** Of texts and numbers, that no two kinds of value can be taken for each other; empty: it is no key. */
function keyOf(value: Json): string {
  if (typeof value === 'string') return value.trim() === '' ? '' : JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : '';
}

/** What senders count, runbooks call by name: a number or a boolean is also its text, where a text is asked for. */
function asDeclared(value: Json, declared: Declared | undefined): Json {
  const { type, of } = declared ?? {};
  if (type === 'string' || type === 'enum')
    return typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : value;
  if (type !== 'list' || of !== 'string' || !Array.isArray(value)) return value;
  return (value as readonly Json[]).map(item => asDeclared(item, { name: '', type: of, of }));
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const spell = (value: Json): string => (value === false ? 'false' : 'neither true nor false');
