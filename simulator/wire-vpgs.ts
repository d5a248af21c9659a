import { entityTypes, priorities, vpgStatuses, vpgSubStatuses } from './enums.ts';
import { zeroGuid } from './identifiers.ts';
import { type Checkpoint, earliestCheckpoint } from './journal.ts';
import type { SettingsVm } from './settings-document.ts';
import type { SiteState, Vpg, World } from './state.ts';
import { endsOf, entityOf, historyMsOf, nameOf } from './vpg.ts';
import { actualRpo, conditionOf, historyMinutes } from './vpg-status.ts';
import { endNamesOnWire, onAppliance, vpgOnAppliance } from './wire-appliance.ts';
import { iso, link, secondsOnly, siteLink, vpgLink } from './wire-links.ts';

export function vpgOnWire(world: World, site: SiteState, vpg: Vpg) {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  const { Basic, Vms } = vpg.settings;
  const now = world.clock.now();
  const earliest = earliestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  const historyInMinutes = historyMinutes(vpg, now);
  const { status, subStatus, progress } = conditionOf(world, site, vpg);
  const profile = world.profiles.find(known => known.id === Basic.ServiceProfileIdentifier);
  const zorg = world.zorgs.find(known => known.id === Basic.ZorgIdentifier);
  const zorgId = zorg?.id ?? zeroGuid;
  const storage = storageOfVpg(world, vpg);
  const self = vpgLink(site, vpg.id);
  return {
    VpgIdentifier: vpg.id,
    VpgName: nameOf(vpg),
    OrganizationName: zorg?.name ?? '',
    Status: vpgStatuses.indexOf(status),
    SubStatus: vpgSubStatuses.indexOf(subStatus),
    Priority: priorities.indexOf(Basic.Priority),
    ProgressPercentage: progress,
    VmsCount: Vms.length,
    ActualRPO: actualRpo(world, vpg),
    ConfiguredRpoSeconds: Basic.RpoInSeconds,
    LastTest: vpg.lastTest === undefined ? null : iso(vpg.lastTest),
    IOPs: 8 * Vms.length,
    ThroughputInMB: 0.5 * Vms.length,
    ProvisionedStorageInMB: storage,
    UsedStorageInMB: storage,
    ProtectedSite: siteLink(site, protectedSite),
    RecoverySite: siteLink(site, recoverySite),
    ...endNamesOnWire(world, site, vpg),
    Zorg: link(site, `zorgs/${zorgId}`, zorgId, 'ZorgApi'),
    ServiceProfile:
      profile === undefined ? null : link(site, `serviceprofiles/${profile.id}`, profile.id, 'ServiceProfileApi'),
    ServiceProfileIdentifier: profile?.id ?? null,
    ServiceProfileName: profile?.name ?? '',
    Link: self,
    'Link_{0}': { href: self.href, rel: 'self', type: self.type },
    Entities: entitiesOf(protectedSite, recoverySite),
    ActiveProcessesApi: { RunningFailOverTestApi: vpg.test === undefined ? null : { Stage: vpg.test.stage } },
    FailSafeHistory: {
      ActualFailSafeHistory: historyInMinutes,
      ConfiguredFailSafeHistory: Basic.JournalHistoryInHours * 60,
      FailSafeDescription: '',
    },
    HistoryStatusApi: {
      ActualHistoryInMinutes: historyInMinutes,
      ConfiguredHistoryInMinutes: Basic.JournalHistoryInHours * 60,
      EarliestCheckpoint: earliest === undefined ? null : checkpointOnWire(world, earliest),
    },
    BackupEnabled: false,
    ...vpgOnAppliance(site, vpg, status, subStatus),
  };
}

function entitiesOf(protectedSite: SiteState, recoverySite: SiteState) {
  const [from, to] = [protectedSite, recoverySite].map(site => entityTypes.indexOf(entityOf(site)));
  return { Protected: from, Recovery: to, Source: from, Target: to };
}

export const storageOfVpg = (world: World, vpg: Vpg): number =>
  vpg.settings.Vms.reduce((sum, vm) => sum + sizeOf(world, vm), 0);

function sizeOf(world: World, vm: SettingsVm): number {
  return world.estate.vmIdentified(vm.VmIdentifier)?.spec.sizeInMb ?? 0;
}

export function checkpointOnWire(world: World, checkpoint: Checkpoint) {
  return {
    CheckpointIdentifier: checkpoint.id,
    TimeStamp: secondsOnly(checkpoint.time),
    Tag: checkpoint.tag ?? null,
    Type: world.choices.checkpointTypes[checkpoint.kind],
  };
}

export function vmOnWire(world: World, site: SiteState, vpg: Vpg, vm: SettingsVm) {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  const { status, subStatus } = conditionOf(world, site, vpg);
  const known = world.estate.vmIdentified(vm.VmIdentifier);
  const self = link(site, `vms/${vm.VmIdentifier}?VpgIdentifier=${vpg.id}`, vm.VmIdentifier, 'VmApi');
  return {
    VmIdentifier: vm.VmIdentifier,
    VmName: known?.name ?? '',
    VpgIdentifier: vpg.id,
    VpgName: nameOf(vpg),
    OrganizationName: '',
    Status: vpgStatuses.indexOf(status),
    SubStatus: vpgSubStatuses.indexOf(subStatus),
    Priority: priorities.indexOf(vpg.settings.Basic.Priority),
    ActualRPO: actualRpo(world, vpg),
    IOPs: 8,
    ThroughputInMB: 0.5,
    OutgoingBandWidthInMbps: 0.1,
    ProvisionedStorageInMB: sizeOf(world, vm),
    UsedStorageInMB: sizeOf(world, vm),
    JournalHardLimit: { LimitType: 0, LimitValue: 0 },
    JournalWarningThreshold: { LimitType: 0, LimitValue: 0 },
    JournalUsedStorageMb: 640,
    ProtectedSite: siteLink(site, protectedSite),
    RecoverySite: siteLink(site, recoverySite),
    ...endNamesOnWire(world, site, vpg),
    RecoveryHostIdentifier: vm.Recovery.HostIdentifier,
    Volumes: vm.Volumes.map(volume => ({ VmVolumeIdentifier: volume.VolumeIdentifier })),
    EnabledActions: { IsFlrEnabled: true },
    Entities: entitiesOf(protectedSite, recoverySite),
    HardwareVersion: 'vmx-15',
    IsVmExists: known !== undefined && protectedSite.estate.vms.includes(known),
    LastTest: vpg.lastTest === undefined ? null : iso(vpg.lastTest),
    Link: self,
    'Link_{0}': { href: self.href, rel: 'self', type: self.type },
    ...onAppliance(site, () => ({
      RecoveryHostName: recoverySite.estate.hosts.find(host => host.id === vm.Recovery.HostIdentifier)?.name ?? null,
    })),
  };
}
