import { vpgsSeenBy } from './connection.ts';
import type { SettingsVm } from './settings-document.ts';
import type { SiteState, Vpg, World } from './state.ts';
import { endsOf, entityOf, nameOf } from './vpg.ts';
import { iso } from './wire-links.ts';

const hour = 3_600_000;
/** A ZVM keeps hourly samples for 90 days; the simulation began with these. */
const keptHours = 24 * 7;

/** Whole hours, ms since 1970. */
export interface Period {
  readonly first: number;
  readonly last: number;
}

/** The hours of a period of which there are samples. */
export function samplePeriod(world: World, from = -Infinity, to = Infinity): Period {
  const now = world.clock.now();
  const first = Math.max(from, world.startedAt - keptHours * hour);
  return { first: Math.ceil(first / hour) * hour, last: Math.floor(Math.min(to, now) / hour) * hour };
}

/** A sample of one VM, without its time. */
export type Sample = ReturnType<typeof sampleOnWire>;

/**
 * A sample for each hour and each VM that recovers to the site, which is where they are collected; oldest first. Gives
 * a part of them, as a page wants it.
 */
export function samplesAt(
  world: World,
  site: SiteState,
  period: Period,
  wants: (sample: Sample) => boolean = () => true,
): (start: number, count: number) => (Sample & { readonly SampleTime: string })[] {
  const ofVms = vpgsSeenBy(world, site)
    .filter(vpg => endsOf(world, vpg).recoverySite === site)
    .flatMap(vpg => vpg.settings.Vms.map(member => sampleOnWire(world, vpg, member)))
    .filter(wants);
  const hours = Math.max(0, (period.last - period.first) / hour + 1);
  return (start, count) => {
    const length = Math.max(0, Math.min(count, hours * ofVms.length - start));
    return Array.from({ length }, (_, n) => start + n).flatMap(n => {
      const sample = ofVms[n % ofVms.length];
      const time = period.first + Math.floor(n / ofVms.length) * hour;
      return sample === undefined ? [] : [{ SampleTime: iso(time), ...sample }];
    });
  };
}

function sampleOnWire(world: World, vpg: Vpg, member: SettingsVm) {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  const vm = world.estate.vmIdentified(member.VmIdentifier);
  const gigabytes = (vm?.spec.sizeInMb ?? 0) / 1024;
  const zorg = world.zorgs.find(({ id }) => id === vpg.settings.Basic.ZorgIdentifier);
  const profile = world.profiles.find(({ id }) => id === vpg.settings.Basic.ServiceProfileIdentifier);
  return {
    Performance: { BandwidthInBps: 65_536, ThroughputInBps: 524_288 },
    Vpg: {
      CrmIdentifier: '',
      ServiceProfileName: profile?.name ?? '',
      VpgName: nameOf(vpg),
      ProtectedAndRecoveryType: `${entityOf(protectedSite)}To${entityOf(recoverySite)}`,
      ZorgName: zorg?.name ?? '',
    },
    ProtectedSite: {
      Compute: computeOf(protectedSite),
      Storage: {
        NumberOfVolumes: member.Volumes.length,
        VolumesProvisionedStorageInGB: gigabytes,
        VolumesUsedStorageInGB: gigabytes,
      },
      VmInfo: {
        HardwareVersion: 'vmx-15',
        VmIdentifier: member.VmIdentifier,
        VmName: vm?.name ?? '',
        Cpu: { CpuLimitationInMhz: 0, CpuReservedInMhz: 0, NumberOfvCpus: 2, CpuUsedInMhz: 400 },
        Memory: {
          ActiveGuestMemoryInMB: 1024,
          ConsumedHostMemoryInMB: 4096,
          MemoryInMB: 4096,
          MemoryLimitationInMB: 0,
          MemoryReservedInMB: 0,
        },
      },
      SiteName: protectedSite.spec.zertoName,
      VcdOrgName: '',
    },
    RecoverySite: {
      Compute: computeOf(recoverySite),
      Storage: {
        JournalProvisionedStorageInGB: gigabytes / 8,
        JournalUsedStorageInGB: gigabytes / 16,
        DatastoreName: nameIn(recoverySite.estate.datastores, member.Recovery.DatastoreIdentifier),
        StoragePolicyName: nameIn(
          recoverySite.estate.orgVdcs.flatMap(vdc => vdc.storagePolicies),
          member.Recovery.VCD?.StoragePolicyIdentifier,
        ),
        VolumesProvisionedStorageInGB: gigabytes,
        VolumesUsedStorageInGB: gigabytes,
      },
      SiteName: recoverySite.spec.zertoName,
      VcdOrgName: '',
    },
  };
}

function computeOf({ estate }: SiteState) {
  const host = estate.hosts[0]?.name ?? '';
  return {
    ClusterName: estate.hostClusters[0]?.name ?? '',
    HostName: host,
    VraName: host === '' ? '' : `Z-VRA-${host}`,
    OrgVdcName: estate.orgVdcs[0]?.name ?? '',
    ResourcePoolName: estate.resourcePools[0]?.name ?? '',
  };
}

const nameIn = (items: readonly { readonly id: string; readonly name: string }[], id: string | null | undefined) =>
  items.find(item => item.id === id)?.name ?? '';
