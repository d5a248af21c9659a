import { dropCheckpoints, synchronise, tend } from './replication.ts';
import type { SettingsDocument, SettingsVm } from './settings-document.ts';
import type { Vpg, World } from './state.ts';

/**
 * What a commit means for the replication: a VM that joins is synchronised, one that leaves takes all checkpoints with it,
 * so does another datastore for the journal or the data; a VPG that protected nothing begins anew.
 */
export function replicateAsSet(world: World, vpg: Vpg, before: SettingsDocument, time: number): void {
  const after = vpg.settings;
  const { volumeSync } = world.durations;
  const anew = vpg.recovered !== undefined || vpg.trouble !== undefined || before.Vms.length === 0;
  vpg.recovered = undefined;
  vpg.trouble = undefined;
  if (anew) {
    beginReplication(world, vpg, time);
    return;
  }
  const added = after.Vms.some(vm => findVm(before, vm) === undefined);
  const removed = before.Vms.some(vm => findVm(after, vm) === undefined);
  const moved =
    storesOf(before) !== storesOf(after) ||
    after.Vms.some(vm => {
      const old = findVm(before, vm);
      return old !== undefined && storesOfVm(old) !== storesOfVm(vm);
    });
  if (removed || moved || (added && !world.choices.addedVmKeepsCheckpoints)) dropCheckpoints(world, vpg, time);
  if (added || moved) synchronise(world, vpg, [{ subStatus: 'VolumeInitialSync', ms: volumeSync }], time);
  else tend(world, vpg, time);
}

/** The first synchronisation of a VPG; where all volumes are there already, only the difference is sent. */
export function beginReplication(world: World, vpg: Vpg, time: number): void {
  dropCheckpoints(world, vpg, time);
  const { initialSync, deltaSync } = world.durations;
  const { Vms } = vpg.settings;
  if (Vms.length === 0) return;
  const preseeded = Vms.every(vm => vm.Volumes.every(volume => volume.Preseed !== null));
  const phase = preseeded
    ? ({ subStatus: 'DeltaSync', ms: deltaSync } as const)
    : ({ subStatus: 'InitialSync', ms: initialSync } as const);
  synchronise(world, vpg, [phase], time);
}

const findVm = (document: SettingsDocument, { VmIdentifier }: SettingsVm): SettingsVm | undefined =>
  document.Vms.find(vm => vm.VmIdentifier === VmIdentifier);

const storesOf = ({ Journal }: SettingsDocument): string =>
  JSON.stringify([Journal.DatastoreIdentifier, Journal.DatastoreClusterIdentifier]);

function storesOfVm({ Journal, Recovery, Volumes }: SettingsVm): string {
  return JSON.stringify([
    Journal.DatastoreIdentifier,
    Journal.DatastoreClusterIdentifier,
    Recovery.DatastoreIdentifier,
    Recovery.DatastoreClusterIdentifier,
    Volumes.map(({ VolumeIdentifier, Datastore, Preseed, RDM }) => [
      VolumeIdentifier,
      Datastore?.DatastoreIdentifier,
      Datastore?.DatastoreClusterIdentifier,
      Preseed,
      RDM?.DeviceIdentifier,
    ]),
  ]);
}
