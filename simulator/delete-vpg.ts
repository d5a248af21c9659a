import { isConnected } from './connection.ts';
import { abortTest } from './failover-test.ts';
import { refuseBusy, refuseDisconnected } from './readiness.ts';
import { Refusal } from './refusal.ts';
import { tend } from './replication.ts';
import type { Task } from './records.ts';
import type { Vpg, World } from './state.ts';
import { startTask } from './tasks.ts';
import { endsOf, nameOf, type Order, taskOf } from './vpg.ts';

interface DeleteOrder extends Order {
  readonly keepVolumes: boolean;
  /** Whatever goes on, and without the peer. */
  readonly force: boolean;
}

export function deleteVpg(world: World, vpg: Vpg, order: DeleteOrder): Task {
  if (vpg.deleting) throw new Refusal(500, `VPG ${nameOf(vpg)} is being deleted.`);
  if (!order.force) {
    refuseBusy(vpg);
    if (vpg.test !== undefined) throw new Refusal(500, `A failover test of VPG ${nameOf(vpg)} is in progress.`);
    refuseDisconnected(world, vpg, order.site);
  }
  vpg.deleting = true;
  const forced = order.force && (vpg.operation !== undefined || vpg.test !== undefined || !isConnected(world, vpg));
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: forced ? 'ForceRemoveProtectionGroup' : 'RemoveProtectionGroup',
    durationMs: world.durations.deleteVpg,
    done(time) {
      abortTest(world, vpg);
      // What runs at the recovery site only because of an open operation goes with the VPG.
      for (const guest of vpg.operation?.guests ?? []) guest.powerOff();
      vpg.operation = undefined;
      if (order.keepVolumes) keepVolumes(world, vpg);
      world.vpgs.splice(world.vpgs.indexOf(vpg), 1);
      tend(world, vpg, time);
    },
    failed() {
      vpg.deleting = false;
    },
  });
}

/** Recovery volumes that stay can be preseeds of a VPG to come. */
function keepVolumes(world: World, vpg: Vpg): void {
  const { recoverySite } = endsOf(world, vpg);
  for (const member of vpg.settings.Vms) {
    const name = world.estate.vmIdentified(member.VmIdentifier)?.name ?? member.VmIdentifier;
    for (const [index, volume] of member.Volumes.entries()) {
      const datastoreId = volume.Datastore?.DatastoreIdentifier ?? volume.Preseed?.DatastoreIdentifier ?? '';
      const path = volume.Preseed?.Path ?? `${name}/${name}_${index}.vmdk`;
      world.keptVolumes.push({ siteId: recoverySite.identifier, datastoreId, path });
    }
  }
}
