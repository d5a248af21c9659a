import { vpgsSeenBy } from './connection.ts';
import { guidOf } from './identifiers.ts';
import type { SiteState, Vpg, World } from './state.ts';
import { endsOf, nameOf } from './vpg.ts';

export type VolumeType = 'Protected' | 'Recovery' | 'Journal';

/** A volume that a ZVM knows of at its own site. */
export interface Volume {
  readonly id: string;
  readonly type: VolumeType;
  readonly path: string;
  readonly sizeInMb: number;
  readonly datastoreId: string;
  readonly protectedVm: { readonly id: string; readonly name: string };
  readonly vpg: Vpg;
}

/** Of protected VMs those of the VM; at the recovery site their copies, and a journal for each VM. */
export function listVolumes(world: World, site: SiteState): Volume[] {
  return vpgsSeenBy(world, site).flatMap(vpg => {
    const { protectedSite, recoverySite } = endsOf(world, vpg);
    return vpg.settings.Vms.flatMap(member => {
      const vm = world.estate.vmIdentified(member.VmIdentifier);
      const name = vm?.name ?? '';
      const sizes = vm?.spec.volumes ?? [];
      const whole = vm?.spec.sizeInMb ?? 0;
      const volume = (type: VolumeType, what: string, sizeInMb: number, datastoreId: string | null): Volume => ({
        id: guidOf(vpg.id, member.VmIdentifier, type, what),
        type,
        path: `${name}/${name}-${type.toLowerCase()}-${what.replaceAll(':', '-')}.vmdk`,
        sizeInMb,
        datastoreId: datastoreId ?? '',
        protectedVm: { id: member.VmIdentifier, name },
        vpg,
      });
      const sizeOf = (id: string): number => sizes.find(each => each.id === id)?.sizeInMb ?? whole;
      const own =
        protectedSite === site
          ? member.Volumes.map(({ VolumeIdentifier: id }) =>
              volume('Protected', id, sizeOf(id), site.estate.datastores[0]?.id ?? null),
            )
          : [];
      if (recoverySite !== site) return own;
      const { Journal, Recovery } = member;
      const copies = member.Volumes.map(({ VolumeIdentifier: id, Datastore }) =>
        volume('Recovery', id, sizeOf(id), Datastore?.DatastoreIdentifier ?? Recovery.DatastoreIdentifier),
      );
      const journal = Journal.DatastoreIdentifier ?? Recovery.DatastoreIdentifier;
      return [...own, ...copies, volume('Journal', 'journal', Math.ceil(whole / 8), journal)];
    });
  });
}

export const vpgNameOf = (volume: Volume): string => nameOf(volume.vpg);
