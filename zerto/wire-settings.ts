import * as z from 'zod';
import { wordOf } from './enums.ts';
import { priorities } from './enums-vpg.ts';
import { wireEnum, wireList, wireObject, wireText } from './wire-value.ts';

// The settings object of /v1/vpgSettings (docs/zerto.md §3). What is read is sent back whole, so a null stays null wherever
// `SettingsDocument` allows it, and only the containers that are always walked are filled in.

const text = z.string().nullable().exactOptional();
/** A number, or its text in XML. */
const number = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
  .transform(Number)
  .exactOptional();
const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform(value => value === true || value === 'true')
  .exactOptional();

function perhaps<S extends z.ZodRawShape>(shape: S) {
  return wireObject(shape).nullable().exactOptional();
}

const script = perhaps({ Command: text, Parameters: text, TimeoutInSeconds: number });

const storage = perhaps({
  DatastoreIdentifier: text,
  DatastoreClusterIdentifier: text,
  Limitation: perhaps({
    HardLimitInMB: number,
    HardLimitInPercent: number,
    WarningThresholdInMB: number,
    WarningThresholdInPercent: number,
  }),
});

const networkDefault = wireObject({
  Hypervisor: perhaps({ DefaultNetworkIdentifier: text }),
  VCD: perhaps({
    DefaultRecoveryOrgVdcNetworkIdentifier: text,
    IsEnableGuestCustomization: flag,
    // Text in the one description that there is, though it is a flag by its name: both are taken.
    CopyNATRules: z
      .union([z.string(), z.boolean().transform(String)])
      .nullable()
      .exactOptional(),
    Mapping: z
      .array(
        wireObject({
          ProtectedOrgVdcNetworkIdentifier: text,
          RecoveryOrgVdcNetworkIdentifier: text,
          ReverseTestOrgVdcNetworkIdentifier: text,
        }),
      )
      .nullable()
      .exactOptional(),
  }),
});

const nicSide = perhaps({
  Hypervisor: perhaps({
    NetworkIdentifier: text,
    ShouldReplaceMacAddress: flag,
    DnsSuffix: text,
    ShouldReplaceIpConfiguration: flag,
    IpConfig: perhaps({
      StaticIp: text,
      SubnetMask: text,
      Gateway: text,
      PrimaryDns: text,
      SecondaryDns: text,
      IsDhcp: flag,
    }),
  }),
  VCD: perhaps({
    RecoveryOrgVdcNetworkIdentifier: text,
    IsResetMacAddress: flag,
    IsPrimary: flag,
    IsConnected: flag,
    IpMode: text,
    IpAddress: text,
  }),
});

export const settingsNicWire = wireObject({ NicIdentifier: z.string(), Failover: nicSide, FailoverTest: nicSide });

export const settingsVolumeWire = wireObject({
  VolumeIdentifier: z.string(),
  Datastore: perhaps({ DatastoreIdentifier: text, DatastoreClusterIdentifier: text, IsThin: flag }),
  Preseed: perhaps({ DatastoreIdentifier: text, Path: text }),
  RDM: perhaps({ DeviceIdentifier: text, IsPhysical: flag }),
  VCD: perhaps({ IsThin: flag }),
  IsSwap: flag,
});

export const settingsVmWire = wireObject({
  VmIdentifier: z.string(),
  BootGroupIdentifier: text,
  Recovery: perhaps({
    HostIdentifier: text,
    HostClusterIdentifier: text,
    DatastoreIdentifier: text,
    DatastoreClusterIdentifier: text,
    FolderIdentifier: text,
    ResourcePoolIdentifier: text,
    VCD: perhaps({ StoragePolicyIdentifier: text }),
  }),
  Journal: storage,
  Scratch: storage,
  Volumes: z.array(settingsVolumeWire).exactOptional(),
  Nics: wireList(settingsNicWire),
});

const bootGroup = wireObject({
  BootGroupIdentifier: z.string(),
  Name: wireText,
  BootDelayInSeconds: z
    .union([z.number(), z.string()])
    .nullish()
    .transform(seconds => Number(seconds ?? 0)),
});

/** Parts with a path of their own. In an object for a new VPG nearly everything may be null. */
export const settingsPartWires = {
  basic: wireObject({
    Name: wireText,
    VpgType: text,
    RpoInSeconds: number,
    TestIntervalInMinutes: number,
    JournalHistoryInHours: number,
    /** A word here, a number in /vpgs. */
    Priority: wireEnum.transform(value => wordOf(priorities, value)).exactOptional(),
    UseWanCompression: flag,
    ServiceProfileIdentifier: text,
    ZorgIdentifier: text,
    ProtectedSiteIdentifier: wireText,
    RecoverySiteIdentifier: wireText,
  }),
  bootgroup: wireObject({ BootGroups: wireList(bootGroup) })
    .nullish()
    .transform(groups => groups ?? { BootGroups: [] }),
  scripting: wireObject({ PreRecovery: script, PostRecovery: script, PostBackup: script })
    .nullish()
    .transform(scripting => scripting ?? {}),
  recovery: perhaps({
    DefaultHostIdentifier: text,
    DefaultHostClusterIdentifier: text,
    DefaultDatastoreIdentifier: text,
    DefaultDatastoreClusterIdentifier: text,
    DefaultFolderIdentifier: text,
    ResourcePoolIdentifier: text,
    VCD: perhaps({ OrgVdcIdentifier: text }),
  }),
  journal: storage,
  scratch: storage,
  networks: wireObject({
    Failover: networkDefault.nullish().transform(side => side ?? {}),
    FailoverTest: networkDefault.nullish().transform(side => side ?? {}),
  })
    .nullish()
    .transform(networks => networks ?? { Failover: {}, FailoverTest: {} }),
  ltr: perhaps({ Enabled: flag }),
} as const;

export const settingsWire = wireObject({
  VpgIdentifier: text,
  VpgSettingsIdentifier: text,
  Basic: settingsPartWires.basic,
  BootGroups: settingsPartWires.bootgroup,
  Journal: storage,
  Scratch: storage,
  Recovery: settingsPartWires.recovery,
  Networks: settingsPartWires.networks,
  Protected: perhaps({ VCD: perhaps({ VcdVappIdentifier: text }) }),
  Scripting: settingsPartWires.scripting,
  LongTermRetention: settingsPartWires.ltr,
  Vms: wireList(settingsVmWire),
});
