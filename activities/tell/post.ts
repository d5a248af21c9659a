import { bare, NotReached } from '../dial.ts';
import { type Answer, fetchOnce } from '../http-exchange.ts';
import { cut, oneLine } from './words.ts';
import { masked, type NotTold } from './not-told.ts';
import { readTrust } from './trust.ts';

/** Connection, TLS and answer together; who is told must not wait longer for the next. */
const answerWithinMs = 10_000;
const longestPauseMs = 5 * 60_000;

export interface Post {
  /** Its path may be a secret: only the host is ever repeated. */
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A PEM file. */
  readonly ca?: string | undefined;
  /** Masked in what the far end says. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
}

/** Sends JSON once; nothing is followed, since a redirect would take the secret elsewhere. Undefined: it was taken. */
export async function post({ url, body, headers, ca, secrets, signal }: Post): Promise<NotTold | undefined> {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !isSafe(address))
    return { why: 'its address is none: https://… is wanted (http to loopback alone)', again: false };
  const host = bare(address.hostname);
  const trust = await readTrust(ca);
  try {
    const answer = await fetchOnce({
      ...{ url: address, host, method: 'POST', body, ...trust, timeoutMs: answerWithinMs, signal },
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'drillbook', ...headers },
    });
    return read(host, answer, secrets);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NotReached) return { why: `${host} ${error.message}`, again: true };
    throw error;
  }
}

function isSafe({ protocol, hostname }: URL): boolean {
  const host = bare(hostname);
  return (
    protocol === 'https:' || (protocol === 'http:' && (host === 'localhost' || host === '::1' || /^127\./.test(host)))
  );
}

function read(host: string, answer: Answer, secrets: readonly string[]): NotTold | undefined {
  const { status, body, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
  const words = oneLine(cut(masked(body, secrets), 200));
  const said = words === '' || words.startsWith('<') ? '' : `: ${words}`;
  const again = status === 408 || status === 425 || status === 429 || status >= 500;
  const afterMs = again ? pauseOf(headers['retry-after']) : undefined;
  return { why: `${host} answered ${status}${said}`, again, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** Seconds, or a date (RFC 9110). */
function pauseOf(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const ms = /^\d+$/.test(written) ? Number(written) * 1_000 : Date.parse(written) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestPauseMs);
}
