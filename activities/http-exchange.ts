import { request, type IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import { dial, NotReached, spellCode, type Dial } from './dial.ts';
import { spellDuration } from './spell.ts';

export interface Exchange {
  readonly url: URL;
  /** The URL's host without brackets. */
  readonly host: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As UTF-8. */
  readonly body?: string;
  /** PEM that the server's certificate must verify with; absent: the system's authorities. */
  readonly ca?: string;
  readonly from?: NonNullable<Dial['from']>;
  /** Connection, TLS and answer together. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** By lower-case name; several values joined as HTTP does. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first MiB, as UTF-8. */
  readonly body: string;
  /** ms from the first byte of the connection to the end of the answer. */
  readonly tookMs: number;
}

const mebibyte = 1_048_576;

/**
 * One request on a connection of its own: nothing is shared, cached or followed, and no environment variable counts.
 * @throws NotReached where there was no whole answer, StepErrored where the probe cannot be used, the signal's reason
 */
export async function fetchOnce(exchange: Exchange): Promise<Answer> {
  const { url, host, timeoutMs, signal, from } = exchange;
  const began = performance.now();
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const socket = await dial({ host, port, timeoutMs, signal, ...(from && { from }) });
  const bound = { late: false };
  const stop = () => socket.destroy();
  const timer = setTimeout(
    () => {
      bound.late = true;
      stop();
    },
    timeoutMs - (performance.now() - began),
  );
  signal.addEventListener('abort', stop, { once: true });
  try {
    const stream = url.protocol === 'https:' ? await encrypt(socket, host, exchange.ca) : socket;
    const { message, body } = await ask(stream, exchange);
    const headers = Object.entries(message.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
    return {
      status: message.statusCode ?? 0,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body,
      tookMs: Math.round(performance.now() - began),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (bound.late) throw new NotReached(`did not answer within ${spellDuration(timeoutMs)}`);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function encrypt(socket: Socket, host: string, ca: string | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const stream = secure({
      socket,
      host,
      // SNI takes names only (RFC 6066); the certificate is then compared with `host`.
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
    });
    stream.on('error', () => undefined);
    stream.once('secureConnect', () => {
      resolve(stream);
    });
    stream.once('error', (error: NodeJS.ErrnoException) => {
      const broken = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      reject(
        new NotReached(broken ? spellCode(error.code) : `shows a certificate that is not trusted (${spellTls(error)})`),
      );
    });
    stream.once('close', () => {
      reject(new NotReached(spellCode('ECONNRESET')));
    });
  });
}

/** OpenSSL's code, or Node's sentence about the name, which says both names. */
function spellTls(error: NodeJS.ErrnoException): string {
  return error.code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? error.message : (error.code ?? error.message);
}

function ask(
  socket: Socket,
  { url, method, headers, body }: Exchange,
): Promise<{ message: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({
      method,
      path: url.pathname + url.search,
      headers: {
        ...{ host: url.host, 'accept-encoding': 'identity', connection: 'close' },
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
      createConnection: () => socket,
    });
    call.once('error', (error: NodeJS.ErrnoException) => {
      const parse = error.code?.startsWith('HPE_') === true;
      reject(new NotReached(parse ? 'does not speak HTTP' : spellCode(error.code)));
    });
    call.once('response', message => {
      const parts: Buffer[] = [];
      let size = 0;
      const done = () => {
        resolve({ message, body: Buffer.concat(parts).subarray(0, mebibyte).toString('utf8') });
      };
      message.on('data', (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size < mebibyte) return;
        done();
        message.destroy();
      });
      message.once('end', done);
      message.once('error', (error: NodeJS.ErrnoException) => {
        reject(new NotReached(spellCode(error.code)));
      });
    });
    call.end(body);
  });
}
