import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { durationOf } from '../../compiler/shape/scalars.ts';
import type { Heard } from '../deeds.ts';
import type { Who } from '../deeds-place.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { answerProblem, BadRequest } from '../problem.ts';
import { answer, body, problemsOf, security } from './describe.ts';
import * as schemas from './schemas.ts';
import { whoOf } from './who.ts';

/** A person's word to a run: each is a path below the run, and is answered alike. */
export function addWords(app: OpenAPIHono<ConsoleEnv>, { deeds }: ConsoleDeps): void {
  const word = <T extends z.ZodType>(
    path: string,
    operationId: string,
    summary: string,
    schema: T,
    act: (who: Who, run: string, said: z.output<T>) => Promise<Heard>,
  ): void => {
    const route = createRoute({
      ...{ method: 'post', path: `/runs/{run}/${path}`, tags: ['words'], security, operationId, summary },
      request: { params: schemas.runParam, body: body(schema) },
      responses: { 200: answer('It counts', schemas.heard), ...problemsOf(400, 404, 409) },
    });
    app.openapi(route, async context => {
      const run = context.req.param('run');
      const { counted, text } = await act(whoOf(context), run, context.req.valid('json' as never) as z.output<T>);
      if (counted) return context.json({ counted, text }, 200);
      return answerProblem(context, { status: 409, title: 'Not counted', detail: text }) as never;
    });
  };

  word('votes', 'vote', 'Vote in an approval', schemas.voteBody, (who, run, { choice, ...ballot }) =>
    deeds.vote(who, run, { ...ballot, ...(choice === undefined ? {} : { choice }) }),
  );
  word('reports', 'reportManual', 'Say what came of a manual step', schemas.reportBody, deeds.report);
  word('answers', 'answer', 'Answer a question: retry, skip, roll-back or abort', schemas.answerBody, deeds.answer);
  word(
    'cancel',
    'cancelRun',
    'Stop a run: nothing more starts, what it opened is closed',
    schemas.cancelBody,
    deeds.cancel,
  );
  word('abort', 'abortRun', 'The same by another word, with a reason', schemas.reasonedBody, deeds.abort);
  word('pause', 'pauseRun', 'Start nothing further; what runs, and closing, go on', schemas.wordBody, deeds.pause);
  word('resume', 'resumeRun', 'Go on with a paused run', schemas.wordBody, deeds.resume);
  word('extend', 'extendRun', 'Give a drill more time', schemas.extendBody, (who, run, { by, reason }) => {
    const byMs = durationOf(by);
    if (byMs === undefined) throw new BadRequest(`by: "${by}" is no duration: durations are 90s, 15m, 1h30m, 2d.`);
    return deeds.extend(who, run, { byMs, reason });
  });
  word('roll-back', 'rollBackRun', 'Give up all that a live run has open', schemas.reasonedBody, deeds.rollBack);
  word(
    'decisions',
    'decideHeld',
    'The way out of a held run: commit, roll-back or go-on',
    schemas.decisionBody,
    deeds.decide,
  );
}
