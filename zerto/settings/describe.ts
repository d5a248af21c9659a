import type {
  NetworkDefault,
  Script,
  SettingsBootGroup,
  SettingsDocument,
  SettingsStorage,
  SettingsVm,
} from '../settings-types.ts';
import type { Named } from '../types.ts';
import { describeNic } from './describe-nic.ts';
import { describeVolume } from './describe-volume.ts';
import { type Id, nameOf } from './name-of.ts';
import type { SettingsNames } from './names.ts';
import { spellDuration } from './spell.ts';

export type Line = readonly [path: string, text: string];
/** All settings that people name, as texts by path; what is not set has no line. */
export function describeSettings(document: SettingsDocument, names: SettingsNames): Map<string, string> {
  const { Basic, Networks, BootGroups, Scripting, Recovery, Vms } = document;
  const vms = [...names.members, ...names.unprotected];
  const lines: Line[] = [
    ['name', Basic.Name],
    ['protected-site', nameOf(names.sites, Basic.ProtectedSiteIdentifier)],
    ['recovery-site', nameOf(names.sites, Basic.RecoverySiteIdentifier)],
    ['rpo', duration(Basic.RpoInSeconds, 1_000)],
    ['service-profile', nameOf(names.serviceProfiles, known(Basic.ServiceProfileIdentifier))],
    ['zorg', nameOf(names.zorgs, known(Basic.ZorgIdentifier))],
    ['journal', duration(Basic.JournalHistoryInHours, 3_600_000)],
    ...describeStorage('journal', document.Journal, names),
    ...describeStorage('scratch', document.Scratch, names),
    ['test-interval', duration(Basic.TestIntervalInMinutes, 60_000)],
    ['priority', Basic.Priority?.toLowerCase() ?? ''],
    ['wan-compression', Basic.UseWanCompression?.toString() ?? ''],
    ['recovery.host', nameOf(names.hosts, Recovery?.DefaultHostIdentifier)],
    ['recovery.host-cluster', nameOf(names.hostClusters, Recovery?.DefaultHostClusterIdentifier)],
    ['recovery.datastore', nameOf(names.datastores, Recovery?.DefaultDatastoreIdentifier)],
    ['recovery.datastore-cluster', nameOf(names.datastoreClusters, Recovery?.DefaultDatastoreClusterIdentifier)],
    ['recovery.folder', nameOf(names.folders, Recovery?.DefaultFolderIdentifier)],
    ['recovery.resource-pool', nameOf(names.resourcePools, Recovery?.ResourcePoolIdentifier)],
    ['vcd.org-vdc', nameOf(names.orgVdcs, Recovery?.VCD?.OrgVdcIdentifier)],
    ['vcd.vapp', nameOf(names.vapps, document.Protected?.VCD?.VcdVappIdentifier)],
    ...describeNetworks('failover', Networks.Failover, names),
    ...describeNetworks('test', Networks.FailoverTest, names),
    ['boot-groups', describeGroups(BootGroups.BootGroups)],
    ['scripts.pre-recovery', describeScript(Scripting.PreRecovery)],
    ['scripts.post-recovery', describeScript(Scripting.PostRecovery)],
    ...Vms.flatMap(vm => describeVm(vm, vms, BootGroups.BootGroups, names)),
  ];
  return new Map(lines.filter(([, text]) => text !== ''));
}

const zeroGuid = '00000000-0000-0000-0000-000000000000';

/** The zero guid stands for none. */
function known(id: Id): Id {
  return id === zeroGuid ? null : id;
}

function duration(count: number | undefined, unitMs: number): string {
  return count === undefined ? '' : spellDuration(count * unitMs);
}

function describeStorage(what: string, storage: SettingsStorage | null | undefined, names: SettingsNames): Line[] {
  const { HardLimitInMB, HardLimitInPercent, WarningThresholdInMB, WarningThresholdInPercent } =
    storage?.Limitation ?? {};
  return [
    [`${what}-datastore`, nameOf(names.datastores, storage?.DatastoreIdentifier)],
    [`${what}-datastore-cluster`, nameOf(names.datastoreClusters, storage?.DatastoreClusterIdentifier)],
    [`${what}-limit`, size(HardLimitInMB, HardLimitInPercent)],
    [`${what}-warning`, size(WarningThresholdInMB, WarningThresholdInPercent)],
  ];
}

function size(mb: number | undefined, percent: number | undefined): string {
  if (mb !== undefined && mb > 0) return mb % 1_024 === 0 ? `${mb / 1_024}GiB` : `${mb}MiB`;
  return percent !== undefined && percent > 0 ? `${percent}%` : '';
}

function describeNetworks(side: string, { Hypervisor, VCD }: NetworkDefault, names: SettingsNames): Line[] {
  const own = Hypervisor?.DefaultNetworkIdentifier ?? VCD?.DefaultRecoveryOrgVdcNetworkIdentifier;
  return [
    [`networks.${side}`, nameOf(names.networks, own)],
    [`vcd.guest-customization.${side}`, VCD?.IsEnableGuestCustomization?.toString() ?? ''],
    ...(VCD?.Mapping ?? []).map(
      (entry): Line => [
        `vcd.mapping.${side}[${nameOf(names.protectedNetworks, entry.ProtectedOrgVdcNetworkIdentifier)}]`,
        [
          nameOf(names.networks, entry.RecoveryOrgVdcNetworkIdentifier),
          nameOf(names.protectedNetworks, entry.ReverseTestOrgVdcNetworkIdentifier),
        ]
          .filter(text => text !== '')
          .join(', reverse test '),
      ],
    ),
  ];
}

function describeGroups(groups: readonly SettingsBootGroup[]): string {
  return groups
    .map(({ Name, BootDelayInSeconds }) =>
      BootDelayInSeconds > 0 ? `${Name} (${spellDuration(BootDelayInSeconds * 1_000)})` : Name,
    )
    .join(', ');
}

function describeScript(script: Script | null | undefined): string {
  const command = script?.Command?.trim() ?? '';
  if (command === '') return '';
  const timeout = script?.TimeoutInSeconds === undefined ? '' : ` (${spellDuration(script.TimeoutInSeconds * 1_000)})`;
  return [command, script?.Parameters?.trim() ?? ''].filter(text => text !== '').join(' ') + timeout;
}

function describeVm(
  vm: SettingsVm,
  vms: readonly Named[],
  groups: readonly SettingsBootGroup[],
  names: SettingsNames,
): Line[] {
  const path = `vms[${nameOf(vms, vm.VmIdentifier)}]`;
  const group = groups.find(g => g.BootGroupIdentifier === vm.BootGroupIdentifier)?.Name;
  const { Recovery } = vm;
  return [
    [path, 'protected'],
    [`${path}.boot-group`, group ?? vm.BootGroupIdentifier ?? ''],
    [`${path}.recovery.host`, nameOf(names.hosts, Recovery?.HostIdentifier)],
    [`${path}.recovery.host-cluster`, nameOf(names.hostClusters, Recovery?.HostClusterIdentifier)],
    [`${path}.recovery.datastore`, nameOf(names.datastores, Recovery?.DatastoreIdentifier)],
    [`${path}.recovery.datastore-cluster`, nameOf(names.datastoreClusters, Recovery?.DatastoreClusterIdentifier)],
    [`${path}.recovery.folder`, nameOf(names.folders, Recovery?.FolderIdentifier)],
    [`${path}.recovery.resource-pool`, nameOf(names.resourcePools, Recovery?.ResourcePoolIdentifier)],
    [`${path}.recovery.storage-policy`, nameOf(names.storagePolicies, Recovery?.VCD?.StoragePolicyIdentifier)],
    ...describeStorage(`${path}.journal`, vm.Journal, names),
    ...describeStorage(`${path}.scratch`, vm.Scratch, names),
    ...(vm.Volumes ?? []).flatMap(volume => describeVolume(path, volume, names)),
    ...vm.Nics.flatMap(nic => describeNic(path, nic, id => nameOf(names.networks, id))),
  ];
}
