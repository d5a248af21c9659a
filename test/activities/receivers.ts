import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { SMTPServer } from 'smtp-server';

/** Real receivers on loopback, for what is told. */

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Answers with what `replies` has left, then 200. */
export async function startReceiver(): Promise<{
  readonly url: string;
  readonly received: Received[];
  readonly replies: Reply[];
  json(): Record<string, unknown>[];
  close(): Promise<void>;
}> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      });
      const { status, headers = {}, body = 'ok' } = replies.shift() ?? { status: 200 };
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    replies,
    json: () => received.map(({ body }) => JSON.parse(body) as Record<string, unknown>),
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Takes a connection and says nothing. */
export async function startBlackHole(): Promise<{
  readonly port: number;
  readonly taken: () => number;
  close(): Promise<void>;
}> {
  const open = new Set<Socket>();
  let taken = 0;
  const server = createTcp(socket => {
    taken++;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire. */
  readonly raw: string;
  readonly user: string;
  readonly secure: boolean;
}

/** A mail server with a certificate of its own. `refuse`: what is left of it answers RCPT. */
export async function startMailServer(options: {
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly password?: string;
}): Promise<{
  readonly port: number;
  readonly ca: string;
  readonly mails: Mail[];
  readonly refusals: { readonly code: number; readonly text: string }[];
  close(): Promise<void>;
}> {
  const mails: Mail[] = [];
  const refusals: { code: number; text: string }[] = [];
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const server = new SMTPServer({
    secure: options.tls === 'implicit',
    ...(options.tls === 'none'
      ? { disabledCommands: ['STARTTLS', ...(options.password === undefined ? ['AUTH'] : [])], allowInsecureAuth: true }
      : { cert, key }),
    ...(options.tls !== 'none' && options.password === undefined ? { disabledCommands: ['AUTH'] } : {}),
    authOptional: options.password === undefined,
    onAuth({ username, password }, _session, done) {
      if (password === options.password) done(null, { user: username ?? '' });
      else done(Object.assign(new Error(`no account ${username ?? ''} with ${password ?? ''}`), { responseCode: 535 }));
    },
    onRcptTo(_address, _session, done) {
      const refusal = refusals.shift();
      if (refusal === undefined) done();
      else done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(parts).toString('utf8'),
          user: String(session.user ?? ''),
          secure: session.secure,
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    ca: cert,
    mails,
    refusals,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** A header of a mail, unfolded; undefined: it has none. */
export function headerOf({ raw }: Pick<Mail, 'raw'>, name: string): string | undefined {
  const [head = ''] = raw.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  return lines.find(line => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))?.slice(name.length + 2);
}
