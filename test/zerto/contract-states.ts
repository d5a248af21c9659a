import type { Simulator } from '../../simulator/server.ts';
import type { EffectCall } from '../../zerto/types.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import type { Vpg } from '../../zerto/vpgs.ts';

export interface Stage {
  readonly simulator: Simulator;
  /** A client of site-b. */
  readonly zvm: Zvm;
  /** What recovers to site-b. */
  readonly vpgs: readonly Vpg[];
}

/** A state to look at: its name, and the VPG that is in it. */
export type State = readonly [name: string, vpgId: string];

const soon: EffectCall = { notAfter: Number.POSITIVE_INFINITY };
const hour = 3_600_000;

/** Every method of the client that changes something, and the states between. */
export async function* allStates(stage: Stage): AsyncGenerator<State> {
  const [first, second, third] = stage.vpgs;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three VPGs are needed');
  const { simulator, zvm } = stage;
  yield ['fresh', first.id];
  yield* test(stage, first);
  yield* replication(stage, second);
  yield* failure(stage, second);
  yield* clone(stage, second);
  yield* failover(stage, first);
  yield* move(stage, second);
  yield* settings(stage, third);
  simulator.cut('site-a', 'site-b');
  simulator.clock.advance(hour);
  yield ['apart', third.id];
  const [alert] = await zvm.alerts.list();
  if (alert === undefined) throw new Error('no alert');
  await zvm.alerts.dismiss(alert.id, soon);
  yield ['an alert dismissed', third.id];
  await zvm.alerts.undismiss(alert.id, soon);
  simulator.heal('site-a', 'site-b');
  simulator.clock.advance(hour);
  await done(stage, zvm.vpgs.delete(third.id, { keepRecoveryVolumes: false, force: false }, soon));
}

/** Those of an estate in which other things matter. */
export async function* someStates(stage: Stage): AsyncGenerator<State> {
  const [vpg] = stage.vpgs;
  if (vpg === undefined) throw new Error('a VPG is needed');
  yield ['fresh', vpg.id];
  await done(stage, stage.zvm.vpgs.failoverTest(vpg.id, {}, soon));
  yield ['in test', vpg.id];
}

/** Those of a site whose peer is lost. */
export async function* lostStates(stage: Stage): AsyncGenerator<State> {
  const [vpg] = stage.vpgs;
  if (vpg === undefined) throw new Error('a VPG is needed');
  yield ['apart', vpg.id];
  await done(stage, stage.zvm.vpgs.failover(vpg.id, { commitPolicy: 'None' }, soon));
  yield ['failover before commit', vpg.id];
  await done(stage, stage.zvm.vpgs.commitFailover(vpg.id, { reverseProtection: false }, soon));
  yield ['failed over, unprotected', vpg.id];
}

/** Throws where the task did not end well. */
async function done({ simulator, zvm }: Stage, sent: Promise<string>, ms = hour): Promise<void> {
  const id = await sent;
  simulator.clock.advance(ms);
  const task = await zvm.tasks.get(id);
  if (task.state !== 'Completed') throw new Error(`${task.type}: ${task.state} ${task.reason}`);
}

/** Throws where the VPG does not come to that state. */
async function until({ simulator, zvm }: Stage, id: string, subStatus: string): Promise<void> {
  for (let step = 0; step < 200; step++) {
    if ((await zvm.vpgs.get(id)).subStatus === subStatus) return;
    simulator.clock.advance(100);
  }
  throw new Error(`no ${subStatus}`);
}

async function* test(stage: Stage, { id }: Vpg): AsyncGenerator<State> {
  const { zvm, simulator } = stage;
  await done(stage, zvm.vpgs.tagCheckpoint(id, '<tag> & "more"\n', soon));
  await zvm.vpgs.failoverTest(id, {}, soon);
  yield ['a test starts', id];
  simulator.clock.advance(hour);
  yield ['in test', id];
  await done(stage, zvm.vpgs.stopFailoverTest(id, { success: true, summary: 'all well; <b>&amp;</b>' }, soon));
  yield ['tested', id];
}

async function* replication(stage: Stage, { id }: Vpg): AsyncGenerator<State> {
  const { zvm } = stage;
  await done(stage, zvm.vpgs.pause(id, soon));
  yield ['paused', id];
  await done(stage, zvm.vpgs.resume(id, soon));
  await zvm.vpgs.forceSync(id, soon);
  await until(stage, id, 'DeltaSync');
  yield ['synchronising', id];
  stage.simulator.clock.advance(hour);
}

async function* failure(stage: Stage, { id }: Vpg): AsyncGenerator<State> {
  const { zvm, simulator } = stage;
  simulator.faults.add({
    path: 'vpgs/*/failovertest',
    then: { kind: 'fail-task', reason: 'No room <left> & none to come' },
  });
  const task = await zvm.vpgs.failoverTest(id, {}, soon);
  simulator.clock.advance(hour);
  if ((await zvm.tasks.get(task)).state !== 'Failed') throw new Error('the task did not fail');
  yield ['a task failed', id];
}

async function* clone(stage: Stage, { id, recoverySite }: Vpg): AsyncGenerator<State> {
  const { zvm } = stage;
  const [datastore] = await zvm.virtualizationSites.datastores(recoverySite.identifier);
  const { latest } = await zvm.vpgs.checkpointStats(id);
  const body = { checkpointId: latest?.id ?? '', datastoreId: datastore?.id ?? '' };
  await zvm.vpgs.startClone(id, body, soon);
  yield ['a clone is made', id];
  await zvm.vpgs.abortClone(id, soon);
}

async function* failover(stage: Stage, { id }: Vpg): AsyncGenerator<State> {
  const { zvm, simulator } = stage;
  const start = () => done(stage, zvm.vpgs.failover(id, { commitPolicy: 'None' }, soon), 300_000);
  await start();
  yield ['failover before commit', id];
  await done(stage, zvm.vpgs.rollBackFailover(id, soon));
  await start();
  await zvm.vpgs.commitFailover(id, { reverseProtection: true }, soon);
  await until(stage, id, 'BitmapSync');
  yield ['failed over, reversed', id];
  simulator.clock.advance(hour);
}

async function* move(stage: Stage, { id }: Vpg): AsyncGenerator<State> {
  const { zvm } = stage;
  const body = { commitPolicy: 'None', reverseProtection: false, keepSourceVms: true } as const;
  const start = () => done(stage, zvm.vpgs.move(id, body, soon), 300_000);
  await start();
  yield ['move before commit', id];
  await done(stage, zvm.vpgs.rollBackMove(id, soon));
  await start();
  await done(stage, zvm.vpgs.commitMove(id, undefined, soon));
  yield ['moved, unprotected', id];
}

async function* settings(stage: Stage, { id, name, protectedSite }: Vpg): AsyncGenerator<State> {
  const { vpgSettings, virtualizationSites } = stage.zvm;
  await vpgSettings.delete(await vpgSettings.copy(id));
  const object = await vpgSettings.create({ vpgId: id });
  await vpgSettings.put(object, await vpgSettings.get(object));
  for (const path of [
    'basic',
    'bootgroup',
    'scripting',
    'recovery',
    'journal',
    'scratch',
    'networks',
    'ltr',
  ] as const) {
    const part = vpgSettings.part(object, path);
    // A VPG that keeps no backups has null there, which is nothing to send.
    const value = (await part.get()) ?? { Enabled: false };
    // The client has one type for each part; what was just read fits.
    await (part.put as (value: unknown) => Promise<void>)(value);
    await part.delete();
  }
  const vms = vpgSettings.vms(object);
  const [newcomer] = await virtualizationSites.vms(protectedSite.identifier);
  if (newcomer === undefined) throw new Error('no VM that is not protected');
  await vms.add({ VmIdentifier: newcomer.id });
  const added = await vms.get(newcomer.id);
  await vms.put(newcomer.id, added);
  for (const volume of added.Volumes ?? []) await vms.volumes(newcomer.id).put(volume.VolumeIdentifier, volume);
  for (const nic of added.Nics) {
    await vms.nics(newcomer.id).put(nic.NicIdentifier, nic);
    await vms.nics(newcomer.id).delete(nic.NicIdentifier);
  }
  yield ['settings objects open', id];
  await vms.delete(newcomer.id);
  const { timeStamp } = await vpgSettings.exports.create([name]);
  const exported = await vpgSettings.exports.settings(timeStamp, [name]);
  await vpgSettings.addRetention(object, { Enabled: true, RetentionRunTime: '02:00:00' });
  await done(stage, vpgSettings.commit(object, soon));
  yield* retention(stage, id);
  const { started } = await vpgSettings.exports.import(exported.settings, [name], soon);
  await done(stage, Promise.resolve(started[0]?.taskId ?? ''));
  yield ['settings imported', id];
}

async function* retention(stage: Stage, id: string): AsyncGenerator<State> {
  const { zvm } = stage;
  await done(stage, zvm.vpgs.startRetention(id, {}, soon));
  const { latest } = await zvm.vpgs.checkpointStats(id);
  await zvm.vpgs.startRetention(id, { checkpointId: latest?.id ?? '' }, soon);
  yield ['a retention runs', id];
  await zvm.vpgs.abortRetention(id, soon);
}
