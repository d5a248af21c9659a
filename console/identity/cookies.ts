import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { ConsoleEnv } from '../deps.ts';

/** With TLS no other host, no other path and no plain connection can set it. */
const nameOf = (what: string, secure: boolean): string => `${secure ? '__Host-' : ''}drillbook-${what}`;

const options = (secure: boolean) => ({ path: '/', httpOnly: true, secure, sameSite: 'Lax' }) as const;

export type CookieName = 'session' | 'visit' | 'oidc';

export function readCookie(context: Context<ConsoleEnv>, what: CookieName, secure: boolean): string | undefined {
  return getCookie(context, nameOf(what, secure));
}

/** `forMs`: absent, as long as the browser is open. */
export function writeCookie(
  context: Context<ConsoleEnv>,
  what: CookieName,
  value: string,
  { secure, forMs }: { readonly secure: boolean; readonly forMs?: number },
): void {
  const age = forMs === undefined ? {} : { maxAge: Math.floor(forMs / 1000) };
  setCookie(context, nameOf(what, secure), value, { ...options(secure), ...age });
}

export function dropCookie(context: Context<ConsoleEnv>, what: CookieName, secure: boolean): void {
  deleteCookie(context, nameOf(what, secure), options(secure));
}
