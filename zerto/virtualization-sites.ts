import * as z from 'zod';
import type { Caller } from './caller.ts';
import { segment } from './paths.ts';
import { get } from './reading.ts';
import type { Call, Named } from './types.ts';
import { orElse, type Raw, wireProjected } from './wire-value.ts';
import {
  datastoreClusterWire,
  datastoreWire,
  deviceWire,
  folderWire,
  hostClusterWire,
  hostWire,
  networkWire,
  orgVdcWire,
  repositoryWire,
  resourcePoolWire,
  storagePolicyWire,
  unprotectedVmWire,
  vcdVappWire,
  virtualizationSiteWire,
} from './wire-sites.ts';

/** Something at a site, as its hypervisor manager names it. */
export interface Item extends Named {
  readonly raw: Raw;
}
export interface Datastore extends Item {
  /** Empty where it is in none, or the ZVM does not tell. */
  readonly clusterId: string;
}
export interface Device extends Item {
  readonly datastoreId: string;
  readonly hostIds: readonly string[];
  readonly sizeBytes: number;
  /** The VM that has it; empty: none. */
  readonly vmId: string;
}
export interface Repository extends Item {
  readonly path: string;
  readonly connectionType: string;
  readonly storageType: string;
}
export interface StoragePolicy extends Item {
  readonly enabled: boolean;
}

/** What a site holds (docs/zerto.md §5), by the site's identifier. */
export interface VirtualizationSites {
  list(call?: Call): Promise<Item[]>;
  get(siteId: string, call?: Call): Promise<Item>;
  /** Only VMs that can still be protected. */
  vms(siteId: string, call?: Call): Promise<Item[]>;
  networks(siteId: string, call?: Call): Promise<Item[]>;
  datastores(siteId: string, call?: Call): Promise<Datastore[]>;
  datastoreClusters(siteId: string, call?: Call): Promise<Item[]>;
  hosts(siteId: string, call?: Call): Promise<Item[]>;
  host(siteId: string, hostId: string, call?: Call): Promise<Item>;
  hostClusters(siteId: string, call?: Call): Promise<Item[]>;
  resourcePools(siteId: string, call?: Call): Promise<Item[]>;
  /** Names, not paths: `/` is the top. */
  folders(siteId: string, call?: Call): Promise<Item[]>;
  repositories(siteId: string, call?: Call): Promise<Repository[]>;
  /** Filters are applied by the client as well as sent. */
  devices(
    siteId: string,
    filter?: { readonly hostId?: string; readonly name?: string },
    call?: Call,
  ): Promise<Device[]>;
  orgVdcs(siteId: string, call?: Call): Promise<Item[]>;
  orgVdcNetworks(siteId: string, orgVdcId: string, call?: Call): Promise<Item[]>;
  orgVdcStoragePolicies(siteId: string, orgVdcId: string, call?: Call): Promise<StoragePolicy[]>;
  vcdVapps(siteId: string, call?: Call): Promise<Item[]>;
}

export function createVirtualizationSites(caller: Caller): VirtualizationSites {
  const top = 'virtualizationsites';
  const list =
    <T>(what: string, schema: z.ZodType<T>) =>
    (siteId: string, call?: Call): Promise<T[]> =>
      caller.read(get(`${top}/${segment(siteId)}/${what}`, call), z.array(schema));
  const ofOrgVdc =
    <T>(what: string, schema: z.ZodType<T>) =>
    (siteId: string, orgVdcId: string, call?: Call): Promise<T[]> =>
      caller.read(get(`${top}/${segment(siteId)}/orgvdcs/${segment(orgVdcId)}/${what}`, call), z.array(schema));
  return {
    list: call => caller.read(get(top, call), z.array(site)),
    get: (siteId, call) => caller.read(get(`${top}/${segment(siteId)}`, call), site),
    vms: list('vms', unprotectedVm),
    networks: list('networks', network),
    datastores: list('datastores', datastore),
    datastoreClusters: list('datastoreclusters', datastoreCluster),
    hosts: list('hosts', host),
    host: (siteId, hostId, call) => caller.read(get(`${top}/${segment(siteId)}/hosts/${segment(hostId)}`, call), host),
    hostClusters: list('hostclusters', hostCluster),
    resourcePools: list('resourcepools', resourcePool),
    folders: list('folders', folder),
    repositories: list('repositories', repository),
    async devices(siteId, filter = {}, call) {
      const query = { hostIdentifier: filter.hostId, deviceName: filter.name };
      const devices = await caller.read(get(`${top}/${segment(siteId)}/devices`, call, query), z.array(device));
      return devices.filter(
        each =>
          (filter.hostId === undefined || each.hostIds.length === 0 || each.hostIds.includes(filter.hostId)) &&
          (filter.name === undefined || each.name === filter.name),
      );
    },
    orgVdcs: list('orgvdcs', orgVdc),
    orgVdcNetworks: ofOrgVdc('networks', network),
    orgVdcStoragePolicies: ofOrgVdc('storagepolicies', storagePolicy),
    vcdVapps: list('vcdvapps', vcdVapp),
  };
}

const item = (id: string, name: string, raw: Raw): Item => ({ id, name, raw });

const site = wireProjected(virtualizationSiteWire, (w, raw) => item(w.SiteIdentifier, w.VirtualizationSiteName, raw));
const unprotectedVm = wireProjected(unprotectedVmWire, (w, raw) => item(w.VmIdentifier, w.VmName, raw));
const network = wireProjected(networkWire, (w, raw) => item(w.NetworkIdentifier, w.VirtualizationNetworkName, raw));
const datastore = wireProjected(datastoreWire, (w, raw) => ({
  ...item(w.DatastoreIdentifier, w.DatastoreName, raw),
  clusterId: w.OwningDatastoreCluster?.DatastoreClusterIdentifier ?? '',
}));
const datastoreCluster = wireProjected(datastoreClusterWire, (w, raw) =>
  item(w.DatastoreClusterIdentifier, w.DatastoreClusterName, raw),
);
const host = wireProjected(hostWire, (w, raw) => item(w.HostIdentifier, w.VirtualizationHostName, raw));
const hostCluster = wireProjected(hostClusterWire, (w, raw) =>
  item(w.ClusterIdentifier, w.VirtualizationClusterName, raw),
);
const resourcePool = wireProjected(resourcePoolWire, (w, raw) =>
  item(w.ResourcePoolIdentifier, w.ResourcepoolName, raw),
);
const folder = wireProjected(folderWire, (w, raw) => item(w.FolderIdentifier, w.FolderName, raw));
const repository = wireProjected(repositoryWire, (w, raw) => ({
  ...item(w.RepositoryIdentifier, w.RepositoryName, raw),
  path: w.Path,
  connectionType: w.ConnectionType,
  storageType: w.StorageType,
}));
const device = wireProjected(deviceWire, (w, raw) => ({
  ...item(w.DeviceIdentifier, w.DeviceName, raw),
  datastoreId: w.DatastoreIdentifier,
  hostIds: w.HostIdentifiers,
  sizeBytes: orElse(w.SizeInBytes, 0),
  vmId: w.VmIdentifier,
}));
const orgVdc = wireProjected(orgVdcWire, (w, raw) => item(w.Identifier, w.OrgVdcName, raw));
const storagePolicy = wireProjected(storagePolicyWire, (w, raw) => ({
  ...item(w.StoragePolicyIdentifier, w.StoragePolicyName, raw),
  enabled: w.IsEnabled ?? true,
}));
const vcdVapp = wireProjected(vcdVappWire, (w, raw) =>
  item(w.VcdVappIdentifier, w.VcdName === '' ? w.VcdVappName : w.VcdName, raw),
);
