import { z } from 'zod';

/**
 * The settings of a VPG in the vendor's words (a capture of an export and the 10.0 U6 schema). What is missing below a
 * part that was null before reads as unset.
 */
const text = z.string().nullable().default(null);
const whole = z.number().int();
const notSimulated = z.unknown().default(null);

const storage = z.object({
  Limitation: z.object({
    HardLimitInMB: whole.default(0),
    HardLimitInPercent: whole.default(0),
    WarningThresholdInMB: whole.default(0),
    WarningThresholdInPercent: whole.default(0),
  }),
  DatastoreIdentifier: text,
  DatastoreClusterIdentifier: text,
});

const script = z.object({ Command: text, Parameters: text, TimeoutInSeconds: whole.default(300) });

const networkSide = z.object({
  Hypervisor: z.object({ DefaultNetworkIdentifier: text }).nullable().default(null),
  VCD: z
    .object({
      // Text in the 10.0 U6 schema, though it is a flag by its name.
      CopyNATRules: z
        .union([z.string(), z.boolean().transform(String)])
        .nullable()
        .default('false'),
      IsEnableGuestCustomization: z.boolean().default(false),
      Mapping: z.array(z.unknown()).default([]),
      DefaultRecoveryOrgVdcNetworkIdentifier: text,
    })
    .nullable()
    .default(null),
  PublicCloud: notSimulated,
});

const ipConfig = z.object({
  StaticIp: text,
  SubnetMask: text,
  Gateway: text,
  PrimaryDns: text,
  SecondaryDns: text,
  IsDhcp: z.boolean().default(false),
});

const nicSide = z.object({
  Hypervisor: z
    .object({
      NetworkIdentifier: text,
      ShouldReplaceMacAddress: z.boolean().default(false),
      DnsSuffix: text,
      ShouldReplaceIpConfiguration: z.boolean().default(false),
      IpConfig: ipConfig.nullable().default(null),
    })
    .nullable()
    .default(null),
  VCD: z
    .object({
      IsResetMacAddress: z.boolean().default(false),
      IsPrimary: z.boolean().default(true),
      IsConnected: z.boolean().default(true),
      IpMode: z.string().default('None'),
      IpAddress: text,
      RecoveryOrgVdcNetworkIdentifier: text,
    })
    .nullable()
    .default(null),
  PublicCloud: notSimulated,
});

const volume = z.object({
  VolumeIdentifier: z.string(),
  Datastore: z
    .object({ DatastoreClusterIdentifier: text, DatastoreIdentifier: text, IsThin: z.boolean().default(true) })
    .nullable(),
  Preseed: z.object({ DatastoreIdentifier: text, Path: text }).nullable(),
  RDM: z.object({ DeviceIdentifier: text, IsPhysical: z.boolean() }).nullable(),
  VCD: z
    .object({ IsThin: z.boolean().default(true) })
    .nullable()
    .default(null),
  IsSwap: z.boolean().default(false),
  VolumeSyncSettings: z.string().default('ContinuousSync'),
});

const nic = z.object({ NicIdentifier: z.string(), Failover: nicSide, FailoverTest: nicSide });

const vm = z.object({
  VmIdentifier: z.string(),
  BootGroupIdentifier: z.string(),
  Recovery: z.object({
    HostIdentifier: text,
    HostClusterIdentifier: text,
    DatastoreIdentifier: text,
    DatastoreClusterIdentifier: text,
    FolderIdentifier: text,
    ResourcePoolIdentifier: text,
    VCD: z.object({ StoragePolicyIdentifier: text }).nullable().default(null),
    PublicCloud: notSimulated,
  }),
  Journal: storage,
  Scratch: storage,
  Volumes: z.array(volume),
  Nics: z.array(nic),
});

export const settingsDocument = z.object({
  VpgIdentifier: text,
  VpgSettingsIdentifier: text,
  Basic: z.object({
    Name: z.string(),
    VpgType: z.string(),
    RpoInSeconds: whole.min(1),
    TestIntervalInMinutes: whole.min(0),
    JournalHistoryInHours: whole.min(1).max(720),
    /** A word here, a number in /vpgs. */
    Priority: z.enum(['Low', 'Medium', 'High']),
    UseWanCompression: z.boolean(),
    ServiceProfileIdentifier: text,
    ZorgIdentifier: text,
    ProtectedSiteIdentifier: z.string(),
    RecoverySiteIdentifier: z.string(),
  }),
  BootGroups: z.object({
    BootGroups: z.array(
      z.object({ BootGroupIdentifier: z.string(), Name: z.string(), BootDelayInSeconds: whole.min(0) }),
    ),
  }),
  Journal: storage,
  Scratch: storage,
  LongTermRetention: notSimulated,
  Networks: z.object({ Failover: networkSide, FailoverTest: networkSide }),
  Protected: z
    .object({
      VCD: z.object({ VcdVappIdentifier: text }).nullable().default(null),
    })
    .nullable()
    .default(null),
  Recovery: z.object({
    DefaultHostIdentifier: text,
    DefaultHostClusterIdentifier: text,
    DefaultDatastoreIdentifier: text,
    DefaultDatastoreClusterIdentifier: text,
    DefaultFolderIdentifier: text,
    ResourcePoolIdentifier: text,
    VCD: z.object({ OrgVdcIdentifier: text }).nullable().default(null),
    PublicCloud: notSimulated,
  }),
  Scripting: z.object({ PreRecovery: script, PostRecovery: script, PostBackup: script.nullable() }),
  Vms: z.array(vm),
});

export type SettingsDocument = z.output<typeof settingsDocument>;
export type SettingsVm = z.output<typeof vm>;
export type NicSide = z.output<typeof nicSide>;
export type NetworkSide = z.output<typeof networkSide>;
export type Script = z.output<typeof script>;
export type Storage = z.output<typeof storage>;

const words = `VpgIdentifier VpgSettingsIdentifier Basic Name VpgType RpoInSeconds TestIntervalInMinutes
  JournalHistoryInHours Priority UseWanCompression ServiceProfileIdentifier ZorgIdentifier ProtectedSiteIdentifier
  RecoverySiteIdentifier BootGroups BootGroupIdentifier BootDelayInSeconds Journal Scratch Limitation HardLimitInMB
  HardLimitInPercent WarningThresholdInMB WarningThresholdInPercent DatastoreIdentifier DatastoreClusterIdentifier
  LongTermRetention Networks Failover FailoverTest Hypervisor DefaultNetworkIdentifier VCD PublicCloud Protected
  Recovery DefaultHostIdentifier DefaultHostClusterIdentifier DefaultDatastoreIdentifier
  DefaultDatastoreClusterIdentifier DefaultFolderIdentifier ResourcePoolIdentifier Scripting PreRecovery PostRecovery
  PostBackup Command Parameters TimeoutInSeconds Vms VmIdentifier HostIdentifier HostClusterIdentifier FolderIdentifier
  Volumes VolumeIdentifier Datastore IsThin Preseed Path RDM DeviceIdentifier IsPhysical IsSwap VolumeSyncSettings Nics
  NicIdentifier NetworkIdentifier ShouldReplaceMacAddress DnsSuffix ShouldReplaceIpConfiguration IpConfig StaticIp
  SubnetMask Gateway PrimaryDns SecondaryDns IsDhcp CopyNATRules IsEnableGuestCustomization Mapping
  DefaultRecoveryOrgVdcNetworkIdentifier IsResetMacAddress IsPrimary IsConnected IpMode IpAddress
  RecoveryOrgVdcNetworkIdentifier StoragePolicyIdentifier OrgVdcIdentifier VcdVappIdentifier`.split(/\s+/);
const spelling = new Map(words.map(word => [word.toLowerCase(), word]));

/** What came in, with the ZVM's own spelling of its property names: they are read in any case. */
export function spellProperly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spellProperly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [spelling.get(key.toLowerCase()) ?? key, spellProperly(inner)]),
  );
}
