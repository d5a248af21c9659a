import type { CommitPolicy, ShutdownPolicy } from './enums.ts';
import type { TaskType } from './enums-task.ts';
import { commitRecovery, rollBackRecovery } from './recovery-end.ts';
import { powerOnMember } from './guests.ts';
import type { Checkpoint } from './journal.ts';
import { tend } from './replication.ts';
import type { SettingsVm } from './settings-document.ts';
import { planShutdown, powerSourcesOn } from './shutdown.ts';
import type { Task } from './records.ts';
import type { Recovery, Vpg, World } from './state.ts';
import { startTask } from './tasks.ts';
import { endsOf, type Order, taskOf } from './vpg.ts';

export interface RecoveryOrder extends Order {
  readonly kind: Recovery['kind'];
  readonly type: TaskType;
  readonly durationMs: number;
  readonly policy: CommitPolicy;
  readonly waitMs: number;
  readonly shutdown: ShutdownPolicy;
  readonly reverse: boolean;
  readonly keepSources: boolean;
  readonly members: readonly SettingsVm[];
  readonly checkpoint: Checkpoint | undefined;
}

/** Failover and Move alike: the task ends when the VMs are up, then the commit is awaited, or made by a timer. */
export function startRecovery(world: World, vpg: Vpg, order: RecoveryOrder): Task {
  const started = world.clock.now();
  const { kind, policy, waitMs, reverse, keepSources, members, checkpoint, by } = order;
  const operation: Recovery = {
    kind,
    stage: 'Starting',
    policy,
    waitMs,
    reverse,
    keepSources,
    members,
    checkpoint,
    by,
    started,
    up: undefined,
    stopped: [],
    guests: [],
    waiting: undefined,
  };
  vpg.operation = operation;
  tend(world, vpg, started);
  const shutdown = planShutdown(world, vpg, operation, order.shutdown);
  const task: Task = startTask(world, {
    ...taskOf(world, vpg, order),
    type: order.type,
    durationMs: order.durationMs + shutdown.ms,
    failure: order.failure ?? shutdown.failure,
    done(time) {
      // The VPG was removed by force meanwhile.
      if (vpg.operation !== operation) return false;
      awaitCommit(world, vpg, operation, time);
      if (world.choices.waitingTask === 'Completed') return false;
      operation.waiting = task;
      return true;
    },
    failed(time) {
      if (vpg.operation !== operation) return;
      vpg.operation = undefined;
      powerSourcesOn(world, vpg, operation, time);
    },
  });
  return task;
}

function awaitCommit(world: World, vpg: Vpg, operation: Recovery, time: number): void {
  const { recoverySite } = endsOf(world, vpg);
  operation.stage = 'BeforeCommit';
  operation.up = time;
  operation.guests = operation.members.map(member =>
    powerOnMember(world, recoverySite, vpg.settings, member, 'Failover', time),
  );
  if (operation.policy === 'None') return;
  world.later(time + operation.waitMs, () => {
    if (vpg.operation !== operation || operation.stage !== 'BeforeCommit') return;
    const order = { site: recoverySite, by: 'System', failure: undefined };
    if (operation.policy === 'Commit') commitRecovery(world, vpg, operation, { ...order, automatic: true });
    else rollBackRecovery(world, vpg, operation, order);
  });
}
