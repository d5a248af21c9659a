import type { CommitPolicy } from './enums.ts';
import { refuseDisconnected, refuseUnrecoverable } from './readiness.ts';
import { startRecovery } from './recovery.ts';
import { Refusal } from './refusal.ts';
import type { Task } from './records.ts';
import type { Vpg, World } from './state.ts';
import { nameOf, type Order } from './vpg.ts';

interface MoveOrder extends Order {
  readonly policy: CommitPolicy;
  readonly waitSeconds: number;
  readonly force: boolean;
  readonly reverse: boolean;
  readonly keepSources: boolean;
  readonly continueOnScriptFailure: boolean;
}

/** Move: the sources are shut down first, so nothing is lost and no checkpoint is chosen. */
export function startMove(world: World, vpg: Vpg, order: MoveOrder): Task {
  refuseUnrecoverable(world, vpg, order.site);
  refuseDisconnected(world, vpg, order.site);
  if (vpg.test !== undefined) throw new Refusal(500, `A failover test of VPG ${nameOf(vpg)} is in progress.`);
  if (vpg.paused !== undefined) throw new Refusal(500, `The replication of VPG ${nameOf(vpg)} is paused.`);
  refuseBothProtections(order.reverse, order.keepSources);
  const scriptFails = world.scenario.vpgs.some(
    spec => spec.name === nameOf(vpg) && spec.scripts?.preRecovery?.fails === true,
  );
  const failure = scriptFails && !order.continueOnScriptFailure ? 'The pre-recovery script failed.' : undefined;
  return startRecovery(world, vpg, {
    ...order,
    failure: order.failure ?? failure,
    kind: 'Move',
    type: world.choices.moveTask,
    durationMs: world.durations.move,
    waitMs: order.waitSeconds * 1000,
    shutdown: order.force ? 'ForceShutdown' : 'Shutdown',
    members: vpg.settings.Vms,
    checkpoint: undefined,
  });
}

/** The sources' disks serve reverse protection, so the sources cannot be kept with it. */
export function refuseBothProtections(reverse: boolean, keepSources: boolean): void {
  if (reverse && keepSources) throw new Refusal(400, 'KeepSourceVms needs ReverseProtection to be false.');
}
