import type * as z from 'zod';
import { wordOf, wordOrNone } from './enums.ts';
import { alertStatuses, entityTypes, priorities, testStageOf, vpgSubStatuses } from './enums-vpg.ts';
import { linkedId } from './links.ts';
import type { Checkpoint, Vpg } from './vpgs.ts';
import { orElse, wireProjected } from './wire-value.ts';
import { type checkpointWire, vpgWire } from './wire-vpgs.ts';

/** A checkpoint, wherever the API tells of one. */
export function checkpointOf(wire: z.output<typeof checkpointWire>): Checkpoint {
  return {
    id: wire.CheckpointIdentifier,
    time: wire.TimeStamp,
    tag: wire.Tag ?? undefined,
    type: orElse(wire.Type, 0),
  };
}

/** One VPG, as strictly as it was asked for. */
export const seen = wireProjected(vpgWire, (wire, raw) => ({ wire, raw }));

const dispensable = [
  'StatusDescription',
  'VpgDescription',
  'VpgType',
  'OrganizationName',
  'Priority',
  'AlertStatus',
  'ProtectedSite',
  'RecoverySite',
  'Zorg',
  'ServiceProfile',
  'ServiceProfileIdentifier',
  'ServiceProfileName',
  'SourceSite',
  'TargetSite',
  'ProtectedSiteName',
  'RecoverySiteName',
  'Entities',
  'HistoryStatusApi',
  'LastTest',
  'ActualRPO',
  'ConfiguredRpoSeconds',
  'VmsCount',
  'ProgressPercentage',
  'IOPs',
  'ThroughputInMB',
  'ProvisionedStorageInMB',
  'UsedStorageInMB',
];

/**
 * One VPG that is not understood must not hide the others. What says who it is must be there; a state or a test that
 * cannot be read is `Unknown`, which is never taken for well.
 */
export const listed = wireProjected(vpgWire, (wire, raw) => ({ wire, raw }), {
  ...Object.fromEntries(dispensable.map(name => [name, undefined])),
  Status: 'Unknown',
  SubStatus: 'Unknown',
  ActiveProcessesApi: { RunningFailOverTestApi: { Stage: 'Unknown' } },
});

export function vpgOf({ wire, raw }: z.output<typeof seen>, statusOf: (wire: z.output<typeof vpgWire>) => string): Vpg {
  const test = wire.ActiveProcessesApi?.RunningFailOverTestApi;
  return {
    id: wire.VpgIdentifier,
    name: wire.VpgName,
    status: statusOf(wire),
    subStatus: wordOf(vpgSubStatuses, wire.SubStatus),
    protectedSite: {
      identifier: linkedId(wire.ProtectedSite),
      name: wire.ProtectedSiteName ?? wire.SourceSite ?? '',
    },
    recoverySite: { identifier: linkedId(wire.RecoverySite), name: wire.RecoverySiteName ?? wire.TargetSite ?? '' },
    entities: {
      protected: wordOrNone(entityTypes, wire.Entities?.Protected),
      recovery: wordOrNone(entityTypes, wire.Entities?.Recovery),
    },
    priority: wordOrNone(priorities, wire.Priority),
    organization: wire.OrganizationName,
    zorgId: linkedId(wire.Zorg),
    serviceProfile: {
      identifier: wire.ServiceProfileIdentifier === '' ? linkedId(wire.ServiceProfile) : wire.ServiceProfileIdentifier,
      name: wire.ServiceProfileName,
    },
    // A running test has no Status of its own: only this object tells (docs/zerto.md §2).
    testStage: test === null || test === undefined ? undefined : testStageOf(test.Stage),
    lastTest: wire.LastTest,
    configuredRpoSeconds: orElse(wire.ConfiguredRpoSeconds, 0),
    actualRpo: orElse(wire.ActualRPO, 0),
    history: {
      actualMinutes: orElse(wire.HistoryStatusApi?.ActualHistoryInMinutes ?? Number.NaN, -1),
      configuredMinutes: orElse(wire.HistoryStatusApi?.ConfiguredHistoryInMinutes ?? Number.NaN, -1),
    },
    vmsCount: orElse(wire.VmsCount, 0),
    progressPercentage: orElse(wire.ProgressPercentage, 0),
    alertStatus: wordOrNone(alertStatuses, wire.AlertStatus),
    raw,
  };
}
