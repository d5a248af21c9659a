import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Json } from '../../actions/json.ts';
import { type Config, resolveSecrets } from '../../control/config/config.ts';
import { createWebhookShelf } from '../../control/webhook-shelf.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { answerProblem, type Problem, problemOf } from '../problem.ts';
import { createAttempts } from '../security/attempts.ts';
import { addressOf } from '../security/address.ts';
import { deliver, type Delivered, deliveryId, textAt, whyNobodyBelieves } from './deliver.ts';
import { createSeen } from './seen.ts';
import { answerSlack, cut, escaped, type SlackAnswer, slackBody } from './slack-answer.ts';
import { readSlackRequest } from './slack-request.ts';
import { commandInSlack, slackCaller, voteInSlack } from './slack.ts';
import { createStartLimits } from './start-limits.ts';
import { type Trigger, verify } from './verify.ts';

interface CameFromSlack {
  readonly from: string;
  readonly trigger: Extract<Trigger, { kind: 'slack' }>;
  readonly config: Config;
  readonly address: string;
  readonly body: Uint8Array;
  readonly signature: string;
}

const unknownInSlack =
  'Nobody of drillbook.yaml has your Slack member id: an admin adds it to you (people.NAME.slack).';

/** A delivery: no sender has more to say. Bytes. */
const mostBytes = 1024 * 1024;

/** PagerDuty signs no time, but tells in what it signs when it happened. Its last redelivery comes long before this, ms. */
const oldestEventMs = 24 * 3_600_000;

/** Nothing comes of the delivery: for whoever sent it. `told`: for the audit file, where that may know more. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;
  readonly told: string;

  constructor(status: Problem['status'], title: string, detail: string, told = detail) {
    super(detail);
    this.problem = { status, title, detail };
    this.told = told;
  }
}

/**
 * `POST /hooks/NAME`: what comes in from outside, by the entries of `triggers` in drillbook.yaml. A delivery proves itself: no cookie and
 * no token counts here. Each leaves an audit line; no answer repeats what came in.
 */
export function hooks(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const { audit, clock, base, readConfig } = deps;
  // Not those of the sign-in: whoever forges deliveries must not keep people out.
  const attempts = createAttempts(clock);
  const limits = createStartLimits(deps.control, clock);
  const shelf = createWebhookShelf(deps.project);
  const app = new Hono<ConsoleEnv>();

  const line = (context: Context<ConsoleEnv>, counted: boolean, text: string, how = 'nothing'): Promise<void> => {
    const name = context.req.path.replace(/^\/hooks\/?/, '').slice(0, 100);
    return audit({ person: name, how, call: 'deliver', counted, text, address: addressOf(context, deps) });
  };

  app.use(
    bodyLimit({
      maxSize: mostBytes,
      onError: async context => {
        await line(context as Context<ConsoleEnv>, false, 'more than 1 MiB');
        return answerProblem(context, { status: 413, title: 'Too much', detail: 'That is more than 1 MiB at once.' });
      },
    }),
  );

  const take = async (context: Context<ConsoleEnv>, name: string, address: string): Promise<Response> => {
    const config = await readConfig();
    const { trigger, body, id, signature = '' } = await proved(context, config, name, address);
    if (trigger.kind === 'slack')
      return await slack(context, { from: name, trigger, config, address, body, signature });
    const payload = jsonOf(context, body);
    if (trigger.kind === 'pagerduty') refuseOld(payload, clock());
    const why = whyNobodyBelieves(config);
    if (why !== undefined) throw new Refused(503, 'The console cannot sign', why);
    const delivery = { from: name, trigger, payload, id: deliveryId(trigger, id, payload, body), address };
    const done = await deliver(deps, limits, await shelf(name), delivery);
    await line(context, done.started.length > 0, describe(done), 'trigger');
    return answer(context, done);
  };

  const seen = createSeen(clock);
  /** What is done after Slack has its answer: it waits three seconds and no longer. */
  const later = new Set<Promise<void>>();
  deps.lastly.push(async () => {
    await Promise.all(later);
  });

  const slack = async (context: Context<ConsoleEnv>, came: CameFromSlack): Promise<Response> => {
    const { from, trigger, config, address, body, signature } = came;
    const request = readSlackRequest(body);
    if (request === undefined)
      throw new Refused(400, 'Not from Slack', 'A slash command or a pressed button is wanted, as Slack sends it.');
    if (request.kind === 'nothing' || seen.before(signature)) return context.body(null, 200);
    const told = request.kind === 'command' ? `command ${request.words[0] ?? ''}` : `button ${request.ballot.choice}`;
    await line(context, true, `${request.user}: ${told}`, 'trigger');
    const why = whyNobodyBelieves(config);
    const caller = slackCaller(config, request.user);
    if (caller === undefined || why !== undefined)
      return context.json(slackBody({ text: escaped(why ?? unknownInSlack) }));
    const act = async (): Promise<void> => {
      const who = { from, trigger, config, caller, address };
      const done =
        request.kind === 'command' ? commandInSlack(deps, limits, who, request) : voteInSlack(deps, who, request);
      const answer = await done.catch((error: unknown): SlackAnswer => {
        const problem = problemOf(error);
        if (problem === undefined) deps.log(`/hooks/${from}: ${error instanceof Error ? (error.stack ?? '') : ''}`);
        return {
          text: escaped(
            cut(problem?.detail ?? 'Something unexpected happened; the log of the console says what.', 2_500),
          ),
        };
      });
      const lost = await answerSlack(request.answerTo, answer, trigger.url);
      if (lost !== undefined) deps.log(`/hooks/${from}: whoever asked in Slack was not told what came of it: ${lost}.`);
    };
    const mine = act().finally(() => later.delete(mine));
    later.add(mine);
    return request.kind === 'command' ? context.json(slackBody({ text: 'One moment …' })) : context.body(null, 200);
  };

  const proved = async (context: Context<ConsoleEnv>, config: Config, name: string, address: string) => {
    const trigger: Trigger | undefined = Object.hasOwn(config.triggers, name) ? config.triggers[name] : undefined;
    const wrong = (status: 401 | 404, title: string, detail: string): Refused => {
      attempts.failed(address);
      return new Refused(status, title, detail);
    };
    if (trigger === undefined)
      throw wrong(404, 'No such trigger', 'drillbook.yaml has no trigger of this name (triggers).');
    const body = new Uint8Array(await context.req.arrayBuffer());
    const secrets = await resolveSecrets(config, trigger.secret, base);
    const verified = verify(trigger, { body, secrets, now: clock(), header: key => context.req.header(key) });
    if (!('refused' in verified)) return { trigger, body, ...verified };
    const detail = `The delivery is not taken: ${verified.refused}.`;
    throw verified.forged ? wrong(401, 'Not proved', detail) : new Refused(401, 'Not proved', detail);
  };

  app.post('/:name', async context => {
    const address = addressOf(context, deps);
    const wait = attempts.waitOf(address);
    if (wait > 0) {
      context.header('Retry-After', String(wait));
      const detail = `Too many deliveries that proved nothing came from this address: try again in ${wait} s.`;
      return answerProblem(context, { status: 429, title: 'Too often', detail });
    }
    try {
      return await take(context, context.req.param('name'), address);
    } catch (error) {
      const problem = error instanceof Refused ? error.problem : problemOf(error);
      await line(context, false, error instanceof Refused ? error.told : (problem?.detail ?? 'a defect'));
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

/** The same for a redelivery. Only where nothing else was started is what was refused an error: senders try again then. */
function answer(context: Context<ConsoleEnv>, { started, notMeant, refused }: Delivered): Response {
  const worst = refused.reduce<Problem | undefined>(
    (most, { problem }) => (most === undefined || problem.status > most.status ? problem : most),
    undefined,
  );
  if (worst !== undefined && started.length === 0) {
    if (worst.status === 429) context.header('Retry-After', '600');
    return answerProblem(context, { ...worst, detail: refused.map(({ problem }) => problem.detail).join(' ') });
  }
  return context.json({
    runs: started,
    notMeant: notMeant.map(({ webhook }) => webhook),
    refused: refused.map(({ webhook, problem }) => ({ webhook, why: problem.detail })),
  });
}
