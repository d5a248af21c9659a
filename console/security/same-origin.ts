import type { Context } from 'hono';
import type { ConsoleEnv } from '../deps.ts';
import { isSame } from '../../control/access/token-hash.ts';

/** They change nothing. */
export const harmless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const formTypes = /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)/i;

/**
 * Why a request that a browser may have been led to make is not taken; undefined: it is. A page of somebody else can send a form
 * with the cookies of whoever looks at it, or to a console on his own machine. `origin`: the console's own.
 */
export async function whyForged(
  context: Context<ConsoleEnv>,
  { origin, csrf, withCookie }: { readonly origin: string; readonly csrf: string; readonly withCookie: boolean },
): Promise<string | undefined> {
  const { req } = context;
  if (harmless.has(req.method)) return undefined;
  const from = req.header('origin');
  if (from !== undefined && from !== origin) return `a page of ${from} may not ask the console at ${origin} for this`;
  const site = req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'a page of somebody else may not ask for this';
  const type = req.header('content-type') ?? '';
  const isForm = type === '' || formTypes.test(type);
  // Without a cookie, what no form can send comes from no page: another site's script would have to be let.
  if (!withCookie && !isForm) return undefined;
  if (!withCookie && from === undefined && type === '') return undefined;
  const given = req.header('x-csrf-token') ?? (isForm && type !== '' ? await fieldOf(context) : undefined);
  if (given !== undefined && isSame(given, csrf)) return undefined;
  return 'the form is too old or not from here: load the page again, and send it again';
}

async function fieldOf({ req }: Context<ConsoleEnv>): Promise<string | undefined> {
  const { csrf } = await req.parseBody().catch(() => ({}) as Record<string, never>);
  return typeof csrf === 'string' ? csrf : undefined;
}
