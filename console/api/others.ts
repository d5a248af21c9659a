import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { listSchedules } from '../../control/schedules/list.ts';
import { overdueSince } from '../../control/schedules/look.ts';
import { timesShown } from '../../control/schedules/shown.ts';
import type { Heard } from '../deeds.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { mayBeSeenBy, mustSee } from '../may-see.ts';
import { answerProblem } from '../problem.ts';
import { seenLeases } from '../seen-leases.ts';
import { answer, body, problemsOf, security } from './describe.ts';
import { lookAhead } from '../look-ahead.ts';
import { withOverdue } from '../standings.ts';
import * as scheduleSchemas from './schedule-schemas.ts';
import * as schemas from './schemas.ts';
import { isoTime, scheduleOut, withTimes } from './times.ts';
import { whoOf } from './who.ts';

const plan = createRoute({
  ...{ method: 'post', path: '/plans', tags: ['plans'], security, operationId: 'plan' },
  summary: 'What a run would do, and what no longer fits',
  description:
    'Signs in at the sites and looks, with reads only. It takes as long as the runbook’s preflight. At most 30 in five minutes for each caller, three at once; each leaves an audit line.',
  request: { body: body(schemas.planBody) },
  responses: { 200: answer('The plan', schemas.planned), ...problemsOf(400, 422) },
});

const lift = createRoute({
  ...{ method: 'post', path: '/lifts', tags: ['plans'], security, operationId: 'lift' },
  summary: 'As an approver: let one live run start of what is not published',
  description:
    'For one run of exactly this file, mode and inputs, within three days, which another person starts. Signed by the console; the worker asks again.',
  request: { body: body(schemas.liftBody) },
  responses: { 201: answer('It may start', schemas.lifted), ...problemsOf(400, 409, 422) },
});

const leases = createRoute({
  ...{ method: 'get', path: '/leases', tags: ['leases'], security, operationId: 'listLeases' },
  summary: 'What is open on which VPG, until when, by which run that you may see',
  responses: { 200: answer('Openings, leases, and what is a stranger’s', schemas.leases), ...problemsOf() },
});

const hands = {
  adopt: ['adoptOpening', 'Take over what nobody’s guard has: a test is closed, a live change held'],
  commit: ['commitOpening', 'Commit what a run that is gone has open live'],
  'roll-back': ['rollBackOpening', 'Roll back what a run that is gone has open live'],
} as const;

const schedules = createRoute({
  ...{ method: 'get', path: '/schedules', tags: ['schedules'], security, operationId: 'listSchedules' },
  summary: 'Schedules of drills that you may see: next times with their blackouts, pauses, last runs',
  responses: { 200: answer('By id', scheduleSchemas.listedSchedule.array()), ...problemsOf() },
});

const scheduleHands = {
  pause: ['pauseSchedule', 'Nothing is started until it is resumed; applying leaves it so (admin)'],
  resume: ['resumeSchedule', 'It starts drills again, from its next time on (admin)'],
  trigger: ['triggerSchedule', 'Run now what it would run; neither pause nor blackout keeps that back'],
} as const;

const whoAmI = createRoute({
  ...{ method: 'get', path: '/whoami', tags: ['access'], security, operationId: 'whoAmI' },
  summary: 'Who you are to the console, and how it knows',
  responses: { 200: answer('You', schemas.whoAmI), ...problemsOf() },
});

/** Plans, leases, schedules, and who asks. */
export function addOthers(app: OpenAPIHono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.openapi(plan, async context => {
    const asked = context.req.valid('json');
    const { fits, steps, findings, told, plan: hash } = await lookAhead(deps, whoOf(context), asked);
    return context.json(
      {
        plan: hash,
        fits,
        steps: steps.map(step => ({ ...step })),
        findings: findings.map(f => ({ ...f })),
        told: [...told],
      },
      200,
    );
  });

  app.openapi(lift, async context => {
    const { plan: shown, ...asked } = context.req.valid('json');
    const { run, runbook, mode, ...lifted } = await deps.deeds.lift(whoOf(context), {
      ...asked,
      ...(shown === undefined ? {} : { plan: shown }),
    });
    return context.json({ ...lifted, run, runbook, mode }, 201);
  });

  app.openapi(leases, async context => {
    const seen = await seenLeases(deps, context.get('caller'));
    const { open, leases: granted, strangers, left, silent, lookedAt, paused } = seen;
    return context.json(
      {
        open: open.map(withTimes),
        leases: granted.map(withTimes),
        strangers: strangers.map(withTimes),
        ...{ left: [...left], silent: [...silent], paused },
        ...(lookedAt === undefined ? {} : { lookedAt: isoTime(lookedAt) }),
      },
      200,
    );
  });

  app.openapi(schedules, async context => {
    const caller = context.get('caller');
    const isSeen = await mayBeSeenBy(deps, caller);
    await mustSee(deps, caller);
    const all = await listSchedules(deps.control);
    const times = await timesShown(await deps.readConfig(), deps.clock(), 5);
    const overdue = await overdueSince(deps.control.client).catch(() => ({}));
    return context.json(
      all
        .filter(({ runbook }) => isSeen({ runbook, mode: 'drill' }))
        .map(schedule => scheduleOut(withOverdue(schedule, overdue), times(schedule))),
      200,
    );
  });

  for (const how of ['pause', 'resume', 'trigger'] as const) {
    const [operationId, summary] = scheduleHands[how];
    const route = createRoute({
      ...{ method: 'post', path: `/schedules/{runbook}/{name}/${how}`, tags: ['schedules'], security },
      ...{ operationId, summary },
      request: {
        params: scheduleSchemas.scheduleParam,
        body: body(how === 'pause' ? schemas.reasonedBody : schemas.wordBody),
      },
      responses: { 200: answer('It is done', scheduleSchemas.handed), ...problemsOf(400, 404) },
    });
    app.openapi(route, async context => {
      const { runbook, name } = context.req.valid('param');
      const { reason } = context.req.valid('json');
      const word = { how, reason, from: 'api' } as const;
      return context.json(await deps.deeds.schedule(whoOf(context), `${runbook}/${name}`, word), 200);
    });
  }

  for (const how of ['adopt', 'commit', 'roll-back'] as const) {
    const [operationId, summary] = hands[how];
    const route = createRoute({
      ...{ method: 'post', path: `/leases/${how}`, tags: ['leases'], security, operationId, summary },
      request: { body: body(schemas.openingBody) },
      responses: { 200: answer('It counts', schemas.heard), ...problemsOf(400, 409) },
    });
    app.openapi(route, async context => {
      const { deeds } = deps;
      const asked = context.req.valid('json');
      const who = whoOf(context);
      const { counted, text }: Heard =
        how === 'adopt' ? await deeds.adopt(who, asked) : await deeds.endOpening(who, { ...asked, how });
      if (counted) return context.json({ counted, text }, 200);
      return answerProblem(context, { status: 409, title: 'Not counted', detail: text }) as never;
    });
  }

  app.openapi(whoAmI, context => {
    const { person, name, how, verified, groups } = context.get('caller');
    return context.json({ ...(person === undefined ? {} : { person }), name, how, verified, groups: [...groups] }, 200);
  });
}
