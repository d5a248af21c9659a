import { createHash } from 'node:crypto';
import type { Json } from '../../actions/json.ts';
import type { Caller } from '../../control/access/caller.ts';
import type { Config } from '../../control/config/config.ts';
import { runIdOf } from '../../control/runs.ts';
import type { ShelvedWebhook } from '../../control/webhook-shelf.ts';
import type { ConsoleDeps } from '../deps.ts';
import type { Problem } from '../problem.ts';
import { problemOfDelivery } from './refused.ts';
import { keyOf } from '../start-run.ts';
import type { StartLimits } from './start-limits.ts';
import type { Trigger } from './verify.ts';

/** What came in and is from whom it should be. */
export interface Delivery {
  /** The entry of `triggers`. */
  readonly from: string;
  readonly trigger: Trigger;
  readonly payload: Json;
  /** The same of each redelivery. */
  readonly id: string;
  readonly address: string;
  /** The person of drillbook.yaml who made the sender deliver it. */
  readonly behind?: string | undefined;
  /** Why nobody would believe a start. */
  readonly unbelieved?: string | undefined;
}

/** A run that goes on because of it, or has. */
export interface StartedRun {
  readonly runbook: string;
  readonly mode: string;
  readonly run: string;
  /** It was started by an earlier delivery. */
  readonly again: boolean;
  /** For the audit file. */
  readonly warnings: readonly string[];
}

interface RefusedWebhook {
  readonly webhook: string;
  readonly runbook: string;
  readonly mode: string;
  readonly problem: Problem;
  readonly why: string;
}

/** What came of it, by webhook. No word of the payload is in it, but in `why`: that is for the audit file. */
export interface Delivered {
  readonly started: readonly StartedRun[];
  readonly notMeant: readonly { readonly webhook: string; readonly why: string }[];
  readonly refused: readonly RefusedWebhook[];
}

/** The machine that a trigger is. */
const machine = (name: string): Caller => ({
  person: undefined,
  groups: [],
  how: 'trigger',
  verified: true,
  name,
});

/** Starts what the delivery is meant for: all of a webhook, or nothing of it. */
export async function deliver(
  { deeds }: Pick<ConsoleDeps, 'deeds'>,
  limits: StartLimits,
  webhooks: readonly ShelvedWebhook[],
  { from, trigger, payload, id, address, unbelieved, behind }: Delivery,
): Promise<Delivered> {
  const started: StartedRun[] = [];
  const notMeant: { webhook: string; why: string }[] = [];
  const refused: RefusedWebhook[] = [];
  const caller = machine(from);
  for (const { runbook, name, mode, twins, read } of webhooks) {
    const webhook = `${runbook}/${name}`;
    const refuse = (problem: Problem, why: string): void => {
      refused.push({ webhook, runbook, mode, problem, why });
    };
    const made = read(payload);
    if (made.kind === 'not-meant') notMeant.push({ webhook, why: made.why });
    else if (unbelieved !== undefined)
      refuse({ status: 503, title: 'The console cannot sign', detail: unbelieved }, unbelieved);
    else if (made.kind === 'unfit') refuse(unfit(webhook, made.key), `${made.key}: ${made.why}`);
    else if (twins !== undefined) refuse({ status: 409, title: 'Two files of one name', detail: twins }, twins);
    else {
      const once = JSON.stringify([name, made.once === undefined ? ['delivery', id] : ['once', made.once]]);
      const asked = {
        ...{ runbook, mode, inputs: made.inputs, reason: shorten(made.reason), once },
        ...({ trigger: 'webhook', via: from } as const),
        ...(behind === undefined ? {} : { behind }),
      };
      const run = runIdOf({ name: runbook, mode }, keyOf(caller, once));
      try {
        const act = () => deeds.start({ caller, address }, asked);
        const { again, ...done } = await limits.start({ via: from, atMost: trigger['at-most'], run, act });
        started.push({ ...done, again });
      } catch (error) {
        const problem = problemOfDelivery(error);
        if (problem === undefined) throw error;
        refuse(withoutPayload(webhook, problem), problem.detail.split('\n', 1)[0] ?? '');
      }
    }
  }
  return { started, notMeant, refused };
}

/** Why a trigger can start nothing at all; undefined: it can. */
export function whyNobodyBelieves({ identity }: Pick<Config, 'identity'>): string | undefined {
  if (identity['decision-key'] !== undefined || identity.unverified === 'allow') return undefined;
  // A run that its worker does not begin would answer every later delivery.
  return 'Nothing signs here that the delivery was looked at, so no worker would believe it: identity.decision-key of drillbook.yaml names no key ("drillbook keys new console --person nobody --for starts,decisions" makes one).';
}

const unfit = (webhook: string, key: string): Problem => ({
  status: 422,
  title: 'Nothing was started',
  detail: `Of this payload "${key}" of the webhook ${webhook} has no value that it can use: the audit file of the console says why.`,
});

/** Diagnostics show what did not fit. */
function withoutPayload(webhook: string, problem: Problem): Problem {
  if (problem.status !== 422) return problem;
  const codes = [...new Set(problem.detail.match(/\bDB\d{4}\b/g) ?? [])].join(', ');
  // Our own sentences have nothing of it: that it is not published, that an approval is wanted.
  if (codes === '') return problem;
  return {
    ...problem,
    detail: `The webhook ${webhook} starts nothing with this payload (${codes}): the audit file of the console says why.`,
  };
}

/** What the run keeps for ever, and every report shows. */
const mostCharacters = 2_000;

const shorten = (reason: string): string =>
  reason.length <= mostCharacters ? reason : `${reason.slice(0, mostCharacters - 1)}…`;

/** Who did in PagerDuty what it tells of; undefined: no person that drillbook.yaml knows (`people.NAME.pagerduty`). */
export function personBehind({ kind }: Trigger, { people }: Pick<Config, 'people'>, payload: Json): string | undefined {
  const agent = kind === 'pagerduty' ? textAt(payload, 'event', 'agent', 'id') : undefined;
  return agent === undefined ? undefined : Object.keys(people).find(name => people[name]?.pagerduty === agent);
}

/** The id under which a redelivery is known again, where the webhook has no `once`. */
export function deliveryId(trigger: Trigger, signed: string | undefined, payload: Json, body: Uint8Array): string {
  const own = trigger.kind === 'pagerduty' ? textAt(payload, 'event', 'id') : signed;
  const alerts = trigger.kind === 'alertmanager' ? alertsIn(payload) : undefined;
  return (
    own ??
    createHash('sha256')
      .update(alerts ?? body)
      .digest('hex')
  );
}

/** Alertmanager tells the same of the same alerts again, and so does each of its replicas, by its own address. Undefined: it has none that can be known. */
function alertsIn(payload: Json): string | undefined {
  const { alerts } = payload as { readonly alerts?: Json };
  if (!Array.isArray(alerts) || alerts.length === 0) return undefined;
  const known = (alerts as readonly Json[]).map(alert =>
    ['fingerprint', 'startsAt', 'status'].map(key => textAt(alert, key) ?? ''),
  );
  if (known.some(([fingerprint]) => fingerprint === '')) return undefined;
  return JSON.stringify(known.map(alert => JSON.stringify(alert)).sort());
}

/** A text in a payload, by its keys. */
export function textAt(payload: Json, ...keys: readonly string[]): string | undefined {
  let found: Json | undefined = payload;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || Array.isArray(found) || !Object.hasOwn(found, key))
      return undefined;
    found = (found as Readonly<Record<string, Json>>)[key];
  }
  return typeof found === 'string' ? found : undefined;
}
