import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../../control/config/schema/loopback.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { answerProblem } from '../problem.ts';

/**
 * On loopback only names of this machine are served, and that of `console.public-url`: a page that has its own name point here
 * must not get in.
 */
export function knownHostsOnly(deps: Pick<ConsoleDeps, 'loopback' | 'url'>): MiddlewareHandler<ConsoleEnv> {
  return async (context, next) => {
    if (deps.loopback) {
      const { hostname, host } = new URL(context.req.url);
      if (!isLoopback(hostname) && host !== new URL(deps.url()).host) {
        const detail = 'This console answers by a loopback address alone, or by console.public-url of drillbook.yaml.';
        return answerProblem(context, { status: 421, title: 'Not this host', detail });
      }
    }
    return next();
  };
}

/** Of the console, as the browser that asks has it. */
export function originOf(requestUrl: string, secure: boolean): string {
  const { host } = new URL(requestUrl);
  return `${secure ? 'https' : 'http'}://${host}`;
}
