import * as z from 'zod';
import { wireEnum, wireInstant, wireList, wireNumber, wireObject, wireText, wireTime } from './wire-value.ts';

// The bodies of the REST API in the vendor's words (docs/zerto.md §2–§6). Only what is read here is named; the rest is kept.

export type { SettingsNicWire, SettingsVmWire, SettingsWire } from './wire-settings.ts';

export const linkWire = wireObject({
  identifier: z.string().nullish(),
  href: z.string().nullish(),
  rel: z.string().nullish(),
  type: z.string().nullish(),
});

const stage = wireObject({ Stage: wireEnum.nullish() });

export const vpgWire = wireObject({
  VpgIdentifier: z.string(),
  VpgName: z.string(),
  Status: wireEnum,
  /** 10.x. */
  StatusDescription: z.string().nullish(),
  SubStatus: wireEnum,
  ProtectedSite: linkWire.nullish(),
  RecoverySite: linkWire.nullish(),
  /** Names to 9.x. */
  SourceSite: z.string().nullish(),
  TargetSite: z.string().nullish(),
  /** Names from 10.x. */
  ProtectedSiteName: z.string().nullish(),
  RecoverySiteName: z.string().nullish(),
  ActiveProcessesApi: wireObject({ RunningFailOverTestApi: stage.nullish() }).nullish(),
  LastTest: wireTime,
  ActualRPO: wireNumber,
  ConfiguredRpoSeconds: wireNumber,
  VmsCount: wireNumber,
  ProgressPercentage: wireNumber,
});

export const checkpointWire = wireObject({
  /** A number as text. */
  CheckpointIdentifier: z.union([z.string(), z.number()]).transform(String),
  TimeStamp: wireInstant,
  Tag: z.string().nullish(),
  /** 0..2; names are not known. */
  Type: wireNumber,
});

export const taskWire = wireObject({
  TaskIdentifier: z.string(),
  Type: wireEnum,
  Status: wireObject({ State: wireEnum, Progress: wireNumber }),
  InitiatedBy: wireText,
  Started: wireTime,
  Completed: wireTime,
  CompleteReason: wireText,
  RelatedEntities: wireObject({ Vpgs: wireList(linkWire) }).nullish(),
});

export const localSiteWire = wireObject({ SiteIdentifier: z.string(), SiteName: z.string(), Version: wireText });

export const peerSiteWire = wireObject({
  SiteIdentifier: z.string(),
  PeerSiteName: z.string(),
  PairingStatus: wireEnum,
});

export const alertWire = wireObject({
  Level: wireText,
  HelpIdentifier: wireText,
  Description: wireText,
  IsDismissed: z.boolean().nullish(),
  AffectedVpgs: wireList(linkWire),
});

const reportText = z
  .union([z.string(), z.number()])
  .nullish()
  .transform(value => String(value ?? ''));

/** All members of General are texts in the schema, RTOInSeconds too. */
export const recoveryReportWire = wireObject({
  RecoveryOperationIdentifier: z.string(),
  General: wireObject({
    VpgIdentifier: wireText,
    VpgName: wireText,
    RecoveryType: reportText,
    StartTime: wireTime,
    EndTime: wireTime,
    PointInTime: wireTime,
    RTOInSeconds: wireNumber,
    Status: reportText,
    InitiatedBy: wireText,
    Notes: wireText,
  }),
});

export const networkWire = wireObject({ NetworkIdentifier: z.string(), VirtualizationNetworkName: z.string() });

/** /v1/virtualizationsites/{id}/vms. */
export const unprotectedVmWire = wireObject({ VmIdentifier: z.string(), VmName: z.string() });

/** /v1/vms. */
export const vmWire = wireObject({
  VmIdentifier: z.string(),
  VmName: z.string(),
  VpgIdentifier: wireText,
  VpgName: wireText,
});

/** A refusal. */
export const messageWire = wireObject({ Message: z.string() });

/** What an action gives: the id of a task, or of a settings object. */
export const identifierWire = z.string().min(1);

export type LinkWire = z.input<typeof linkWire>;
export type VpgWire = z.input<typeof vpgWire>;
export type CheckpointWire = z.input<typeof checkpointWire>;
export type TaskWire = z.input<typeof taskWire>;
export type LocalSiteWire = z.input<typeof localSiteWire>;
export type PeerSiteWire = z.input<typeof peerSiteWire>;
export type AlertWire = z.input<typeof alertWire>;
export type RecoveryReportWire = z.input<typeof recoveryReportWire>;
export type NetworkWire = z.input<typeof networkWire>;
export type UnprotectedVmWire = z.input<typeof unprotectedVmWire>;
export type VmWire = z.input<typeof vmWire>;
export type MessageWire = z.input<typeof messageWire>;
