import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Json } from '../../actions/json.ts';
import { type Config, resolveSecrets } from '../../control/config/config.ts';
import { createWebhookShelf } from '../../control/webhook-shelf.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { answerProblem, type Problem } from '../problem.ts';
import { createAttempts } from '../security/attempts.ts';
import { addressOf } from '../security/address.ts';
import { deliver, type Delivered, deliveryId, textAt, whyNobodyBelieves } from './deliver.ts';
import { Forged, problemOfDelivery, Refused } from './refused.ts';
import { createSlackHook } from './slack-hook.ts';
import { createStartLimits } from './start-limits.ts';
import { type Trigger, verify } from './verify.ts';

/** A delivery: no sender has more to say. Bytes. */
const mostBytes = 1024 * 1024;

/** PagerDuty gives up after 16 s, ms. */
const answerWithinMs = 12_000;

/** PagerDuty signs no time, but tells in what it signs when it happened. Its last redelivery comes long before this, ms. */
const oldestEventMs = 24 * 3_600_000;

/**
 * `POST /hooks/NAME`: what comes in from outside, by the entries of `triggers` in drillbook.yaml. A delivery proves itself: no cookie and
 * no token counts here. Each leaves an audit line; no answer repeats what came in.
 */
export function hooks(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const { audit, clock, base, control, readConfig } = deps;
  // Not those of the sign-in: whoever forges deliveries must not keep people out.
  const attempts = createAttempts(clock);
  const limits = createStartLimits(control, clock);
  const shelf = createWebhookShelf(deps.project);
  const app = new Hono<ConsoleEnv>();

  const line = (context: Context<ConsoleEnv>, counted: boolean, text: string, how = 'nothing'): Promise<void> => {
    const name = context.req.path.replace(/^\/hooks\/?/, '').slice(0, 100);
    return audit({ person: name, how, call: 'deliver', counted, text, address: addressOf(context, deps) });
  };
  const slack = createSlackHook(deps, limits, (context, counted, text) => line(context, counted, text, 'trigger'));

  /** Without an audit line: whoever sends many must not fill the disk. */
  const tooOften = (context: Context<ConsoleEnv>, wait: number): Response => {
    context.header('Retry-After', String(wait));
    const detail = `Too many deliveries that proved nothing came from this address: try again in ${wait} s.`;
    return answerProblem(context, { status: 429, title: 'Too often', detail });
  };

  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: async given => {
      const context = given as Context<ConsoleEnv>;
      const address = addressOf(context, deps);
      const wait = attempts.waitOf(address);
      if (wait > 0) return tooOften(context, wait);
      attempts.failed(address);
      await line(context, false, 'more than 1 MiB');
      return answerProblem(context, { status: 413, title: 'Too much', detail: 'That is more than 1 MiB at once.' });
    },
  });

  const proved = async ({ req }: Context<ConsoleEnv>, config: Config, name: string, waits: boolean) => {
    const trigger: Trigger | undefined = Object.hasOwn(config.triggers, name) ? config.triggers[name] : undefined;
    if (trigger === undefined)
      throw new Forged(404, 'No such trigger', 'drillbook.yaml has no trigger of this name (triggers).');
    // What is signed cannot be guessed, and a forger behind the same proxy must not keep the sender out; a password can.
    if (waits && trigger.kind === 'alertmanager') throw new Forged(401, 'Not proved', 'It has to wait.');
    const body = new Uint8Array(await req.arrayBuffer());
    const secrets = await resolveSecrets(config, trigger.secret, base);
    const verified = verify(trigger, { body, secrets, now: clock(), header: key => req.header(key) });
    if (!('refused' in verified)) return { trigger, body, ...verified };
    const detail = `The delivery is not taken: ${verified.refused}.`;
    throw new (verified.forged ? Forged : Refused)(401, 'Not proved', detail);
  };

  const take = async (
    context: Context<ConsoleEnv>,
    name: string,
    address: string,
    waits: boolean,
  ): Promise<Response> => {
    const config = await readConfig();
    const { trigger, body, id, signature = '' } = await proved(context, config, name, waits);
    if (trigger.kind === 'slack')
      return await slack(context, { from: name, trigger, config, address, body, signature });
    const payload = jsonOf(context, body);
    if (trigger.kind === 'pagerduty') refuseOld(payload, clock());
    const why = whyNobodyBelieves(config);
    if (why !== undefined) throw new Refused(503, 'The console cannot sign', why);
    const delivery = { from: name, trigger, payload, id: deliveryId(trigger, id, payload, body), address };
    const webhooks = await shelf(name);
    // What is done later all the same is done once: the sender tries again.
    const act = () => deliver(deps, limits, webhooks, delivery);
    const done = await control.client.connection.withDeadline(Date.now() + answerWithinMs, act);
    await line(context, done.started.length > 0, describe(done), 'trigger');
    return answer(context, done);
  };

  app.post('/:name', limit, async context => {
    const address = addressOf(context, deps);
    const wait = attempts.waitOf(address);
    try {
      return await take(context, context.req.param('name'), address, wait > 0);
    } catch (error) {
      if (error instanceof Forged) {
        if (wait > 0) return tooOften(context, wait);
        attempts.failed(address);
      }
      const problem = problemOfDelivery(error);
      await line(context, false, problem?.detail ?? 'a defect');
      if (problem === undefined) throw error;
      return answerProblem(context, problem);
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
  if (!(now - at > oldestEventMs)) return;
  throw new Refused(401, 'Too old', 'The delivery is not taken: what it tells happened more than a day ago.');
}

/** For the audit file. */
function describe({ started, notMeant, refused }: Delivered): string {
  const told = [
    ...started.map(({ run, again }) => `${again ? 'again' : 'started'} ${run}`),
    ...refused.map(({ webhook, why }) => `refused ${webhook}: ${why}`),
    ...notMeant.map(({ webhook, why }) => `not meant for ${webhook}: ${why}`),
  ];
  return told.length === 0 ? 'no runbook has a webhook from it' : told.join('; ');
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
    runs: started,
    notMeant: notMeant.map(({ webhook }) => webhook),
    refused: refused.map(({ webhook, problem }) => ({ webhook, why: problem.detail })),
  });
}
