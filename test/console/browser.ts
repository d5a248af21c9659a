import { host, type Stage } from './stage.ts';

/** What a browser does at the sign-in page. */

export const cookieOf = (answer: Response, name: string): string =>
  answer.headers
    .getSetCookie()
    .find(line => line.startsWith(`drillbook-${name}=`))
    ?.split(';')[0] ?? '';

export const csrfIn = (page: string): string => /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';

export const form = (
  fields: Record<string, string>,
  cookie: string,
  more: Record<string, string> = {},
): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', cookie, origin: host, ...more },
  body: new URLSearchParams(fields).toString(),
});

/** The form, then the token. */
export async function signInAt(stage: Pick<Stage, 'ask'>, token: string, to = '/') {
  const shown = await stage.ask(`/sign-in?to=${encodeURIComponent(to)}`);
  const visit = cookieOf(shown, 'visit');
  const csrf = csrfIn(await shown.text());
  const answer = await stage.ask('/sign-in', form({ csrf, token, to }, visit));
  return { answer, visit, csrf, session: cookieOf(answer, 'session') };
}

export const sessionIdOf = (cookie: string): string =>
  (JSON.parse(Buffer.from(cookie.split('=')[1]?.split('.')[0] ?? '', 'base64url').toString()) as { id: string }).id;
