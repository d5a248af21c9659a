import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { LocalProblem } from './local-problem.ts';

/** A simulated site as its JSON line describes it. */
export interface SiteAccess {
  readonly name: string;
  /** Scheme, host and port. */
  readonly url: string;
  /** Path of a PEM file. */
  readonly ca: string;
  readonly username: string;
  readonly password: string;
}

/** Sends a request without a body in a session and gives the JSON of the answer; undefined for an empty one. */
export type SiteCall = (method: 'GET' | 'POST', path: string) => Promise<unknown>;

/** Signs in, hands out a way to call, and signs out: what any client of the ZVM does. */
export async function withSession<T>(site: SiteAccess, work: (call: SiteCall) => Promise<T>): Promise<T> {
  const basic = Buffer.from(`${site.username}:${site.password}`).toString('base64');
  const { headers } = await send(site, 'POST', '/v1/session/add', { authorization: `Basic ${basic}` });
  const session = headers['x-zerto-session'];
  if (typeof session !== 'string') throw new LocalProblem(`${site.name} (${site.url}) gave no session.`);
  const own = { 'x-zerto-session': session };
  try {
    return await work(async (method, path) => {
      const { body } = await send(site, method, path, own);
      return body === '' ? undefined : (JSON.parse(body) as unknown);
    });
  } finally {
    await send(site, 'DELETE', '/v1/session', own);
  }
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function send(
  site: SiteAccess,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, site.url), {
      method,
      // As a single header the length is known, and ZVM wants JSON with every body, an empty one too.
      headers: { accept: 'application/json', 'content-type': 'application/json', 'content-length': '0', ...headers },
      ca: readFileSync(site.ca),
      agent: false,
      timeout: 10_000,
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in 10 s')));
    outgoing.once('error', error => {
      reject(new LocalProblem(`${site.name} (${site.url}) does not answer to ${method} ${path}: ${error.message}.`));
    });
    outgoing.once('response', answer => {
      const status = answer.statusCode ?? 0;
      text(answer).then(body => {
        if (status < 300) resolve({ headers: answer.headers, body });
        else reject(new LocalProblem(`${site.name} (${site.url}) answers ${status} to ${method} ${path}.`));
      }, reject);
    });
    outgoing.end();
  });
}
