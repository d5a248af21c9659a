import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, MiddlewareHandler } from 'hono';
import type { Audit, AuditLine } from '../control/audit.ts';
import type { ConsoleDeps, ConsoleEnv } from './deps.ts';
import { problemOf } from './problem.ts';
import { addressOf } from './security/address.ts';
import { harmless } from './security/same-origin.ts';

/** What somebody wanted to do, for the line of what never became a deed. */
export type Wanted = Pick<AuditLine, 'call' | 'run' | 'step' | 'choice' | 'reason'>;

const current = new AsyncLocalStorage<{ lines: number }>();

/** Knows of each line in which request it was written. */
export function noticed(audit: Audit): Audit {
  return line => {
    const request = current.getStore();
    if (request !== undefined) request.lines += 1;
    return audit(line);
  };
}

/** How many lines were written meanwhile. */
export async function linesOf(act: () => Promise<unknown>): Promise<number> {
  const own = { lines: 0 };
  await current.run(own, act);
  return own.lines;
}

/**
 * Whatever is asked for, and refused before it is a deed, leaves a line too: each request that is not only a look and is answered
 * with an error, unless somebody has written one already.
 */
export function auditEvery(deps: ConsoleDeps): MiddlewareHandler<ConsoleEnv> {
  return async (context, next) => {
    if (harmless.has(context.req.method)) return next();
    const lines = await linesOf(next);
    if (lines > 0 || context.res.status < 400) return;
    const caller = context.get('caller') as ConsoleEnv['Variables']['caller'] | undefined;
    const line = {
      ...{ person: caller?.person ?? caller?.name ?? '', how: caller?.how ?? 'nothing' },
      ...(context.get('wanted') ?? wantedBy(context.req)),
      ...{ counted: false, text: (await whyOf(context)).slice(0, mostText), address: addressOf(context, deps) },
    };
    await (caller === undefined ? deps.boundedAudit : deps.audit)(line);
  };
}

const mostText = 1_000;

async function whyOf({ error, get, res }: Context<ConsoleEnv>): Promise<string> {
  if (error !== undefined)
    return problemOf(error, 'not sent')?.detail.split('\n', 1)[0] ?? 'a defect: the log of the console says what';
  const told = get('refusal');
  if (told !== undefined) return told;
  const isProblem = res.headers.get('content-type')?.startsWith('application/problem+json') === true;
  const { detail = '' } = isProblem ? ((await res.clone().json()) as { readonly detail?: string }) : {};
  return detail === '' ? `answered with ${res.status}` : detail;
}

const calls: Readonly<Record<string, string>> = {
  ...{ runs: 'start', votes: 'vote', reports: 'report', answers: 'answer', decisions: 'decide', plans: 'plan' },
  ...{
    'sign-in': 'sign in',
    lifts: 'start unpublished',
    lift: 'start unpublished',
    'sign-out': 'sign out',
    plan: 'plan',
    start: 'start',
    act: 'act',
    decide: 'decide',
  },
  ...{ cancel: 'cancel', abort: 'abort', pause: 'pause', resume: 'resume', extend: 'extend', 'roll-back': 'roll-back' },
};

/** As far as the address says it. */
function wantedBy({ method, path }: { readonly method: string; readonly path: string }): Wanted {
  const [last = '', before = ''] = path.split('/').reverse();
  if (path.startsWith('/hooks')) return { call: 'deliver' };
  if (before === 'leases') return { call: `leases ${last}` };
  const [, schedule, hand] = /\/schedules\/([^/]+\/[^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (schedule !== undefined)
    return { call: `schedule ${hand ?? 'act'}`.slice(0, 100), step: decode(schedule).slice(0, 300) };
  const call = method === 'POST' && Object.hasOwn(calls, last) ? calls[last] : undefined;
  const run = /\/runs\/([^/]+)\/[^/]+$/.exec(path)?.[1];
  return {
    call: call ?? `${method} ${path}`.slice(0, 200),
    ...(run === undefined ? {} : { run: decode(run).slice(0, 300) }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
