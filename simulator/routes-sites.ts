import { pairingStatuses } from './enums.ts';
import { Refusal } from './refusal.ts';
import { asksFor, asksForText, type Call, json, type Reply, type Route } from './router.ts';
import { unprotectedVms } from './settings.ts';
import { type SiteState, siteIdentified } from './state.ts';
import { nameOf } from './vpg.ts';
import { iso, localSiteOnWire, peerSiteOnWire, vmOnWire } from './wire.ts';

export const siteRoutes: readonly Route[] = [
  { method: 'GET', path: 'localsite', handle: call => json(localSiteOnWire(call.site)) },
  { method: 'GET', path: 'peersites', handle: listPeers },
  { method: 'GET', path: 'peersites/{site}', handle: getPeer },
  { method: 'GET', path: 'virtualizationsites', handle: call => json(call.world.sites.map(virtualizationSite)) },
  { method: 'GET', path: 'virtualizationsites/{site}', handle: call => json(virtualizationSite(siteOf(call))) },
  inventory('vms', (site, call) =>
    unprotectedVms(call.world, site).map(vm => ({ VmIdentifier: vm.id, VmName: vm.name })),
  ),
  inventory('networks', site =>
    site.estate.networks.map(item => ({ NetworkIdentifier: item.id, VirtualizationNetworkName: item.name })),
  ),
  inventory('datastores', site =>
    site.estate.datastores.map(item => ({ DatastoreIdentifier: item.id, DatastoreName: item.name })),
  ),
  inventory('datastoreclusters', () => []),
  inventory('hosts', site =>
    site.estate.hosts.map(item => ({ HostIdentifier: item.id, VirtualizationHostName: item.name })),
  ),
  inventory('hostclusters', site =>
    site.estate.hostClusters.map(item => ({ ClusterIdentifier: item.id, VirtualizationClusterName: item.name })),
  ),
  inventory('resourcepools', site =>
    // The small p is the vendor's.
    site.estate.resourcePools.map(item => ({ ResourcePoolIdentifier: item.id, ResourcepoolName: item.name })),
  ),
  inventory('folders', site => site.estate.folders.map(item => ({ FolderIdentifier: item.id, FolderName: item.name }))),
  { method: 'GET', path: 'vms', handle: listVms },
  { method: 'GET', path: 'vms/{vm}', handle: getVm },
  { method: 'GET', path: 'serverdatetime/serverdatetimeutc', handle: call => json(iso(call.world.clock.now())) },
  { method: 'GET', path: 'serverdatetime/serverdatetimelocal', handle: call => json(iso(call.world.clock.now())) },
];

function inventory(what: string, list: (site: SiteState, call: Call) => unknown[]): Route {
  return { method: 'GET', path: `virtualizationsites/{site}/${what}`, handle: call => json(list(siteOf(call), call)) };
}

function siteOf(call: Call): SiteState {
  const id = call.param('site');
  const site = siteIdentified(call.world, id);
  if (site === undefined) throw new Refusal(404, `Site ${id} was not found.`);
  return site;
}

const virtualizationSite = (site: SiteState) => ({
  SiteIdentifier: site.identifier,
  VirtualizationSiteName: site.spec.zertoName,
});

function listPeers(call: Call): Reply {
  const wanted = call.query('peerName');
  const found = call.world.sites.filter(
    site =>
      site !== call.site &&
      asksFor(call, 'pairingStatus', pairingStatuses, 0) &&
      // This filter alone minds the case.
      (wanted === undefined || wanted === site.spec.zertoName),
  );
  return json(found.map(site => peerSiteOnWire(call.site, site)));
}

function getPeer(call: Call): Reply {
  const peer = siteOf(call);
  if (peer === call.site) throw new Refusal(404, `Site ${peer.identifier} is not a peer of itself.`);
  return json(peerSiteOnWire(call.site, peer));
}

function protectedVms(call: Call) {
  return call.world.vpgs.flatMap(vpg =>
    vpg.settings.Vms.map(vm => ({ vpg, wire: vmOnWire(call.world, call.site, vpg, vm) })),
  );
}

function listVms(call: Call): Reply {
  const found = protectedVms(call).filter(
    ({ vpg, wire }) =>
      asksForText(call, 'vpgName', nameOf(vpg)) &&
      asksForText(call, 'vmName', wire.VmName) &&
      asksForText(call, 'vmIdentifier', wire.VmIdentifier) &&
      asksForText(call, 'protectedSiteIdentifier', vpg.settings.Basic.ProtectedSiteIdentifier) &&
      asksForText(call, 'recoverySiteIdentifier', vpg.settings.Basic.RecoverySiteIdentifier),
  );
  return json(found.map(({ wire }) => wire));
}

function getVm(call: Call): Reply {
  const id = call.param('vm').toLowerCase();
  const found = protectedVms(call).filter(
    ({ wire }) => wire.VmIdentifier === id && asksForText(call, 'vpgIdentifier', wire.VpgIdentifier),
  );
  const [only, second] = found;
  if (only === undefined) throw new Refusal(404, `VM ${id} was not found.`);
  if (second !== undefined) throw new Refusal(400, `VM ${id} is in several VPGs: vpgIdentifier is needed.`);
  return json(only.wire);
}
