import { expect, test, vi } from 'vitest';
import { deleteAt, deleteVpg } from '../../activities/zerto-delete-vpg.ts';
import type { FaultKind } from '../../simulator/faults.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { callOf, endingFrom, setStage } from './stage.ts';

const pace = { once: { sendWithin: 200, arrival: 100, lookEvery: 10 }, readBackMs: 5 };
const scenario = (ms = 0) => ({ ...healthy(), durations: { deleteVpg: ms, failoverTest: 0, failover: 0 } });

async function prepare(given: object = {}, taskMs = 0) {
  const stage = await setStage({ scenario: scenario(taskMs) });
  const call = callOf('zerto/delete-vpg', { vpg: 'crm', ...given }, { vpgs: stage.vpgs, mode: 'change' });
  const fault = (method: string, path: string, then: FaultKind, times = 1) => {
    stage.simulator.faults.add({ method, path, then, times });
  };
  const deletes = () => stage.simulator.requests.filter(r => r.method === 'DELETE' && /vpgs\/[^/]+$/i.test(r.path));
  const names = async () => (await (await stage.sites.zvm('site-b', 'plan')).vpgs.list()).map(vpg => vpg.name);
  return { ...stage, call, fault, deletes, names, run: (context = stage.context) => deleteAt(pace, call, context) };
}

test.each([true, false])('removes the VPG and reads back that it is gone; volumes kept: %s', async keep => {
  const stage = await prepare({ 'keep-volumes': keep }, 20);
  const zvm = await stage.sites.zvm('site-b', 'change');
  const remove = vi.spyOn(zvm.vpgs, 'delete');
  const context = { ...stage.context, sites: { ...stage.context.sites, zvm: () => Promise.resolve(zvm) } };
  expect(await stage.run(context)).toEqual({ outputs: { id: stage.vpgs['crm'], kept_volumes: keep } });
  expect(await stage.names()).toEqual(['payments-db', 'payments-app', 'payments-web', 'files']);
  expect(stage.deletes()).toHaveLength(1);
  expect(remove.mock.calls.map(([, body]) => body)).toEqual([{ keepRecoveryVolumes: keep, force: false }]);
});

test('an answer that is lost needs no second call', async () => {
  const stage = await prepare();
  stage.fault('DELETE', 'vpgs/*', { kind: 'drop-after' });
  expect((await stage.run()).outputs.kept_volumes).toBe(true);
  expect(stage.deletes()).toHaveLength(1);
});

test('a call that did not arrive is proved not to have, and made by the next attempt', async () => {
  const stage = await prepare();
  stage.fault('DELETE', 'vpgs/*', { kind: 'drop-before' });
  expect((await endingFrom(stage.run())).type).toBe('unreachable');
  expect(await stage.names()).toContain('crm');
  await stage.run(stage.recalling(stage.kept(), 2));
  expect(await stage.names()).not.toContain('crm');
});

test.each([
  ['what it kept', true],
  ['nothing', false],
])('a worker is lost after the call: the next attempt recalls %s, and finds the VPG gone', async (_, kept) => {
  const stage = await prepare();
  await stage.run();
  const { outputs } = await stage.run(stage.recalling(kept ? stage.kept() : undefined, 2));
  expect(outputs).toEqual({ id: stage.vpgs['crm'], kept_volumes: true });
  expect(stage.deletes()).toHaveLength(1);
});

test('one that was gone before is no success of this step', async () => {
  const stage = await prepare();
  await stage.run();
  expect(await endingFrom(stage.run())).toMatchObject({
    type: 'failed',
    message: 'crm does not exist at site-b any more',
  });
});

test('a failed task is a refusal with its reason', async () => {
  const stage = await prepare();
  stage.fault('DELETE', 'vpgs/*', { kind: 'fail-task', reason: 'a disk is in use' });
  const ending = await endingFrom(stage.run());
  expect(ending.type).toBe('failed');
  expect(ending.message).toContain('a disk is in use');
  expect(await stage.names()).toContain('crm');
});

test('not while a failover test of it is open, nor in another operation, nor in the other direction', async () => {
  const stage = await prepare();
  const zvm = await stage.sites.zvm('site-b', 'failover');
  const soon = { notAfter: stage.simulator.clock.now() + 10_000 };
  await zvm.vpgs.failoverTest(stage.vpgs['crm'] ?? '', {}, soon);
  expect((await endingFrom(stage.run())).message).toBe(
    'a failover test of crm is InTest: it is stopped before the VPG is removed',
  );
  await zvm.vpgs.failover(stage.vpgs['payments-db'] ?? '', { commitPolicy: 'None' }, soon);
  const of = (vpg: string) => ({ ...stage.call, with: { ...stage.call.with, vpg } });
  expect((await endingFrom(deleteAt(pace, of('payments-db'), stage.context))).message).toContain(
    'in another operation',
  );
  expect((await endingFrom(deleteAt(pace, of('files'), stage.context))).message).toContain('files recovers to site-a');
  expect(stage.deletes()).toEqual([]);
});

test('a look tells what would go, with reads only', async () => {
  const stage = await prepare();
  const { told } = await deleteVpg({ ...stage.call, dry: true }, stage.context);
  expect(told).toEqual(['crm would be removed with all its checkpoints: 1 VMs; their disks at the recovery site stay']);
  expect(stage.deletes()).toEqual([]);
});

test('a drill cannot reach it', async () => {
  const stage = await prepare();
  const drill = { ...stage.call, run: { ...stage.call.run, mode: 'drill' as const } };
  expect((await endingFrom(deleteVpg(drill, stage.context))).message).toContain(
    'not among the calls that a drill may make',
  );
  expect(await stage.names()).toContain('crm');
});

test('without its other site it is refused at once, since it would need force', async () => {
  const stage = await prepare();
  stage.simulator.cut('site-a', 'site-b');
  for (const dry of [{}, { dry: true as const }]) {
    expect(await endingFrom(deleteAt(pace, { ...stage.call, ...dry }, stage.context))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(
        /^site-a is not connected since .* UTC: crm is not removed without its other site$/,
      ) as string,
    });
  }
  expect(stage.deletes()).toEqual([]);
});

test('a removal with force that runs is seen, and no second one sent', async () => {
  const stage = await prepare({}, 60_000);
  const zvm = await stage.sites.zvm('site-b', 'change');
  stage.simulator.cut('site-a', 'site-b');
  const notAfter = stage.simulator.clock.now() + 10_000;
  await zvm.vpgs.delete(stage.vpgs['crm'] ?? '', { keepRecoveryVolumes: true, force: true }, { notAfter });
  expect(await zvm.tasks.list({ type: 'ForceRemoveProtectionGroup' })).toHaveLength(1);
  const work = stage.run(stage.recalling(undefined, 2));
  setTimeout(() => {
    stage.simulator.clock.advance(61_000);
  }, 30);
  expect(await work).toEqual({ outputs: { id: stage.vpgs['crm'], kept_volumes: true } });
  expect(stage.deletes()).toHaveLength(1);
});
