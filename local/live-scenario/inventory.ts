import type { Platform, SiteSpec } from '../../simulator/scenario.ts';
import type { Named } from '../../zerto/types.ts';
import type { Zvm } from '../../zerto/zvm.ts';

/** What a site holds, by name and by identifier. */
export interface Inventory {
  readonly networks: readonly Named[];
  readonly parts: Pick<
    SiteSpec,
    'datastores' | 'hosts' | 'hostClusters' | 'resourcePools' | 'folders' | 'datastoreClusters' | 'repositories'
  > &
    Pick<SiteSpec, 'devices' | 'orgVdcs' | 'vApps'>;
  /** VMs that nobody protects. */
  readonly vms: readonly Named[];
}

/** Reads it through one ZVM, of its own site or of a peer. What is refused reads as empty, and `remark` is told. */
export async function readInventory(
  zvm: Zvm,
  siteId: string,
  platform: Platform,
  remark: (text: string) => void,
): Promise<Inventory> {
  const { virtualizationSites: sites } = zvm;
  const tolerant = async <T>(what: string, read: () => Promise<T[]>): Promise<T[]> => {
    try {
      return await read();
    } catch (error) {
      remark(`its ${what} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  };
  const names = async (what: string, read: () => Promise<readonly Named[]>): Promise<string[]> =>
    distinct((await tolerant(what, async () => [...(await read())])).map(({ name }) => name));
  const networks = await tolerant('networks', () => sites.networks(siteId));
  const devices = await tolerant('devices', () => sites.devices(siteId));
  const inVcd = platform === 'VCD';
  const vdcs = inVcd ? await tolerant('org VDCs', () => sites.orgVdcs(siteId)) : [];
  const orgVdcs = [];
  for (const vdc of vdcs) {
    orgVdcs.push({
      name: vdc.name,
      networks: await names(`networks of ${vdc.name}`, () => sites.orgVdcNetworks(siteId, vdc.id)),
      storagePolicies: await names(`policies of ${vdc.name}`, () => sites.orgVdcStoragePolicies(siteId, vdc.id)),
    });
  }
  const repositories = await names('repositories', () => sites.repositories(siteId));
  const datastoreClusters = await names('datastore clusters', () => sites.datastoreClusters(siteId));
  return {
    networks,
    parts: {
      datastores: await names('datastores', () => sites.datastores(siteId)),
      hosts: await names('hosts', () => sites.hosts(siteId)),
      hostClusters: await names('host clusters', () => sites.hostClusters(siteId)),
      resourcePools: await names('resource pools', () => sites.resourcePools(siteId)),
      folders: await names('folders', () => sites.folders(siteId)),
      ...(datastoreClusters.length > 0 && { datastoreClusters }),
      ...(repositories.length > 0 && { repositories }),
      ...(devices.length > 0 && {
        devices: devices.map(({ name, sizeBytes }) => ({ name, sizeInMb: Math.round(sizeBytes / 1024 ** 2) })),
      }),
      ...(orgVdcs.length > 0 && { orgVdcs }),
      ...(inVcd && { vApps: await names('vApps', () => sites.vcdVapps(siteId)) }),
    },
    vms: await tolerant('VMs', () => sites.vms(siteId)),
  };
}

/** SiteType, as versions spell it. */
export function platformOf(kind: string): Platform {
  if (/vcd|vcloud/i.test(kind)) return 'VCD';
  return /hyper-?v|scvmm/i.test(kind) ? 'SCVMM' : 'VCenter';
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)].filter(name => name !== '');
