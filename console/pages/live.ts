import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ConsoleEnv } from '../deps.ts';
import { answerProblem, type Problem, problemOf } from '../problem.ts';
import type { Door } from '../identity/door.ts';
import { releaseOf } from './assets.ts';
import { loadedAssets } from './frame.ts';
import { hashOf, type Section } from './run-sections.ts';

const mostStreams = 200;
let streams = 0;
const tooMany: Problem = {
  status: 503,
  title: 'Too many pages',
  detail: `${mostStreams} pages are open at this console, as many as it follows at once.`,
};

/**
 * Sends the parts of a page that the browser does not have yet; a part that has become empty is sent as an empty text. The id of
 * each event tells all that it then has, by their hashes: whoever comes back with it (in `known`, or `Last-Event-ID`), also to a
 * console that was started anew, gets what has changed since and nothing else. As soon as it has something to show it says of which release it is: a page of
 * another one may have other parts. Whoever may no longer have it gets `gone`, and why.
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
    /** The parts that the page was made with, or has had since, by their hashes. */
    readonly known?: string | undefined;
    readonly door: Door;
    /** A proxy closes what is silent for long. */
    readonly aliveMs: number;
  },
): Response {
  if (streams >= mostStreams) return answerProblem(context, tooMany);
  // The page makes each connection anew, and a new one sends no such header.
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
        if (may) await stream.writeSSE({ event: 'alive', data: String(aliveMs) });
      });
    }, aliveMs);
    let has = new Set(/^[\w.-]{0,400}$/.test(last) ? last.split('.') : []);
    let greeted = false;
    try {
      for await (const { sections, at } of parts(over.signal)) {
        if (!greeted && !(await mayGoOn())) return;
        if (!greeted) await stream.writeSSE({ event: 'release', data: releaseOf(loadedAssets()) });
        greeted = true;
        const hashes = sections.map(hashOf);
        const fresh = sections.filter(section => !has.has(hashOf(section)));
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
