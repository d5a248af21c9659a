import type { ActionCall } from '../actions/call.ts';
import { readVpgIfThere } from '../zerto/effects/read-vpg.ts';
import { pickByName } from '../zerto/names.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { StepFailed } from './outcome.ts';
import type { Context, SiteDirectory } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';

/**
 * Reads the VPGs of a step, in the order of their names.
 * @param to the site that they must recover to, by its name in drillbook.yaml
 * @throws StepFailed naming every VPG that recovers elsewhere
 */
export async function assertRecoversTo(
  to: string,
  zvm: Zvm,
  call: Pick<ActionCall, 'site' | 'vpgs'>,
  names: readonly string[],
  { sites, signal }: Pick<Context, 'sites' | 'signal'>,
): Promise<Vpg[]> {
  const [identifier, all] = await Promise.all([
    identifySite(to, zvm, call.site, sites, signal),
    zvm.vpgs.list({}, { signal }),
  ]);
  const vpgs = names.map(name => {
    const id = vpgId(call, name);
    const vpg = all.find(v => v.id === id);
    if (vpg === undefined) throw new StepFailed(`${name} does not exist at ${call.site} any more`);
    return vpg;
  });
  assertDirections(vpgs, { site: to, identifier }, sites);
  return vpgs;
}

/** As above, to the step's own site: what every `zerto/*` action demands. */
export function assertRecoversHere(
  zvm: Zvm,
  call: Pick<ActionCall, 'site' | 'vpgs'>,
  names: readonly string[],
  context: Pick<Context, 'sites' | 'signal'>,
): Promise<Vpg[]> {
  return assertRecoversTo(call.site, zvm, call, names, context);
}

/**
 * The same of one VPG, in two short reads.
 * @throws StepFailed where it recovers elsewhere or is gone
 */
export async function readRecoveringHere(
  zvm: Zvm,
  call: Pick<ActionCall, 'site' | 'vpgs'>,
  name: string,
  { sites, signal }: Pick<Context, 'sites' | 'signal'>,
): Promise<Vpg> {
  const [{ identifier }, vpg] = await Promise.all([
    zvm.sites.local({ signal }),
    readVpgIfThere(zvm, vpgId(call, name), signal),
  ]);
  if (vpg === undefined) throw new StepFailed(`${name} does not exist at ${call.site} any more`);
  assertDirections([vpg], { site: call.site, identifier }, sites);
  return vpg;
}

/**
 * Every VPG must recover to the site (docs/language.md, rule 5).
 * @param here the site by its name in drillbook.yaml and its SiteIdentifier
 * @throws StepFailed naming every VPG that recovers elsewhere
 */
export function assertDirections(
  vpgs: readonly Vpg[],
  here: { readonly site: string; readonly identifier: string },
  sites: SiteDirectory,
): void {
  const wrong = vpgs
    .filter(vpg => vpg.recoverySite.identifier !== here.identifier)
    .map(
      vpg =>
        `${vpg.name} recovers to ${otherSiteName(vpg.recoverySite.name, here.site, sites)}, not to ${here.site} (reverse protection?)`,
    );
  if (wrong.length > 0) throw new StepFailed(wrong.join('; '));
}

/**
 * drillbook.yaml's own name of another site where it is the site's peer, else Zerto's.
 * @param there Zerto's name; may be empty
 */
export function otherSiteName(there: string, site: string, sites: SiteDirectory): string {
  const { peer } = sites.settings(site);
  if (peer === undefined) return there === '' ? 'another site' : there;
  return there === '' || sites.settings(peer).zertoName === there ? peer : there;
}

/** SiteIdentifier of a site, as the ZVM of `from` knows it. */
export async function identifySite(
  to: string,
  zvm: Zvm,
  from: string,
  sites: SiteDirectory,
  signal: AbortSignal,
): Promise<string> {
  if (to === from) return (await zvm.sites.local({ signal })).identifier;
  const { zertoName } = sites.settings(to);
  const peers = await zvm.sites.peers({}, { signal });
  return pickByName(peers, zertoName, `site that is paired with ${from}`, { site: from, operation: 'GET peersites' })
    .identifier;
}
