import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { api } from './api/api.ts';
import { auditEvery } from './audit-every.ts';
import type { ConsoleDeps, ConsoleEnv } from './deps.ts';
import { hooks } from './hooks/hooks.ts';
import { identify, mustBeSomebody } from './identity/identify.ts';
import { tellProblem } from './pages/error-answer.ts';
import { type Problem, problemOf } from './problem.ts';
import { whyNotReady } from './ready.ts';
import { securityHeaders } from './security/headers.ts';
import { knownHostsOnly } from './security/hosts.ts';
import { harmless } from './security/same-origin.ts';
import { pages } from './pages/pages.ts';
import { signIn } from './sign-in.ts';

/** A runbook's inputs, a form: bytes. */
const mostBytes = 1024 * 1024;

/** The console over HTTP. Each face is mounted by one line. */
export function createConsoleApp(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.use(securityHeaders(deps.secure));
  app.use(auditEvery(deps));
  app.use(knownHostsOnly(deps));
  // Deliveries prove themselves: before anybody's cookie or token is looked at.
  app.route('/hooks', hooks(deps));
  app.use(bodyLimit({ maxSize: mostBytes, onError: context => tellProblem(context as Context<ConsoleEnv>, tooMuch) }));
  app.get('/healthz', context => context.text('ok'));
  app.get('/readyz', async context => {
    const why = await whyNotReady(deps);
    return context.text(why ?? 'ok', why === undefined ? 200 : 503);
  });
  app.use(identify(deps));
  app.route('/', signIn(deps));
  app.use(mustBeSomebody);
  app.route('/api/v1', api(deps));
  app.route('/', pages(deps));
  app.notFound(context =>
    tellProblem(context, { status: 404, title: 'Not found', detail: `There is nothing at ${context.req.path}.` }),
  );
  app.onError((error, context) => {
    const problem = problemOf(error, harmless.has(context.req.method) ? 'nothing to say' : 'not sent');
    if (problem === undefined) deps.log(`${context.req.method} ${context.req.path}: ${error.stack ?? error.message}`);
    return tellProblem(context, problem ?? defect);
  });
  return app;
}

const tooMuch: Problem = { status: 413, title: 'Too much', detail: 'That is more than 1 MiB at once.' };
const defect: Problem = {
  status: 500,
  title: 'Something unexpected happened',
  detail: 'Something unexpected happened; the log of the console says what.',
};
