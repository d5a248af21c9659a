import * as z from 'zod';
import { priorities, wordOf } from './enums.ts';
import { wireEnum, wireList, wireObject, wireText } from './wire-value.ts';

// The settings object of /v1/vpgSettings (docs/zerto.md §3). What is read is sent back whole, so a null stays null wherever
// `SettingsDocument` allows it, and only the containers that are always walked are filled in.

const text = z.string().nullable().exactOptional();

const script = wireObject({ Command: text, Parameters: text, TimeoutInSeconds: z.number().exactOptional() })
  .nullable()
  .exactOptional();

const networkDefault = wireObject({
  Hypervisor: wireObject({ DefaultNetworkIdentifier: text }).nullable().exactOptional(),
});

const nicSide = wireObject({
  Hypervisor: wireObject({
    NetworkIdentifier: text,
    DnsSuffix: text,
    ShouldReplaceIpConfiguration: z.boolean().exactOptional(),
    IpConfig: wireObject({
      StaticIp: text,
      SubnetMask: text,
      Gateway: text,
      PrimaryDns: text,
      SecondaryDns: text,
      IsDhcp: z.boolean().exactOptional(),
    })
      .nullable()
      .exactOptional(),
  })
    .nullable()
    .exactOptional(),
})
  .nullable()
  .exactOptional();

export const settingsNicWire = wireObject({ NicIdentifier: z.string(), Failover: nicSide, FailoverTest: nicSide });

export const settingsVmWire = wireObject({
  VmIdentifier: z.string(),
  BootGroupIdentifier: text,
  Nics: wireList(settingsNicWire),
});

const bootGroup = wireObject({
  BootGroupIdentifier: z.string(),
  Name: wireText,
  BootDelayInSeconds: z
    .number()
    .nullish()
    .transform(seconds => seconds ?? 0),
});

export const settingsWire = wireObject({
  VpgIdentifier: text,
  VpgSettingsIdentifier: text,
  Basic: wireObject({
    Name: z.string(),
    RpoInSeconds: z.number().exactOptional(),
    TestIntervalInMinutes: z.number().exactOptional(),
    /** A word here, a number in /vpgs. */
    Priority: wireEnum.transform(value => wordOf(priorities, value)).exactOptional(),
    ProtectedSiteIdentifier: z.string(),
    RecoverySiteIdentifier: z.string(),
  }),
  BootGroups: wireObject({ BootGroups: wireList(bootGroup) })
    .nullish()
    .transform(groups => groups ?? { BootGroups: [] }),
  Networks: wireObject({
    Failover: networkDefault.nullish().transform(side => side ?? {}),
    FailoverTest: networkDefault.nullish().transform(side => side ?? {}),
  })
    .nullish()
    .transform(networks => networks ?? { Failover: {}, FailoverTest: {} }),
  Scripting: wireObject({ PreRecovery: script, PostRecovery: script })
    .nullish()
    .transform(scripting => scripting ?? {}),
  Vms: wireList(settingsVmWire),
});

export type SettingsWire = z.input<typeof settingsWire>;
export type SettingsVmWire = z.input<typeof settingsVmWire>;
export type SettingsNicWire = z.input<typeof settingsNicWire>;
