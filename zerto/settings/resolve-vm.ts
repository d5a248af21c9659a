import { pickByName } from '../names.ts';
import type { Named } from '../types.ts';
import { readAddress } from './address.ts';
import { type DesiredNicSide, type DesiredVm, type DesiredVolume, eachSide } from './desired.ts';
import { SettingsRefused } from './errors.ts';
import type { SettingsNames } from './names.ts';
import { resolvePlace, resolveStorage } from './resolve-place.ts';
import type { WantedNicSide, WantedVm, WantedVolume } from './wanted.ts';

/** @throws NameNotFound, NameAmbiguous, SettingsRefused */
export function resolveVm(
  vm: DesiredVm,
  { id, name }: Named,
  groups: readonly Named[],
  names: SettingsNames,
): WantedVm {
  return {
    id,
    name,
    ...(vm.bootGroup !== undefined && { bootGroup: pickByName(groups, vm.bootGroup, 'boot group').id }),
    recovery: resolvePlace(vm.recovery, names),
    journal: resolveStorage(vm.journal, names),
    scratch: resolveStorage(vm.scratch, names),
    nics: (vm.nics ?? []).map(nic => ({
      nic: nic.nic,
      ...eachSide(side => {
        const wanted = nic[side];
        return wanted === undefined ? undefined : resolveSide(wanted, `${name} ${nic.nic}`, names);
      }),
    })),
    volumes: (vm.volumes ?? []).map(volume => resolveVolume(volume, name, names)),
  };
}

function resolveSide(side: DesiredNicSide, place: string, names: SettingsNames): WantedNicSide {
  const { network, ip, gateway, dns, dnsSuffix, mac } = side;
  if (ip === 'keep' && (gateway !== undefined || dns !== undefined)) {
    throw new SettingsRefused(`${place} is told to keep its address, and a gateway or DNS: leave one of them out`);
  }
  return {
    ...(network !== undefined && { network: pickByName(names.networks, network, 'network').id }),
    ...(ip !== undefined && { ip: wantedIp(ip, place) }),
    ...(gateway !== undefined && { gateway }),
    ...(dns !== undefined && { dns }),
    ...(dnsSuffix !== undefined && { dnsSuffix }),
    ...(mac !== undefined && { newMac: mac === 'new' }),
  };
}

function wantedIp(text: string, place: string): NonNullable<WantedNicSide['ip']> {
  if (text === 'keep' || text === 'dhcp' || text === 'pool') return text;
  const address = readAddress(text);
  if (address === undefined) throw new SettingsRefused(`${place}: ${text} is no IPv4 address with prefix`);
  return address;
}

function resolveVolume(volume: DesiredVolume, vm: string, names: SettingsNames): WantedVolume {
  const { datastore, datastoreCluster, thin, preseed, rdm } = volume;
  if (preseed !== undefined && rdm !== undefined) {
    throw new SettingsRefused(`${vm} ${volume.volume} is given both a preseed and a raw device: leave one of them out`);
  }
  return {
    volume: volume.volume,
    ...resolvePlace({ ...(datastore && { datastore }), ...(datastoreCluster && { datastoreCluster }) }, names),
    ...(thin !== undefined && { thin }),
    ...(preseed && {
      preseed: {
        datastore: pickByName(names.datastores ?? [], preseed.datastore, 'datastore').id,
        path: preseed.path,
      },
    }),
    ...(rdm && {
      rdm: {
        device: pickByName(names.devices ?? [], rdm.device, 'raw device').id,
        physical: rdm.physical ?? false,
      },
    }),
  };
}
