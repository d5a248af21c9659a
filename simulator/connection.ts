import type { SiteState, Vpg, World } from './state.ts';
import { endsOf } from './vpg.ts';

/** Whether two ZVMs reach each other; a site always reaches itself. */
export function areConnected(world: World, one: SiteState, other: SiteState): boolean {
  if (one === other) return true;
  return one.silentSince === undefined && other.silentSince === undefined && !world.cuts.has(pairName(one, other));
}

export function isConnected(world: World, vpg: Vpg): boolean {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  return areConnected(world, protectedSite, recoverySite);
}

/** Sites that a site is paired with. */
export function peersOf(world: World, site: SiteState): SiteState[] {
  return world.sites.filter(
    other =>
      other !== site &&
      (site.spec.peers?.includes(other.name) ?? true) &&
      (other.spec.peers?.includes(site.name) ?? true),
  );
}

/** The VPGs that a ZVM knows of: those that it protects or that recover to it. */
export function vpgsSeenBy(world: World, site: SiteState): Vpg[] {
  return world.vpgs.filter(vpg => {
    const { ProtectedSiteIdentifier, RecoverySiteIdentifier } = vpg.settings.Basic;
    return [ProtectedSiteIdentifier, RecoverySiteIdentifier].includes(site.identifier);
  });
}

export const pairName = (one: SiteState, other: SiteState): string => [one.name, other.name].sort().join(' ');
