import type { Json } from '../../actions/json.ts';
import type { Mode } from '../../actions/contract.ts';
import type { Cron } from './cron.ts';
import type { DraftReader } from '../shape/drafts.ts';
import { headOf, readKeys } from '../shape/keys.ts';
import type { InputDraft, Located, ModeDraft } from '../model.ts';
import type { Node } from '../yaml/nodes.ts';
import type { Template } from '../plan.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';
import { readList } from '../shape/scalars.ts';
import { readSchedule } from './schedule.ts';
import { readWebhook } from './webhook.ts';

/** What starts runs of a runbook, checked as far as the file alone goes. */
export interface Triggers {
  readonly schedules: readonly ScheduleDraft[];
  readonly webhooks: readonly WebhookDraft[];
}

/** Rule 17. */
export interface ScheduleDraft {
  readonly name: string;
  readonly mode: 'drill';
  readonly cron: Cron;
  /** IANA. */
  readonly timeZone: string;
  /** As `Compiled.plan` takes them: each fits its declaration, none that the mode requires is missing. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** Calendars of drillbook.yaml. */
  readonly blackouts: readonly string[];
  /** A surprise: it starts at a random time in this span after its time. */
  readonly withinMs?: number;
  /** It starts up to so much later; beside `withinMs` both random spans add. */
  readonly jitterMs: number;
  readonly overlap: 'skip' | 'wait';
  /** How late it may still start after an outage. */
  readonly catchUpMs: number;
  /** Of its cron, for warnings. */
  readonly at: Range;
}

/** Rule 18. Expressions are checked and made ready for the run; they read nothing but `payload`. */
export interface WebhookDraft {
  readonly name: string;
  readonly mode: Located<Mode>;
  /** An entry of `triggers` in drillbook.yaml. */
  readonly from: Located<string>;
  /** CEL: starts a run only where it is true. */
  readonly if?: string;
  /** CEL: a second delivery with the same value attaches to the first run. */
  readonly once?: string;
  readonly reason?: Template;
  /** Values as `Compiled.plan` takes them once they are rendered. */
  readonly inputs: Readonly<Record<string, Template>>;
}

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
