import { type Context, Hono } from 'hono';
import { accessOf, refusalOf } from '../../control/access/caller.ts';
import { ScheduleUnknown } from '../../control/schedules/hand.ts';
import { zoneOf } from '../../control/run-view/surroundings.ts';
import { mustAnswer } from '../answers.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { mustSee } from '../may-see.ts';
import { problemOf } from '../problem.ts';
import type { ScheduleWord } from '../schedule-hand.ts';
import type { standingsOf } from '../standings.ts';
import { frameOf } from './frame.ts';
import { schedulePage } from './schedule-page.ts';
import { whoOf } from './words.ts';

const hands: readonly ScheduleWord['how'][] = ['pause', 'resume', 'trigger'];

/** `/schedules/RUNBOOK/NAME`: a schedule by hand. */
export function schedulePages(deps: ConsoleDeps, standings: ReturnType<typeof standingsOf>): Hono<ConsoleEnv> {
  const { readConfig, clock, deeds } = deps;
  const app = new Hono<ConsoleEnv>();

  app.get('/schedules/:runbook/:name', context => show(context));

  app.post('/schedules/:runbook/:name', async context => {
    const { runbook, name } = context.req.param();
    const form = await context.req.parseBody();
    const field = (key: string): string => (typeof form[key] === 'string' ? form[key].trim() : '');
    const how = hands.find(each => each === field('act'));
    context.set('wanted', {
      call: `schedule ${how ?? 'act'}`,
      step: `${runbook}/${name}`.slice(0, 300),
      reason: field('reason'),
    });
    if (how === undefined) return await show(context, 'There is no such button.');
    if (how === 'pause' && field('confirm') !== runbook)
      return await show(context, `That was not confirmed: type the runbook's name, ${runbook}.`);
    try {
      const word = { how, reason: field('reason'), from: 'console' } as const;
      const { run } = await deeds.schedule(whoOf(context), `${runbook}/${name}`, word);
      standings.forget();
      return context.redirect(run === undefined ? '/runbooks' : `/runs/${encodeURIComponent(run)}`, 303);
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined || problem.status === 404 || problem.status === 503) throw error;
      return await show(context, problem.detail, problem.status === 403 ? 403 : 409);
    }
  });
  return app;

  async function show(
    context: Context<ConsoleEnv, '/schedules/:runbook/:name'>,
    wrong?: string,
    status: 200 | 403 | 409 = wrong === undefined ? 200 : 409,
  ): Promise<Response> {
    const { runbook, name } = context.req.param();
    if (wrong !== undefined) context.set('refusal', wrong);
    const about = { runbook, mode: 'drill' } as const;
    const caller = context.get('caller');
    await mustSee(deps, caller, about);
    const id = `${runbook}/${name}`;
    // What is told of schedules is kept for a while, and of a Temporal that is away it is that there are none.
    await mustAnswer(deps.control);
    const schedule = (await standings(runbook))?.find(each => each.id === id);
    if (schedule === undefined)
      throw new ScheduleUnknown(`Temporal has no schedule ${id} of drillbook, or does not say.`);
    const config = await readConfig();
    const access = accessOf(config);
    const shown = {
      ...{ schedule, runbook, zone: { zone: zoneOf(config), at: clock() }, wrong },
      notAdmin: refusalOf(access, caller, 'administer', about),
      notStart: refusalOf(access, caller, 'start', about),
    };
    return context.html(schedulePage(frameOf(context), shown), status);
  }
}
