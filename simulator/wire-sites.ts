import { areConnected, isConnected, vpgsSeenBy } from './connection.ts';
import { pairingStatuses } from './enums.ts';
import type { SiteState, World } from './state.ts';
import { endsOf } from './vpg.ts';
import { localSiteOnAppliance, onAppliance } from './wire-appliance.ts';
import { link } from './wire-links.ts';
import { storageOfVpg } from './wire-vpgs.ts';

export function localSiteOnWire(site: SiteState) {
  return {
    SiteIdentifier: site.identifier,
    SiteName: site.spec.zertoName,
    Location: site.spec.zertoName,
    Version: site.spec.version,
    SiteType: site.estate.platform,
    IpAddress: site.spec.ipAddress,
    UtcOffsetInMinutes: 0,
    ContactEmail: '',
    ContactName: '',
    ContactPhone: '',
    BandwidthThrottlingInMBs: -1,
    IsReplicationToSelfEnabled: true,
    Link: link(site, 'localsite', site.identifier, 'LocalSiteApi'),
    ...localSiteOnAppliance(site),
  };
}

/** Number of the PairingStatus. */
export function pairingOf(world: World, site: SiteState, peer: SiteState): number {
  return pairingStatuses.indexOf(areConnected(world, site, peer) ? 'Paired' : world.choices.silentPairing);
}

export function peerSiteOnWire(world: World, site: SiteState, peer: SiteState) {
  const connected = areConnected(world, site, peer);
  const shared = vpgsSeenBy(world, site).filter(vpg => Object.values(endsOf(world, vpg)).includes(peer));
  const storage = shared.reduce((sum, vpg) => sum + storageOfVpg(world, vpg), 0);
  // Nothing comes or goes while they do not reach each other.
  const traffic = (from: SiteState): number =>
    connected
      ? shared.filter(vpg => endsOf(world, vpg).protectedSite === from && isConnected(world, vpg)).length / 10
      : 0;
  return {
    SiteIdentifier: peer.identifier,
    PeerSiteName: peer.spec.zertoName,
    PairingStatus: pairingOf(world, site, peer),
    Location: peer.spec.zertoName,
    HostName: peer.spec.ipAddress,
    Port: 9081,
    ProvisionedStorage: storage,
    UsedStorage: storage,
    IncomingThroughputInMb: traffic(peer),
    OutgoingBandWidth: traffic(site),
    Version: peer.spec.version,
    SiteType: peer.estate.platform,
    Link: link(site, `peersites/${peer.identifier}`, peer.identifier, 'PeerSiteApi'),
    ...onAppliance(site, () => ({ RegionName: null })),
  };
}
