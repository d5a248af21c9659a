import { pickByName } from '../names.ts';
import type { SettingsStorage, SettingsVm, SettingsVmRecovery, SettingsVolume } from '../settings-types.ts';
import { changeNic } from './change-nic.ts';
import { changeStorage } from './change-storage.ts';
import type { WantedPlace, WantedSettings, WantedStorage, WantedVm, WantedVolume } from './wanted.ts';

/** A VM as it is to be: what the VPG is given holds for it where it has a value of its own, what it is given itself before that. */
export function changeVm(vm: SettingsVm, wanted: WantedSettings): SettingsVm {
  const asked = wanted.vms.filter(w => w.id === vm.VmIdentifier);
  const name = asked[0]?.name ?? 'the VM';
  assertKnown(vm, asked, name);
  const bootGroup = asked.findLast(w => w.bootGroup !== undefined)?.bootGroup;
  const place = asked.reduce<WantedPlace>((all, w) => ({ ...all, ...w.recovery }), {});
  const journal = asked.reduce<WantedStorage>((all, w) => ({ ...all, ...w.journal }), {});
  const scratch = asked.reduce<WantedStorage>((all, w) => ({ ...all, ...w.scratch }), {});
  return {
    ...vm,
    ...(bootGroup !== undefined && { BootGroupIdentifier: bootGroup }),
    ...changeRecovery(vm, wanted.recovery, place),
    ...changeOwnStorage(vm, 'Journal', wanted.journal, journal),
    ...changeOwnStorage(vm, 'Scratch', wanted.scratch, scratch),
    ...(vm.Volumes && {
      Volumes: vm.Volumes.map(volume =>
        changeVolume(
          volume,
          { ...storageOf(wanted.recovery), ...storageOf(place) },
          asked.flatMap(w => w.volumes).findLast(w => w.volume === volume.VolumeIdentifier),
        ),
      ),
    }),
    Nics: vm.Nics.map(nic => changeNic(nic, asked, wanted)),
  };
}

function assertKnown(vm: SettingsVm, asked: readonly WantedVm[], name: string): void {
  const nics = vm.Nics.map(n => ({ name: n.NicIdentifier }));
  const volumes = (vm.Volumes ?? []).map(v => ({ name: v.VolumeIdentifier }));
  for (const wanted of asked) {
    for (const { nic } of wanted.nics) pickByName(nics, nic, `NIC of ${name}`);
    for (const { volume } of wanted.volumes) pickByName(volumes, volume, `volume of ${name}`);
  }
}

/** As with all places: a VM without a value of its own follows the VPG's, and goes on to. */
function changeOwnStorage<K extends 'Journal' | 'Scratch'>(
  vm: SettingsVm,
  key: K,
  vpgWide: WantedStorage,
  own: WantedStorage,
): Pick<SettingsVm, K> {
  const before: SettingsStorage = vm[key] ?? {};
  const { limit, warning } = vpgWide;
  const hasPlace = has(before.DatastoreIdentifier) || has(before.DatastoreClusterIdentifier);
  const inherited: WantedStorage = {
    ...(hasPlace && storageOf(vpgWide)),
    ...(before.Limitation && { ...(limit !== undefined && { limit }), ...(warning !== undefined && { warning }) }),
  };
  if (Object.keys(inherited).length + Object.keys(own).length === 0) return {} as Pick<SettingsVm, K>;
  return { [key]: changeStorage(before, { ...inherited, ...own }) } as Pick<SettingsVm, K>;
}

/** A VM without a value of its own follows the VPG's, and goes on to. */
function changeRecovery(vm: SettingsVm, vpgWide: WantedPlace, own: WantedPlace): { Recovery?: SettingsVmRecovery } {
  const before = vm.Recovery ?? {};
  const hasHost = has(before.HostIdentifier) || has(before.HostClusterIdentifier);
  const hasDatastore = has(before.DatastoreIdentifier) || has(before.DatastoreClusterIdentifier);
  const { host, hostCluster, datastore, datastoreCluster, folder, resourcePool } = vpgWide;
  const inherited: WantedPlace = {
    ...(hasHost && given({ host, hostCluster })),
    ...(hasDatastore && given({ datastore, datastoreCluster })),
    ...(has(before.FolderIdentifier) && given({ folder })),
    ...(has(before.ResourcePoolIdentifier) && given({ resourcePool })),
  };
  const changed = { ...before, ...placeOf(inherited), ...placeOf(own) };
  if (own.storagePolicy !== undefined) changed.VCD = { ...before.VCD, StoragePolicyIdentifier: own.storagePolicy };
  return Object.keys(inherited).length + Object.keys(own).length === 0 ? {} : { Recovery: changed };
}

function placeOf(place: WantedPlace): SettingsVmRecovery {
  const { host, hostCluster, datastore, datastoreCluster, folder, resourcePool } = place;
  return {
    ...(host !== undefined && { HostIdentifier: host, HostClusterIdentifier: null }),
    ...(hostCluster !== undefined && { HostIdentifier: null, HostClusterIdentifier: hostCluster }),
    ...(datastore !== undefined && { DatastoreIdentifier: datastore, DatastoreClusterIdentifier: null }),
    ...(datastoreCluster !== undefined && { DatastoreIdentifier: null, DatastoreClusterIdentifier: datastoreCluster }),
    ...(folder !== undefined && { FolderIdentifier: folder }),
    ...(resourcePool !== undefined && { ResourcePoolIdentifier: resourcePool }),
  };
}

function storageOf({ datastore, datastoreCluster }: WantedPlace): Pick<WantedPlace, 'datastore' | 'datastoreCluster'> {
  if (datastore !== undefined) return { datastore };
  return datastoreCluster === undefined ? {} : { datastoreCluster };
}

/** A disk that is neither preseeded nor a raw device lies where its VM lies, unless it is told otherwise. */
function changeVolume(volume: SettingsVolume, vmWide: WantedPlace, own: WantedVolume | undefined): SettingsVolume {
  if (own?.rdm !== undefined) {
    const { device, physical } = own.rdm;
    return {
      ...volume,
      Datastore: null,
      Preseed: null,
      RDM: { ...volume.RDM, DeviceIdentifier: device, IsPhysical: physical },
    };
  }
  const follows = volume.RDM === null || volume.RDM === undefined || own?.preseed !== undefined;
  const stated = own?.datastore !== undefined || own?.datastoreCluster !== undefined;
  const place = stated ? own : has(datastoreOf(volume)) && !volume.Preseed ? vmWide : {};
  const { datastore, datastoreCluster } = place;
  const changes = {
    ...(datastore !== undefined && { DatastoreIdentifier: datastore, DatastoreClusterIdentifier: null }),
    ...(datastoreCluster !== undefined && { DatastoreIdentifier: null, DatastoreClusterIdentifier: datastoreCluster }),
    ...(own?.thin !== undefined && { IsThin: own.thin }),
  };
  return {
    ...volume,
    ...(own?.preseed !== undefined && {
      Preseed: { ...volume.Preseed, DatastoreIdentifier: own.preseed.datastore, Path: own.preseed.path },
      RDM: null,
    }),
    ...(volume.VCD && own?.thin !== undefined && { VCD: { ...volume.VCD, IsThin: own.thin } }),
    ...(follows &&
      !volume.VCD &&
      Object.keys(changes).length > 0 && { Datastore: { ...volume.Datastore, ...changes } }),
  };
}

function datastoreOf({ Datastore }: SettingsVolume): string | null | undefined {
  return has(Datastore?.DatastoreIdentifier) ? Datastore?.DatastoreIdentifier : Datastore?.DatastoreClusterIdentifier;
}

function has(id: string | null | undefined): boolean {
  return (id ?? '') !== '';
}

function given(place: { readonly [K in keyof WantedPlace]: string | undefined }): WantedPlace {
  return Object.fromEntries(Object.entries(place).filter(([, id]) => id !== undefined));
}
