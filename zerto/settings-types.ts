/**
 * The settings object in the vendor's own words (docs/zerto.md §3), read tolerantly: what we do not know is kept and sent back.
 * Only the parts that are used have types.
 */
export interface SettingsDocument {
  readonly VpgIdentifier?: string | null;
  readonly VpgSettingsIdentifier?: string | null;
  Basic: SettingsBasic;
  BootGroups: SettingsBootGroups;
  Journal?: SettingsStorage | null;
  Scratch?: SettingsStorage | null;
  Recovery?: SettingsRecovery | null;
  Networks: SettingsNetworks;
  Protected?: {
    VCD?: { VcdVappIdentifier?: string | null; [key: string]: unknown } | null;
    [key: string]: unknown;
  } | null;
  Scripting: SettingsScripting;
  LongTermRetention?: { Enabled?: boolean; [key: string]: unknown } | null;
  Vms: SettingsVm[];
  [key: string]: unknown;
}

export interface SettingsBasic {
  /** Empty in an object for a new VPG, like the sites. */
  Name: string;
  RpoInSeconds?: number;
  TestIntervalInMinutes?: number;
  JournalHistoryInHours?: number;
  /** `Low`, `Medium`, `High`: a word here, a number in /vpgs. */
  Priority?: string;
  UseWanCompression?: boolean;
  ServiceProfileIdentifier?: string | null;
  ZorgIdentifier?: string | null;
  ProtectedSiteIdentifier: string;
  RecoverySiteIdentifier: string;
  [key: string]: unknown;
}

export interface SettingsBootGroup {
  BootGroupIdentifier: string;
  Name: string;
  BootDelayInSeconds: number;
}
export interface SettingsBootGroups {
  BootGroups: SettingsBootGroup[];
  [key: string]: unknown;
}

/** Of a journal or of scratch volumes. 0 in both units is taken for no limit. */
export interface SettingsStorage {
  DatastoreIdentifier?: string | null;
  DatastoreClusterIdentifier?: string | null;
  Limitation?: {
    HardLimitInMB?: number;
    HardLimitInPercent?: number;
    WarningThresholdInMB?: number;
    WarningThresholdInPercent?: number;
    [key: string]: unknown;
  } | null;
  [key: string]: unknown;
}

export interface SettingsRecovery {
  DefaultHostIdentifier?: string | null;
  DefaultHostClusterIdentifier?: string | null;
  DefaultDatastoreIdentifier?: string | null;
  DefaultDatastoreClusterIdentifier?: string | null;
  DefaultFolderIdentifier?: string | null;
  ResourcePoolIdentifier?: string | null;
  VCD?: { OrgVdcIdentifier?: string | null; [key: string]: unknown } | null;
  PublicCloud?: unknown;
  [key: string]: unknown;
}

export interface SettingsNetworks {
  Failover: NetworkDefault;
  FailoverTest: NetworkDefault;
  [key: string]: unknown;
}
export interface NetworkDefault {
  Hypervisor?: { DefaultNetworkIdentifier?: string | null; [key: string]: unknown } | null;
  VCD?: VcdNetworks | null;
  PublicCloud?: unknown;
  [key: string]: unknown;
}
export interface VcdNetworks {
  DefaultRecoveryOrgVdcNetworkIdentifier?: string | null;
  IsEnableGuestCustomization?: boolean;
  CopyNATRules?: string | null;
  Mapping?: VcdMapping[] | null;
  [key: string]: unknown;
}
export interface VcdMapping {
  ProtectedOrgVdcNetworkIdentifier?: string | null;
  RecoveryOrgVdcNetworkIdentifier?: string | null;
  ReverseTestOrgVdcNetworkIdentifier?: string | null;
  [key: string]: unknown;
}

export interface SettingsScripting {
  PreRecovery?: Script | null;
  PostRecovery?: Script | null;
  [key: string]: unknown;
}
export interface Script {
  Command?: string | null;
  Parameters?: string | null;
  TimeoutInSeconds?: number;
}

export interface SettingsVm {
  VmIdentifier: string;
  BootGroupIdentifier?: string | null;
  Recovery?: SettingsVmRecovery | null;
  Journal?: SettingsStorage | null;
  Scratch?: SettingsStorage | null;
  Volumes?: SettingsVolume[];
  Nics: SettingsNic[];
  [key: string]: unknown;
}
export interface SettingsVmRecovery {
  HostIdentifier?: string | null;
  HostClusterIdentifier?: string | null;
  DatastoreIdentifier?: string | null;
  DatastoreClusterIdentifier?: string | null;
  FolderIdentifier?: string | null;
  ResourcePoolIdentifier?: string | null;
  VCD?: { StoragePolicyIdentifier?: string | null; [key: string]: unknown } | null;
  [key: string]: unknown;
}
export interface SettingsVolume {
  /** `scsi:0:0`. */
  VolumeIdentifier: string;
  Datastore?: {
    DatastoreIdentifier?: string | null;
    DatastoreClusterIdentifier?: string | null;
    IsThin?: boolean;
    [key: string]: unknown;
  } | null;
  Preseed?: { DatastoreIdentifier?: string | null; Path?: string | null; [key: string]: unknown } | null;
  RDM?: { DeviceIdentifier?: string | null; IsPhysical?: boolean; [key: string]: unknown } | null;
  VCD?: { IsThin?: boolean; [key: string]: unknown } | null;
  IsSwap?: boolean;
  [key: string]: unknown;
}
export interface SettingsNic {
  NicIdentifier: string;
  Failover?: NicSide | null;
  FailoverTest?: NicSide | null;
  [key: string]: unknown;
}
export interface NicSide {
  Hypervisor?: {
    NetworkIdentifier?: string | null;
    ShouldReplaceMacAddress?: boolean;
    DnsSuffix?: string | null;
    ShouldReplaceIpConfiguration?: boolean;
    IpConfig?: IpConfig | null;
    [key: string]: unknown;
  } | null;
  VCD?: {
    RecoveryOrgVdcNetworkIdentifier?: string | null;
    IsResetMacAddress?: boolean;
    IsPrimary?: boolean;
    IsConnected?: boolean;
    IpMode?: string | null;
    IpAddress?: string | null;
    [key: string]: unknown;
  } | null;
  [key: string]: unknown;
}
export interface IpConfig {
  StaticIp?: string | null;
  SubnetMask?: string | null;
  Gateway?: string | null;
  PrimaryDns?: string | null;
  SecondaryDns?: string | null;
  IsDhcp?: boolean;
}
