import * as z from 'zod';
import { linkWire } from './wire.ts';
import { wireEnum, wireFlag, wireList, wireNumber, wireObject, wireText, wireTime } from './wire-value.ts';

// Bodies of sites and of what they hold (docs/zerto.md §5, §6).

export const localSiteWire = wireObject({
  SiteIdentifier: z.string(),
  SiteName: z.string(),
  Version: wireText,
  SiteType: wireText,
  IpAddress: wireText,
  Location: wireText,
  UtcOffsetInMinutes: wireNumber,
});

export const peerSiteWire = wireObject({
  SiteIdentifier: z.string(),
  PeerSiteName: z.string(),
  PairingStatus: wireEnum,
  Location: wireText,
  HostName: wireText,
  Port: wireNumber,
  Version: wireText,
  SiteType: wireText,
});

export const virtualizationSiteWire = wireObject({ SiteIdentifier: z.string(), VirtualizationSiteName: z.string() });

/** /v1/virtualizationsites/{id}/vms. */
export const unprotectedVmWire = wireObject({ VmIdentifier: z.string(), VmName: z.string() });
export const networkWire = wireObject({ NetworkIdentifier: z.string(), VirtualizationNetworkName: z.string() });
export const datastoreWire = wireObject({
  DatastoreIdentifier: z.string(),
  DatastoreName: z.string(),
  OwningDatastoreCluster: wireObject({ DatastoreClusterIdentifier: wireText }).nullish(),
});
export const datastoreClusterWire = wireObject({
  DatastoreClusterIdentifier: z.string(),
  DatastoreClusterName: z.string(),
});
export const hostWire = wireObject({ HostIdentifier: z.string(), VirtualizationHostName: z.string() });
export const hostClusterWire = wireObject({ ClusterIdentifier: z.string(), VirtualizationClusterName: z.string() });
/** The small p of `ResourcepoolName` is the vendor's. */
export const resourcePoolWire = wireObject({ ResourcePoolIdentifier: z.string(), ResourcepoolName: z.string() });
export const folderWire = wireObject({ FolderIdentifier: z.string(), FolderName: z.string() });
export const repositoryWire = wireObject({
  RepositoryIdentifier: z.string(),
  RepositoryName: z.string(),
  Path: wireText,
  ConnectionType: wireText,
  StorageType: wireText,
});
export const deviceWire = wireObject({
  DeviceIdentifier: z.string(),
  DeviceName: z.string(),
  DatastoreIdentifier: wireText,
  HostIdentifiers: wireList(z.string()),
  SizeInBytes: wireNumber,
  VmIdentifier: wireText,
});
export const orgVdcWire = wireObject({ Identifier: z.string(), OrgVdcName: z.string() });
export const storagePolicyWire = wireObject({
  StoragePolicyIdentifier: z.string(),
  StoragePolicyName: z.string(),
  IsEnabled: wireFlag,
});
/** The name's key is `VcdName` in the one description that there is. */
export const vcdVappWire = wireObject({ VcdVappIdentifier: z.string(), VcdName: wireText, VcdVappName: wireText });

const journalLimit = wireObject({ LimitType: wireEnum.nullish(), LimitValue: wireNumber });

/** /v1/vms. */
export const vmWire = wireObject({
  VmIdentifier: z.string(),
  VmName: z.string(),
  VpgIdentifier: wireText,
  VpgName: wireText,
  Status: wireEnum.nullish(),
  StatusDescription: z.string().nullish(),
  SubStatus: wireEnum.nullish(),
  Priority: wireEnum.nullish(),
  OrganizationName: wireText,
  ProtectedSite: linkWire.nullish(),
  RecoverySite: linkWire.nullish(),
  Entities: wireObject({ Protected: wireEnum.nullish(), Recovery: wireEnum.nullish() }).nullish(),
  ActualRPO: wireNumber,
  LastTest: wireTime,
  RecoveryHostIdentifier: wireText,
  JournalHardLimit: journalLimit.nullish(),
  JournalUsedStorageMb: wireNumber,
  Volumes: wireList(wireObject({ VmVolumeIdentifier: wireText })),
  IsVmExists: wireFlag,
});

export const zorgWire = wireObject({
  ZorgIdentifier: z.string().nullish(),
  ZorgName: wireText,
  Link: linkWire.nullish(),
});

export const serviceProfileWire = wireObject({
  ServiceProfileIdentifier: z.string().nullish(),
  Link: linkWire.nullish(),
  ServiceProfileName: z.string(),
  Description: wireText,
  Rpo: wireText,
  History: wireText,
  TestInterval: wireText,
  MaxJournalSizeInPercent: wireNumber,
  JournalWarningThresholdInPercent: wireNumber,
});

/** An entry of the list of APIs. */
export const apiWire = wireObject({ href: wireText, rel: wireText, type: wireText });
