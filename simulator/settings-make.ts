import type { Estate, SiteEstate, Vm } from './estate.ts';
import { guidOf, zeroGuid } from './identifiers.ts';
import type { NicTarget, Scenario, ScriptSpec, VpgSpec } from './scenario.ts';
import type { NetworkSide, NicSide, Script, SettingsDocument, SettingsVm, Storage } from './settings-document.ts';

/** The settings that a VPG of the scenario has from the start. */
export function documentOf(scenario: Scenario, estate: Estate, spec: VpgSpec): SettingsDocument {
  const recovery = estate.site(spec.to);
  const groups = spec.bootGroups.map(group => ({
    BootGroupIdentifier: guidOf(scenario.name, spec.name, 'boot group', group.name),
    Name: group.name,
    BootDelayInSeconds: group.delaySeconds,
  }));
  const networkId = (name: string | null): string | null => (name === null ? null : estate.network(spec.to, name).id);
  const side = (target: NicTarget, fallback: string | null): NicSide =>
    nicSide(networkId(target.network === undefined ? fallback : target.network), target);
  const document = blankDocument(estate.site(spec.from).identifier, recovery);
  return {
    ...document,
    Basic: {
      ...document.Basic,
      Name: spec.name,
      RpoInSeconds: spec.rpoSeconds,
      TestIntervalInMinutes: spec.testIntervalMinutes,
      JournalHistoryInHours: spec.journalHours,
      Priority: spec.priority,
    },
    BootGroups: { BootGroups: [...document.BootGroups.BootGroups, ...groups] },
    Networks: {
      Failover: networkSide(networkId(spec.networks.failover)),
      FailoverTest: networkSide(networkId(spec.networks.test)),
    },
    Scripting: {
      PreRecovery: script(spec.scripts?.preRecovery),
      PostRecovery: script(spec.scripts?.postRecovery),
      PostBackup: null,
    },
    Vms: spec.vms.map(entry => ({
      ...settingsVm(estate.vm(entry.name), document),
      BootGroupIdentifier: groups.find(group => group.Name === entry.bootGroup)?.BootGroupIdentifier ?? zeroGuid,
      Nics: entry.nics.map(nic => ({
        NicIdentifier: nic.nic,
        Failover: side(nic.failover, spec.networks.failover),
        FailoverTest: side(nic.test, spec.networks.test),
      })),
    })),
  };
}

/** The settings that a new VPG begins with. */
export function blankDocument(protectedSiteId: string, recovery: SiteEstate | undefined): SettingsDocument {
  return {
    VpgIdentifier: null,
    VpgSettingsIdentifier: null,
    Basic: {
      Name: '',
      VpgType: 'Remote',
      RpoInSeconds: 300,
      TestIntervalInMinutes: 262_080,
      JournalHistoryInHours: 24,
      Priority: 'Medium',
      UseWanCompression: true,
      ServiceProfileIdentifier: null,
      ZorgIdentifier: zeroGuid,
      ProtectedSiteIdentifier: protectedSiteId,
      RecoverySiteIdentifier: recovery?.identifier ?? zeroGuid,
    },
    // The zero guid names the group that every VPG has.
    BootGroups: { BootGroups: [{ BootGroupIdentifier: zeroGuid, Name: 'Default', BootDelayInSeconds: 0 }] },
    Journal: unlimited(),
    Scratch: unlimited(),
    LongTermRetention: null,
    Networks: { Failover: networkSide(null), FailoverTest: networkSide(null) },
    Protected: { VCD: null },
    Recovery: {
      DefaultHostIdentifier: null,
      DefaultHostClusterIdentifier: recovery?.hostClusters[0]?.id ?? null,
      DefaultDatastoreIdentifier: recovery?.datastores[0]?.id ?? null,
      DefaultDatastoreClusterIdentifier: null,
      DefaultFolderIdentifier: recovery?.folders[0]?.id ?? null,
      ResourcePoolIdentifier: null,
      VCD: null,
      PublicCloud: null,
    },
    Scripting: { PreRecovery: script(undefined), PostRecovery: script(undefined), PostBackup: null },
    Vms: [],
  };
}

/** A VM as it joins a VPG: its NICs take the VPG's networks as these are at the moment, and keep their addresses. */
export function settingsVm(vm: Vm, document: SettingsDocument): SettingsVm {
  const { Recovery, Networks } = document;
  return {
    VmIdentifier: vm.id,
    BootGroupIdentifier: zeroGuid,
    Recovery: {
      HostIdentifier: Recovery.DefaultHostIdentifier,
      HostClusterIdentifier: Recovery.DefaultHostClusterIdentifier,
      DatastoreIdentifier: Recovery.DefaultDatastoreIdentifier,
      DatastoreClusterIdentifier: Recovery.DefaultDatastoreClusterIdentifier,
      FolderIdentifier: Recovery.DefaultFolderIdentifier,
      ResourcePoolIdentifier: Recovery.ResourcePoolIdentifier,
      VCD: null,
      PublicCloud: null,
    },
    Journal: unlimited(),
    Scratch: unlimited(),
    Volumes: [
      {
        VolumeIdentifier: 'scsi:0:0',
        Datastore: {
          DatastoreClusterIdentifier: null,
          DatastoreIdentifier: Recovery.DefaultDatastoreIdentifier,
          IsThin: true,
        },
        Preseed: null,
        RDM: null,
        VCD: null,
        IsSwap: false,
        VolumeSyncSettings: 'ContinuousSync',
      },
    ],
    Nics: vm.spec.nics.map(nic => ({
      NicIdentifier: nic.name,
      Failover: nicSide(Networks.Failover.Hypervisor?.DefaultNetworkIdentifier ?? null, {}),
      FailoverTest: nicSide(Networks.FailoverTest.Hypervisor?.DefaultNetworkIdentifier ?? null, {}),
    })),
  };
}

function nicSide(networkId: string | null, target: NicTarget): NicSide {
  const [ip, prefix] = target.address?.split('/') ?? [];
  return {
    Hypervisor: {
      NetworkIdentifier: networkId,
      ShouldReplaceMacAddress: false,
      DnsSuffix: null,
      // Without this the ZVM ignores the address and says nothing (ZertoApiWrapper issue 131).
      ShouldReplaceIpConfiguration: ip !== undefined,
      IpConfig:
        ip === undefined
          ? null
          : {
              StaticIp: ip,
              SubnetMask: maskOf(Number(prefix ?? '24')),
              Gateway: target.gateway ?? null,
              PrimaryDns: target.dns ?? null,
              SecondaryDns: null,
              IsDhcp: false,
            },
    },
    VCD: null,
    PublicCloud: null,
  };
}

function maskOf(prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map(shift => (bits >>> shift) & 255).join('.');
}

function script(spec: ScriptSpec | undefined): Script {
  return { Command: spec?.command ?? null, Parameters: spec?.parameters ?? null, TimeoutInSeconds: 300 };
}

const networkSide = (networkId: string | null): NetworkSide => ({
  Hypervisor: { DefaultNetworkIdentifier: networkId },
  VCD: null,
  PublicCloud: null,
});

/** No limit in MB and in percent is taken for no limit (docs/zerto.md §3). */
const unlimited = (): Storage => ({
  Limitation: { HardLimitInMB: 0, HardLimitInPercent: 0, WarningThresholdInMB: 0, WarningThresholdInPercent: 0 },
  DatastoreIdentifier: null,
  DatastoreClusterIdentifier: null,
});
