import { randomBytes } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { Config } from '../../control/config/config.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { tellProblem } from '../pages/error-answer.ts';
import { addressOf } from '../security/address.ts';
import { originOf } from '../security/hosts.ts';
import { whyForged } from '../security/same-origin.ts';
import { readCookie, writeCookie } from './cookies.ts';

/** Finds out who asks, and turns away what a page of somebody else has made a browser send. */
export function identify(deps: ConsoleDeps): MiddlewareHandler<ConsoleEnv> {
  const { gate, secure } = deps;
  return async (context, next) => {
    context.set('address', addressOf(context, deps));
    if (isOpen(context.req.path)) return next();
    const config = await deps.readConfig();
    const shut = gate.whyNobody(config);
    if (shut !== undefined) return tellProblem(context, { status: 503, title: 'Nobody is let in', detail: shut });
    const authorization = context.req.header('authorization');
    if (authorization !== undefined) return (await byToken(deps, config, context, authorization)) ?? next();
    const cookie = readCookie(context, 'session', secure);
    const recognise = async (now: Config) => (cookie === undefined ? undefined : await gate.bySession(now, cookie));
    const found = await recognise(config);
    const caller = found?.caller ?? gate.byPlace(config);
    context.set('again', async now => (found === undefined ? gate.byPlace(now) : (await recognise(now))?.caller));
    context.set('session', found?.session);
    const csrf = gate.csrfOf(found?.session.id ?? visitOf(context, secure));
    context.set('csrf', csrf);
    // Whom a browser would be recognised as without his doing: by a cookie, or by sitting at this machine.
    const origin = originOf(context.req.url, secure);
    const forged = await whyForged(context, { origin, csrf, withCookie: found !== undefined });
    if (forged !== undefined)
      return tellProblem(context, { status: 403, title: 'Not from here', detail: `Not done: ${forged}.` });
    if (caller !== undefined) context.set('caller', caller);
    return next();
  };
}

/** A wrong token is told, and written down; there is no way on without one then. */
async function byToken(
  deps: ConsoleDeps,
  config: Config,
  context: Context<ConsoleEnv>,
  authorization: string,
): Promise<Response | undefined> {
  const { gate, attempts, boundedAudit } = deps;
  const address = context.get('address');
  const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  const known =
    token === undefined
      ? { refused: 'the header "Authorization: Bearer TOKEN" is wanted' }
      : await gate.byToken(config, token);
  // A right token cannot be guessed, and is heard whoever else is wrong at the same address.
  if ('refused' in known) {
    const wait = attempts.waitOf(address);
    if (wait > 0) return await tooOften(deps, context, wait);
    attempts.failed(address);
    await boundedAudit({ person: '', how: 'nothing', call: 'sign in', counted: false, text: known.refused, address });
    return unauthorised(context, `Nobody is known by this token: ${known.refused}.`);
  }
  context.set('caller', known.caller);
  context.set('again', async now => {
    const still = await gate.byToken(now, token ?? '');
    return 'refused' in still ? undefined : still.caller;
  });
  context.set('csrf', '');
  return undefined;
}

export async function tooOften(
  { boundedAudit }: Pick<ConsoleDeps, 'boundedAudit'>,
  context: Context<ConsoleEnv>,
  retryAfter: number,
): Promise<Response> {
  const [address, text] = [context.get('address'), 'not looked at: too many wrong ones came from this address'];
  await boundedAudit({ person: '', how: 'nothing', call: 'sign in', counted: false, text, address });
  const detail = `Too many wrong tokens came from this address: try again in ${retryAfter} s.`;
  return tellProblem(context, { status: 429, title: 'Too often', detail, retryAfter });
}

function unauthorised(context: Context<ConsoleEnv>, detail: string): Response {
  context.header('WWW-Authenticate', 'Bearer realm="drillbook"');
  return tellProblem(context, { status: 401, title: 'Sign in', detail });
}

/** Pages and the API are for somebody. */
export const mustBeSomebody: MiddlewareHandler<ConsoleEnv> = async (context, next) => {
  const { path, method } = context.req;
  if ((context.get('caller') as unknown) !== undefined || isOpen(path)) return next();
  const wantsPage =
    method === 'GET' && !path.startsWith('/api/') && /text\/html/.test(context.req.header('accept') ?? '');
  if (!wantsPage)
    return unauthorised(
      context,
      'Nothing says who you are: send "Authorization: Bearer TOKEN" ("drillbook keys token" makes one), or sign in.',
    );
  const { search } = new URL(context.req.url);
  return context.redirect(`/sign-in?to=${encodeURIComponent(path + search)}`, 303);
};

/** What tells nothing about runs. */
const isOpen = (path: string): boolean =>
  path.startsWith('/assets/') || path === '/api/v1/openapi.json' || path === '/favicon.ico';

/** Before a session, forms are bound to the browser. */
function visitOf(context: Context<ConsoleEnv>, secure: boolean): string {
  const visit = readCookie(context, 'visit', secure);
  if (visit !== undefined && /^[\w-]{22}$/.test(visit)) return visit;
  const made = randomBytes(16).toString('base64url');
  writeCookie(context, 'visit', made, { secure });
  return made;
}
