import { refuseBusy, refuseDisconnected } from './readiness.ts';
import { Refusal } from './refusal.ts';
import { resynchronise, synchronise, tend } from './replication.ts';
import type { Task } from './records.ts';
import type { Vpg, World } from './state.ts';
import { startTask } from './tasks.ts';
import { nameOf, type Order, taskOf } from './vpg.ts';

/** pause: no checkpoints from the task's end on; a synchronisation ends too. */
export function pause(world: World, vpg: Vpg, order: Order): Task {
  refuseUnprotected(world, vpg, order);
  if (vpg.paused !== undefined) throw new Refusal(500, `The replication of VPG ${nameOf(vpg)} is paused already.`);
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'PauseProtectionGroup',
    durationMs: world.durations.pause,
    done(time) {
      vpg.sync = undefined;
      vpg.paused = { by: 'user', since: time };
      tend(world, vpg, time);
    },
    failed: () => undefined,
  });
}

/** resume: what was missed is synchronised. */
export function resume(world: World, vpg: Vpg, order: Order): Task {
  refuseUnprotected(world, vpg, order);
  if (vpg.paused === undefined) throw new Refusal(500, `The replication of VPG ${nameOf(vpg)} is not paused.`);
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'ResumeProtectionGroup',
    durationMs: world.durations.resume,
    done(time) {
      vpg.paused = undefined;
      resynchronise(world, vpg, time);
    },
    failed: () => undefined,
  });
}

/** forcesync: a delta sync, which comes after the task. */
export function forceSync(world: World, vpg: Vpg, order: Order): Task {
  refuseUnprotected(world, vpg, order);
  if (vpg.paused !== undefined) throw new Refusal(500, `The replication of VPG ${nameOf(vpg)} is paused.`);
  if (vpg.sync !== undefined) throw new Refusal(500, `VPG ${nameOf(vpg)} is synchronizing (${vpg.sync.subStatus}).`);
  if (vpg.test !== undefined) throw new Refusal(500, `A failover test of VPG ${nameOf(vpg)} is in progress.`);
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'InitFullSync',
    durationMs: world.durations.forceSync,
    done(time) {
      synchronise(world, vpg, [{ subStatus: 'DeltaSync', ms: world.durations.deltaSync }], time, true);
    },
    failed: () => undefined,
  });
}

function refuseUnprotected(world: World, vpg: Vpg, order: Order): void {
  refuseBusy(vpg);
  refuseDisconnected(world, vpg, order.site);
  if (vpg.recovered !== undefined || vpg.trouble !== undefined) {
    throw new Refusal(500, `VPG ${nameOf(vpg)} is not replicating.`);
  }
}
