import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { type Mode, modes } from '../../actions/contract.ts';
import { isLiveMode } from '../../actions/modes.ts';
import { accessOf, refusalOf } from '../../control/access/caller.ts';
import { type DryRun, dryRun, withoutLook } from '../../control/dry-run.ts';
import { type Drills, drilledWarning, drillsOf, newestRuns } from '../../control/last-drill.ts';
import { needsPublished, publishedInputs } from '../../control/library/published.ts';
import { queuesOf } from '../../control/queues.ts';
import { standingsOf } from '../standings.ts';
import { readFromShelf, readShelf, type ShelvedRunbook } from '../../control/runbook-shelf.ts';
import { whyOtherConfig } from '../../control/other-config.ts';
import { pollingWorkers } from '../../control/runs.ts';
import { warningsAtStart, whyNotStart } from '../../control/start-check.ts';
import { spellUnserved, unservedQueues } from '../../control/unserved-queues.ts';
import { zoneOf } from '../../control/run-view/surroundings.ts';
import { asAway } from '../../control/temporal-away.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { NotAllowed } from '../deeds.ts';
import { lineOfPlan } from '../look-ahead.ts';
import { BadRequest, type Problem, problemOf } from '../problem.ts';
import { prepareRunbook } from '../start-run.ts';
import { schedulePages } from './schedule-routes.ts';
import { errorPage } from './simple-pages.ts';
import { frameOf } from './frame.ts';
import { runbooksPage } from './runbooks-page.ts';
import { filledOf, inputsOf, liftIn } from './filled.ts';
import { type Filled, planPage, startPage } from './start-page.ts';
import { whoOf } from './words.ts';

/** Of each runbook. */
const mostDrills = 3;
const atOnce = 8;

/** Runbooks, and how a run is started from one: form, plan, start. */
export function runbookPages(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const { control, project, readConfig, clock, deeds, configPath, looks, audit } = deps;
  const app = new Hono<ConsoleEnv>();
  const standings = standingsOf(deps);

  app.get('/runbooks', async context => {
    const config = await readConfig();
    const access = accessOf(config);
    const caller = context.get('caller');
    const all = await readShelf(project, config, clock());
    const runbooks = all.filter(({ name }) => refusalOf(access, caller, 'see', { runbook: name }) === undefined);
    // At once: where Temporal does not answer, each takes its whole time.
    const [schedules, drills] = await Promise.all([standings(), drillsOfAll(runbooks)]);
    return context.html(
      runbooksPage(frameOf(context), {
        runbooks,
        drills,
        schedules,
        zone: { zone: zoneOf(config), at: clock() },
        needsPublished: needsPublished(config),
        mayStart: (runbook, mode) => refusalOf(access, caller, 'start', { runbook, mode }),
        mayHand: runbook =>
          (['administer', 'start'] as const).some(
            call => refusalOf(access, caller, call, { runbook, mode: 'drill' }) === undefined,
          ),
        mayLift: (runbook, mode) => refusalOf(access, caller, 'start unpublished', { runbook, mode }) === undefined,
      }),
    );
  });

  app.get('/runbooks/:name/start', async context => {
    const filled = filledOf(context.req.query());
    const { runbook, mode } = await chosen(context, context.req.query('mode') ?? '', filled);
    return context.html(startPage(frameOf(context), { runbook, mode, filled }));
  });

  app.post('/runbooks/:name/plan', async context => {
    const form = await context.req.parseBody();
    const filled = filledOf(form);
    want(context, 'plan', form['mode'], filled);
    const { runbook, mode } = await chosen(context, form['mode'], filled);
    const answer = await showPlan(context, runbook, mode, filled);
    const told = { counted: true, text: 'looked' };
    if (answer.status < 400) await audit(lineOfPlan(whoOf(context), { runbook: runbook.name, mode }, told));
    return answer;
  });

  app.post('/runbooks/:name/start', async context => {
    const form = await context.req.parseBody();
    const filled = filledOf(form);
    want(context, 'start', form['mode'], filled);
    const { runbook, mode } = await chosen(context, form['mode'], filled);
    const { lossAt, wrong } = readLoss(filled);
    if (wrong !== undefined) return await showPlan(context, runbook, mode, filled, wrong);
    const lift = liftIn(filled);
    try {
      const { run } = await deeds.start(whoOf(context), {
        runbook: runbook.name,
        ...(lift === undefined ? {} : { lift }),
        mode,
        inputs: inputsOf(filled),
        reason: filled['reason'] ?? '',
        trigger: 'console',
        // What it is compiled to now must be what was shown.
        plan: typeof form['plan'] === 'string' ? form['plan'] : '',
        ...(typeof form['once'] === 'string' && form['once'] !== '' ? { once: form['once'] } : {}),
        ...(typeof form['confirm'] === 'string' ? { confirm: form['confirm'].trim() } : {}),
        ...(lossAt === undefined ? {} : { lossAt }),
      });
      return context.redirect(`/runs/${encodeURIComponent(run)}`, 303);
    } catch (error) {
      const problem = problemOf(error);
      // While Temporal is away no plan can be made, and whether it was started may not be known.
      if (problem === undefined || asAway(error, 'not sent') !== undefined) throw error;
      return await showPlan(context, runbook, mode, filled, `Nothing was started: ${problem.detail}`, problem.status);
    }
  });
  app.route('/', schedulePages(deps, standings));
  return app;

  /** Each is asked for by itself: many runs of one must not hide the drills of another. */
  async function drillsOfAll(runbooks: readonly ShelvedRunbook[]): Promise<ReadonlyMap<string, Drills>> {
    const found = new Map<string, Drills>();
    const newest = newestRuns(control);
    const names = runbooks.filter(({ modes }) => modes.includes('drill')).map(({ name }) => name);
    for (let at = 0; at < names.length; at += atOnce)
      await Promise.all(
        names
          .slice(at, at + atOnce)
          .map(async name => found.set(name, await drillsOf(control, name, mostDrills, newest))),
      );
    return found;
  }

  async function chosen(
    context: Context<ConsoleEnv, '/runbooks/:name'>,
    wanted: unknown,
    filled: Filled,
  ): Promise<{ readonly runbook: ShelvedRunbook; readonly mode: Mode }> {
    const config = await readConfig();
    const name = context.req.param('name');
    const mode = modes.find(each => each === wanted);
    // Before it is compiled: whoever may not start it is not told whether there is one.
    const refused = refusalOf(accessOf(config), context.get('caller'), 'start', { runbook: name, mode });
    if (refused !== undefined) throw new NotAllowed(refused);
    const runbook = await readFromShelf(project, name, config, clock());
    if (runbook === undefined) throw new BadRequest(`There is no runbook ${name} below the project’s folder.`);
    if (mode === undefined || !runbook.modes.includes(mode))
      throw new BadRequest(`${name} has no such mode: ${runbook.modes.join(', ')}.`);
    if (!isLiveMode(mode) || !needsPublished(config) || liftIn(filled) !== undefined) return { runbook, mode };
    // Its form is that of what would run.
    const inputs = await publishedInputs(config, name, clock());
    return { runbook: inputs === undefined ? runbook : { ...runbook, inputs }, mode };
  }

  /** For the audit line of what is refused before it is a deed. */
  function want(
    context: Context<ConsoleEnv, '/runbooks/:name'>,
    call: 'plan' | 'start',
    mode: unknown,
    filled: Filled,
  ): void {
    const choice = typeof mode === 'string' ? mode.slice(0, 100) : undefined;
    context.set('wanted', { call, step: context.req.param('name').slice(0, 300), choice, reason: filled['reason'] });
  }

  async function prepareIt(runbook: ShelvedRunbook, mode: Mode, filled: Filled) {
    const lift = liftIn(filled);
    const asked = { runbook: runbook.name, mode, inputs: inputsOf(filled), ...(lift === undefined ? {} : { lift }) };
    try {
      return await prepareRunbook({ project, configPath }, asked);
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      return { kind: 'refused', report: problem.detail } as const;
    }
  }

  /** Compiles it and looks at the sites, with reads only. */
  async function showPlan(
    context: Context<ConsoleEnv>,
    runbook: ShelvedRunbook,
    mode: Mode,
    filled: Filled,
    wrong?: string,
    status: 200 | Parameters<Context['status']>[0] = wrong === undefined ? 200 : 409,
  ): Promise<Response> {
    const frame = frameOf(context);
    const prepared = await prepareIt(runbook, mode, filled);
    context.status(status);
    const refused = prepared.kind === 'refused' ? prepared.report : whyNotStart(prepared.plan, prepared.config);
    const unpublished = prepared.kind === 'ready' && liftIn(filled) === undefined ? prepared.unpublished : undefined;
    const loss = readLoss(filled).wrong;
    context.set('refusal', wrong ?? refused?.split('\n', 1)[0] ?? unpublished ?? loss);
    if (prepared.kind === 'refused' || refused !== undefined || unpublished !== undefined || loss !== undefined) {
      context.status(422);
      return context.html(
        startPage(frame, {
          runbook,
          mode,
          filled,
          wrong: refused ?? unpublished ?? loss,
          liftable: unpublished !== undefined,
        }),
      );
    }
    const { plan, config, configSha256, told } = prepared;
    if ((await pollingWorkers(control)) === 0) {
      context.status(503);
      const detail = 'Only a worker may look at the sites, and none serves this Temporal. Start one: drillbook worker.';
      context.set('refusal', wrong ?? detail);
      return context.html(errorPage(frame, { title: 'No plan can be made', detail, back: '/runbooks' }));
    }
    const { person, name } = context.get('caller');
    const requester = person ?? name;
    const info = {
      trigger: 'console',
      requester,
      verified: false,
      reason: filled['reason'] ?? '',
      url: '',
      configSha256,
    } as const;
    const undrilled = await drilledWarning(control, plan, config, clock());
    const queues = queuesOf(config);
    const unserved = await unservedQueues(control, plan, queues);
    // A look at a site that no worker of its own serves would last until the sign-in's time-out; the start is not refused for it.
    const other = await whyOtherConfig(control, plan, config);
    const away = other === undefined ? unserved.filter(({ what }) => what === 'site').map(spellUnserved) : [other];
    const probes = unserved.filter(({ what }) => what === 'probe').map(spellUnserved);
    const look = await lookOrWhyNot(async () =>
      away.length > 0
        ? withoutLook(plan, away)
        : await looks.run(context.get('caller'), () => dryRun(control, plan, info, queues)),
    );
    if ('status' in look) {
      const told = wrong === undefined ? look.detail : `${wrong} ${look.detail}`;
      context.set('refusal', told);
      context.status(look.status);
      if (look.retryAfter !== undefined) context.header('Retry-After', String(look.retryAfter));
      return context.html(startPage(frame, { runbook, mode, filled, wrong: told }));
    }
    return context.html(
      planPage(frame, {
        ...{ runbook, mode, filled, look, site: plan.site, hash: plan.hash, once: randomUUID() },
        warnings: [
          ...told,
          ...warningsAtStart(plan, config, info),
          ...(undrilled === undefined ? [] : [undrilled]),
          ...probes,
        ],
        ...(wrong === undefined ? {} : { wrong }),
      }),
    );
  }
}

/** What keeps somebody from a look must not hide why nothing was started. */
async function lookOrWhyNot(look: () => Promise<DryRun>): Promise<DryRun | Problem> {
  try {
    return await look();
  } catch (error) {
    const tells = error instanceof Error && (error.name === 'TooManyLooks' || error.name === 'WorkersUnready');
    const problem = tells ? problemOf(error) : undefined;
    if (problem === undefined) throw error;
    return problem;
  }
}

function readLoss(filled: Filled): { readonly lossAt?: number; readonly wrong?: string } {
  const text = (filled['loss-at'] ?? '').trim();
  if (text === '') return {};
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at)
    ? { wrong: `“${text}” is no time with its offset: 2026-11-21T02:10:00Z or 2026-11-21T03:10:00+01:00.` }
    : { lossAt: at };
}
