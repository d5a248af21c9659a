import { expect, test } from 'vitest';
import { createAt, createVpg } from '../../activities/zerto-create-vpg.ts';
import type { FaultKind } from '../../simulator/faults.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { callOf, endingFrom, setStage } from './stage.ts';

const pace = { readBackMs: 5, settleMs: 5 };
const given = {
  vpg: 'crm-web',
  rpo: 300_000,
  recovery: { 'host-cluster': 'B-Prod', datastore: 'B-DS-07', folder: 'Recovered' },
  networks: { failover: 'B-VLAN130', test: 'B-Bubble-130' },
  'boot-groups': [{ name: 'web', delay: 60_000 }],
  vms: [{ name: 'crm-web-01', 'boot-group': 'web' }],
};

async function prepare(more: object = {}, options: Parameters<typeof setStage>[0] = {}) {
  const stage = await setStage(options);
  const call = callOf('zerto/create-vpg', { ...given, ...more }, { vpgs: {}, mode: 'change' });
  const fault = (method: string, path: string, then: FaultKind, times = 1) => {
    stage.simulator.faults.add({ method, path, then, times });
  };
  return { ...stage, call, fault, run: (context = stage.context) => createAt(pace, call, context) };
}

test('makes the VPG, from the peer to this site, and gives it to the steps below', async () => {
  const stage = await prepare();
  const { outputs, evidence, told } = await stage.run();
  const vpg = await stage.vpg('crm-web');
  expect(outputs).toMatchObject({ id: vpg.id, vpg: 'crm-web', identifiers: { 'crm-web': vpg.id }, changed: true });
  expect(outputs.difference).toContainEqual({ path: 'protected-site', before: '', after: 'London' });
  expect(outputs.difference).toContainEqual({ path: 'recovery-site', before: '', after: 'Slough' });
  expect(JSON.stringify(outputs).length).toBeLessThan(2_048);
  expect(JSON.stringify(evidence)).toContain('vms[crm-web-01].boot-group');
  expect(told).toBeUndefined();
  expect(vpg.recoverySite.identifier).toBe((await (await stage.sites.zvm('site-b', 'plan')).sites.local()).identifier);
  expect(stage.simulator.commits()).toBe(1);
  expect(stage.simulator.openSettings()).toBe(0);
});

test('a repeat finds what it made', async () => {
  const stage = await prepare();
  const { outputs } = await stage.run();
  expect(await stage.run()).toEqual({
    outputs: { ...outputs, changed: false, difference: [] },
    told: ['crm-web exists already as it is wanted; nothing was made'],
  });
  expect(stage.simulator.commits()).toBe(1);
});

test.each<[string, object, string]>([
  ['that differs', { rpo: 600_000 }, 'A VPG "crm-web" exists already, and it differs: rpo is "5m", not "10m"'],
  [
    'with other VMs',
    { vpg: 'crm', vms: [{ name: 'crm-web-01' }], 'boot-groups': undefined },
    'it protects other VMs: crm-db-01',
  ],
  ['with more VMs', { vpg: 'payments-db', vms: [{ name: 'crm-web-01' }] }, 'it protects other VMs: payments-db'],
  ['that recovers elsewhere', { vpg: 'files', vms: [{ name: 'files-01' }] }, 'files has Slough as its protected site'],
])('a VPG of the name %s is not touched, nor by another attempt', async (_, more, message) => {
  const stage = await prepare();
  await stage.run();
  const other = { ...stage.call, with: callOf('zerto/create-vpg', { ...given, ...withoutGroups(more) }).with };
  for (const context of [stage.context, stage.recalling({ settingsId: 'x', planned: [] }, 2)]) {
    const ending = await endingFrom(createAt(pace, other, context));
    expect(ending.type).toBe('failed');
    expect(ending.message).toContain(message);
  }
  expect(stage.simulator.commits()).toBe(1);
  expect(stage.simulator.openSettings()).toBe(0);
});

function withoutGroups(more: object): object {
  return 'vms' in more ? { 'boot-groups': undefined, ...more } : more;
}

test.each(['drop-before', 'drop-after'] as const)('the answer to the commit is lost: %s', async kind => {
  const stage = await prepare();
  stage.fault('POST', 'vpgsettings/*/commit', { kind });
  expect((await stage.run()).outputs.changed).toBe(true);
  expect(stage.simulator.commits()).toBe(1);
  expect(stage.simulator.openSettings()).toBe(0);
});

test.each([
  ['what the lost worker kept', true],
  ['nothing, since its heartbeat did not go out', false],
])('a worker is lost after the commit: the next attempt recalls %s and makes no second VPG', async (_, kept) => {
  const slow = { ...healthy(), durations: { ...healthy().durations, commitSettings: 300 } };
  const stage = await prepare({}, { scenario: slow });
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'drop-after' });
  // The first goes to the object that looking at a new VPG's settings took.
  const then = { kind: 'status', status: 503 } as const;
  stage.simulator.faults.add({ method: 'DELETE', path: 'vpgsettings/*', after: 1, times: 99, then });
  expect((await endingFrom(stage.run())).type).toBe('unreachable');
  stage.simulator.faults.clear();
  const { outputs } = await stage.run(stage.recalling(kept ? stage.kept() : undefined, 2));
  expect(outputs.changed).toBe(kept);
  expect(outputs.id).toBe((await stage.vpg('crm-web')).id);
  expect(stage.simulator.commits()).toBe(1);
  expect(stage.simulator.openSettings()).toBe(0);
});

test('what Zerto refuses is told with its reason, and nothing is left behind', async () => {
  const stage = await prepare();
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'fail-task', reason: 'datastore is full' });
  expect(await endingFrom(stage.run())).toMatchObject({
    type: 'failed',
    message: 'Zerto did not make crm-web: datastore is full',
  });
  expect(stage.simulator.openSettings()).toBe(0);
  await expect(stage.vpg('crm-web')).rejects.toThrow('no VPG');
});

test('a name that is not there is refused before anything is made', async () => {
  const stage = await prepare({ vms: [{ name: 'crm-wen-01' }], 'boot-groups': undefined });
  const ending = await endingFrom(stage.run());
  expect(ending.type).toBe('failed');
  expect(ending.message).toContain('There is no unprotected VM "crm-wen-01"; did you mean "crm-web-01"');
  expect(stage.simulator.requests.some(r => r.method === 'PUT')).toBe(false);
});

test('it fails at once where the other site is not connected', async () => {
  const stage = await prepare();
  stage.simulator.cut('site-a', 'site-b');
  const ending = await endingFrom(stage.run());
  expect(ending.type).toBe('failed');
  expect(ending.message).toMatch(/^site-a is not connected since 20\d\d-.*: .* not connected to site London\.$/);
  expect(stage.simulator.commits()).toBe(0);
});

test('which site it protects must be known, and be another one', async () => {
  const stage = await prepare({}, { sites: { 'site-b': { peer: undefined } } });
  expect((await endingFrom(stage.run())).message).toContain('name it as protected-site, or as the peer of site-b');
  const here = { ...stage.call, with: { ...stage.call.with, 'protected-site': 'site-b' } };
  expect((await endingFrom(createAt(pace, here, stage.context))).message).toBe(
    'crm-web cannot recover to site-b, which it protects',
  );
});

test('a look tells what would be made, with reads only', async () => {
  const stage = await prepare();
  const look = () => createVpg({ ...stage.call, dry: true }, stage.context);
  expect(await look()).toMatchObject({
    outputs: { id: '', identifiers: {}, changed: true },
    told: ['crm-web would be made and protect crm-web-01'],
  });
  expect(stage.simulator.commits()).toBe(0);
  await stage.run();
  expect((await look()).told).toEqual(['crm-web exists already as it is wanted']);
  expect(stage.simulator.openSettings()).toBe(0);
});

test('a drill cannot reach it', async () => {
  const stage = await prepare();
  const drill = { ...stage.call, run: { ...stage.call.run, mode: 'drill' as const } };
  expect((await endingFrom(createVpg(drill, stage.context))).message).toContain(
    'not among the calls that a drill may make',
  );
  expect(stage.simulator.commits()).toBe(0);
});
