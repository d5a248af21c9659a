import type { Mode } from '../../actions/contract.ts';
import type { DraftReader } from '../shape/drafts.ts';
import { headOf, readKeys } from '../shape/keys.ts';
import type { InputDraft, Located, ModeDraft, ScheduleDraft, Triggers, WebhookDraft } from '../model.ts';
import type { Node } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';
import { readList } from '../shape/scalars.ts';
import { readSchedule } from './schedule.ts';
import { readWebhook } from './webhook.ts';

/** A thousand schedules of one runbook are a slip of the hand, and each is followed over years. */
const maxTriggers = 200;

export const noTriggers: Triggers = { schedules: [], webhooks: [] };

/** What a trigger is read against. */
export interface TriggerContext {
  readonly modes: ReadonlyMap<Mode, ModeDraft>;
  readonly inputs: ReadonlyMap<string, InputDraft>;
  readonly reporter: Reporter;
  readonly drafts: DraftReader;
}

/** The value of `triggers`. What is wrong is reported and left out. */
export function readTriggers(node: Node, context: TriggerContext): Triggers {
  const { reporter } = context;
  const schedules: ScheduleDraft[] = [];
  const webhooks: WebhookDraft[] = [];
  const names = new Map<string, Range>();
  const take = (name: Located<string> | undefined): void => {
    if (name === undefined) return;
    const first = names.get(name.value);
    if (first === undefined) names.set(name.value, name.at);
    else {
      const line = `${reporter.source.position(first.start).line}`;
      reporter.report('DB2041', name.at, { name: name.value, line });
    }
  };
  const items = readList(node, 'triggers', reporter) ?? [];
  if (items.length > maxTriggers)
    reporter.report('DB2011', headOf(node, reporter), { what: 'triggers', why: `more than ${maxTriggers}` });
  for (const item of items.slice(0, maxTriggers)) {
    const found = readKeys(item, { where: 'a trigger', known: ['schedule', 'webhook'] }, reporter);
    if (found === undefined) continue;
    if (found.size !== 1)
      reporter.report('DB2019', headOf(item, reporter), { what: 'a trigger', keys: 'schedule, webhook' });
    for (const [kind, { value }] of found) {
      if (kind === 'schedule') {
        const { name, draft } = readSchedule(value, context);
        take(name);
        if (draft !== undefined) schedules.push(draft);
      } else {
        const { name, draft } = readWebhook(value, context);
        take(name);
        if (draft !== undefined) webhooks.push(draft);
      }
    }
  }
  return { schedules, webhooks };
}
