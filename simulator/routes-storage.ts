import type { Item } from './estate.ts';
import { Refusal } from './refusal.ts';
import { asksForText, type Call, json, type Reply, type Route } from './router.ts';
import { inventory } from './routes-sites.ts';
import { listVolumes, type Volume, vpgNameOf } from './volumes.ts';

const megabyte = 1024 * 1024;
const capacityInMb = 10 * 1024 * 1024;

/** Hosts, datastores and volumes, beyond what the lists of a virtualization site tell. */
export const storageRoutes: readonly Route[] = [
  inventory('hosts/{host}', (site, call) => {
    const id = call.param('host');
    const host = site.estate.hosts.find(each => each.id === id.toLowerCase());
    if (host === undefined) throw new Refusal(404, `Host ${id} was not found.`);
    return {
      HostIdentifier: host.id,
      VirtualizationHostName: host.name,
      HostVersion: '7.0.3',
      ConnectionStatus: 'Connected',
      AssociatedDatastores: site.estate.datastores.map(({ id: datastore, name }) => ({
        DatastoreIdentifier: datastore,
        DatastoreName: name,
        OwningDatastoreCluster: null,
      })),
      AssociatedNetworks: site.estate.networks.map(network => ({
        NetworkIdentifier: network.id,
        VirtualizationNetworkName: network.name,
      })),
    };
  }),
  ...(['virtualNetworks', 'subnets', 'securityGroups', 'vmInstanceTypes', 'resourceGroups'] as const).map(what =>
    // No site of the simulation is a public cloud.
    inventory(`publiccloud/${what.toLowerCase()}`, () => []),
  ),
  {
    method: 'GET',
    path: 'datastores',
    handle: call => json(call.site.estate.datastores.map(each => datastoreOnWire(call, each))),
  },
  { method: 'GET', path: 'datastores/{datastore}', handle: getDatastore },
  { method: 'GET', path: 'volumes', handle: listFiltered },
];

function getDatastore(call: Call): Reply {
  const id = call.param('datastore');
  const datastore = call.site.estate.datastores.find(each => each.id === id.toLowerCase());
  if (datastore === undefined) throw new Refusal(404, `Datastore ${id} was not found.`);
  return json(datastoreOnWire(call, datastore));
}

function datastoreOnWire(call: Call, { id, name }: Item) {
  const volumes = listVolumes(call.world, call.site).filter(volume => volume.datastoreId === id);
  const vmsOf = (type: Volume['type']): number =>
    new Set(volumes.filter(volume => volume.type === type).map(volume => volume.protectedVm.id)).size;
  const bytesOf = (type?: Volume['type']): number =>
    volumes.filter(volume => type === undefined || volume.type === type).reduce((sum, v) => sum + v.sizeInMb, 0) *
    megabyte;
  const usage = (bytes: number) => ({ UsedInBytes: bytes, ProvisionedInBytes: bytes });
  const used = bytesOf();
  return {
    DatastoreIdentifier: id,
    DatastoreName: name,
    Config: { Devices: [], Type: 'VMFS', OwningDatastoreCluster: null },
    Stats: {
      NumVRAs: 0,
      NumIncomingVMs: vmsOf('Recovery'),
      NumOutgoingVMs: vmsOf('Protected'),
      AvailabilityStatus: 'Normal',
      Usage: {
        Datastore: {
          CapacityInBytes: capacityInMb * megabyte,
          FreeInBytes: Math.max(0, capacityInMb * megabyte - used),
          UsedInBytes: used,
          ProvisionedInBytes: used,
        },
        Zerto: {
          Protected: usage(bytesOf('Protected')),
          Recovery: usage(bytesOf('Recovery')),
          Journal: usage(bytesOf('Journal')),
          Scratch: usage(0),
          Appliances: usage(0),
          Unknown: usage(0),
        },
      },
    },
    Health: { Status: 'Healthy', Alerts: [] },
  };
}

function listFiltered(call: Call): Reply {
  const found = listVolumes(call.world, call.site).filter(
    volume =>
      asksForText(call, 'volumeType', volume.type) &&
      asksForText(call, 'vpgIdentifier', volume.vpg.id) &&
      asksForText(call, 'datastoreIdentifier', volume.datastoreId) &&
      asksForText(call, 'protectedVmIdentifier', volume.protectedVm.id) &&
      // A copy is attached to an appliance of Zerto's, which has no identifier here.
      asksForText(call, 'owningVmIdentifier', volume.type === 'Protected' ? volume.protectedVm.id : ''),
  );
  return json(found.map(volume => volumeOnWire(call, volume)));
}

function volumeOnWire(call: Call, volume: Volume) {
  const { id, type, path, protectedVm } = volume;
  const datastore = call.site.estate.datastores.find(each => each.id === volume.datastoreId);
  const bytes = volume.sizeInMb * megabyte;
  return {
    VolumeType: type,
    IsThinProvisioned: true,
    VolumeIdentifier: id,
    Path: { Full: `[${datastore?.name ?? ''}] ${path}`, Relative: path, FileName: path.replace(/^.*\//, '') },
    Size: { UsedInBytes: bytes, ProvisionedInBytes: bytes },
    Datastore: { Identifier: volume.datastoreId, Name: datastore?.name ?? '' },
    OwningVm: type === 'Protected' ? { Identifier: protectedVm.id, Name: protectedVm.name } : null,
    ProtectedVm: { Identifier: protectedVm.id, Name: protectedVm.name },
    Vpg: { Identifier: volume.vpg.id, Name: vpgNameOf(volume) },
    StoragePolicy: null,
  };
}
