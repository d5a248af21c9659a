import { priorities } from './enums.ts';
import { zeroGuid } from './identifiers.ts';
import { type Checkpoint, earliestCheckpoint, latestCheckpoint } from './journal.ts';
import type { SettingsVm } from './settings-document.ts';
import type { Alert, RecoveryReport, SiteState, Task, Vpg, World } from './state.ts';
import { progressOf } from './tasks.ts';
import { endsOf, historyMsOf, nameOf } from './vpg.ts';

/** The JSON that a Windows ZVM (9.7) at `site` answers: PascalCase, with the vendor's odd spellings. */

export const iso = (time: number): string => new Date(time).toISOString();
const secondsOnly = (time: number): string => iso(time).replace(/\.\d+/, '');

function link(site: SiteState, path: string, identifier: string, type: string) {
  return { identifier, href: `${site.url}/v1/${path}`, rel: null, type };
}

function siteLink(site: SiteState, other: SiteState) {
  return other === site
    ? link(site, 'localsite', other.identifier, 'LocalSiteApi')
    : link(site, `peersites/${other.identifier}`, other.identifier, 'PeerSiteApi');
}

const vpgLink = (site: SiteState, id: string) => link(site, `vpgs/${id}`, id, 'VpgApi');

export function vpgOnWire(world: World, site: SiteState, vpg: Vpg) {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  const { Basic, Vms } = vpg.settings;
  const now = world.clock.now();
  const earliest = earliestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  const historyInMinutes = earliest === undefined ? 0 : Math.round((now - earliest.time) / 60_000);
  const storage = Vms.reduce((sum, vm) => sum + sizeOf(world, vm), 0);
  const self = vpgLink(site, vpg.id);
  return {
    VpgIdentifier: vpg.id,
    VpgName: nameOf(vpg),
    OrganizationName: '',
    Status: 1,
    SubStatus: 0,
    Priority: priorities.indexOf(Basic.Priority),
    ProgressPercentage: 0,
    VmsCount: Vms.length,
    ActualRPO: actualRpo(vpg, now),
    ConfiguredRpoSeconds: Basic.RpoInSeconds,
    LastTest: vpg.lastTest === undefined ? null : iso(vpg.lastTest),
    IOPs: 8 * Vms.length,
    ThroughputInMB: 0.5 * Vms.length,
    ProvisionedStorageInMB: storage,
    UsedStorageInMB: storage,
    ProtectedSite: siteLink(site, protectedSite),
    RecoverySite: siteLink(site, recoverySite),
    SourceSite: protectedSite.spec.zertoName,
    TargetSite: recoverySite.spec.zertoName,
    Zorg: link(site, `zorgs/${zeroGuid}`, zeroGuid, 'ZorgApi'),
    ServiceProfile: null,
    ServiceProfileIdentifier: null,
    ServiceProfileName: '',
    Link: self,
    'Link_{0}': { href: self.href, rel: 'self', type: self.type },
    Entities: { Protected: 0, Recovery: 0, Source: 0, Target: 0 },
    ActiveProcessesApi: { RunningFailOverTestApi: vpg.test === undefined ? null : { Stage: vpg.test.stage } },
    FailSafeHistory: {
      ActualFailSafeHistory: historyInMinutes,
      ConfiguredFailSafeHistory: Basic.JournalHistoryInHours * 60,
      FailSafeDescription: '',
    },
    HistoryStatusApi: {
      ActualHistoryInMinutes: historyInMinutes,
      ConfiguredHistoryInMinutes: Basic.JournalHistoryInHours * 60,
      EarliestCheckpoint: earliest === undefined ? null : checkpointOnWire(earliest),
    },
    BackupEnabled: false,
  };
}

function actualRpo(vpg: Vpg, now: number): number {
  const latest = latestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  return latest === undefined ? 0 : Math.floor((now - latest.time) / 1000);
}

function sizeOf(world: World, vm: SettingsVm): number {
  return world.estate.vmIdentified(vm.VmIdentifier)?.spec.sizeInMb ?? 0;
}

export function checkpointOnWire(checkpoint: Checkpoint) {
  return {
    CheckpointIdentifier: checkpoint.id,
    TimeStamp: secondsOnly(checkpoint.time),
    Tag: checkpoint.tag ?? null,
    Type: checkpoint.type,
  };
}

export function taskOnWire(world: World, site: SiteState, task: Task) {
  return {
    TaskIdentifier: task.id,
    Type: task.type,
    Status: { State: task.state, Progress: progressOf(task, world.clock.now()) },
    InitiatedBy: task.initiatedBy,
    Started: iso(task.started),
    Completed: task.completed === undefined ? null : iso(task.completed),
    CompleteReason: task.reason,
    IsCancellable: false,
    RelatedEntities: {
      Vpgs: [vpgLink(site, task.vpgId)],
      Sites: world.sites.filter(other => task.siteIds.includes(other.identifier)).map(other => siteLink(site, other)),
      Hosts: [],
      FlrSessions: [],
    },
    Link: link(site, `tasks/${task.id}`, task.id, 'TaskApi'),
  };
}

export function vmOnWire(world: World, site: SiteState, vpg: Vpg, vm: SettingsVm) {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  const self = link(site, `vms/${vm.VmIdentifier}?VpgIdentifier=${vpg.id}`, vm.VmIdentifier, 'VmApi');
  return {
    VmIdentifier: vm.VmIdentifier,
    VmName: world.estate.vmIdentified(vm.VmIdentifier)?.name ?? '',
    VpgIdentifier: vpg.id,
    VpgName: nameOf(vpg),
    OrganizationName: '',
    Status: 1,
    SubStatus: 0,
    Priority: priorities.indexOf(vpg.settings.Basic.Priority),
    ActualRPO: actualRpo(vpg, world.clock.now()),
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
    SourceSite: protectedSite.spec.zertoName,
    TargetSite: recoverySite.spec.zertoName,
    RecoveryHostIdentifier: vm.Recovery.HostIdentifier,
    Volumes: vm.Volumes.map(volume => ({ VmVolumeIdentifier: volume.VolumeIdentifier })),
    EnabledActions: { IsFlrEnabled: true },
    Entities: { Protected: 0, Recovery: 0, Source: 0, Target: 0 },
    HardwareVersion: 'vmx-15',
    IsVmExists: true,
    LastTest: vpg.lastTest === undefined ? null : iso(vpg.lastTest),
    Link: self,
    'Link_{0}': { href: self.href, rel: 'self', type: self.type },
  };
}

export function alertOnWire(world: World, site: SiteState, alert: Alert) {
  return {
    Link: link(site, `alerts/${alert.id}`, alert.id, 'AlertApi'),
    Level: alert.level,
    Entity: 'Vpg',
    HelpIdentifier: alert.help,
    IsDismissed: alert.dismissed,
    Site: siteLink(site, site),
    Description: alert.description,
    TurnedOn: iso(alert.turnedOn),
    AffectedVpgs: world.vpgs.filter(vpg => nameOf(vpg) === alert.vpg).map(vpg => vpgLink(site, vpg.id)),
    AffectedZorgs: [],
  };
}

export function localSiteOnWire(site: SiteState) {
  return {
    SiteIdentifier: site.identifier,
    SiteName: site.spec.zertoName,
    Location: site.spec.zertoName,
    Version: site.spec.version,
    SiteType: 'VCenter',
    IpAddress: site.spec.ipAddress,
    UtcOffsetInMinutes: 0,
    ContactEmail: '',
    ContactName: '',
    ContactPhone: '',
    BandwidthThrottlingInMBs: -1,
    IsReplicationToSelfEnabled: true,
    Link: link(site, 'localsite', site.identifier, 'LocalSiteApi'),
  };
}

export function peerSiteOnWire(site: SiteState, peer: SiteState) {
  return {
    SiteIdentifier: peer.identifier,
    PeerSiteName: peer.spec.zertoName,
    PairingStatus: 0,
    Location: peer.spec.zertoName,
    HostName: peer.spec.ipAddress,
    Port: 9081,
    ProvisionedStorage: 400,
    UsedStorage: 400,
    IncomingThroughputInMb: 0.1,
    OutgoingBandWidth: 0.1,
    Version: peer.spec.version,
    SiteType: 'VCenter',
    Link: link(site, `peersites/${peer.identifier}`, peer.identifier, 'PeerSiteApi'),
  };
}

export function reportOnWire(report: RecoveryReport) {
  return {
    RecoveryOperationIdentifier: report.id,
    // All of these are strings, the RTO too.
    General: {
      VpgIdentifier: report.vpgId,
      VpgName: report.vpgName,
      RecoveryType: report.type,
      ProtectedSiteName: report.protectedSite,
      RecoverySiteName: report.recoverySite,
      StartTime: iso(report.start),
      EndTime: iso(report.end),
      PointInTime: iso(report.pointInTime),
      RTOInSeconds: `${Math.round(report.rtoMs / 1000)}`,
      Status: report.success ? 'Success' : 'FailedByUser',
      InitiatedBy: report.by,
      Notes: report.notes,
    },
    RecoverySettings: {
      Vpg: {
        DefaultHostName: report.host,
        DefaultDatastoreName: report.datastore,
        DefaultNetworkName: report.network,
      },
      Vms: report.vms.map(vm => ({
        VmName: vm.name,
        HostName: report.host,
        DatastoreName: report.datastore,
        FolderName: '/',
        NetworkNames: vm.networks,
        Volumes: [{ VolumeName: 'scsi:0:0', DatastoreName: report.datastore }],
      })),
      Steps: report.steps.map(step => ({
        Description: step.description,
        Result: 'Success',
        StartTime: iso(step.start),
        EndTime: iso(step.end),
        ExecutionTime: iso(step.end - step.start).slice(11, 19),
      })),
    },
  };
}
