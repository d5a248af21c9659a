import { defaultNetworkOf } from './attachments.ts';
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
    nicSideAt(recovery, networkId(target.network === undefined ? fallback : target.network), target.address, target);
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
      Failover: networkSideAt(recovery, networkId(spec.networks.failover)),
      FailoverTest: networkSideAt(recovery, networkId(spec.networks.test)),
    },
    Scripting: {
      PreRecovery: script(spec.scripts?.preRecovery),
      PostRecovery: script(spec.scripts?.postRecovery),
      PostBackup: null,
    },
    Vms: spec.vms.map(entry => ({
      ...settingsVm(estate.vm(entry.name), document, recovery),
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
  const vdc = recovery?.orgVdcs[0]?.id;
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
    Networks: { Failover: networkSideAt(recovery, null), FailoverTest: networkSideAt(recovery, null) },
    Protected: { VCD: null },
    Recovery: {
      DefaultHostIdentifier: null,
      DefaultHostClusterIdentifier: recovery?.hostClusters[0]?.id ?? null,
      DefaultDatastoreIdentifier: recovery?.datastores[0]?.id ?? null,
      DefaultDatastoreClusterIdentifier: null,
      DefaultFolderIdentifier: recovery?.folders[0]?.id ?? null,
      ResourcePoolIdentifier: null,
      VCD: vdc === undefined ? null : { OrgVdcIdentifier: vdc },
      PublicCloud: null,
    },
    Scripting: { PreRecovery: script(undefined), PostRecovery: script(undefined), PostBackup: null },
    Vms: [],
  };
}

/** A VM as it joins a VPG: its NICs take the VPG's networks as these are at the moment, and keep their addresses. */
export function settingsVm(vm: Vm, document: SettingsDocument, recovery: SiteEstate | undefined): SettingsVm {
  const { Recovery } = document;
  const isVcd = recovery?.platform === 'VCD';
  const volumes = vm.spec.volumes ?? [{ id: 'scsi:0:0', sizeInMb: vm.spec.sizeInMb }];
  const side = (which: 'Failover' | 'FailoverTest'): NicSide => {
    const networkId = defaultNetworkOf(document, which);
    return recovery === undefined ? { Hypervisor: null, VCD: null, PublicCloud: null } : nicSideAt(recovery, networkId);
  };
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
      VCD: isVcd ? { StoragePolicyIdentifier: recovery.orgVdcs[0]?.storagePolicies[0]?.id ?? null } : null,
      PublicCloud: null,
    },
    Journal: unlimited(),
    Scratch: unlimited(),
    Volumes: volumes.map(volume => ({
      VolumeIdentifier: volume.id,
      Datastore: isVcd
        ? null
        : {
            DatastoreClusterIdentifier: Recovery.DefaultDatastoreClusterIdentifier,
            DatastoreIdentifier: Recovery.DefaultDatastoreIdentifier,
            IsThin: true,
          },
      Preseed: null,
      RDM: null,
      VCD: isVcd ? { IsThin: true } : null,
      IsSwap: volume.isSwap ?? false,
      VolumeSyncSettings: 'ContinuousSync',
    })),
    Nics: vm.spec.nics.map(nic => ({
      NicIdentifier: nic.name,
      Failover: side('Failover'),
      FailoverTest: side('FailoverTest'),
    })),
  };
}

/** A NIC attached to a network of the site, as its platform has it; `address` undefined keeps the VM's own. */
export function nicSideAt(
  site: SiteEstate,
  networkId: string | null,
  address?: string,
  more: Omit<NicTarget, 'address' | 'network'> = {},
): NicSide {
  const [ip, prefix] = address?.split('/') ?? [];
  if (site.platform === 'VCD') {
    return {
      Hypervisor: null,
      VCD: {
        IsResetMacAddress: false,
        IsPrimary: true,
        IsConnected: networkId !== null,
        IpMode: ip === undefined ? 'None' : 'StaticManual',
        IpAddress: ip ?? null,
        RecoveryOrgVdcNetworkIdentifier: networkId,
      },
      PublicCloud: null,
    };
  }
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
              Gateway: more.gateway ?? null,
              PrimaryDns: more.dns ?? null,
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

export function networkSideAt(site: SiteEstate | undefined, networkId: string | null): NetworkSide {
  return site?.platform === 'VCD'
    ? {
        Hypervisor: null,
        VCD: {
          CopyNATRules: 'false',
          IsEnableGuestCustomization: false,
          Mapping: [],
          DefaultRecoveryOrgVdcNetworkIdentifier: networkId,
        },
        PublicCloud: null,
      }
    : { Hypervisor: { DefaultNetworkIdentifier: networkId }, VCD: null, PublicCloud: null };
}

/** Limits stay; the datastore is of a site, so it does not. */
export const storageOf = (storage: Storage): Storage => ({
  ...storage,
  DatastoreIdentifier: null,
  DatastoreClusterIdentifier: null,
});

/** No limit in MB and in percent is taken for no limit (docs/zerto.md §3). */
const unlimited = (): Storage => ({
  Limitation: { HardLimitInMB: 0, HardLimitInPercent: 0, WarningThresholdInMB: 0, WarningThresholdInPercent: 0 },
  DatastoreIdentifier: null,
  DatastoreClusterIdentifier: null,
});
