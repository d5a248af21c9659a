import { type Context, Hono } from 'hono';
import { type Call, accessOf, refusalOf } from '../../control/access/caller.ts';
import { readPeers, zoneOf } from '../../control/run-view/surroundings.ts';
import { pause, type Seen } from '../../control/run-view/feed.ts';
import { type Deciders, whoDecides } from '../../control/run-view/who-decides.ts';
import { type DecisionView, type RunView, viewRun } from '../../control/run-view.ts';
import type { ListedRun } from '../../control/run-list.ts';
import { mayDecideAlone } from '../../control/pending.ts';
import { renderHtml } from '../../report/html.ts';
import { html } from '../../report/html-markup.ts';
import { aboutRun } from '../about-run.ts';
import { type ConsoleDeps, type ConsoleEnv } from '../deps.ts';
import { seenRunsOf } from '../older-runs.ts';
import { lastDrillsOf } from '../last-drills.ts';
import { doorOf } from '../identity/door.ts';
import { mustSee } from '../may-see.ts';
import { standingsOf } from '../standings.ts';
import { auditPage } from './audit-page.ts';
import { readAudit } from './audit-lines.ts';
import { frameOf, loadedAssets } from './frame.ts';
import { layout } from './layout.ts';
import { liftPages } from './lift-routes.ts';
import { sendParts } from './live.ts';
import { actPage, type Notice, runPage } from './run-page.ts';
import { pictureOf } from './run-below.ts';
import { sectionsOf } from './run-sections.ts';
import type { Viewing } from './viewing.ts';
import { type RunsShown, runsPage, runsSections } from './runs-page.ts';
import { runbookPages } from './runbook-routes.ts';
import { actOn, decideOn, lookAfter, typedAct, typedIn, wantIn } from './words.ts';

/** All that is HTML. */
export function pages(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const { clock, readConfig, pace, runsNow, olderRuns, watched } = deps;
  const app = new Hono<ConsoleEnv>();
  const standings = standingsOf(deps);
  const lastDrills = lastDrillsOf(deps);

  app.get('/assets/:name', context => {
    const found = loadedAssets().read(context.req.param('name'));
    if (found === undefined) return context.notFound();
    // Their names change with what is in them.
    const forever = context.req.param('name') === 'icon.svg' ? 'max-age=86400' : 'max-age=31536000, immutable';
    return context.body(found.body, 200, { 'Content-Type': found.type, 'Cache-Control': `public, ${forever}` });
  });
  app.get('/favicon.ico', context => context.redirect('/assets/icon.svg', 301));

  app.get('/', async context => context.html(runsPage(frameOf(context), await listed(context))));

  app.get('/live/runs', async context => {
    // Where there is no list, why not is told before a stream begins.
    await listed(context);
    return sendParts(context, {
      known: context.req.query('known'),
      door: doorOf(deps, context),
      aliveMs: pace.aliveMs,
      parts: async function* (signal) {
        let [told, at] = ['', 0];
        while (!signal.aborted) {
          const shown = await listed(context);
          const { zone, ...rest } = shown;
          // Ages grow in the browser: the list is made anew where it has changed.
          if (JSON.stringify(rest) !== told) [told, at] = [JSON.stringify(rest), zone.at];
          yield { sections: runsSections({ ...rest, zone: { ...zone, at } }), at: clock() };
          await pause(pace.runsMs, signal);
        }
      },
    });
  });

  app.get('/runs', context => context.redirect('/', 301));

  app.get('/runs/:run', async context => {
    const { view, viewing } = await look(context);
    return context.html(runPage(frameOf(context), view, viewing));
  });

  app.get('/runs/:run/live', async context => {
    const { id, facts } = await seen(context);
    const { name: runbook, mode } = facts.start.plan;
    return sendParts(context, {
      known: context.req.query('known'),
      door: doorOf(deps, context, { runbook, mode }),
      aliveMs: pace.aliveMs,
      parts: async function* (signal) {
        for await (const now of watched.follow(id, signal)) {
          const { view, viewing } = await viewOf(context, now);
          yield { sections: sectionsOf(view, viewing), at: now.at };
        }
      },
    });
  });

  app.get('/runs/:run/graph', async context => {
    const { view } = await look(context);
    const path = `/runs/${encodeURIComponent(view.id)}`;
    const main = html`<h1>${view.graph.title}</h1><p><a href="${path}">Back to the run</a></p>
<div class="scroll picture" role="region" aria-label="The steps and their states" tabindex="0">${pictureOf(view.graph)}</div>`;
    return context.html(layout({ ...frameOf(context), title: view.graph.title, place: 'runs', main }));
  });

  app.get('/runs/:run/report', async context => {
    const { facts } = await seen(context);
    // It stands by itself, with its style inside; the console's own policy wants that named.
    const page = renderHtml(facts.journal).replace('<style>', `<style nonce="${context.get('nonce')}">`);
    return context.html(page);
  });

  app.get('/runs/:run/act', async context => {
    const { view, viewing } = await look(context);
    return context.html(actPage(frameOf(context), view, viewing));
  });

  app.post('/runs/:run/act', async context => {
    await wantIn(context, context.req.param('run'));
    const { view, viewing } = await look(context);
    const told = await actOn(deps, context, view);
    context.set('refusal', told);
    if (told === undefined) return context.redirect(`/runs/${encodeURIComponent(view.id)}`, 303);
    const refused = { wrong: told, typed: await typedAct(context) };
    return context.html(actPage(frameOf(context), view, viewing, refused), 409);
  });

  // A refused decision is answered there: a tab that is opened again asks for it.
  app.get('/runs/:run/decide', context =>
    context.redirect(`/runs/${encodeURIComponent(context.req.param('run'))}`, 303),
  );

  app.post('/runs/:run/decide', async context => {
    await wantIn(context, context.req.param('run'));
    const before = await look(context);
    const { view } = before;
    const told = await decideOn(deps, context, view);
    context.set('refusal', told);
    if (told === undefined) return context.redirect(`/runs/${encodeURIComponent(view.id)}`, 303);
    // With no worker each look takes as long as one has to answer.
    const again = view.silence === undefined ? await lookAfter(() => look(context), before) : before;
    const notice: Notice = { text: told };
    const viewing = { ...again.viewing, typed: await typedIn(context) };
    return context.html(runPage(frameOf(context), again.view, viewing, notice), 409);
  });

  app.get('/audit', async context => {
    const config = await readConfig();
    await mustSee(deps, context.get('caller'));
    const lines = await readAudit(deps.base);
    const access = accessOf(config);
    // What was done to runs that he may not see is not told him either.
    const may = refusalOf(access, context.get('caller'), 'administer', {}) === undefined;
    const { person, name } = context.get('caller');
    const own = may ? lines : lines.filter(line => line.person === (person ?? name));
    return context.html(auditPage(frameOf(context), own, { zone: zoneOf(config), at: clock() }));
  });

  app.route('/', runbookPages(deps));
  app.route('/', liftPages(deps));
  return app;

  async function listed(context: Context<ConsoleEnv>): Promise<RunsShown> {
    const config = await readConfig();
    const access = accessOf(config);
    const may = (run: ListedRun): boolean =>
      refusalOf(access, context.get('caller'), 'see', aboutRun(run)) === undefined;
    const now = await runsNow();
    const { pending } = now;
    const { runs, among } = await seenRunsOf(now, olderRuns, may);
    const waits = pending.filter(({ run }) => runs.some(each => each.run === run));
    const ends = among === undefined ? {} : { among };
    return { runs, waits, zone: { zone: zoneOf(config), at: clock() }, ...ends };
  }

  /** The run of the address, where whoever asks may see it. Throws RunNotFound, NotAllowed. */
  async function seen(context: Context<ConsoleEnv, '/runs/:run'>): Promise<Seen & { readonly id: string }> {
    const id = context.req.param('run');
    // Whoever may see nothing is not told which runs there are.
    await mustSee(deps, context.get('caller'));
    const now = await watched.look(id);
    const { name: runbook, mode } = now.facts.start.plan;
    await mustSee(deps, context.get('caller'), { runbook, mode });
    return { ...now, id };
  }

  async function look(context: Context<ConsoleEnv, '/runs/:run'>) {
    return await viewOf(context, await seen(context), clock());
  }

  /** @param at the moment of the view; else that at which the run was read: a page that follows it changes with the run alone */
  async function viewOf(
    context: Context<ConsoleEnv>,
    { facts, at: readAt }: Seen,
    at = readAt,
  ): Promise<{ readonly view: RunView; readonly viewing: Viewing }> {
    const config = await readConfig();
    const caller = context.get('caller');
    const { name: runbook, mode } = facts.start.plan;
    const breakGlass = mayDecideAlone(facts.pending);
    const may = (call: Call, choice?: string): string | undefined =>
      refusalOf(accessOf(config), caller, call, { runbook, mode, choice, breakGlass });
    const view = viewRun(facts, { peers: readPeers(config) }, at);
    const [schedules, lastDrill] = await Promise.all([standings(runbook), lastDrills(runbook)]);
    const all = {
      ...(schedules === undefined ? {} : { schedules }),
      ...(lastDrill === undefined ? {} : { lastDrill }),
    };
    const { plan, run } = facts.start;
    const asking = { runbook, mode, requester: run.requester, behind: run.behind, plan };
    const who = (decision: DecisionView): Deciders =>
      whoDecides(config, asking, { ...decision, choices: decision.choices.map(({ choice }) => choice) });
    const people = { who, numbers: caller.verified };
    return { view, viewing: { zone: zoneOf(config), at, csrf: context.get('csrf'), may, ...people, ...all } };
  }
}
