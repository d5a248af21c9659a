import type { SiteState, World } from './state.ts';
import { receive } from './zvm.ts';

/** A `fetch` that reaches a site's ZVM without a socket: same routes, faults and records. The host does not count. */
export function fetchInProcess(world: World, site: SiteState): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const outcome = await orAborted(
      receive(world, site, {
        method: request.method,
        target: url.pathname + url.search,
        header: name => request.headers.get(name) ?? undefined,
        body: await request.text(),
        signal: request.signal,
      }),
      request.signal,
    );
    switch (outcome.kind) {
      case 'answer': {
        const { status, headers, body } = outcome.answer;
        return new Response(body === '' ? null : body, { status, headers });
      }
      case 'drop':
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
        });
      case 'hang':
        return await orAborted(new Promise<never>(() => undefined), request.signal);
    }
  };
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError'));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
