import { powerOnMember } from './guests.ts';
import { retag } from './journal.ts';
import { chooseCheckpoint, chooseVms, refuseUnrecoverable, refuseWithoutRecoverySite } from './readiness.ts';
import { Refusal } from './refusal.ts';
import { reportOf } from './reports.ts';
import type { Task } from './records.ts';
import type { RunningTest, Vpg, World } from './state.ts';
import { startTask } from './tasks.ts';
import { endsOf, nameOf, type Order, taskOf } from './vpg.ts';

interface TestOrder extends Order {
  readonly checkpointId: string | undefined;
  readonly vmIds: readonly string[] | undefined;
}

/** FailoverTest: the task ends when the VMs are up, the test goes on. */
export function startTest(world: World, vpg: Vpg, order: TestOrder): Task {
  const name = nameOf(vpg);
  if (vpg.test !== undefined) throw new Refusal(500, `A failover test of VPG ${name} is already in progress.`);
  refuseUnrecoverable(world, vpg, order.site);
  const test: RunningTest = {
    stage: 'Starting',
    checkpoint: chooseCheckpoint(world, vpg, order.checkpointId),
    vmIds: chooseVms(vpg, order.vmIds).map(vm => vm.VmIdentifier),
    by: order.by,
    started: world.clock.now(),
    up: undefined,
    guests: [],
    stopFailed: undefined,
  };
  vpg.test = test;
  const { testsStarted } = world.counts;
  testsStarted.set(name, (testsStarted.get(name) ?? 0) + 1);
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'FailOverTest',
    durationMs: world.durations.failoverTest,
    done(time) {
      // The VPG was removed by force meanwhile.
      if (vpg.test !== test) return;
      test.stage = 'InTest';
      test.up = time;
      powerOn(world, vpg, test, time);
    },
    failed() {
      vpg.test = undefined;
    },
  });
}

interface StopOrder extends Order {
  readonly success: boolean;
  readonly summary: string;
}

/** FailoverTestStop: the VMs go down at once, the task ends when they are gone. */
export function stopTest(world: World, vpg: Vpg, order: StopOrder): Task {
  const { test } = vpg;
  if (test === undefined) throw new Refusal(500, `No failover test of VPG ${nameOf(vpg)} is in progress.`);
  if (test.stage !== 'InTest') {
    throw new Refusal(500, `The failover test of VPG ${nameOf(vpg)} is ${test.stage.toLowerCase()}.`);
  }
  refuseWithoutRecoverySite(world, vpg, order.site);
  const stopping = world.clock.now();
  test.stage = 'Stopping';
  test.stopFailed = undefined;
  for (const guest of test.guests) guest.powerOff();
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'StopFailOverTest',
    durationMs: world.durations.stopFailoverTest,
    done(time) {
      if (vpg.test !== test) return;
      vpg.lastTest = time;
      retag(vpg.journal, test.checkpoint, `Tested at ${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}`);
      endTest(world, vpg, test, {
        success: order.success,
        status: order.success ? 'Success' : 'FailedByUser',
        notes: order.summary,
        stopping,
        ended: time,
      });
    },
    failed(time) {
      if (vpg.test !== test) return;
      test.stage = 'InTest';
      test.stopFailed = time;
      powerOn(world, vpg, test, time);
    },
  });
}

/** A failover of the VPG ends its test, which then proved nothing: no tag, no LastTest. */
export function abortTest(world: World, vpg: Vpg): void {
  const { test } = vpg;
  if (test === undefined) return;
  for (const guest of test.guests) guest.powerOff();
  const now = world.clock.now();
  const status = world.choices.abortedTestStatus;
  endTest(world, vpg, test, { success: false, status, notes: '', stopping: now, ended: now });
}

function endTest(
  world: World,
  vpg: Vpg,
  test: RunningTest,
  end: {
    readonly success: boolean;
    readonly status: string;
    readonly notes: string;
    readonly stopping: number;
    readonly ended: number;
  },
): void {
  const name = nameOf(vpg);
  const up = test.up ?? end.stopping;
  vpg.test = undefined;
  world.reports.push(
    reportOf(world, vpg, {
      ...test,
      ...end,
      type: 'FailoverTest',
      members: chooseVms(vpg, test.vmIds),
      up,
      steps: [
        { description: `Fail-over test VPG ${name}`, start: test.started, end: up },
        { description: `Stop fail-over test VPG ${name}`, start: end.stopping, end: end.ended },
      ],
    }),
  );
}

function powerOn(world: World, vpg: Vpg, test: RunningTest, time: number): void {
  const { recoverySite } = endsOf(world, vpg);
  test.guests = chooseVms(vpg, test.vmIds).map(vm =>
    powerOnMember(world, recoverySite, vpg.settings, vm, 'FailoverTest', time),
  );
}
