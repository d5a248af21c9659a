import { asAway } from '../../control/temporal-away.ts';
import { type Context, Hono } from 'hono';
import { type Mode, modes } from '../../actions/contract.ts';
import { isLiveMode } from '../../actions/modes.ts';
import { accessOf, refusalOf } from '../../control/access/caller.ts';
import { readFromShelf, type ShelvedRunbook } from '../../control/runbook-shelf.ts';
import { pollingWorkers } from '../../control/runs.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { NotAllowed } from '../deeds.ts';
import { lookAhead } from '../look-ahead.ts';
import { BadRequest, problemOf } from '../problem.ts';
import { prepareUnpublished } from '../start-run.ts';
import { filledOf, inputsOf } from './filled.ts';
import { frameOf } from './frame.ts';
import { liftedPage, liftPage, liftPlanPage } from './lift-page.ts';
import { errorPage } from './simple-pages.ts';
import type { Filled } from './start-page.ts';
import { whoOf } from './words.ts';

/** How an approver lifts, for one run, what is not published: form, plan, lift. */
export function liftPages(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const { control, project, readConfig, clock, deeds } = deps;
  const app = new Hono<ConsoleEnv>();

  app.get('/runbooks/:name/lift', async context => {
    const wanted = await chosen(context, context.req.query('mode'), filledOf(context.req.query()));
    return context.html(liftPage(frameOf(context), wanted));
  });

  app.post('/runbooks/:name/lift/plan', async context => {
    const form = await context.req.parseBody();
    return await showPlan(context, await chosen(context, form['mode'], filledOf(form)));
  });

  app.post('/runbooks/:name/lift', async context => {
    const form = await context.req.parseBody();
    const wanted = await chosen(context, form['mode'], filledOf(form));
    const { runbook, mode, filled } = wanted;
    const typed = typeof form['confirm'] === 'string' ? form['confirm'].trim() : '';
    if (typed !== runbook.name) {
      const text = `It was not confirmed: type the runbook's name, ${runbook.name}.`;
      const { caller, address } = whoOf(context);
      const line = { call: 'start unpublished', step: runbook.name, choice: mode, reason: filled['reason'] };
      const who = { person: caller.person ?? caller.name, how: caller.how, address };
      await deps.audit({ ...line, ...who, counted: false, text });
      return await showPlan(context, wanted, text);
    }
    try {
      const lifted = await deeds.lift(whoOf(context), {
        ...{ runbook: runbook.name, mode, inputs: inputsOf(filled), reason: filled['reason'] ?? '' },
        plan: typeof form['plan'] === 'string' ? form['plan'] : '',
      });
      return context.html(liftedPage(frameOf(context), wanted, lifted), 201);
    } catch (error) {
      return await showPlan(context, wanted, `Nothing was lifted: ${sentenceOf(error)}`);
    }
  });
  return app;

  async function chosen(context: Context<ConsoleEnv, '/runbooks/:name'>, wanted: unknown, filled: Filled) {
    const config = await readConfig();
    const name = context.req.param('name');
    const mode = modes.find(each => each === wanted && isLiveMode(each));
    // Whoever may not is not told which runbooks there are.
    const refused = refusalOf(accessOf(config), context.get('caller'), 'start unpublished', { runbook: name, mode });
    if (refused !== undefined) throw new NotAllowed(refused);
    const runbook = await readFromShelf(project, name, config, clock());
    if (runbook === undefined) throw new BadRequest(`There is no runbook ${name} below the project’s folder.`);
    if (mode === undefined || !runbook.modes.includes(mode))
      throw new BadRequest(`${name} has no such live mode: only those need to be published.`);
    return { runbook, mode, filled };
  }

  /** Compiles the file and looks at the sites, with reads only. */
  async function showPlan(
    context: Context<ConsoleEnv>,
    wanted: { readonly runbook: ShelvedRunbook; readonly mode: Mode; readonly filled: Filled },
    wrong?: string,
  ): Promise<Response> {
    const frame = frameOf(context);
    const { runbook, mode, filled } = wanted;
    if ((await pollingWorkers(control)) === 0) {
      const detail = 'Only a worker may look at the sites, and none serves this Temporal. Start one: drillbook worker.';
      context.set('refusal', detail);
      return context.html(errorPage(frame, { title: 'No plan can be made', detail, back: '/runbooks' }), 503);
    }
    const asked = { runbook: runbook.name, mode, inputs: inputsOf(filled) };
    try {
      const { plan: hash, site, ...look } = await lookAhead(deps, whoOf(context), asked, prepareUnpublished);
      return context.html(liftPlanPage(frame, { ...wanted, look, site, hash, wrong }), wrong === undefined ? 200 : 409);
    } catch (error) {
      return context.html(liftPage(frame, { ...wanted, wrong: sentenceOf(error) }), 422);
    }
  }
}

/** A sentence for people; what is none is a defect and goes on. */
function sentenceOf(error: unknown): string {
  const problem = problemOf(error);
  if (problem === undefined || asAway(error, 'not sent') !== undefined) throw error;
  return problem.detail;
}
