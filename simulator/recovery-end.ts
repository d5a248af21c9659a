import { attachmentsOf } from './attachments.ts';
import { areConnected, isConnected } from './connection.ts';
import type { Vm } from './estate.ts';
import { removeVm } from './power.ts';
import { refuseLost } from './readiness.ts';
import { dropCheckpoints, synchronise, tend } from './replication.ts';
import { reportOf } from './reports.ts';
import { reverseSettings } from './reverse.ts';
import { powerSourcesOn, sourcesOf } from './shutdown.ts';
import type { Task } from './records.ts';
import type { Recovery, Vpg, World } from './state.ts';
import { endTask, startTask } from './tasks.ts';
import { endsOf, nameOf, type Order, taskOf } from './vpg.ts';

interface CommitOrder extends Order {
  /** Left out: as the operation was asked for. */
  readonly reverse?: boolean;
  readonly keepSources?: boolean;
  /** By the timer, which cannot be refused: without a peer it commits without reverse protection. */
  readonly automatic?: boolean;
}

/** FailoverCommit and MoveCommit. */
export function commitRecovery(world: World, vpg: Vpg, operation: Recovery, order: CommitOrder): Task {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  let reverse = order.reverse ?? operation.reverse;
  if (reverse && !areConnected(world, protectedSite, recoverySite)) {
    if (order.automatic !== true) refuseLost(protectedSite);
    reverse = false;
  }
  const keepSources = order.keepSources ?? operation.keepSources;
  const begun = world.clock.now();
  operation.stage = 'Committing';
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: operation.kind === 'Failover' ? 'FailoverCommit' : 'MoveCommit',
    durationMs: world.durations.commit,
    done(time) {
      if (vpg.operation !== operation) return;
      reportEnd(world, vpg, operation, 'Success', begun, time);
      settle(world, vpg, operation, { reverse, keepSources }, time);
      if (operation.waiting !== undefined) endTask(world, operation.waiting, 'completed', '', time);
    },
    failed() {
      operation.stage = 'BeforeCommit';
    },
  });
}

/** FailoverRollback and MoveRollback: the recovered VMs are gone, the sources run again. */
export function rollBackRecovery(world: World, vpg: Vpg, operation: Recovery, order: Order): Task {
  const begun = world.clock.now();
  operation.stage = 'RollingBack';
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: operation.kind === 'Failover' ? 'FailoverRollback' : 'MoveRollback',
    durationMs: world.durations.rollBack,
    done(time) {
      if (vpg.operation !== operation) return;
      for (const guest of operation.guests) guest.powerOff();
      reportEnd(world, vpg, operation, 'RolledBack', begun, time);
      vpg.operation = undefined;
      powerSourcesOn(world, vpg, operation, time);
      if (operation.waiting !== undefined) endTask(world, operation.waiting, 'completed', 'Rolled back', time);
    },
    failed() {
      operation.stage = 'BeforeCommit';
    },
  });
}

/** What the commit leaves: recovered VMs in the inventory, and a VPG that protects them backwards or nothing at all. */
function settle(
  world: World,
  vpg: Vpg,
  operation: Recovery,
  { reverse, keepSources }: { readonly reverse: boolean; readonly keepSources: boolean },
  time: number,
): void {
  const pairs = operation.members.flatMap((member, index) => {
    const source = world.estate.vmIdentified(member.VmIdentifier);
    return source === undefined ? [] : [{ member, source, vm: takeOver(world, vpg, operation, source, index) }];
  });
  vpg.operation = undefined;
  vpg.paused = undefined;
  if (reverse) {
    vpg.settings = reverseSettings(world, vpg, pairs);
    vpg.lastTest = undefined;
  } else {
    vpg.recovered = { since: time };
  }
  // Backwards, the sources' disks are what is written to; a move has no use for the sources.
  const goes = reverse || (operation.kind === 'Move' && !keepSources);
  for (const source of sourcesOf(world, operation)) if (goes && isPresent(world, source)) removeVm(world, source);
  if (reverse) {
    dropCheckpoints(world, vpg, time);
    const { promotion, bitmapSync } = world.durations;
    const phases = [
      { subStatus: 'Promoting', ms: promotion },
      { subStatus: 'BitmapSync', ms: bitmapSync },
    ] as const;
    if (isConnected(world, vpg)) synchronise(world, vpg, phases, time);
  }
  tend(world, vpg, time);
}

const isPresent = (world: World, vm: Vm): boolean => world.estate.site(vm.spec.site).vms.includes(vm);

function takeOver(world: World, vpg: Vpg, operation: Recovery, source: Vm, index: number): Vm {
  const { recoverySite } = endsOf(world, vpg);
  const member = operation.members[index];
  const nics =
    member === undefined
      ? []
      : attachmentsOf(recoverySite, vpg.settings, member, source, 'Failover').map(({ name, network, address }) => ({
          name,
          network: network?.name ?? '',
          address: address ?? '',
        }));
  const vm = world.estate.addVm(recoverySite.name, { ...source.spec, site: recoverySite.name, nics });
  world.power.set(vm, { on: true, listens: true, guest: operation.guests[index] });
  return vm;
}

function reportEnd(
  world: World,
  vpg: Vpg,
  operation: Recovery,
  status: 'Success' | 'RolledBack',
  begun: number,
  ended: number,
): void {
  const { kind, members, checkpoint, by, started, up = begun } = operation;
  const end = status === 'Success' ? 'Commit' : 'Roll back';
  world.reports.push(
    reportOf(world, vpg, {
      type: kind,
      members,
      checkpoint,
      by,
      started,
      up,
      ended,
      success: status === 'Success',
      status: status === 'Success' ? 'Success' : world.choices.rolledBackStatus,
      notes: '',
      steps: [
        { description: `${kind} VPG ${nameOf(vpg)}`, start: started, end: up },
        { description: `${end} ${kind.toLowerCase()} VPG ${nameOf(vpg)}`, start: begun, end: ended },
      ],
    }),
  );
}
