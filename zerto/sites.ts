import * as z from 'zod';
import type { Caller } from './caller.ts';
import { pairings, wordOf } from './enums.ts';
import { segment } from './paths.ts';
import type { Call, LocalSite, Named, PeerSite, ProtectedVm } from './types.ts';
import { localSiteWire, networkWire, peerSiteWire, unprotectedVmWire, vmWire } from './wire.ts';

export async function readLocalSite(caller: Caller, { signal }: Call = {}): Promise<LocalSite> {
  const site = await caller.read({ method: 'GET', path: 'localsite', signal }, localSiteWire);
  return { identifier: site.SiteIdentifier, name: site.SiteName, version: site.Version };
}

export async function readPeerSites(caller: Caller, { signal }: Call = {}): Promise<PeerSite[]> {
  const sites = await caller.read({ method: 'GET', path: 'peersites', signal }, z.array(peerSiteWire));
  return sites.map(site => ({
    identifier: site.SiteIdentifier,
    name: site.PeerSiteName,
    pairing: wordOf(pairings, site.PairingStatus),
  }));
}

export async function readNetworks(caller: Caller, siteId: string, { signal }: Call = {}): Promise<Named[]> {
  const path = `virtualizationsites/${segment(siteId)}/networks`;
  const networks = await caller.read({ method: 'GET', path, signal }, z.array(networkWire));
  return networks.map(network => ({ id: network.NetworkIdentifier, name: network.VirtualizationNetworkName }));
}

/** This list holds only VMs that can still be protected (docs/zerto.md §5). */
export async function readUnprotectedVms(caller: Caller, siteId: string, { signal }: Call = {}): Promise<Named[]> {
  const path = `virtualizationsites/${segment(siteId)}/vms`;
  const vms = await caller.read({ method: 'GET', path, signal }, z.array(unprotectedVmWire));
  return vms.map(vm => ({ id: vm.VmIdentifier, name: vm.VmName }));
}

export async function readProtectedVms(
  caller: Caller,
  { vpgName }: { readonly vpgName?: string },
  { signal }: Call = {},
): Promise<ProtectedVm[]> {
  const vms = await caller.read({ method: 'GET', path: 'vms', query: { vpgName }, signal }, z.array(vmWire));
  return vms
    .map(vm => ({ id: vm.VmIdentifier, name: vm.VmName, vpgId: vm.VpgIdentifier, vpgName: vm.VpgName }))
    .filter(vm => vpgName === undefined || vm.vpgName === vpgName);
}
