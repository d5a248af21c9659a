import { chooseCheckpoint, chooseVms, refuseUnrecoverable } from './readiness.ts';
import { Refusal } from './refusal.ts';
import type { Task } from './records.ts';
import type { Vpg, World } from './state.ts';
import { endTask, startTask } from './tasks.ts';
import { endsOf, nameOf, type Order, taskOf } from './vpg.ts';

interface CloneOrder extends Order {
  readonly checkpointId: string | undefined;
  readonly vmIds: readonly string[] | undefined;
  readonly datastoreId: string;
}

/** CloneStart: copies of the VMs as they were, powered off, that nobody protects or removes. */
export function startClone(world: World, vpg: Vpg, order: CloneOrder): Task {
  refuseUnrecoverable(world, vpg, order.site);
  const { recoverySite } = endsOf(world, vpg);
  const members = chooseVms(vpg, order.vmIds);
  const checkpoint = chooseCheckpoint(world, vpg, order.checkpointId);
  if (!recoverySite.estate.datastores.some(datastore => datastore.id === order.datastoreId)) {
    throw new Refusal(400, `Datastore ${order.datastoreId} is not known at site ${recoverySite.spec.zertoName}.`);
  }
  const task = startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'Clone',
    durationMs: world.durations.clone,
    done() {
      vpg.clone = undefined;
      const time = new Date(checkpoint.time).toISOString().slice(0, 19).replace('T', ' ');
      for (const member of members) {
        const source = world.estate.vmIdentified(member.VmIdentifier);
        if (source === undefined) continue;
        const name = world.choices.cloneName.replace('{vm}', source.name).replace('{time}', time);
        const vm = world.estate.addVm(recoverySite.name, { ...source.spec, name, site: recoverySite.name, nics: [] });
        world.power.set(vm, { on: false, listens: false, guest: undefined });
      }
    },
    failed() {
      vpg.clone = undefined;
    },
  });
  vpg.clone = { task };
  return task;
}

/** CloneAbort: nothing is left of the clone. */
export function abortClone(world: World, vpg: Vpg): void {
  if (vpg.clone === undefined) throw new Refusal(500, `VPG ${nameOf(vpg)} is not being cloned.`);
  const { task } = vpg.clone;
  vpg.clone = undefined;
  const state = world.choices.abortedTask === 'Stopped' ? 'stopped' : 'failed';
  endTask(world, task, state, 'Aborted', world.clock.now());
}
