import { setCurrentDetails, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { decide } from '../engine/janitor.ts';
import { bothSeen } from '../engine/janitor-looks.ts';
import type { JanitorDecision, JanitorReport, KnownSites, SiteSeen, TemporalSeen } from '../engine/janitor-types.ts';
import { tellJanitor } from '../engine/janitor-told.ts';
import type { Queues } from '../engine/queues.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import { queueOf } from './queue-of.ts';

/**
 * One pass: looks what is open at all sites and who takes care of it, and starts a guard for what is ours and has none. Run
 * every minute by a schedule. The rules are in engine/janitor.
 */
export async function janitor(): Promise<JanitorReport> {
  const known = (await call('janitor/sites', {}, 'which sites there are', 10_000)) as KnownSites | readonly string[];
  // A pass that an older worker has begun knows the names alone.
  const { names, queues } = 'names' in known ? known : { names: known, queues: { sites: {}, probes: {} } };
  const first = await lookAt(names, queues, 'first');
  const guards = [...new Set(first.flatMap(({ written }) => written.map(({ guard }) => guard)))];
  const temporal = (await call('janitor/survey', { guards }, 'which guards live', 30_000)) as TemporalSeen;
  let report = decide(first, temporal, Date.now());
  const doubted = [
    ...report.strangers.map(({ site }) => site),
    ...report.decisions.flatMap(decision => (decision.do === 'start-guard' ? [decision.start.site] : [])),
  ];
  if (doubted.length > 0) {
    // What ended, or was begun, while all this was looked up is nobody's fault: only what is still there counts.
    const again = await lookAt(
      names.filter(name => doubted.includes(name)),
      queues,
      'second',
    );
    report = decide(bothSeen(first, again), temporal, Date.now());
  }
  const decisions = report.decisions.map(decision => withQueues(decision, queues));
  const failed = await perform(decisions, queues);
  const told = { ...report, decisions, left: [...report.left, ...failed] };
  setCurrentDetails(tellJanitor(told));
  return told;
}

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, janitor);

const lookMs = 30_000;

/** Of a lost guard they are those of its run; what is only written down comes without. */
function withQueues(decision: JanitorDecision, queues: Queues): JanitorDecision {
  return decision.do === 'start-guard' ? { ...decision, start: { queues, ...decision.start } } : decision;
}

function lookAt(sites: readonly string[], queues: Queues, which: 'first' | 'second'): Promise<SiteSeen[]> {
  return Promise.all(
    sites.map(async site => {
      try {
        const id = `look-at-${site}-${which}`;
        const summary = `what is open at ${site}`;
        const queue = queueAt(site, queues);
        return (await call('janitor/look-at-site', { site }, summary, lookMs, { id, queue })) as SiteSeen;
      } catch (error) {
        return { site, error: endingOf(error).error, open: [], written: [] };
      }
    }),
  );
}

async function perform(decisions: readonly JanitorDecision[], queues: Queues): Promise<string[]> {
  const forget = decisions.filter(decision => decision.do === 'forget');
  const others = decisions.filter(decision => decision.do !== 'forget');
  const failed: string[] = [];
  if (others.length > 0) {
    const summary = others.map(({ do: what, why }) => `${what}: ${why}`).join('; ');
    failed.push(...((await call('janitor/act', { decisions: others }, summary, 30_000)) as readonly string[]));
  }
  for (const site of new Set(forget.map(decision => decision.site))) {
    const ids = forget.filter(decision => decision.site === site).map(({ id }) => id);
    const summary = `nothing of ${ids.length} written openings is open`;
    const where = { id: `forget-${site}`, queue: queueAt(site, queues) };
    await call('janitor/forget', { site, ids }, summary, 30_000, where).catch((error: unknown) => {
      failed.push(`what is over at ${site} could not be written down: ${endingOf(error).error}`);
    });
  }
  return failed.filter(text => text !== '');
}

/** Short looks, where the site is reached and what was opened there is written down; undefined: on the main queue. */
function queueAt(site: string, queues: Queues): string | undefined {
  return queueOf(workflowInfo().taskQueue, queues, { site, waits: false });
}

function call(
  name: string,
  input: unknown,
  summary: string,
  budgetMs: number,
  where: { readonly id?: string; readonly queue?: string | undefined } = {},
): Promise<unknown> {
  return callActivity(name, input, { id: name, summary, budgetMs, transport: soon, ...where });
}
