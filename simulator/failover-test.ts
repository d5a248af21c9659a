import { powerOnTestVm } from './guests.ts';
import { findCheckpoint, latestCheckpoint, retag } from './journal.ts';
import { Refusal } from './refusal.ts';
import { reportOf } from './reports.ts';
import type { RunningTest, Task, Vpg, World } from './state.ts';
import { startTask } from './tasks.ts';
import { endsOf, historyMsOf, nameOf, taskOf } from './vpg.ts';

interface TestOrder {
  readonly checkpointId: string | undefined;
  readonly vmIds: readonly string[] | undefined;
  readonly by: string;
  readonly failure: string | undefined;
}

/** FailoverTest: the task ends when the VMs are up, the test goes on. */
export function startTest(world: World, vpg: Vpg, order: TestOrder): Task {
  const name = nameOf(vpg);
  if (vpg.test !== undefined) throw new Refusal(500, `A failover test of VPG ${name} is already in progress.`);
  if (vpg.updating) throw new Refusal(500, `VPG ${name} is being updated.`);
  const started = world.clock.now();
  const checkpoint =
    order.checkpointId === undefined
      ? latestCheckpoint(vpg.journal, started, historyMsOf(vpg))
      : findCheckpoint(vpg.journal, started, historyMsOf(vpg), order.checkpointId);
  if (checkpoint === undefined) {
    // The one wording that is known: ZertoModule issue 1.
    throw new Refusal(400, 'failed parsing as a valid CheckPoint Identifier');
  }
  const all = vpg.settings.Vms.map(vm => vm.VmIdentifier);
  const vmIds = order.vmIds ?? all;
  const stranger = vmIds.find(id => !all.includes(id));
  if (stranger !== undefined) throw new Refusal(400, `VM ${stranger} is not in VPG ${name}.`);
  const test: RunningTest = {
    stage: 'Starting',
    checkpoint,
    vmIds,
    by: order.by,
    started,
    up: undefined,
    guests: [],
  };
  vpg.test = test;
  const { testsStarted } = world.counts;
  testsStarted.set(name, (testsStarted.get(name) ?? 0) + 1);
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'FailOverTest',
    durationMs: world.scenario.durations.failoverTest,
    done(time) {
      test.stage = 'InTest';
      test.up = time;
      powerOn(world, vpg, test, time);
    },
    failed() {
      vpg.test = undefined;
    },
  });
}

interface StopOrder {
  readonly success: boolean;
  readonly summary: string;
  readonly by: string;
  readonly failure: string | undefined;
}

/** FailoverTestStop: the VMs go down at once, the task ends when they are gone. */
export function stopTest(world: World, vpg: Vpg, order: StopOrder): Task {
  const { test } = vpg;
  if (test === undefined) throw new Refusal(500, `No failover test of VPG ${nameOf(vpg)} is in progress.`);
  if (test.stage !== 'InTest') {
    throw new Refusal(500, `The failover test of VPG ${nameOf(vpg)} is ${test.stage.toLowerCase()}.`);
  }
  const stopping = world.clock.now();
  test.stage = 'Stopping';
  for (const guest of test.guests) guest.powerOff();
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'StopFailOverTest',
    durationMs: world.scenario.durations.stopFailoverTest,
    done(time) {
      vpg.test = undefined;
      vpg.lastTest = time;
      retag(vpg.journal, test.checkpoint, `Tested at ${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}`);
      world.reports.push(reportOf(world, vpg, test, { ...order, stopping, ended: time }));
    },
    failed(time) {
      test.stage = 'InTest';
      powerOn(world, vpg, test, time);
    },
  });
}

function powerOn(world: World, vpg: Vpg, test: RunningTest, time: number): void {
  const { recoverySite } = endsOf(world, vpg);
  test.guests = vpg.settings.Vms.filter(vm => test.vmIds.includes(vm.VmIdentifier)).map(vm =>
    powerOnTestVm(world, recoverySite, vpg.settings, vm, time),
  );
}
