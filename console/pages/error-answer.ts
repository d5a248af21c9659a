import type { Context } from 'hono';
import type { ConsoleEnv } from '../deps.ts';
import { answerProblem, type Problem } from '../problem.ts';
import { frameOf, wantsPage } from './frame.ts';
import { errorPage } from './simple-pages.ts';

/** A problem as a page for a browser, as JSON for a program. */
export function tellProblem(context: Context<ConsoleEnv>, problem: Problem): Response {
  if (!wantsPage(context)) return answerProblem(context, problem);
  const { status, title, detail, retryAfter } = problem;
  context.set('refusal', detail);
  if (retryAfter !== undefined) context.header('Retry-After', String(retryAfter));
  // What was sent is not sent again by itself; a look is.
  const again = context.req.method === 'GET' ? retryAfter : undefined;
  if (again !== undefined) context.header('Refresh', String(again));
  const { reason: written, run } = context.get('wanted') ?? {};
  const back = run === undefined || status !== 503 ? undefined : `/runs/${encodeURIComponent(run)}`;
  return context.html(errorPage(frameOf(context), { title, detail, again, written, back }), status);
}
