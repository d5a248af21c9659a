import * as z from 'zod';
import { linkWire } from './wire.ts';
import { wireEnum, wireFlag, wireInstant, wireList, wireNumber, wireObject, wireText, wireTime } from './wire-value.ts';

// Bodies of what a ZVM tells of its doing: tasks, alerts, events, reports (docs/zerto.md §4, §6).

export const taskWire = wireObject({
  TaskIdentifier: z.string(),
  Type: wireEnum,
  Status: wireObject({ State: wireEnum, Progress: wireNumber }),
  InitiatedBy: wireText,
  Started: wireTime,
  Completed: wireTime,
  CompleteReason: wireText,
  IsCancellable: wireFlag,
  RelatedEntities: wireObject({ Vpgs: wireList(linkWire), Sites: wireList(linkWire) }).nullish(),
});

export const alertWire = wireObject({
  Link: linkWire.nullish(),
  Level: wireText,
  Entity: wireText,
  HelpIdentifier: wireText,
  Description: wireText,
  TurnedOn: wireTime,
  IsDismissed: wireFlag,
  Site: linkWire.nullish(),
  AffectedVpgs: wireList(linkWire),
  AffectedZorgs: wireList(linkWire),
});

export const eventWire = wireObject({
  EventIdentifier: z.string().nullish(),
  Link: linkWire.nullish(),
  Description: wireText,
  OccurredOn: wireInstant,
  EventType: wireEnum,
  EventCategory: wireEnum.nullish(),
  EventCompletedSuccessfully: wireFlag,
  EntityType: wireEnum.nullish(),
  HelpLink: wireText,
  UserName: wireText,
  SiteName: wireText,
  RelatedEntities: wireObject({
    Vpgs: wireList(linkWire),
    Sites: wireList(linkWire),
    Zorgs: wireList(linkWire),
    Alerts: wireList(linkWire),
  }).nullish(),
});

/** All members of General are texts in the schema, RTOInSeconds too. */
export const recoveryReportWire = wireObject({
  RecoveryOperationIdentifier: z.string(),
  General: wireObject({
    VpgIdentifier: wireText,
    VpgName: wireText,
    RecoveryType: wireText,
    ProtectedSiteName: wireText,
    RecoverySiteName: wireText,
    StartTime: wireTime,
    EndTime: wireTime,
    PointInTime: wireTime,
    RTOInSeconds: wireNumber,
    Status: wireText,
    InitiatedBy: wireText,
    Notes: wireText,
  }),
});

/** One sample of one VM; times and sizes of all kinds differ by version, so only what names it is read. */
export const resourceSampleWire = wireObject({
  SampleTime: wireTime,
  Vpg: wireObject({ VpgName: wireText, ZorgName: wireText }).nullish(),
  ProtectedSite: wireObject({
    SiteName: wireText,
    VmInfo: wireObject({ VmIdentifier: wireText, VmName: wireText }).nullish(),
  }).nullish(),
  RecoverySite: wireObject({ SiteName: wireText }).nullish(),
});
