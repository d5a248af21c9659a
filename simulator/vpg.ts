import { type Checkpoint, findCheckpoint, type Journal, latestCheckpoint, retag } from './journal.ts';
import type { Guest } from './guests.ts';
import { powerOnTestVm } from './guests.ts';
import { Refusal } from './refusal.ts';
import { reportOf } from './reports.ts';
import type { SettingsDocument } from './settings-document.ts';
import { type SiteState, siteIdentified, type World } from './state.ts';
import { startTask, type Task } from './tasks.ts';

export interface Vpg {
  readonly id: string;
  readonly journal: Journal;
  /** What was committed last: name, sites and VMs stand in it. */
  settings: SettingsDocument;
  /** ms since 1970. */
  lastTest: number | undefined;
  test: RunningTest | undefined;
  /** A commit of settings is running. */
  updating: boolean;
}

/** It has no Status of its own: only RunningFailOverTestApi tells of it. */
export interface RunningTest {
  stage: 'Starting' | 'InTest' | 'Stopping';
  readonly checkpoint: Checkpoint;
  readonly vmIds: readonly string[];
  readonly by: string;
  /** ms since 1970. */
  readonly started: number;
  up: number | undefined;
  guests: readonly Guest[];
}

export function createVpg(id: string, settings: SettingsDocument, journal: Journal): Vpg {
  return { id, journal, settings, lastTest: undefined, test: undefined, updating: false };
}

export const nameOf = (vpg: Vpg): string => vpg.settings.Basic.Name;
export const historyMsOf = (vpg: Vpg): number => vpg.settings.Basic.JournalHistoryInHours * 3_600_000;

/** Both ends; a VPG of the simulation always has both. */
export function endsOf(world: World, vpg: Vpg): { readonly protectedSite: SiteState; readonly recoverySite: SiteState } {
  const { ProtectedSiteIdentifier, RecoverySiteIdentifier } = vpg.settings.Basic;
  const protectedSite = siteIdentified(world, ProtectedSiteIdentifier);
  const recoverySite = siteIdentified(world, RecoverySiteIdentifier);
  if (protectedSite === undefined || recoverySite === undefined) throw new Error(`VPG ${nameOf(vpg)} lacks a site.`);
  return { protectedSite, recoverySite };
}

export interface TestOrder {
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

export interface StopOrder {
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

/** What every task of a VPG has in common. */
export function taskOf(world: World, vpg: Vpg, order: { readonly by: string; readonly failure: string | undefined }) {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  return {
    vpgId: vpg.id,
    recoverySiteId: recoverySite.identifier,
    siteIds: [protectedSite.identifier, recoverySite.identifier],
    by: order.by,
    failure: order.failure,
  };
}
