import type { Context } from 'hono';
import type { ConsoleEnv } from '../deps.ts';
import { answerProblem } from '../problem.ts';
import type { Trigger } from './verify.ts';

/** Of a delivery that has proved itself, and that no runbook has a webhook for. */
export const whyUnheard = (name: string): string =>
  `Nothing listens: no runbook here has a webhook from ${name}, so nothing was started. Add one to a runbook in the project’s folder ("from: ${name}").`;

/**
 * PagerDuty switches off what is not answered with 2xx, and Alertmanager tries again: they are told beside a 202, which is not the
 * 200 of what was read. A pipeline must not go on as if something had begun.
 */
export function answerUnheard(context: Context<ConsoleEnv>, name: string, kind: Trigger['kind']): Response {
  const reason = whyUnheard(name);
  if (kind === 'hmac') return answerProblem(context, { status: 404, title: 'Nothing listens', detail: reason });
  return context.json({ runs: [], notMeant: [], refused: [], reason }, 202);
}
