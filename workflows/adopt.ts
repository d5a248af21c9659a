import { patched, uuid4, workflowInfo } from '@temporalio/workflow';
import { adoptingGuard, modeOf } from '../engine/adopt.ts';
import type { Entitlement, EntitlementQuestion } from '../engine/entitlement.ts';
import { decide } from '../engine/janitor.ts';
import type { KnownSites, SiteSeen, TemporalSeen } from '../engine/janitor-types.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import type { Adopt, Heard } from './messages.ts';
import { noRun } from './names.ts';
import { queueOf } from './queue-of.ts';
import { beginTelling } from './telling.ts';
import { whyMalformed, wordShape } from './well-formed.ts';

const budgetMs = 30_000;

/** A person takes over what nobody's guard has: looked at anew, so that nothing is adopted that is somebody's meanwhile. */
export async function adopt(asked: Adopt): Promise<Heard> {
  const why = whyMalformed(asked, { ...wordShape, site: 'name', vpg: 'name', by: 'name', reason: 'text' });
  if (why !== undefined) return no(why);
  const { site, vpg, by, reason, ...word } = asked;
  if (by.trim() === '' || reason.trim() === '') return no('it needs a name and a reason');
  try {
    const { names, queues } = (await call('janitor/sites', {}, 'which sites there are')) as KnownSites;
    if (!names.includes(site)) return no(`drillbook.yaml of the worker names no site "${site}"`);
    const queue = queueOf(workflowInfo().taskQueue, queues, { site, waits: false });
    const seen = (await call('janitor/look-at-site', { site }, `what is open at ${site}`, queue)) as SiteSeen;
    const open = seen.open.find(each => each.vpg === vpg);
    if (open === undefined) return no(`nothing of ${vpg} is open at ${site}`);
    const guards = [...new Set(seen.written.map(({ guard }) => guard))];
    const temporal = (await call('janitor/survey', { guards }, 'which guards live')) as TemporalSeen;
    const { strangers, decisions } = decide([seen], temporal, Date.now());
    if (!strangers.some(({ vpgId }) => vpgId === open.vpgId)) {
      const soonTaken = decisions.some(({ do: what }) => what === 'start-guard');
      return no(
        `${vpg} at ${site} is ${soonTaken ? 'a lost run’s, and the janitor takes it over' : 'a run’s of drillbook'}`,
      );
    }
    const known = seen.written.find(({ vpgId }) => vpgId === open.vpgId);
    const question: EntitlementQuestion = {
      ...{ by, requester: by, mode: modeOf(open.kind), to: 'leases adopt', names: [] },
      // Whose runbook it is nobody knows: only who is an admin of all may.
      ...{ run: noRun, runbook: '', step: `${site}/${vpg}`, choice: '', reason, ...word },
      since: begun(open.tasks.at(-1)?.started),
    };
    const entitled = (await call('people/entitle', question, `may ${by} adopt it?`)) as Entitlement;
    if (entitled.refused !== undefined) return no(entitled.refused);
    const { id, start } = adoptingGuard(site, open, { by: entitled.by, reason, at: Date.now() }, known);
    const decision = { do: 'start-guard', id, start: { ...start, queues }, why: `${entitled.by}: ${reason}` } as const;
    const [failed = ''] = (await call('janitor/act', { decisions: [decision] }, 'adopts it')) as readonly string[];
    if (failed !== '') return no(failed);
    const then =
      open.kind === 'test' ? 'it is being stopped' : 'it is held, until somebody commits it or rolls it back';
    if (patched('lease-acted'))
      await tellPeople(modeOf(open.kind), `${site}/${vpg}`, `adopted by ${entitled.by}: ${reason}`);
    return { counted: true, text: `the ${open.kind} of ${vpg} at ${site} is ${entitled.by}’s now: ${then}` };
  } catch (error) {
    return no(endingOf(error).error);
  }
}

/** Whose runbook it is nobody knows. */
async function tellPeople(mode: string, about: string, what: string): Promise<void> {
  const text = `${about}: ${what}`;
  const input = { runbook: '', mode, event: 'lease-acted', about, text, at: Date.now() } as const;
  await beginTelling(`tell/${about}/${uuid4()}`, input, true).catch(() => undefined);
}

/** A signature from before it is about an earlier one. By the site's clock: a time that is still to come says nothing. */
function begun(started = ''): number {
  const at = Date.parse(started);
  return at <= Date.now() ? at : 0;
}

const no = (text: string): Heard => ({ counted: false, text });

/** Without a queue on the workflow's own. */
function call(name: string, input: unknown, summary: string, queue?: string): Promise<unknown> {
  return callActivity(name, input, { id: name, summary, budgetMs, transport: soon, queue });
}
