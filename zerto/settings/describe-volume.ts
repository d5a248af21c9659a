import type { SettingsVolume } from '../settings-types.ts';
import { nameOf } from './name-of.ts';
import type { Line } from './describe.ts';
import type { SettingsNames } from './names.ts';

/** A volume of the VM at this path. */
export function describeVolume(vm: string, volume: SettingsVolume, names: SettingsNames): Line[] {
  const path = `${vm}.volumes[${volume.VolumeIdentifier}]`;
  const { Datastore, Preseed, RDM } = volume;
  const preseed = [nameOf(names.datastores, Preseed?.DatastoreIdentifier), Preseed?.Path ?? ''];
  const physical = RDM?.IsPhysical === true ? ' (physical)' : '';
  return [
    [`${path}.datastore`, nameOf(names.datastores, Datastore?.DatastoreIdentifier)],
    [`${path}.datastore-cluster`, nameOf(names.datastoreClusters, Datastore?.DatastoreClusterIdentifier)],
    [`${path}.thin`, (Datastore?.IsThin ?? volume.VCD?.IsThin)?.toString() ?? ''],
    [`${path}.preseed`, preseed.filter(text => text !== '').join(' ')],
    [`${path}.rdm`, RDM?.DeviceIdentifier ? `${nameOf(names.devices, RDM.DeviceIdentifier)}${physical}` : ''],
  ];
}
