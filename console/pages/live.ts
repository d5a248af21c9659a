import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ConsoleEnv } from '../deps.ts';
import { hashOf, type Section } from './run-sections.ts';

/** A proxy closes what is silent for long, ms. */
const aliveEveryMs = 15_000;
const mostStreams = 200;
let streams = 0;

/**
 * Sends the parts of a page that the browser does not have yet. The id of each event tells all that it then has, by their
 * hashes: whoever comes back with it (`Last-Event-ID`), also to a console that was started anew, gets what has changed since and
 * nothing else.
 * @param known what the page was made with, in the order of the parts
 */
export function sendParts(
  context: Context<ConsoleEnv>,
  parts: (signal: AbortSignal) => AsyncIterable<{ readonly sections: readonly Section[]; readonly at: number }>,
  known: string,
): Response {
  if (streams >= mostStreams) return context.text('Too many pages are open; this one is loaded again instead.', 503);
  const last = context.req.header('last-event-id') ?? known;
  context.header('X-Accel-Buffering', 'no');
  return streamSSE(context, async stream => {
    streams++;
    const over = new AbortController();
    stream.onAbort(() => {
      over.abort();
    });
    const alive = setInterval(() => {
      void stream.write(': alive\n\n').catch(() => {
        over.abort();
      });
    }, aliveEveryMs);
    let has = new Set(/^[\w.-]{0,400}$/.test(last) ? last.split('.') : []);
    try {
      await stream.write('retry: 1500\n\n');
      for await (const { sections, at } of parts(over.signal)) {
        const hashes = sections.map(hashOf);
        const fresh = sections.filter((_, place) => !has.has(hashes[place] ?? ''));
        has = new Set(hashes);
        if (fresh.length === 0) continue;
        const data = { at, parts: Object.fromEntries(fresh.map(({ id, content }) => [id, content.markup])) };
        await stream.writeSSE({ event: 'parts', id: hashes.join('.'), data: JSON.stringify(data) });
      }
      if (!over.signal.aborted) await stream.writeSSE({ event: 'over', data: '' });
    } finally {
      streams--;
      clearInterval(alive);
      over.abort();
    }
  });
}
