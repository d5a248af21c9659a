import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Json } from '../../actions/json.ts';
import { type Config, resolveSecrets } from '../../control/config/config.ts';
import { refuseWeakKey } from '../../control/config/needed-secrets.ts';
import { publishedTexts } from '../../control/library/published.ts';
import { tellRefused } from '../../control/tell-refused.ts';
import { createWebhookShelf } from '../../control/webhook-shelf.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { answerProblem, type Problem } from '../problem.ts';
import { createAttempts } from '../security/attempts.ts';
import { addressOf } from '../security/address.ts';
import { deliver, type Delivered, deliveryId, personBehind, textAt, whyNobodyBelieves } from './deliver.ts';
import { forged, problemOfDelivery, Refused, tooOften } from './refused.ts';
import { createSlackHook } from './slack-hook.ts';
import { createStartLimits } from './start-limits.ts';
import { answerUnheard, whyUnheard } from './unheard.ts';
import { type Trigger, verify } from './verify.ts';

/** A delivery: no sender has more to say. Bytes. */
const mostBytes = 1024 * 1024;

/** PagerDuty gives up after 16 s, ms. */
const answerWithinMs = 12_000;

/** Beside it, ms. */
const tellWithinMs = 2_000;

/** PagerDuty signs no time of sending, but each event tells when it happened, and that is signed. Its last redelivery comes long before this, ms. */
const oldestEventMs = 24 * 3_600_000;

/**
 * `POST /hooks/NAME`: what comes in from outside, by the entries of `triggers` in drillbook.yaml. A delivery proves itself: no cookie and
 * no token counts here. Each leaves an audit line, of very many they are summed; no answer repeats what came in.
 */
export function hooks(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const { audit, boundedAudit, clock, base, control, readConfig } = deps;
  // Not those of the sign-in: whoever forges deliveries must not keep people out.
  const attempts = createAttempts(clock);
  const limits = createStartLimits(control, clock);
  const shelf = createWebhookShelf(deps.project, async () => publishedTexts(await readConfig(), Date.now()));
  const app = new Hono<ConsoleEnv>();

  const line = (context: Context<ConsoleEnv>, counted: boolean, text: string, write = audit): Promise<void> => {
    const person = context.req.path.replace(/^\/hooks\/?/, '').slice(0, 100);
    const how = write === audit ? 'trigger' : 'nothing';
    return write({ person, how, call: 'deliver', counted, text, address: addressOf(context, deps) });
  };
  const refuse = async (context: Context<ConsoleEnv>, problem: Problem): Promise<Response> => {
    await line(context, false, problem.detail, boundedAudit);
    return answerProblem(context, problem);
  };
  const slack = createSlackHook(deps, limits, line);

  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: given => {
      const context = given as Context<ConsoleEnv>;
      const why = forged(attempts, addressOf(context, deps), 413, 'Too much', 'That is more than 1 MiB at once.');
      return refuse(context, why.problem);
    },
  });

  const proved = async ({ req }: Context<ConsoleEnv>, config: Config, name: string, address: string) => {
    const trigger: Trigger | undefined = Object.hasOwn(config.triggers, name) ? config.triggers[name] : undefined;
    if (trigger === undefined) {
      const detail = 'drillbook.yaml has no trigger of this name (triggers).';
      throw forged(attempts, address, 404, 'No such trigger', detail);
    }
    // What is signed cannot be guessed, and a forger behind the same proxy must not keep the sender out; a password can.
    const mustWait = () => (trigger.kind === 'alertmanager' ? tooOften(attempts, address) : undefined);
    const early = mustWait();
    if (early !== undefined) throw early;
    const body = new Uint8Array(await req.arrayBuffer());
    const secrets = await resolveSecrets(config, trigger.secret, base);
    if (trigger.kind === 'hmac') for (const secret of secrets) refuseWeakKey(trigger.secret, secret);
    // Asked again at the very moment: many that came together were all let in above.
    const late = mustWait();
    if (late !== undefined) throw late;
    const verified = verify(trigger, { body, secrets, now: clock(), header: key => req.header(key) });
    if (!('refused' in verified)) return { trigger, body, ...verified };
    const why = [401, 'Not proved', `The delivery is not taken: ${verified.refused}.`] as const;
    throw verified.forged ? forged(attempts, address, ...why) : new Refused(...why);
  };

  /** Whoever sent it may not try again, and nobody reads the audit file at night. */
  const tellPeople = async (from: string, { webhook, runbook, mode, problem }: Delivered['refused'][number]) => {
    const tell = () => tellRefused(control, { from, runbook, webhook, mode, why: problem.detail }, clock());
    await control.client.connection.withDeadline(Date.now() + tellWithinMs, tell).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      deps.log(`/hooks/${from}: nobody was told that ${webhook} started nothing: ${reason}`);
    });
  };

  const take = async (context: Context<ConsoleEnv>, name: string, address: string): Promise<Response> => {
    const config = await readConfig();
    const { trigger, body, id, signature = '' } = await proved(context, config, name, address);
    if (trigger.kind === 'slack')
      return await slack(context, { from: name, trigger, config, address, body, signature });
    const payload = jsonOf(context, body);
    if (trigger.kind === 'pagerduty') refuseOld(payload, clock());
    if (trigger.kind === 'pagerduty' && textAt(payload, 'event', 'event_type') === 'pagey.ping') {
      await line(context, false, 'PagerDuty’s own test');
      return context.json({ runs: [], notMeant: [], refused: [] });
    }
    const unbelieved = whyNobodyBelieves(config);
    const delivery = {
      ...{ from: name, trigger, payload, id: deliveryId(trigger, id, payload, body), address, unbelieved },
      behind: personBehind(trigger, config, payload),
    };
    const webhooks = await shelf(name);
    if (webhooks.length === 0) {
      deps.log(whyUnheard(name));
      await line(context, false, 'no runbook has a webhook from it');
      return answerUnheard(context, name, trigger.kind);
    }
    // What is done later all the same is done once: the sender tries again.
    const act = () => deliver(deps, limits, webhooks, delivery);
    const done = await control.client.connection.withDeadline(Date.now() + answerWithinMs, act);
    await line(context, done.started.length > 0, describe(done));
    await Promise.all(done.refused.map(refused => tellPeople(name, refused)));
    return answer(context, done);
  };

  app.post('/:name', limit, async context => {
    try {
      return await take(context, context.req.param('name'), addressOf(context, deps));
    } catch (error) {
      const problem = problemOfDelivery(error);
      if (problem !== undefined) return await refuse(context, problem);
      await line(context, false, 'a defect', boundedAudit);
      throw error;
    }
  });
  app.all('*', context => {
    const detail = 'Deliveries are sent by POST to /hooks/NAME: an entry of triggers in drillbook.yaml.';
    return answerProblem(context, { status: context.req.method === 'POST' ? 404 : 405, title: 'Not here', detail });
  });
  return app;
}

function jsonOf({ req }: Context<ConsoleEnv>, body: Uint8Array): Json {
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(req.header('content-type') ?? ''))
    throw new Refused(415, 'Not JSON', 'The delivery is not taken: Content-Type: application/json is wanted.');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Json;
  } catch {
    throw new Refused(400, 'Not JSON', 'The delivery is not taken: its body is no JSON.');
  }
}

function refuseOld(payload: Json, now: number): void {
  const at = Date.parse(textAt(payload, 'event', 'occurred_at') ?? '');
  // Without its time a recorded delivery would never be too old.
  if (Number.isNaN(at))
    throw new Refused(401, 'Without a time', 'The delivery is not taken: event.occurred_at has no time in it.');
  if (Math.abs(now - at) <= oldestEventMs) return;
  const detail = 'The delivery is not taken: what it tells happened more than a day ago, or ahead: look at the clocks.';
  throw new Refused(401, 'Too old', detail);
}

/** For the audit file. */
function describe({ started, notMeant, refused }: Delivered): string {
  const told = [
    ...started.map(({ run, again, warnings }) => [`${again ? 'again' : 'started'} ${run}`, ...warnings].join(': ')),
    ...refused.map(({ webhook, why }) => `refused ${webhook}: ${why}`),
    ...notMeant.map(({ webhook, why }) => `not meant for ${webhook}: ${why}`),
  ];
  return told.join('; ');
}

/** The same for a redelivery. Where all else was started, what was refused is an error only if trying again may help. */
function answer(context: Context<ConsoleEnv>, { started, notMeant, refused }: Delivered): Response {
  const worst = refused.reduce<Problem | undefined>(
    (most, { problem }) => (most === undefined || problem.status > most.status ? problem : most),
    undefined,
  );
  if (worst !== undefined && (started.length === 0 || worst.status >= 500)) {
    if (worst.status === 429) context.header('Retry-After', '600');
    return answerProblem(context, { ...worst, detail: refused.map(({ problem }) => problem.detail).join(' ') });
  }
  return context.json({
    runs: started.map(({ warnings: _, ...run }) => run),
    notMeant: notMeant.map(({ webhook }) => webhook),
    refused: refused.map(({ webhook, problem }) => ({ webhook, why: problem.detail })),
  });
}
