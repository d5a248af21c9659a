import type { ActionCall } from '../actions/call.ts';
import type { Input } from '../actions/index.ts';
import { type Lookup, pickByName } from '../zerto/names.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { identifySite } from './direction.ts';
import { StepFailed } from './outcome.ts';
import { spellList } from './spell.ts';
import { reachOf, type Context, type Implementation } from './surroundings.ts';

type Call = ActionCall<Input<'zerto/find-vpgs'>>;
type Condition = (vpg: Vpg) => boolean;

/** Finds VPGs by all that is asked for. None is an answer too: who needs some asserts it. */
export const findVpgs: Implementation<'zerto/find-vpgs'> = async (call, context) => {
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const [conditions, all] = await Promise.all([
    conditionsOf(zvm, call, context),
    zvm.vpgs.list({}, { signal: context.signal }),
  ]);
  const fitting = all.filter(vpg => conditions.every(fits => fits(vpg)));
  const since = call.with['not-tested-for'];
  // A test that runs moves LastTest only when it is stopped; another one could not be started beside it.
  const inTest = since === undefined ? [] : fitting.filter(vpg => vpg.testStage !== undefined);
  const found = fitting
    .filter(vpg => since === undefined || (!inTest.includes(vpg) && isDue(vpg, since, context.clock())))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  assertNamesAreUnique(found);
  return {
    outputs: {
      vpgs: found.map(({ name }) => name),
      count: found.length,
      identifiers: Object.fromEntries(found.map(({ name, id }) => [name, id])),
    },
    ...(inTest.length > 0 && { told: [`left out, since a test runs now: ${spellList(inTest.map(v => v.name))}`] }),
  };
};

/** @throws NameNotFound, NameAmbiguous for a site, profile or ZORG that is not there: it would find nothing, unseen */
async function conditionsOf(zvm: Zvm, call: Call, { sites, signal }: Context): Promise<Condition[]> {
  const { name, 'recovers-to': to = call.site, 'service-profile': profile, zorg, priority, exclude = [] } = call.with;
  const [siteId, profileId, zorgId] = await Promise.all([
    identifySite(to, zvm, call.site, sites, signal),
    profile === undefined
      ? ''
      : zvm.serviceProfiles
          .list({}, { signal })
          .then(idOf(profile, 'service profile', { site: call.site, operation: 'GET serviceprofiles' })),
    zorg === undefined
      ? ''
      : zvm.zorgs.list({ signal }).then(idOf(zorg, 'ZORG', { site: call.site, operation: 'GET zorgs' })),
  ]);
  const left = exclude.map(matcher);
  const conditions: Condition[] = [
    vpg => vpg.recoverySite.identifier === siteId,
    vpg => !left.some(matches => matches(vpg.name)),
  ];
  if (name !== undefined) {
    const matches = matcher(name);
    conditions.push(vpg => matches(vpg.name));
  }
  if (profile !== undefined) {
    conditions.push(({ serviceProfile: { identifier, name: stated } }) =>
      identifier === '' ? stated === profile : identifier === profileId,
    );
  }
  if (zorg !== undefined) conditions.push(vpg => vpg.zorgId === zorgId);
  if (priority !== undefined) conditions.push(vpg => vpg.priority.toLowerCase() === priority);
  return conditions;
}

const idOf =
  (name: string, what: string, lookup: Lookup) =>
  (items: readonly { readonly id: string; readonly name: string }[]): string =>
    pickByName(items, name, what, lookup).id;

/** `*` stands for any text; everything else for itself, case included. */
function matcher(glob: string): (name: string) => boolean {
  const parts = glob.split('*');
  const [first = ''] = parts;
  if (parts.length === 1) return name => name === glob;
  const last = parts.at(-1) ?? '';
  const between = parts.slice(1, -1);
  return name => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    const end = name.length - last.length;
    for (const part of between) {
      const found = name.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

function isDue({ lastTest }: Vpg, sinceMs: number, now: number): boolean {
  return lastTest === undefined || now - Date.parse(lastTest) >= sinceMs;
}

/** What follows names VPGs, and locks them by the identifier of the name. */
function assertNamesAreUnique(sorted: readonly Vpg[]): void {
  const twice = sorted.filter((vpg, n) => vpg.name === sorted[n - 1]?.name || vpg.name === sorted[n + 1]?.name);
  if (twice.length === 0) return;
  const list = spellList(twice.map(vpg => `${vpg.name} (${vpg.id})`));
  throw new StepFailed(`VPGs are told apart by their names, and some have the same one: ${list}; rename them in Zerto`);
}
