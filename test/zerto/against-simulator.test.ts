import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { createZvm, drillOnly, readOnly } from '../../zerto/client.ts';
import { pickByName } from '../../zerto/names.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import { rejection } from './scripted-zvm.ts';

let simulator: Simulator;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'drillbook-zerto-'));
  const durations = { failoverTest: 60, stopFailoverTest: 40, insertCheckpoint: 20, commitSettings: 40 };
  simulator = await startSimulator({ dir, scenario: { ...healthy(), durations } });
});
afterAll(async () => {
  await simulator.close();
  await rm(dir, { recursive: true });
});
afterEach(() => {
  simulator.faults.clear();
});

function siteOf(name: string) {
  const site = simulator.sites.find(each => each.name === name);
  if (site === undefined) throw new Error(`no ${name}`);
  return site;
}

function clientOf(name: string, password = siteOf(name).password): Zvm {
  const { url, username } = siteOf(name);
  return createZvm({
    site: name,
    url,
    account: { kind: 'windows', username, password: () => Promise.resolve(password) },
    requestsPerSecond: 10_000,
    tls: { kind: 'system' },
    fetch: simulator.fetchFor(name),
  });
}

const soon = () => ({ notAfter: Date.now() + 60_000 });
const within = (ms: number) => ({ signal: AbortSignal.timeout(ms) });
const callsSince = (start: number) =>
  simulator.requests
    .slice(start)
    .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}(\.[0-9a-f-]{36})?/g, '*')}`);

test('over HTTPS with the CA: who it is and what it protects', async () => {
  const { url, username, password, ca } = siteOf('site-b');
  const zvm = createZvm({
    site: 'site-b',
    url,
    account: { kind: 'windows', username: `DR\\${username}`, password: () => Promise.resolve(password) },
    tls: { kind: 'ca', pem: await readFile(ca, 'utf8') },
  });
  const local = await zvm.sites.local();
  expect(local.name).toBe('Slough');
  expect((await zvm.sites.peers()).map(({ name, pairing }) => [name, pairing])).toEqual([['London', 'Paired']]);
  const db = pickByName(await zvm.vpgs.list(), 'payments-db', 'VPG');
  expect(db).toMatchObject({ status: 'MeetingSLA', subStatus: 'None', configuredRpoSeconds: 300, vmsCount: 1 });
  expect(db.protectedSite.name).toBe('London');
  expect(db.recoverySite).toEqual({ identifier: local.identifier, name: 'Slough' });
  expect(await zvm.vpgs.get(db.id)).toMatchObject({ id: db.id, name: 'payments-db' });
  expect((await zvm.virtualizationSites.networks(local.identifier)).map(({ name }) => name)).toContain('B-Bubble-120');
  expect((await zvm.vms.list({ vpgName: 'payments-db' })).map(({ name }) => name)).toEqual(['payments-db']);
  expect((await zvm.alerts.list({})).length).toBe(0);
  await zvm.signOut();
});

test('a wrong password', async () => {
  expect(await rejection(clientOf('site-b', 'wrong').vpgs.list())).toMatchObject({ name: 'SignInRefused' });
});

test('a drill: tag, test, wait, stop, report', async () => {
  const zvm = clientOf('site-b').limitedTo(drillOnly);
  const vpg = pickByName(await zvm.vpgs.list(), 'payments-db', 'VPG');
  const startTime = new Date(simulator.clock.now()).toISOString();

  const tagging = await zvm.vpgs.tagCheckpoint(vpg.id, 'before the drill', soon());
  expect(await zvm.tasks.wait(tagging, within(5000))).toMatchObject({ type: 'InsertTaggedCP', state: 'Completed' });
  const checkpoints = await zvm.vpgs.checkpoints(vpg.id);
  const tagged = checkpoints.find(({ tag }) => tag === 'before the drill');
  expect(tagged).toBeDefined();
  const times = checkpoints.map(({ time }) => time);
  expect(times).toEqual([...times].sort());

  const testing = await zvm.vpgs.failoverTest(vpg.id, { checkpointId: tagged?.id ?? '' }, soon());
  const tested = await zvm.tasks.wait(testing, within(5000));
  expect(tested).toMatchObject({ type: 'FailOverTest', state: 'Completed', vpgIds: [vpg.id] });
  expect((await zvm.vpgs.get(vpg.id)).testStage).toBe('InTest');
  expect(await rejection(zvm.vpgs.failoverTest(vpg.id, {}, soon()))).toMatchObject({ name: 'Refused', happened: 'no' });
  expect((await zvm.tasks.list({ type: 'FailOverTest', vpgId: vpg.id })).map(({ id }) => id)).toContain(testing);

  const stopping = await zvm.vpgs.stopFailoverTest(vpg.id, { success: true, summary: 'all well' }, soon());
  expect(await zvm.tasks.wait(stopping, within(5000))).toMatchObject({ state: 'Completed' });
  const after = await zvm.vpgs.get(vpg.id);
  expect(after.testStage).toBeUndefined();
  expect(after.lastTest).not.toBe(vpg.lastTest);

  const reports = await zvm.reports.recovery({ vpgName: 'payments-db', recoveryType: 'FailoverTest', startTime });
  expect(reports).toHaveLength(1);
  expect(reports[0]).toMatchObject({ vpgId: vpg.id, status: 'Success', notes: 'all well', pointInTime: tagged?.time });
  expect(reports[0]?.rtoSeconds).toBeGreaterThanOrEqual(0);
});

test('settings: read, change the test network, add a VM, commit, read back', async () => {
  const zvm = clientOf('site-b');
  const vpg = pickByName(await zvm.vpgs.list(), 'crm', 'VPG');
  const network = pickByName(
    await zvm.virtualizationSites.networks(vpg.recoverySite.identifier),
    'B-Bubble-130',
    'network',
  );
  const vm = pickByName(await zvm.virtualizationSites.vms(vpg.protectedSite.identifier), 'crm-web-01', 'VM');
  const settingsId = await zvm.vpgSettings.create({ vpgId: vpg.id });
  const document = await zvm.vpgSettings.get(settingsId);
  expect(document.Basic.Name).toBe('crm');
  document.Networks.FailoverTest.Hypervisor = {
    ...document.Networks.FailoverTest.Hypervisor,
    DefaultNetworkIdentifier: network.id,
  };
  await zvm.vpgSettings.put(settingsId, document);
  await zvm.vpgSettings.vms(settingsId).add({ VmIdentifier: vm.id });
  const task = await zvm.vpgSettings.commit(settingsId, soon());
  expect(await zvm.tasks.wait(task, within(5000))).toMatchObject({ state: 'Completed' });
  expect(await rejection(zvm.vpgSettings.get(settingsId))).toMatchObject({ name: 'NotFound' });
  await zvm.vpgSettings.delete(settingsId);

  const changed = await zvm.limitedTo(readOnly).vpgSettings.read(vpg.id);
  expect(changed.Networks.FailoverTest.Hypervisor?.DefaultNetworkIdentifier).toBe(network.id);
  expect(changed.Vms.map(({ VmIdentifier }) => VmIdentifier)).toContain(vm.id);
  expect(simulator.openSettings()).toBe(0);
});

test('a session that idled away at the ZVM, and one that it ended, are renewed without a trace', async () => {
  const zvm = clientOf('site-b');
  await zvm.vpgs.list();
  const start = simulator.requests.length;
  simulator.clock.advance(31 * 60_000);
  await zvm.vpgs.list();
  simulator.endSessions();
  await zvm.sites.local();
  expect(callsSince(start)).toEqual([
    'GET /v1/vpgs',
    'POST /v1/session/add',
    'GET /v1/vpgs',
    'GET /v1/localsite',
    'POST /v1/session/add',
    'GET /v1/localsite',
  ]);
});

test('a lost answer to FailoverTest is told as unknown, and the test is found to run', async () => {
  const zvm = clientOf('site-b');
  const vpg = pickByName(await zvm.vpgs.list(), 'payments-app', 'VPG');
  simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'drop-after' } });
  expect(await rejection(zvm.vpgs.failoverTest(vpg.id, {}, soon()))).toMatchObject({
    name: 'Unreachable',
    happened: 'unknown',
    retryable: true,
  });
  expect(simulator.testsStarted('payments-app')).toBe(1);
  const [task] = await zvm.tasks.list({ type: 'FailOverTest', vpgId: vpg.id });
  await zvm.tasks.wait(task?.id ?? '', within(5000));
  const stopping = await zvm.vpgs.stopFailoverTest(vpg.id, { success: false, summary: 'answer lost' }, soon());
  await zvm.tasks.wait(stopping, within(5000));
});

test('waits live through ended sessions and broken connections', async () => {
  const zvm = clientOf('site-b');
  const vpg = pickByName(await zvm.vpgs.list(), 'payments-web', 'VPG');
  simulator.faults.add({ method: 'GET', path: 'tasks/*', then: { kind: 'drop-before' } });
  const tagging = await zvm.vpgs.tagCheckpoint(vpg.id, 'through trouble', soon());
  simulator.endSessions('site-b');
  const seen: number[] = [];
  const ended = await zvm.tasks.wait(tagging, { ...within(4000), onProgress: task => seen.push(task.progress) });
  expect(ended.state).toBe('Completed');
  expect(seen.length).toBeGreaterThan(0);
});

test('a failed task is an answer, not an error', async () => {
  const zvm = clientOf('site-b');
  const vpg = pickByName(await zvm.vpgs.list(), 'payments-web', 'VPG');
  simulator.faults.add({ method: 'POST', path: 'vpgs/*/checkpoints', then: { kind: 'fail-task', reason: 'no space' } });
  const task = await zvm.tasks.wait(await zvm.vpgs.tagCheckpoint(vpg.id, 'x', soon()), within(5000));
  expect(task).toMatchObject({ state: 'Failed', terminal: true, reason: 'no space' });
});

test('thirty waits on one site cost few requests', async () => {
  const zvm = clientOf('site-b');
  const vpgs = await zvm.vpgs.list();
  const tasks = await Promise.all(
    Array.from({ length: 30 }, (_, i) => zvm.vpgs.tagCheckpoint(vpgs[i % vpgs.length]?.id ?? '', `t${i}`, soon())),
  );
  const start = simulator.requests.length;
  const ended = await Promise.all(tasks.map(task => zvm.tasks.wait(task, within(10_000))));
  expect(ended.every(({ state }) => state === 'Completed')).toBe(true);
  expect(simulator.requests.length - start).toBeLessThanOrEqual(8);
});

test('a VPG that is not there', async () => {
  expect(await rejection(clientOf('site-b').vpgs.get('00000000-0000-4000-8000-000000000000'))).toMatchObject({
    name: 'NotFound',
    status: 404,
  });
});
