import type { Call } from '../journal-calls.ts';
import type { WatchedRun, Surroundings } from './facts.ts';

/** Whether a site answers, as far as this run has asked it: the console itself reaches no ZVM. Times: ms since 1970. */
export interface SiteView {
  readonly name: string;
  readonly state: 'reachable' | 'unreachable' | 'not asked';
  /** When it answered last, or since when it does not. */
  readonly since?: number;
  /** Since when it does not, in the words of the ZVM that told. */
  readonly sinceText?: string;
  readonly why: string;
}

export function sitesOf(facts: WatchedRun, { peers }: Surroundings): readonly SiteView[] {
  const { plan } = facts.start;
  const own = new Set([plan.site, ...plan.steps.map(step => step.site)].filter(name => name !== ''));
  const others = [...own].flatMap(name => peers[name] ?? []).filter(name => !own.has(name));
  const asked = [...own].map(name => ownSite(facts, name));
  return [...asked, ...[...new Set(others)].map(name => otherSite(facts, name, peers[name] ?? ''))];
}

function ownSite({ calls, trying }: WatchedRun, name: string): SiteView {
  const here = calls.filter(call => siteOf(call) === name && speaks(call));
  const away = trying.find(({ zvm }) => zvm?.site === name && !zvm.answered);
  if (away !== undefined) {
    const began = here.findLast(call => call.step === away.key && call.endedAt === undefined)?.at;
    const why = away.stalled === true ? `No worker asks it now; asked last, ${away.error}` : away.error;
    return { name, state: 'unreachable', ...(began === undefined ? {} : { since: began }), why };
  }
  const ended = here.filter(call => call.endedAt !== undefined).sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
  const last = ended.at(-1);
  if (last === undefined) return { name, state: 'not asked', why: 'It has given no answer in this run yet.' };
  if (!isAway(last)) return { name, state: 'reachable', since: last.endedAt ?? last.at, why: '' };
  const answered = ended.findLastIndex(call => !isAway(call));
  const since = ended[answered + 1]?.at ?? last.at;
  return { name, state: 'unreachable', since, why: last.error ?? '' };
}

const isAway = ({ record }: Call): boolean => record.zvm?.answered === false;

/** Nobody of this run asks the other site itself: what the ZVM that is asked tells of it. */
function otherSite({ calls, journal }: WatchedRun, name: string, asked: string): SiteView {
  const told = journal.steps.flatMap(step => [...step.told, step.error]);
  const away = told.findLast(text => text.includes(`${name} is not connected`));
  const since = new RegExp(`${escaped(name)} is not connected since ([^:;,]+(?::\\d\\d)? UTC)`).exec(away ?? '')?.[1];
  const own = calls.some(call => siteOf(call) === asked && call.status === 'succeeded');
  if (away !== undefined)
    return { name, state: 'unreachable', ...(since === undefined ? {} : { sinceText: since }), why: away };
  const why = own ? `${asked} tells of nothing amiss.` : 'Nothing is known of it in this run yet.';
  return { name, state: 'not asked', why };
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Only these ask a ZVM. */
const speaks = ({ activity }: Call): boolean => activity.startsWith('zerto/') || activity.startsWith('guard/');

/** A guard's call is of what it opened or ends; where that was opened, it is ended. */
export function siteOf({ input }: Call): string {
  const { site, call, live } = (input ?? {}) as {
    readonly site?: unknown;
    readonly call?: { readonly site?: unknown };
    readonly live?: { readonly opened?: { readonly site?: unknown } };
  };
  const found = (typeof live === 'object' ? live.opened?.site : undefined) ?? call?.site ?? site;
  return typeof found === 'string' ? found : '';
}
