import type { ActionCall } from '../actions/call.ts';
import type { Input, Output } from '../actions/index.ts';
import type { ClockSkew } from '../zerto/server.ts';
import type { Zvm } from '../zerto/zvm.ts';
import { endingOf, isExpected, StepErrored, WrongSite } from './outcome.ts';
import { assertIdentity } from './sites.ts';
import { spellDuration, spellList } from './spell.ts';
import { reachOf, type Context, type Implementation } from './surroundings.ts';
import { holdUntil, type Look } from './until.ts';

type Call = ActionCall<Input<'zerto/check-sites'>>;
type Site = Output<'zerto/check-sites'>['sites'][number];

/** Proves that sites answer, are who they should be, are paired and have the right time; all findings are told at one go. */
export const checkSites: Implementation<'zerto/check-sites'> = async (call, context) => {
  const names = [...new Set(call.with.sites)];
  const look = async (): Promise<Look<readonly Seen[]>> => {
    const seen = await Promise.all(names.map(site => lookAt(site, call, context)));
    const told = seen.flatMap(site => site.told);
    const findings = seen.flatMap(site => site.refused);
    if (findings.length === 0) return { ok: true, saw: `${spellList(names)} in order`, value: seen };
    const saw = findings.map(({ text }) => text).join('; ');
    if (findings.every(({ blind }) => blind)) throw new StepErrored(saw, { told });
    return { ok: false, saw, record: { told } };
  };
  const { value, attempts, tries } = await holdUntil(look, call.until, call.deadline, context);
  const sites = value.flatMap(({ site }) => (site === undefined ? [] : [site]));
  return {
    outputs: { sites, worst_clock_skew: Math.max(...sites.map(site => site.clock_skew)) },
    told: value.flatMap(site => site.told),
    ...(call.until !== undefined && { attempts, tries }),
  };
};

interface Seen {
  /** Undefined: it does not answer. */
  readonly site: Site | undefined;
  readonly refused: readonly Finding[];
  readonly told: readonly string[];
}

/** `blind`: it says nothing of the site, only that we could not look (its certificate, our account). */
interface Finding {
  readonly text: string;
  readonly blind: boolean;
}

async function lookAt(site: string, call: Call, context: Context): Promise<Seen> {
  const { sites, signal } = context;
  try {
    const zvm = await sites.zvm(site, reachOf(call));
    const settings = sites.settings(site);
    const local = await zvm.sites.local({ signal });
    // The process proved it when it signed in; the ZVM behind the address may have been exchanged since.
    assertIdentity(local, site, settings);
    const [unpaired, skew] = await Promise.all([
      lookAtPairing(zvm, site, context),
      measureSkew(zvm, settings.clockSkewMs, signal),
    ]);
    const clock = judgeSkew(site, skew, settings.clockSkewMs);
    return {
      site: { site, zerto_name: local.name, version: local.version, clock_skew: Math.abs(skew.aheadMs) },
      refused: [...unpaired, ...clock.refused].map(text => ({ text, blind: false })),
      told: [...(settings.peer === undefined ? [`drillbook.yaml names no peer of ${site}`] : []), ...clock.told],
    };
  } catch (error) {
    if (!isExpected(error)) throw error;
    const { type, message } = endingOf(error);
    // That it answers, and as whom, is what is asked here.
    const blind = type === 'errored' && !(error instanceof WrongSite);
    return { site: undefined, refused: [{ text: message, blind }], told: [] };
  }
}

async function lookAtPairing(zvm: Zvm, site: string, { sites, signal }: Context): Promise<string[]> {
  const { peer } = sites.settings(site);
  if (peer === undefined) return [];
  const { zertoName } = sites.settings(peer);
  const all = await zvm.sites.peers({}, { signal });
  const found = all.filter(({ name }) => name === zertoName);
  if (found.length === 0) {
    return [`${site} is not paired with ${peer} (${zertoName}), only with ${spellList(all.map(p => p.name))}`];
  }
  if (found.some(({ pairing }) => pairing === 'Paired')) return [];
  return [`the pairing of ${site} with ${peer} is ${spellList(found.map(({ pairing }) => pairing))}`];
}

const measurings = 3;

/** The surest of a few: a request that waited its turn at the client tells little. */
async function measureSkew(zvm: Zvm, limitMs: number, signal: AbortSignal): Promise<ClockSkew> {
  let best = await zvm.server.clockSkew({ signal });
  for (let n = 1; n < measurings && best.uncertainMs > limitMs / 2; n++) {
    const next = await zvm.server.clockSkew({ signal });
    if (next.uncertainMs < best.uncertainMs) best = next;
  }
  return best;
}

/** A finding only where it is sure. */
export function judgeSkew(site: string, { aheadMs, uncertainMs }: ClockSkew, limitMs: number) {
  const off = Math.abs(aheadMs);
  if (off <= limitMs) return { refused: [], told: [] };
  const text = `the clock of ${site} is ${spellDuration(off)} ${aheadMs > 0 ? 'ahead of' : 'behind'} this worker's`;
  return off - uncertainMs > limitMs
    ? { refused: [`${text}, more than ${spellDuration(limitMs)} (clock-skew)`], told: [] }
    : { refused: [], told: [`${text}, give or take ${spellDuration(uncertainMs)}: its answers are too slow to tell`] };
}
