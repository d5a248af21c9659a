import { NotFound, Refused } from '../errors.ts';
import { pickByName } from '../names.ts';
import type { SettingsDocument } from '../settings-types.ts';
import type { Named } from '../types.ts';
import type { Zvm } from '../zvm.ts';
import type { Desired, DesiredStorage, DesiredVm } from './desired.ts';

/** What names stand for. A list that nobody needs is not read: what it would name is told by its identifier. */
export interface SettingsNames {
  /** This site and its peers. */
  readonly sites?: readonly Named[];
  /** All networks of the recovery site, or of the org VDC. */
  readonly networks: readonly Named[];
  /** The VPG's own VMs. */
  readonly members: readonly Named[];
  /** VMs of the protected site that can still be protected; empty where nobody asked. */
  readonly unprotected: readonly Named[];
  /** Of the recovery site. */
  readonly datastores?: readonly Named[];
  readonly datastoreClusters?: readonly Named[];
  readonly hosts?: readonly Named[];
  readonly hostClusters?: readonly Named[];
  readonly folders?: readonly Named[];
  readonly resourcePools?: readonly Named[];
  readonly devices?: readonly Named[];
  readonly storagePolicies?: readonly Named[];
  readonly orgVdcs?: readonly Named[];
  /** Of the protected site. */
  readonly vapps?: readonly Named[];
  readonly protectedNetworks?: readonly Named[];
  readonly serviceProfiles?: readonly Named[];
  readonly zorgs?: readonly Named[];
}

type Reading = { readonly signal?: AbortSignal };

/**
 * Reads the names that are needed, all at once.
 * @param document the VPG's settings, or those that a new one begins with, its sites filled in
 * @throws NameNotFound, NameAmbiguous: an org VDC, whose networks cannot be read without it
 */
export async function readNames(
  zvm: Zvm,
  desired: Desired,
  document: SettingsDocument,
  call: Reading,
): Promise<SettingsNames> {
  const { ProtectedSiteIdentifier: from, RecoverySiteIdentifier: to } = document.Basic;
  const { virtualizationSites: at } = zvm;
  const places = placesOf(desired);
  const storages = storagesOf(desired);
  const volumes = (desired.vms ?? []).concat(desired.addVms ?? []).flatMap(vm => vm.volumes ?? []);
  const asksFor = (key: string, lists: readonly object[]) => lists.some(item => key in item);
  const perhaps = <T>(needed: boolean, read: () => Promise<T>): Promise<T | undefined> =>
    needed ? read() : Promise.resolve(undefined);

  const known = document.Recovery?.VCD?.OrgVdcIdentifier ?? '';
  const wanted = desired.vcd?.orgVdc;
  const orgVdcs = await perhaps(wanted !== undefined || known !== '', () => at.orgVdcs(to, call));
  const orgVdc =
    wanted === undefined ? (known === '' ? undefined : known) : pickByName(orgVdcs ?? [], wanted, 'org VDC').id;
  const protectedVdc = desired.vcd?.protectedOrgVdc;
  const protectedOrgVdc =
    protectedVdc === undefined ? undefined : pickByName(await at.orgVdcs(from, call), protectedVdc, 'org VDC').id;

  const joins = (desired.addVms ?? []).length > 0 || (document.VpgIdentifier ?? '') === '';
  const datastores = asksFor('datastore', [...places, ...storages, ...volumes]) || asksFor('preseed', volumes);
  const datastoreClusters = asksFor('datastoreCluster', [...places, ...storages, ...volumes]);
  /** For telling where the ZVM has put a VM that joins; nothing hangs on it, so a ZVM need not have the list. */
  const told = <T>(needed: boolean, read: () => Promise<T>): Promise<T | undefined> =>
    needed || !joins ? perhaps(needed, read) : read().catch(orNothing);

  const [networks, protectedVms, unprotected] = await Promise.all([
    orgVdc === undefined ? at.networks(to, call) : at.orgVdcNetworks(to, orgVdc, call),
    document.Vms.length === 0 ? [] : zvm.vms.list({ vpgName: document.Basic.Name }, call),
    joins || desired.removeVms !== undefined ? at.vms(from, call) : [],
  ]);
  const lists = await allOf({
    datastores: told(datastores, () => at.datastores(to, call)),
    datastoreClusters: told(datastoreClusters, () => at.datastoreClusters(to, call)),
    hosts: told(asksFor('host', places), () => at.hosts(to, call)),
    hostClusters: told(asksFor('hostCluster', places), () => at.hostClusters(to, call)),
    folders: told(asksFor('folder', places), () => at.folders(to, call)),
    resourcePools: told(asksFor('resourcePool', places), () => at.resourcePools(to, call)),
    devices: perhaps(asksFor('rdm', volumes), () => at.devices(to, {}, call)),
    storagePolicies: perhaps(orgVdc !== undefined && asksFor('storagePolicy', places), () =>
      at.orgVdcStoragePolicies(to, orgVdc ?? '', call),
    ),
    orgVdcs: Promise.resolve(orgVdcs),
    vapps: perhaps(desired.vcd?.vapp !== undefined, () => at.vcdVapps(from, call)),
    protectedNetworks: perhaps(protectedOrgVdc !== undefined, () =>
      at.orgVdcNetworks(from, protectedOrgVdc ?? '', call),
    ),
    serviceProfiles: perhaps(desired.serviceProfile !== undefined, () =>
      zvm.serviceProfiles.list({ siteId: to }, call),
    ),
    zorgs: perhaps(desired.zorg !== undefined, () => zvm.zorgs.list(call)),
  });
  const members = document.Vms.map(({ VmIdentifier }) => ({
    id: VmIdentifier,
    name: protectedVms.find(vm => vm.id === VmIdentifier)?.name ?? VmIdentifier,
  }));
  return { networks, members, unprotected, ...lists };
}

/** All at once; what was not read has no key. */
async function allOf(
  reading: Readonly<Record<string, Promise<readonly Named[] | undefined>>>,
): Promise<Record<string, readonly Named[]>> {
  const entries = await Promise.all(Object.entries(reading).map(async ([key, list]) => [key, await list] as const));
  return Object.fromEntries(entries.flatMap(([key, list]) => (list === undefined ? [] : [[key, list]])));
}

function orNothing(error: unknown): undefined {
  if (error instanceof NotFound || error instanceof Refused) return undefined;
  throw error;
}

function placesOf(desired: Desired): object[] {
  return [desired.recovery, ...vmsOf(desired).map(vm => vm.recovery)].flatMap(place => place ?? []);
}

function storagesOf(desired: Desired): DesiredStorage[] {
  const ofVms = vmsOf(desired).flatMap(vm => [vm.journal, vm.scratch]);
  return [desired.journal, desired.scratch, ...ofVms].flatMap(storage => storage ?? []);
}

function vmsOf(desired: Desired): DesiredVm[] {
  return [...(desired.vms ?? []), ...(desired.addVms ?? [])];
}
