import { pickByName } from '../names.ts';
import type { DesiredStorage, DesiredVmRecovery } from './desired.ts';
import { SettingsRefused } from './errors.ts';
import type { SettingsNames } from './names.ts';
import type { WantedPlace, WantedStorage } from './wanted.ts';

const placeLists = {
  host: ['hosts', 'host'],
  hostCluster: ['hostClusters', 'host cluster'],
  datastore: ['datastores', 'datastore'],
  datastoreCluster: ['datastoreClusters', 'datastore cluster'],
  folder: ['folders', 'folder'],
  resourcePool: ['resourcePools', 'resource pool'],
  storagePolicy: ['storagePolicies', 'storage policy'],
} as const satisfies Record<keyof DesiredVmRecovery, readonly [keyof SettingsNames, string]>;

export function resolvePlace(place: DesiredVmRecovery | undefined, names: SettingsNames): WantedPlace {
  refuseBoth(place, 'host', 'hostCluster');
  refuseBoth(place, 'datastore', 'datastoreCluster');
  return Object.fromEntries(
    Object.entries(placeLists).flatMap(([key, [list, what]]) => {
      const name = place?.[key as keyof DesiredVmRecovery];
      return name === undefined ? [] : [[key, pickByName(names[list] ?? [], name, what).id]];
    }),
  );
}

export function resolveStorage(storage: DesiredStorage | undefined, names: SettingsNames): WantedStorage {
  const { datastore, datastoreCluster, limit, warning } = storage ?? {};
  return {
    ...resolvePlace({ ...(datastore && { datastore }), ...(datastoreCluster && { datastoreCluster }) }, names),
    ...(limit !== undefined && { limit }),
    ...(warning !== undefined && { warning }),
  };
}

function refuseBoth<T extends object>(place: T | undefined, one: keyof T & string, other: keyof T & string): void {
  if (place?.[one] !== undefined && place[other] !== undefined) {
    throw new SettingsRefused(`Both ${one} and ${other} are named: leave one of them out.`);
  }
}
