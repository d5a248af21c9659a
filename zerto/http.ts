import ky from 'ky';
import { type Dispatcher, fetch as undiciFetch } from 'undici';
import { TooLate } from './errors.ts';
import { faultOf } from './faults.ts';
import type { HttpRequest } from './http-request.ts';
import { maskEcho } from './mask-echo.ts';
import { askBeforeSending } from './sending.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
}

export interface HttpOptions {
  readonly site: string;
  /** https://host:9669 */
  readonly url: URL;
  readonly timeoutMs: number;
  readonly clock: () => number;
  /** The connections to the ZVM, or a function in their place for a ZVM in the same process. */
  readonly via: Dispatcher | typeof fetch;
}

export interface Http {
  readonly site: string;
  /** The address, for an error. */
  readonly address: string;
  /** The path below /v1/ (or the root) that would truly go out (dots resolved), for the allow-list. */
  pathOf(request: HttpRequest): string;
  /** One exchange, whatever its status. Throws Unreachable, CertificateRefused, TooLate, or the signal's reason. */
  send(request: HttpRequest): Promise<HttpAnswer>;
}

export function operationOf(request: HttpRequest): string {
  return `${request.method} ${request.path === '' ? '/v1/' : request.path}`;
}

export function createHttp({ site, url, timeoutMs, clock, via }: HttpOptions): Http {
  const top = new URL(url.href.endsWith('/') ? url : `${url.href}/`);
  const v1 = new URL('v1/', top);
  const address = url.origin;

  const baseOf = (request: HttpRequest): URL => (request.base === 'root' ? top : v1);

  function urlOf(request: HttpRequest): URL {
    const base = baseOf(request);
    const target = new URL(request.path, base);
    if (!target.href.startsWith(base.href)) throw new TypeError(`${request.path} leads out of ${base.pathname}`);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) target.searchParams.set(name, value);
    }
    return target;
  }

  async function send(request: HttpRequest): Promise<HttpAnswer> {
    request.signal?.throwIfAborted();
    const seen: { sent: boolean; late: boolean; status?: number } = { sent: false, late: false };
    const mayStart = () => {
      seen.late = request.notAfter !== undefined && clock() > request.notAfter;
      seen.sent ||= !seen.late;
      return !seen.late;
    };
    const target = urlOf(request);
    const content = contentOf(request);
    const bound = boundBy(request.signal, timeoutMs);
    try {
      const response = await ky(target, {
        method: request.method,
        headers: {
          accept: request.xml === true ? 'application/xml' : 'application/json',
          'zerto-triggered-by': 'drillbook',
          ...(content !== undefined && { 'content-type': content.type }),
          ...request.headers,
        },
        ...(content !== undefined && { body: content.text }),
        signal: bound.signal,
        // A repeat is decided by whoever knows whether it is safe; the bound covers the body of the answer too.
        retry: 0,
        timeout: false,
        throwHttpErrors: false,
        redirect: 'manual',
        fetch: typeof via === 'function' ? asked(via, mayStart) : over(askBeforeSending(via, mayStart), content?.text),
      });
      const { status, headers } = response;
      seen.status = status;
      const text = await response.text();
      return { status, headers, text: status < 400 ? text : maskEcho(text, request) };
    } catch (error) {
      if (seen.late) throw tooLate(site, operationOf(request));
      // After the bytes of an effect went out the caller's reason alone would hide that it may have happened.
      const effect = request.effect ?? request.method !== 'GET';
      if (request.signal?.aborted === true && !(seen.sent && effect)) throw request.signal.reason;
      throw faultOf(error, {
        operation: operationOf(request),
        site,
        address,
        timedOutAfterMs: bound.expired() ? timeoutMs : undefined,
        abandoned: request.signal?.aborted === true,
        happened: !effect || !seen.sent ? 'no' : seen.status !== undefined && seen.status < 300 ? 'yes' : 'unknown',
      });
    } finally {
      bound.release();
    }
  }

  return {
    site,
    address,
    pathOf: request => urlOf(request).pathname.slice(baseOf(request).pathname.length),
    send,
  };
}

export function tooLate(site: string, operation: string): TooLate {
  return new TooLate(
    `${operation} was not sent to site "${site}": its time had passed. Nothing happened there; start the step again if it is still wanted.`,
    { operation, site, retryable: false, happened: 'no' },
  );
}

/**
 * undici's own fetch, since Node's built-in one brings another undici version, whose agents do not fit ours. The cast:
 * the two worlds have equal Response types of different names.
 */
const fetchByUndici = undiciFetch as unknown as (
  url: string,
  init: Omit<RequestInit, 'dispatcher'> & { readonly dispatcher: Dispatcher },
) => Promise<Response>;

function contentOf({ form, body }: HttpRequest): { readonly type: string; readonly text: string } | undefined {
  if (form !== undefined)
    return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(form).toString() };
  return body === undefined ? undefined : { type: 'application/json', text: JSON.stringify(body) };
}

function over(dispatcher: Dispatcher, text: string | undefined): typeof fetch {
  return async input => {
    const request = input as Request;
    return fetchByUndici(request.url, {
      method: request.method,
      headers: [...request.headers],
      body: text ?? null,
      signal: request.signal,
      redirect: 'manual',
      dispatcher,
    });
  };
}

function asked(fetch_: typeof fetch, mayStart: () => boolean): typeof fetch {
  return async (input, init) => {
    if (!mayStart()) throw new Error('broken off before sending');
    return fetch_(input, init);
  };
}

/** A signal that ends at the caller's or after the time-out. Released by hand: `AbortSignal.any` leaks on Node 20. */
function boundBy(signal: AbortSignal | undefined, timeoutMs: number) {
  const controller = new AbortController();
  let expired = false;
  const abort = () => {
    controller.abort(signal?.reason);
  };
  const timer = setTimeout(() => {
    expired = true;
    controller.abort(new Error('time-out'));
  }, timeoutMs);
  signal?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    expired: () => expired,
    release() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
