import * as z from 'zod';
import { linkWire } from './wire.ts';
import { wireEnum, wireFlag, wireId, wireInstant, wireNumber, wireObject, wireText, wireTime } from './wire-value.ts';

// Bodies of /v1/vpgs (docs/zerto.md §2).

const stage = wireObject({ Stage: wireEnum.nullish() });

export const vpgWire = wireObject({
  VpgIdentifier: z.string(),
  VpgName: z.string(),
  Status: wireEnum,
  /** 10.x, like the other descriptions. */
  StatusDescription: z.string().nullish(),
  SubStatus: wireEnum,
  VpgDescription: wireText,
  VpgType: wireText,
  OrganizationName: wireText,
  Priority: wireEnum.nullish(),
  AlertStatus: wireEnum.nullish(),
  ProtectedSite: linkWire.nullish(),
  RecoverySite: linkWire.nullish(),
  Zorg: linkWire.nullish(),
  ServiceProfile: linkWire.nullish(),
  ServiceProfileIdentifier: wireText,
  ServiceProfileName: wireText,
  /** Names to 9.x. */
  SourceSite: z.string().nullish(),
  TargetSite: z.string().nullish(),
  /** Names from 10.x. */
  ProtectedSiteName: z.string().nullish(),
  RecoverySiteName: z.string().nullish(),
  Entities: wireObject({ Protected: wireEnum.nullish(), Recovery: wireEnum.nullish() }).nullish(),
  ActiveProcessesApi: wireObject({ RunningFailOverTestApi: stage.nullish() }).nullish(),
  HistoryStatusApi: wireObject({
    ActualHistoryInMinutes: wireNumber,
    ConfiguredHistoryInMinutes: wireNumber,
  }).nullish(),
  LastTest: wireTime,
  ActualRPO: wireNumber,
  ConfiguredRpoSeconds: wireNumber,
  VmsCount: wireNumber,
  ProgressPercentage: wireNumber,
  IOPs: wireNumber,
  ThroughputInMB: wireNumber,
  ProvisionedStorageInMB: wireNumber,
  UsedStorageInMB: wireNumber,
});

export const checkpointWire = wireObject({
  /** A number as text. */
  CheckpointIdentifier: wireId,
  TimeStamp: wireInstant,
  Tag: z.string().nullish(),
  /** 0..2; names are not known. */
  Type: wireNumber,
});

export const checkpointStatsWire = wireObject({ Earliest: checkpointWire.nullish(), Latest: checkpointWire.nullish() });

/** /v1/vms/{id}/pointsInTime. */
export const pointInTimeWire = wireObject({
  Checkpoint: checkpointWire.nullish(),
  RetentionSet: wireObject({
    RetentionSetIdentifier: wireText,
    RepositoryIdentifier: wireText,
    TimeStamp: wireTime,
  }).nullish(),
  CanMount: wireObject({ IsAllowed: wireFlag, Reason: wireText }).nullish(),
});

export const pointInTimeStatsWire = wireObject({
  Earliest: pointInTimeWire.nullish(),
  Latest: pointInTimeWire.nullish(),
});
