import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { createZvm, type ZvmOptions } from '../../zerto/client.ts';
import type { Zvm } from '../../zerto/zvm.ts';

/** A request as the ZVM saw it. `path`: below /v1/, with its query. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
      readonly text?: string;
    }
  /** Breaks the connection after the request was read. */
  | 'reset'
  /** Breaks it after the status line of a 200. */
  | 'torn'
  /** Never answers. */
  | 'silence';

/** What a ZVM answers; its sign-in is done for it unless the script answers that too. */
export type Script = (request: Seen) => Reply | undefined | Promise<Reply | undefined>;

export const password = 'c0rrect horse';
export const options = {
  site: 'site-b',
  generation: 'windows',
  requestsPerSecond: 10_000,
  account: { kind: 'windows', username: 'DR\\svc', password: () => Promise.resolve(password) },
} as const satisfies Partial<ZvmOptions>;

/** Sessions t1, t2, … ; whatever the script leaves out is 404. */
async function replyTo(script: Script, request: Seen, seen: Seen[]): Promise<Reply> {
  seen.push(request);
  const reply = await script(request);
  if (reply !== undefined) return reply;
  if (request.path === 'session/add') {
    return { headers: { 'x-zerto-session': `t${seen.filter(other => other.path === 'session/add').length}` } };
  }
  if (request.path === 'session') return {};
  return { status: 404 };
}

export function callsOf(seen: readonly Seen[]): string[] {
  return seen.map(request => `${request.method} ${request.path}`);
}

/** A client whose ZVM is a function in this process. */
export function scripted(script: Script, more: Partial<ZvmOptions> = {}): { zvm: Zvm; seen: Seen[] } {
  const seen: Seen[] = [];
  const fetch = scriptedFetch(script, seen);
  return {
    zvm: createZvm({ ...options, url: 'https://zvm.test:9669', tls: { kind: 'system' }, fetch, ...more }),
    seen,
  };
}

export function scriptedFetch(script: Script, seen: Seen[]): typeof fetch {
  return async input => {
    const request = input as Request;
    const { pathname, search } = new URL(request.url);
    const text = await request.text();
    const headers = Object.fromEntries(request.headers);
    const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
    const body: unknown =
      text === '' ? undefined : isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
    const path = pathname.replace('/v1/', '') + search;
    const reply = await replyTo(script, { method: request.method, path, headers, body }, seen);
    if (typeof reply === 'string') {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
    }
    const answer = reply.text ?? (reply.body === undefined ? null : JSON.stringify(reply.body));
    return new Response(answer, { status: reply.status ?? 200, headers: reply.headers ?? {} });
  };
}

export interface LoopbackZvm {
  readonly url: string;
  readonly certificate: string;
  readonly fingerprint: string;
  readonly seen: Seen[];
  /** Connections whose TLS handshake ended well. */
  connections(): number;
  /** Called for each TCP connection, before its handshake. */
  onConnection(listener: () => void): void;
  close(): Promise<void>;
}

/** The same over real TLS sockets on a free loopback port, with a certificate for `name` that nobody signed. */
export async function startLoopbackZvm(script: Script, certificate = selfSigned()): Promise<LoopbackZvm> {
  const { cert, private: key, fingerprint } = await certificate;
  const seen: Seen[] = [];
  let connections = 0;
  const server: Server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const path = (request.url ?? '').replace('/v1/', '');
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      void replyTo(script, { method: request.method ?? '', path, headers, body }, seen).then(reply => {
        if (reply === 'silence') return;
        if (reply === 'reset') {
          request.socket.destroy();
          return;
        }
        if (reply === 'torn') {
          response.writeHead(200, { 'content-length': '100' });
          response.write('"half', () => request.socket.destroy());
          return;
        }
        response.writeHead(reply.status ?? 200, reply.headers);
        response.end(reply.text ?? (reply.body === undefined ? undefined : JSON.stringify(reply.body)));
      });
    });
  });
  server.on('secureConnection', () => {
    connections++;
  });
  // A refused certificate is an error on this side too.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate: cert,
    fingerprint,
    seen,
    connections: () => connections,
    onConnection: listener => server.on('connection', listener),
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

export async function selfSigned(
  validity: { readonly from?: Date; readonly to?: Date } = {},
  address = '127.0.0.1',
): Promise<{ cert: string; private: string; fingerprint: string }> {
  const { X509Certificate } = await import('node:crypto');
  const made = await generate([{ name: 'commonName', value: 'zvm.test' }], {
    keyType: 'ec',
    ...(validity.from === undefined ? {} : { notBeforeDate: validity.from }),
    ...(validity.to === undefined ? {} : { notAfterDate: validity.to }),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: address }] },
    ],
  });
  return { ...made, fingerprint: new X509Certificate(made.cert).fingerprint256 };
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    value => {
      throw new Error(`Expected a rejection, got ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
