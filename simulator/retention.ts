import { chooseCheckpoint, refuseUnrecoverable } from './readiness.ts';
import { Refusal } from './refusal.ts';
import type { Task } from './records.ts';
import { fieldOf } from './router.ts';
import type { Vpg, World } from './state.ts';
import { endTask, startTask } from './tasks.ts';
import { nameOf, type Order, taskOf } from './vpg.ts';

interface RetentionOrder extends Order {
  readonly checkpointId: string | undefined;
}

const runMs = 3000;

/** retentionstart: a copy goes to the repository; nothing of it can be seen here but the task and the SubStatus. */
export function startRetention(world: World, vpg: Vpg, order: RetentionOrder): Task {
  if (fieldOf(vpg.settings.LongTermRetention, 'Enabled') !== true) {
    throw new Refusal(500, `VPG ${nameOf(vpg)} has no long-term retention.`);
  }
  refuseUnrecoverable(world, vpg, order.site);
  if (vpg.test !== undefined) throw new Refusal(500, `A failover test of VPG ${nameOf(vpg)} is in progress.`);
  chooseCheckpoint(world, vpg, order.checkpointId);
  const end = () => {
    vpg.retention = undefined;
  };
  const task = startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'VpgBackup',
    durationMs: runMs,
    done: end,
    failed: end,
  });
  vpg.retention = { task };
  return task;
}

/** retentionabort: the task ends as that of a clone that is aborted. */
export function abortRetention(world: World, vpg: Vpg): void {
  if (vpg.retention === undefined) throw new Refusal(500, `No retention process of VPG ${nameOf(vpg)} is running.`);
  const { task } = vpg.retention;
  vpg.retention = undefined;
  const state = world.choices.abortedTask === 'Stopped' ? 'stopped' : 'failed';
  endTask(world, task, state, 'Aborted', world.clock.now());
}
