import { setCurrentDetails, setWorkflowOptions } from '@temporalio/workflow';
import { decide } from '../engine/janitor.ts';
import { bothSeen } from '../engine/janitor-looks.ts';
import type { JanitorDecision, JanitorReport, SiteSeen, TemporalSeen } from '../engine/janitor-types.ts';
import { tellJanitor } from '../engine/janitor-told.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';

/**
 * One pass: looks what is open at all sites and who takes care of it, and starts a guard for what is ours and has none. Run
 * every minute by a schedule. The rules are in engine/janitor.
 */
export async function janitor(): Promise<JanitorReport> {
  const names = (await call('janitor/sites', {}, 'which sites there are', 10_000)) as readonly string[];
  const first = await lookAt(names, 'first');
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
      'second',
    );
    report = decide(bothSeen(first, again), temporal, Date.now());
  }
  const failed = await perform(report.decisions);
  const told = { ...report, left: [...report.left, ...failed] };
  setCurrentDetails(tellJanitor(told));
  return told;
}

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, janitor);

const lookMs = 30_000;

function lookAt(sites: readonly string[], which: 'first' | 'second'): Promise<SiteSeen[]> {
  return Promise.all(
    sites.map(async site => {
      try {
        const id = `look-at-${site}-${which}`;
        return (await call('janitor/look-at-site', { site }, `what is open at ${site}`, lookMs, id)) as SiteSeen;
      } catch (error) {
        return { site, error: endingOf(error).error, open: [], written: [] };
      }
    }),
  );
}

async function perform(decisions: readonly JanitorDecision[]): Promise<string[]> {
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
    await call('janitor/forget', { site, ids }, summary, 30_000, `forget-${site}`).catch((error: unknown) => {
      failed.push(`what is over at ${site} could not be written down: ${endingOf(error).error}`);
    });
  }
  return failed.filter(text => text !== '');
}

function call(name: string, input: unknown, summary: string, budgetMs: number, id = name): Promise<unknown> {
  return callActivity(name, input, { id, summary, budgetMs, transport: soon });
}
