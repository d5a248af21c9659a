import { connect, type Socket } from 'node:net';
import { SocksClient } from 'socks';
import { StepErrored } from './outcome.ts';
import { spellDuration } from './spell.ts';

/** The far end did not answer: the world said no. The message is one clause without the address. */
export class NotReached extends Error {}

export interface Dial {
  readonly host: string;
  readonly port: number;
  /** The probe to look from, with its name for the errors; absent: from this worker. */
  readonly from?: { readonly name: string; readonly probe: { readonly proxy: string } };
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Opens a TCP connection, through a probe's SOCKS door where one is named. No proxy variable of the environment counts.
 * @throws NotReached where the far end does not answer, StepErrored where the probe itself cannot be used, the signal's reason
 */
export async function dial({ host, port, from, timeoutMs, signal }: Dial): Promise<Socket> {
  if (from === undefined) return await open(host, port, timeoutMs, signal);
  const began = performance.now();
  const door = parseProxy(from.probe.proxy);
  const blind = (why: string) =>
    new StepErrored(`the probe ${from.name} (${door.host}:${door.port}) ${why}, so we could not look`);
  const socket = await open(door.host, door.port, timeoutMs, signal).catch((error: unknown) => {
    throw error instanceof NotReached ? blind(error.message) : error;
  });
  const give = () => socket.destroy();
  signal.addEventListener('abort', give, { once: true });
  try {
    await SocksClient.createConnection({
      proxy: { host: door.host, port: door.port, type: 5 },
      command: 'connect',
      destination: { host, port },
      existing_socket: socket,
      timeout: Math.max(1, timeoutMs - (performance.now() - began)),
    });
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw readRefusal(error instanceof Error ? error.message : '', timeoutMs, blind);
  } finally {
    signal.removeEventListener('abort', give);
  }
}

/** The library gives SOCKS replies (RFC 1928, section 6) as the tail of its message. */
function readRefusal(message: string, timeoutMs: number, blind: (why: string) => StepErrored): Error {
  const reply = / - (\w+)$/.exec(message)?.[1];
  switch (reply) {
    case 'ConnectionRefused':
      return new NotReached('refused the connection');
    case 'HostUnreachable':
    case 'NetworkUnreachable':
    case 'TTLExpired':
      return new NotReached('cannot be reached');
    case 'Failure':
      return new NotReached('could not be reached by the probe');
    case undefined:
      return message === 'Proxy connection timed out'
        ? new NotReached(`did not answer within ${spellDuration(timeoutMs)}`)
        : blind(
            message === 'Socket closed' ? 'closed the connection without an answer' : 'does not speak SOCKS 5 as we do',
          );
    default:
      return blind(`refused to look (${reply})`);
  }
}

function parseProxy(proxy: string): { host: string; port: number } {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url?.protocol !== 'socks5:' || url.hostname === '') {
    throw new StepErrored(`"${proxy}" is no address of a SOCKS proxy: write socks5://HOST:PORT`);
  }
  return { host: bare(url.hostname), port: url.port === '' ? 1080 : Number(url.port) };
}

/** An IPv6 address of a URL without its brackets. */
export function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function open(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ host, port });
    // Whoever uses it hears of its end by `close`; an error that nobody listens for would end the process.
    socket.on('error', () => undefined);
    const timer = setTimeout(() => {
      end(new NotReached(`did not answer within ${spellDuration(timeoutMs)}`));
    }, timeoutMs);
    const abort = () => {
      end(signal.reason as Error);
    };
    const end = (error?: Error) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.removeListener('error', fail);
      if (error === undefined) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(error);
    };
    const fail = (error: NodeJS.ErrnoException) => {
      end(new NotReached(spellCode(error.code)));
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => {
      end();
    });
  });
}

/** Node's code of a socket's end as a clause. */
export function spellCode(code: string | undefined): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused the connection';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'broke the connection off';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'cannot be reached';
    case 'ETIMEDOUT':
      return 'did not answer';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'has no address (its name is not known)';
    default:
      return `could not be connected to (${code ?? 'unknown error'})`;
  }
}
