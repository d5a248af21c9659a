import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { pendingOfAll, pendingOfRun } from '../../control/pending.ts';
import { listRunsAndGoing, listSeenRuns, mostLookedAt } from '../../control/run-list.ts';
import { listRunbooks } from '../../control/runbook-files.ts';
import { whoDecides } from '../../control/run-view/who-decides.ts';
import { aboutRun } from '../about-run.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { mayBeSeenBy, mustSee, seenRun } from '../may-see.ts';
import { renderReport } from '../render-report.ts';
import { answer, body, problemsOf, security } from './describe.ts';
import * as schemas from './schemas.ts';
import { decidersOut, pendingOut, runOut } from './times.ts';
import { whoOf } from './who.ts';

const tags = ['runs'];

const start = createRoute({
  ...{ method: 'post', path: '/runs', tags, security, operationId: 'startRun' },
  summary: 'Start a run',
  description:
    'Compiles the runbook as it stands and starts one mode of it. A live mode (failover, move) needs `reason`, and `confirm` with the runbook’s name.',
  request: { headers: schemas.idempotencyKey, body: body(schemas.startBody) },
  responses: {
    201: answer('It was started', schemas.started),
    200: answer('It was started before, with the same Idempotency-Key', schemas.started),
    ...problemsOf(400, 409, 422),
  },
});

const list = createRoute({
  ...{ method: 'get', path: '/runs', tags, security, operationId: 'listRuns' },
  summary: 'The latest runs that you may see, the newest first',
  description: `Of the newest ${mostLookedAt} runs: fewer than \`last\` means that no more of these are yours to see, not that there are no older ones.`,
  request: { query: schemas.listQuery },
  responses: { 200: answer('Runs', schemas.listedRun.array()), ...problemsOf(400) },
});

const show = createRoute({
  ...{ method: 'get', path: '/runs/{run}', tags, security, operationId: 'showRun' },
  summary: 'One run, and what waits for people in it',
  request: { params: schemas.runParam },
  responses: { 200: answer('The run', schemas.shownRun), ...problemsOf(404) },
});

const report = createRoute({
  ...{ method: 'get', path: '/runs/{run}/report', tags, security, operationId: 'reportOfRun' },
  summary: 'The report of a run, so far or whole',
  request: { params: schemas.runParam, query: schemas.reportQuery },
  responses: {
    200: {
      description: 'The report',
      content: {
        'text/html': { schema: { type: 'string' as const } },
        'application/json': { schema: { type: 'object' as const } },
        'text/markdown': { schema: { type: 'string' as const } },
        'application/xml': { schema: { type: 'string' as const } },
        'text/plain': { schema: { type: 'string' as const } },
      },
    },
    ...problemsOf(400, 404),
  },
});

const pending = createRoute({
  ...{ method: 'get', path: '/pending', tags, security, operationId: 'listPending' },
  summary: 'What waits for people, in all runs that you may see',
  responses: { 200: answer('By run, the oldest first', schemas.runPending.array()), ...problemsOf() },
});

const runbooks = createRoute({
  ...{ method: 'get', path: '/runbooks', tags, security, operationId: 'listRunbooks' },
  summary: 'Runbooks in the project’s folder that you may see',
  responses: { 200: answer('By file', schemas.runbookList), ...problemsOf() },
});

const types = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  junit: 'application/xml; charset=utf-8',
  text: 'text/plain; charset=utf-8',
} as const;

/** Starting runs and looking at them. */
export function addRuns(app: OpenAPIHono<ConsoleEnv>, deps: ConsoleDeps): void {
  const { control, deeds, readConfig, project } = deps;

  app.openapi(start, async context => {
    const { lossAt, confirm, withoutLock, lift, plan, ...asked } = context.req.valid('json');
    const once = context.req.valid('header')['idempotency-key'];
    const { run, runbook, mode, again, warnings } = await deeds.start(whoOf(context), {
      ...asked,
      ...(lossAt === undefined ? {} : { lossAt: Date.parse(lossAt) }),
      ...(confirm === undefined ? {} : { confirm }),
      ...(withoutLock === undefined ? {} : { withoutLock }),
      ...(lift === undefined ? {} : { lift }),
      ...(plan === undefined ? {} : { plan }),
      ...(once === undefined ? {} : { once }),
      trigger: 'api',
    });
    context.header('Location', `/api/v1/runs/${encodeURIComponent(run)}`);
    return context.json({ run, runbook, mode, again, warnings: [...warnings] }, again ? 200 : 201);
  });

  app.openapi(list, async context => {
    const isSeen = await mayBeSeenBy(deps, context.get('caller'));
    await mustSee(deps, context.get('caller'));
    const { last } = context.req.valid('query');
    const runs = await listSeenRuns(control, last, run => isSeen(aboutRun(run)));
    return context.json(runs.map(runOut), 200);
  });

  app.openapi(show, async context => {
    const { run } = context.req.valid('param');
    const { plan, ...found } = await seenRun(deps, context.get('caller'), run);
    const waits = found.endedAt === undefined ? await pendingOrSilent(deps, run) : { pending: [] };
    const { runbook, requester } = found;
    const asking = { runbook, requester, mode: aboutRun(found).mode };
    const config = await readConfig();
    const { verified } = context.get('caller');
    const people = waits.pending.map(each => decidersOut(each, whoDecides(config, asking, each), verified));
    return context.json({ ...runOut(found), plan, ...waits, pending: waits.pending.map(pendingOut), people }, 200);
  });

  app.openapi(report, async context => {
    const { run } = context.req.valid('param');
    const { format } = context.req.valid('query');
    await seenRun(deps, context.get('caller'), run);
    const { organisation } = await readConfig();
    const text = await renderReport(control, run, { format, organisation });
    // A report carries its own style, and nothing that runs.
    context.set('nonce', '');
    return context.body(text, 200, { 'Content-Type': types[format] });
  });

  app.openapi(pending, async context => {
    const isSeen = await mayBeSeenBy(deps, context.get('caller'));
    await mustSee(deps, context.get('caller'));
    const facts = new Map((await listRunsAndGoing(control, 0)).map(run => [run.run, aboutRun(run)]));
    const all = (await pendingOfAll(control)).filter(({ run }) => {
      const about = facts.get(run);
      return about !== undefined && isSeen(about);
    });
    return context.json(
      all.map(({ run, pending: waits, silent, unasked }) => ({
        run,
        pending: waits.map(pendingOut),
        ...(silent === true ? { silent } : {}),
        ...(unasked === true ? { unasked } : {}),
      })),
      200,
    );
  });

  app.openapi(runbooks, async context => {
    const isSeen = await mayBeSeenBy(deps, context.get('caller'));
    await mustSee(deps, context.get('caller'));
    const all = await listRunbooks(project);
    return context.json(
      all.filter(({ name }) => isSeen({ runbook: name })).map(each => ({ ...each })),
      200,
    );
  });
}

async function pendingOrSilent({ control }: ConsoleDeps, run: string) {
  try {
    return { pending: await pendingOfRun(control, run) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'RunSilent') return { pending: [], silent: true as const };
    // It has ended meanwhile.
    if (error.name === 'RunEnded') return { pending: [] };
    throw error;
  }
}
