import { areConnected, peersOf, vpgsSeenBy } from './connection.ts';
import { pairingStatuses, priorities, vpgStatuses, vpgSubStatuses } from './enums.ts';
import type { Network, OrgVdc } from './estate.ts';
import { refuseLost } from './readiness.ts';
import { Refusal } from './refusal.ts';
import { asksFor, asksForText, type Call, json, type Reply, type Route } from './router.ts';
import { unprotectedVms } from './settings.ts';
import type { SiteState } from './state.ts';
import { nameOf } from './vpg.ts';
import { iso } from './wire-links.ts';
import { localSiteOnWire, pairingOf, peerSiteOnWire } from './wire-sites.ts';
import { vmOnWire } from './wire-vpgs.ts';

export const siteRoutes: readonly Route[] = [
  { method: 'GET', path: 'localsite', handle: call => json(localSiteOnWire(call.site)) },
  { method: 'GET', path: 'peersites', handle: listPeers },
  { method: 'GET', path: 'peersites/{site}', handle: getPeer },
  {
    method: 'GET',
    path: 'virtualizationsites',
    handle: call => json([call.site, ...peersOf(call.world, call.site)].map(virtualizationSite)),
  },
  { method: 'GET', path: 'virtualizationsites/{site}', handle: call => json(virtualizationSite(siteOf(call))) },
  inventory('vms', (site, call) =>
    unprotectedVms(call.world, site).map(vm => ({ VmIdentifier: vm.id, VmName: vm.name })),
  ),
  inventory('networks', site => site.estate.networks.map(networkOnWire)),
  inventory('datastores', site =>
    site.estate.datastores.map(item => ({
      DatastoreIdentifier: item.id,
      DatastoreName: item.name,
      OwningDatastoreCluster: null,
    })),
  ),
  inventory('datastoreclusters', site =>
    site.estate.datastoreClusters.map(item => ({
      DatastoreClusterIdentifier: item.id,
      DatastoreClusterName: item.name,
    })),
  ),
  inventory('repositories', site =>
    site.estate.repositories.map(item => ({
      RepositoryIdentifier: item.id,
      RepositoryName: item.name,
      Path: `\\\\${item.name}`,
      ConnectionType: 'SMB',
      StorageType: 'Network',
    })),
  ),
  inventory('devices', (site, call) =>
    site.estate.devices.flatMap(device => {
      const hosts = site.estate.hosts.map(host => host.id);
      const asked = call.query('hostIdentifier')?.toLowerCase();
      if (!asksForText(call, 'deviceName', device.name) || (asked !== undefined && !hosts.includes(asked))) return [];
      return [
        {
          DeviceIdentifier: device.id,
          DeviceName: device.name,
          DatastoreIdentifier: null,
          HostIdentifiers: hosts,
          SizeInBytes: device.sizeInMb * 1024 * 1024,
          VmIdentifier: null,
        },
      ];
    }),
  ),
  inventory('orgvdcs', site => site.estate.orgVdcs.map(vdc => ({ Identifier: vdc.id, OrgVdcName: vdc.name }))),
  inventory('orgvdcs/{vdc}/networks', (site, call) => vdcOf(site, call).networks.map(networkOnWire)),
  inventory('orgvdcs/{vdc}/storagepolicies', (site, call) =>
    vdcOf(site, call).storagePolicies.map(policy => ({
      StoragePolicyIdentifier: policy.id,
      StoragePolicyName: policy.name,
      IsEnabled: true,
    })),
  ),
  inventory('vcdvapps', site => site.estate.vApps.map(app => ({ VcdVappIdentifier: app.id, VcdName: app.name }))),
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

/** Of another site it is asked through its ZVM. */
export function inventory(what: string, list: (site: SiteState, call: Call) => unknown): Route {
  const handle = (call: Call): Reply => {
    const site = siteOf(call);
    if (!areConnected(call.world, call.site, site)) refuseLost(site);
    return json(list(site, call));
  };
  return { method: 'GET', path: `virtualizationsites/{site}/${what}`, handle };
}

function siteOf(call: Call): SiteState {
  const id = call.param('site');
  const site = [call.site, ...peersOf(call.world, call.site)].find(one => one.identifier === id.toLowerCase());
  if (site === undefined) throw new Refusal(404, `Site ${id} was not found.`);
  return site;
}

const networkOnWire = (network: Network) => ({
  NetworkIdentifier: network.id,
  VirtualizationNetworkName: network.name,
});

function vdcOf(site: SiteState, call: Call): OrgVdc {
  const id = call.param('vdc');
  const vdc = site.estate.orgVdcs.find(candidate => candidate.id === id.toLowerCase());
  if (vdc === undefined) throw new Refusal(404, `Org vDC ${id} was not found.`);
  return vdc;
}

const virtualizationSite = (site: SiteState) => ({
  SiteIdentifier: site.identifier,
  VirtualizationSiteName: site.spec.zertoName,
});

function listPeers(call: Call): Reply {
  const wanted = call.query('peerName');
  const found = peersOf(call.world, call.site).filter(
    site =>
      asksFor(call, 'pairingStatus', pairingStatuses, pairingOf(call.world, call.site, site)) &&
      // This filter alone minds the case.
      (wanted === undefined || wanted === site.spec.zertoName) &&
      asksForText(call, 'location', site.spec.zertoName) &&
      asksForText(call, 'hostName', site.spec.ipAddress),
  );
  return json(found.map(site => peerSiteOnWire(call.world, call.site, site)));
}

function getPeer(call: Call): Reply {
  const peer = siteOf(call);
  if (peer === call.site) throw new Refusal(404, `Site ${peer.identifier} is not a peer of itself.`);
  return json(peerSiteOnWire(call.world, call.site, peer));
}

function protectedVms(call: Call) {
  return vpgsSeenBy(call.world, call.site).flatMap(vpg =>
    vpg.settings.Vms.map(vm => ({ vpg, wire: vmOnWire(call.world, call.site, vpg, vm) })),
  );
}

function listVms(call: Call): Reply {
  const found = protectedVms(call).filter(
    ({ vpg, wire }) =>
      asksForText(call, 'vpgName', nameOf(vpg)) &&
      asksForText(call, 'vmName', wire.VmName) &&
      asksForText(call, 'vmIdentifier', wire.VmIdentifier) &&
      asksFor(call, 'status', vpgStatuses, wire.Status) &&
      asksFor(call, 'subStatus', vpgSubStatuses, wire.SubStatus) &&
      asksFor(call, 'priority', priorities, wire.Priority) &&
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
