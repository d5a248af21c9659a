import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { doorOf } from '../identity/door.ts';
import { seenRun } from '../may-see.ts';
import { aboutRun } from '../about-run.ts';
import { problemOf } from '../problem.ts';
import type { Told } from '../run-feed.ts';
import { problemsOf, security } from './describe.ts';
import * as schemas from './schemas.ts';
import { isoTime, pendingOut } from './times.ts';

const events = createRoute({
  ...{ method: 'get', path: '/runs/{run}/events', tags: ['runs'], security, operationId: 'watchRun' },
  summary: 'What happens in a run, as server-sent events, until its end',
  description:
    'Events: `progress` (its `id` is the seq: send it as Last-Event-ID and nothing is missed or told twice; of status `retrying`, without an id: what a step that is tried again saw last, how often, when it gives up, and whether no worker takes it), `waits` (all that waits for people now), `silent` (nobody answers, since when; `who`: no `worker` of the run, or `temporal` itself), `ended` with the result, `lost`; `closed` with `why`, where the session or the token has ended meanwhile or the role is gone, or the run is there no longer: nothing follows. A comment every 15 s says that the stream lives.',
  request: { params: schemas.runParam, query: schemas.eventQuery },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' as const } } } },
    ...problemsOf(400, 404),
  },
});

export function addEvents(app: OpenAPIHono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.openapi(events, async context => {
    const { run } = context.req.valid('param');
    const door = doorOf(deps, context, aboutRun(await seenRun(deps, context.get('caller'), run)));
    const last = context.req.header('last-event-id') ?? '';
    const after = /^\d{1,15}$/.test(last) ? Number(last) : context.req.valid('query').after;
    // A proxy must not keep it back.
    context.header('X-Accel-Buffering', 'no');
    return streamSSE(context, async stream => {
      const gone = new AbortController();
      stream.onAbort(() => {
        gone.abort();
      });
      const close = (why: string) => stream.writeSSE({ event: 'closed', data: JSON.stringify({ why }) });
      try {
        for await (const told of deps.feeds.follow(run, after, gone.signal)) {
          // Whoever may no longer see it is told no more.
          const why = await door();
          if (why !== undefined) {
            await close(why);
            return;
          }
          await (told.kind === 'still' ? stream.write(': still here\n\n') : stream.writeSSE(eventOf(told)));
        }
      } catch (error) {
        const problem = problemOf(error);
        if (problem === undefined) throw error;
        await close(problem.detail);
      }
    });
  });
}

function eventOf(told: Exclude<Told, { kind: 'still' }>): { event: string; data: string; id?: string } {
  switch (told.kind) {
    case 'progress': {
      const { seq, at, key, status, text } = told.progress;
      const data = JSON.stringify({ seq, at: isoTime(at), key, status, text });
      // Between two of the run's own lines: to resume behind it would be to miss nothing, and to be told it again.
      return { event: 'progress', data, ...(status === 'retrying' ? {} : { id: String(seq) }) };
    }
    case 'waits':
      return { event: 'waits', data: JSON.stringify(told.pending.map(pendingOut)) };
    case 'silent':
      return {
        event: 'silent',
        data: JSON.stringify({ since: isoTime(told.since), who: told.temporal === true ? 'temporal' : 'worker' }),
      };
    case 'ended': {
      const { verdict, reasons, recoveryVerdict, ended, startedAt, endedAt } = told.result;
      const times = { startedAt: isoTime(startedAt), endedAt: isoTime(endedAt) };
      return { event: 'ended', data: JSON.stringify({ verdict, reasons, recoveryVerdict, ended, ...times }) };
    }
    case 'lost':
      return { event: 'lost', data: JSON.stringify({ status: told.status }) };
  }
}
