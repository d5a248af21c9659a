import type { SettingsStorage } from '../settings-types.ts';
import type { Size } from './desired.ts';
import type { WantedStorage } from './wanted.ts';

/** A journal or scratch as it is to be. A limit in one unit ends the one in the other. */
export function changeStorage(before: SettingsStorage, wanted: WantedStorage): SettingsStorage {
  const { datastore, datastoreCluster, limit, warning } = wanted;
  return {
    ...before,
    ...(datastore !== undefined && { DatastoreIdentifier: datastore, DatastoreClusterIdentifier: null }),
    ...(datastoreCluster !== undefined && { DatastoreIdentifier: null, DatastoreClusterIdentifier: datastoreCluster }),
    ...((limit !== undefined || warning !== undefined) && {
      Limitation: {
        ...before.Limitation,
        ...(limit !== undefined && { HardLimitInMB: inMb(limit), HardLimitInPercent: inPercent(limit) }),
        ...(warning !== undefined && {
          WarningThresholdInMB: inMb(warning),
          WarningThresholdInPercent: inPercent(warning),
        }),
      },
    }),
  };
}

// 0 in both units is no limit (docs/zerto.md §3).
const inMb = (size: Size): number => (size !== 'unlimited' && 'mb' in size ? size.mb : 0);
const inPercent = (size: Size): number => (size !== 'unlimited' && 'percent' in size ? size.percent : 0);
