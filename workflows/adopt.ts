import { adoptingGuard, modeOf } from '../engine/adopt.ts';
import type { Entitlement, EntitlementQuestion } from '../engine/entitlement.ts';
import { decide } from '../engine/janitor.ts';
import type { SiteSeen, TemporalSeen } from '../engine/janitor-types.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import type { Adopt, Heard } from './messages.ts';
import { whyMalformed } from './well-formed.ts';

const budgetMs = 30_000;

/** A person takes over what nobody's guard has: looked at anew, so that nothing is adopted that is somebody's meanwhile. */
export async function adopt(asked: Adopt): Promise<Heard> {
  const why = whyMalformed(asked, { site: 'name', vpg: 'name', by: 'name', reason: 'text' });
  if (why !== undefined) return no(why);
  const { site, vpg, by, reason } = asked;
  if (by.trim() === '' || reason.trim() === '') return no('it needs a name and a reason');
  try {
    const seen = (await call('janitor/look-at-site', { site }, `what is open at ${site}`)) as SiteSeen;
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
    const mode = modeOf(open.kind);
    const question: EntitlementQuestion = { by, requester: by, mode, to: 'leases adopt', names: [] };
    const entitled = (await call('people/entitle', question, `may ${by} adopt it?`)) as Entitlement;
    if (entitled.refused !== undefined) return no(entitled.refused);
    const known = seen.written.find(({ vpgId }) => vpgId === open.vpgId);
    const { id, start } = adoptingGuard(site, open, { by: entitled.by, reason, at: Date.now() }, known);
    const decision = { do: 'start-guard', id, start, why: `${entitled.by}: ${reason}` } as const;
    const [failed = ''] = (await call('janitor/act', { decisions: [decision] }, 'adopts it')) as readonly string[];
    if (failed !== '') return no(failed);
    const then =
      open.kind === 'test' ? 'it is being stopped' : 'it is held, until somebody commits it or rolls it back';
    return { counted: true, text: `the ${open.kind} of ${vpg} at ${site} is ${entitled.by}’s now: ${then}` };
  } catch (error) {
    return no(endingOf(error).error);
  }
}

const no = (text: string): Heard => ({ counted: false, text });

function call(name: string, input: unknown, summary: string): Promise<unknown> {
  return callActivity(name, input, { id: name, summary, budgetMs, transport: soon });
}
