import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ConsoleEnv } from '../deps.ts';
import { problemOf } from '../problem.ts';
import type { Door } from '../identity/door.ts';
import { hashOf, type Section } from './run-sections.ts';

const mostStreams = 200;
let streams = 0;

/**
 * Sends the parts of a page that the browser does not have yet. The id of each event tells all that it then has, by their
 * hashes: whoever comes back with it (`Last-Event-ID`), also to a console that was started anew, gets what has changed since and
 * nothing else. Whoever may no longer have it gets `gone`, and the page loads itself again.
 */
export function sendParts(
  context: Context<ConsoleEnv>,
  {
    parts,
    known = '',
    door,
    aliveMs,
  }: {
    readonly parts: (
      signal: AbortSignal,
    ) => AsyncIterable<{ readonly sections: readonly Section[]; readonly at: number }>;
    /** What the page was made with, in the order of the parts. */
    readonly known?: string | undefined;
    readonly door: Door;
    /** A proxy closes what is silent for long. */
    readonly aliveMs: number;
  },
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
    let shut = false;
    /** Once it is shut nothing follows, whoever has found out. */
    const mayGoOn = async (anew = false): Promise<boolean> => {
      const why = shut ? undefined : await door(anew);
      if (why === undefined || shut) return !shut;
      shut = true;
      await stream.writeSSE({ event: 'gone', data: why });
      over.abort();
      return false;
    };
    const alive = setInterval(() => {
      void mayGoOn().then(async may => {
        if (may) await stream.write(': alive\n\n');
      });
    }, aliveMs);
    let has = new Set(/^[\w.-]{0,400}$/.test(last) ? last.split('.') : []);
    try {
      await stream.write('retry: 1500\n\n');
      for await (const { sections, at } of parts(over.signal)) {
        const hashes = sections.map(hashOf);
        const fresh = sections.filter((_, place) => !has.has(hashes[place] ?? ''));
        has = new Set(hashes);
        if (fresh.length === 0) continue;
        if (!(await mayGoOn())) return;
        const data = { at, parts: Object.fromEntries(fresh.map(({ id, content }) => [id, content.markup])) };
        await stream.writeSSE({ event: 'parts', id: hashes.join('.'), data: JSON.stringify(data) });
      }
      if (!over.signal.aborted) await stream.writeSSE({ event: 'over', data: '' });
    } catch (error) {
      // The browser comes back, unless it is told that it must not.
      if ((await mayGoOn(true)) && problemOf(error) === undefined) throw error;
    } finally {
      streams--;
      clearInterval(alive);
      over.abort();
    }
  });
}
