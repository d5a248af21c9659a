import { expect, test, vi } from 'vitest';
import type { FaultKind } from '../../simulator/faults.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { editAt, editVpg } from '../../activities/zerto-edit-vpg.ts';
import type { SettingsDocument } from '../../zerto/settings-types.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import { applySettings } from '../../zerto/settings/apply.ts';
import { callOf, endingFrom, setStage, type Stage } from './stage.ts';

const set = { networks: { test: 'B-Bubble-130' } };
const nic = 'vms[crm-db-01].nics[Network adapter 1].test.network';
const networkChange = [
  { path: 'networks.test', before: 'B-Bubble-120', after: 'B-Bubble-130' },
  { path: nic, before: 'B-Bubble-120', after: 'B-Bubble-130' },
];

const pace = { readBackMs: 5, settleMs: 5 };

async function prepare(given: object = { set }) {
  const stage = await setStage();
  const call = callOf('zerto/edit-vpg', { vpg: 'crm', ...given }, { vpgs: stage.vpgs, mode: 'change' });
  const fault = (method: string, path: string, then: FaultKind, times = 1) => {
    stage.simulator.faults.add({ method, path, then, times });
  };
  return { ...stage, call, fault, run: (context = stage.context) => editAt(pace, call, context) };
}

async function settingsOf({ sites, vpgs }: Stage) {
  return (await sites.zvm('site-b', 'plan')).vpgSettings.read(vpgs['crm'] ?? '');
}

test('changes what is named, reads back and gives the difference', async () => {
  const stage = await prepare({ set, 'add-vms': ['crm-web-01'] });
  const { outputs, evidence } = await stage.run();
  expect(outputs.changed).toBe(true);
  expect(outputs.difference).toEqual(expect.arrayContaining(networkChange));
  expect(outputs.difference).toContainEqual({ path: 'vms[crm-web-01]', before: '', after: 'protected' });
  expect(outputs.difference).toContainEqual({
    path: 'vms[crm-web-01].nics[Network adapter 1].test.network',
    before: '',
    after: 'B-Bubble-130',
  });
  expect(evidence?.[0]).toMatchObject({ kind: 'observation', what: 'settings difference' });
  expect((await settingsOf(stage)).Vms).toHaveLength(2);
  expect(stage.simulator.commits()).toBe(1);
  expect(stage.simulator.openSettings()).toBe(0);
});

test('a repeat changes nothing', async () => {
  const stage = await prepare({ set, 'add-vms': [{ name: 'crm-web-01', 'boot-group': 'Databases' }] });
  await stage.run();
  expect((await stage.run()).outputs).toEqual({ changed: false, difference: [] });
  expect(stage.simulator.commits()).toBe(1);
});

test('a VM leaves', async () => {
  const stage = await prepare({ 'add-vms': ['crm-web-01'] });
  await stage.run();
  const call = { ...stage.call, with: { ...stage.call.with, 'add-vms': undefined, 'remove-vms': ['crm-db-01'] } };
  const { outputs } = await editAt(pace, call, stage.context);
  expect(outputs.difference).toContainEqual({ path: 'vms[crm-db-01]', before: 'protected', after: '' });
  expect((await settingsOf(stage)).Vms).toHaveLength(1);
});

test.each([
  ['before it is read', 'GET', 'vpgsettings/*', 1],
  ['before it is changed', 'PUT', 'vpgsettings/*', 1],
  ['before the commit', 'POST', 'vpgsettings/*/commit', 1],
  ['twice', 'POST', 'vpgsettings/*/commit', 2],
])('a settings object that is lost %s is rebuilt', async (_, method, path, times) => {
  const stage = await prepare();
  // The first GET reads the settings as they are; the fault is for the object that will be committed.
  if (method === 'GET') stage.fault('GET', path, { kind: 'delay', ms: 0 });
  stage.fault(method, path, { kind: 'lose-settings' }, times);
  expect((await stage.run()).outputs).toEqual({ changed: true, difference: networkChange });
  expect(stage.simulator.commits()).toBe(1);
  expect(stage.simulator.openSettings()).toBe(0);
});

test('one that is lost with its session is rebuilt too', async () => {
  const stage = await prepare();
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'expire-sessions' });
  expect((await stage.run()).outputs.changed).toBe(true);
  expect(stage.simulator.commits()).toBe(1);
});

test('one that is always lost ends the step', async () => {
  const stage = await prepare();
  stage.fault('PUT', 'vpgsettings/*', { kind: 'lose-settings' }, 99);
  const ending = await endingFrom(stage.run());
  expect(ending).toMatchObject({ type: 'errored', message: expect.stringContaining('vanished 4 times') as string });
  expect(stage.simulator.commits()).toBe(0);
});

test('a commit whose answer is lost is found by its task, and not sent again', async () => {
  const stage = await prepare();
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'drop-after' });
  expect((await stage.run()).outputs).toEqual({ changed: true, difference: networkChange });
  expect(stage.simulator.commits()).toBe(1);
  expect(stage.simulator.openSettings()).toBe(0);
});

test('a commit that did not happen is made again, after it was proved', async () => {
  const stage = await prepare();
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'drop-before' });
  expect((await stage.run()).outputs).toEqual({ changed: true, difference: networkChange });
  expect(stage.simulator.commits()).toBe(1);
});

test('where the ZVM goes away after the commit, the next attempt finds what was changed', async () => {
  const stage = await prepare();
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'drop-after' });
  // Two go to the object that reading the settings took, the third to the one that was to be committed.
  stage.fault('DELETE', 'vpgsettings/*', { kind: 'status', status: 503 }, 3);
  const ending = await endingFrom(stage.run());
  expect(ending.type).toBe('unreachable');
  const next = await stage.run(stage.recalling(stage.kept()));
  expect(next.outputs).toEqual({ changed: true, difference: networkChange });
  expect(stage.simulator.commits()).toBe(1);
});

test('a change that Zerto refuses is told with its reason, and nothing is left behind', async () => {
  const stage = await prepare();
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'status', status: 500, body: { Message: 'VPG crm is busy.' } });
  const ending = await endingFrom(stage.run());
  expect(ending).toMatchObject({ type: 'failed', message: expect.stringContaining('VPG crm is busy.') as string });
  expect(stage.simulator.openSettings()).toBe(0);
});

test('a task that fails is a refusal with its reason', async () => {
  const stage = await prepare();
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'fail-task', reason: 'datastore is full' });
  expect(await endingFrom(stage.run())).toMatchObject({
    type: 'failed',
    message: 'Zerto did not change crm: datastore is full',
  });
  expect(stage.simulator.commits()).toBe(1);
});

test('a name that is not there is refused before anything is made', async () => {
  const stage = await prepare({ set: { networks: { test: 'B-Bubble-131' } } });
  const ending = await endingFrom(stage.run());
  expect(ending.type).toBe('failed');
  expect(ending.message).toContain(
    'There is no network "B-Bubble-131"; did you mean "B-Bubble-130" or "B-Bubble-120"?',
  );
  expect(stage.simulator.openSettings()).toBe(0);
  expect(stage.simulator.requests.some(r => r.method === 'PUT')).toBe(false);
});

test('a drill cannot reach it', async () => {
  const stage = await prepare();
  const drill = { ...stage.call, run: { ...stage.call.run, mode: 'drill' as const } };
  const ending = await endingFrom(editVpg(drill, stage.context));
  expect(ending.type).toBe('errored');
  expect(ending.message).toContain('not among the calls that a drill may make');
  expect(stage.simulator.commits()).toBe(0);
});

/** A ZVM that makes something else of the first change that it is given. */
async function spoiling(
  { context, sites }: Stage,
  spoil: (document: SettingsDocument) => SettingsDocument,
  committed: (zvm: Zvm, task: string) => Promise<void> = () => Promise.resolve(),
) {
  const zvm = await sites.zvm('site-b', 'change');
  let first = true;
  const spoiled: typeof zvm = {
    ...zvm,
    vpgSettings: {
      ...zvm.vpgSettings,
      put(id, document, options) {
        const put = first ? spoil(document) : document;
        first = false;
        return zvm.vpgSettings.put(id, put, options);
      },
      async commit(id, options) {
        const task = await zvm.vpgSettings.commit(id, options);
        await committed(zvm, task);
        return task;
      },
      apply: (desired, options) => applySettings(spoiled, desired, options),
    },
  };
  return { ...context, sites: { ...sites, zvm: () => Promise.resolve(spoiled) } };
}

const half = (document: SettingsDocument): SettingsDocument => ({
  ...document,
  Basic: { ...document.Basic, Priority: 'Low' },
  Vms: document.Vms.map(vm => ({
    ...vm,
    Nics: vm.Nics.map(nic => ({ ...nic, FailoverTest: nic.Failover ?? null })),
  })),
});

test('a change that did not come out as it was asked for is failed', async () => {
  const stage = await prepare();
  const ending = await endingFrom(stage.run(await spoiling(stage, half)));
  expect(ending.type).toBe('failed');
  expect(ending.message).toBe(
    `Zerto says that it changed crm, yet it shows ${nic} as "B-VLAN120", not "B-Bubble-130"; it is changed in part: ` +
      `priority, networks.test, ${['network', 'ip', 'gateway'].map(key => nic.replace('network', key)).join(', ')} and ${nic.replace('network', 'dns')}`,
  );
});

test('with restore-on-failure the settings from before are put back', async () => {
  const stage = await prepare({ set, 'restore-on-failure': true });
  const before = await settingsOf(stage);
  const ending = await endingFrom(stage.run(await spoiling(stage, half)));
  expect(ending.message).toMatch(/; its settings from before are back$/);
  const after = await settingsOf(stage);
  expect({ ...after, VpgSettingsIdentifier: '' }).toEqual({ ...before, VpgSettingsIdentifier: '' });
  expect(stage.simulator.commits()).toBe(2);
});

test('restore-on-failure does not wipe what somebody else changed meanwhile', async () => {
  const stage = await prepare({ set, 'restore-on-failure': true });
  const changedBeside = await spoiling(stage, half, async (zvm, task) => {
    await zvm.tasks.wait(task, { signal: AbortSignal.timeout(5_000) });
    await zvm.vpgSettings.apply(
      { vpg: 'crm', testIntervalMinutes: 43_200 },
      { notAfter: stage.call.deadline, pace: { readBackMs: 1, settleMs: 1 } },
    );
  });
  const ending = await endingFrom(stage.run(changedBeside));
  expect(ending.type).toBe('failed');
  expect(ending.message).toMatch(/could not be put back: \S+ changed it meanwhile$/);
  expect(ending.message).not.toContain('test-interval');
  expect((await settingsOf(stage)).Basic.TestIntervalInMinutes).toBe(43_200);
  expect(stage.simulator.commits()).toBe(2);
});

test('where nothing was changed nothing is put back', async () => {
  const stage = await prepare({ set, 'restore-on-failure': true });
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'fail-task', reason: 'datastore is full' });
  expect((await endingFrom(stage.run())).message).toBe('Zerto did not change crm: datastore is full');
  expect(stage.simulator.commits()).toBe(1);
});

const commit = ['POST', 'vpgsettings/*/commit'] as const;
const fill = ['PUT', 'vpgsettings/*'] as const;
test.each<[string, readonly [method: string, path: string], FaultKind, RegExp]>([
  ['which Zerto refuses', commit, { kind: 'fail-task', reason: 'a disk is gone' }, /not be put back: a disk is gone$/],
  ['whose object is lost each time', commit, { kind: 'lose-settings' }, /not be put back: no commit reached the ZVM$/],
  ['at a ZVM that fails', fill, { kind: 'status', status: 503 }, /not be put back: .*site-b.*503/],
])('a restoring %s is told', async (_, [method, path], then, message) => {
  const stage = await prepare({ set, 'restore-on-failure': true });
  stage.simulator.faults.add({ method, path, after: 1, times: 9, then });
  const ending = await endingFrom(stage.run(await spoiling(stage, half)));
  expect(ending).toMatchObject({ type: 'failed', message: expect.stringMatching(message) as string });
  expect(ending.message).toContain('it is changed in part: priority, networks.test, ');
  expect(stage.simulator.openSettings()).toBe(0);
});

test('an attempt that follows a lost worker puts back what was there before the first', async () => {
  const stage = await prepare({ set, 'restore-on-failure': true });
  const before = await settingsOf(stage);
  // The first attempt ends after its change came out wrong, and before it could see that.
  stage.fault('POST', 'vpgsettings/*/commit', { kind: 'drop-after' });
  stage.simulator.faults.add({
    method: 'DELETE',
    path: 'vpgsettings/*',
    after: 1,
    times: 3,
    then: { kind: 'status', status: 503 },
  });
  expect((await endingFrom(stage.run(await spoiling(stage, half)))).type).toBe('unreachable');
  const recalled = { ...stage.context, memory: stage.recalling(stage.kept(), 2).memory };
  const next = { ...stage, context: recalled };
  const ending = await endingFrom(stage.run(await spoiling(next, half)));
  expect(ending.message).toMatch(/; its settings from before are back$/);
  expect({ ...(await settingsOf(stage)), VpgSettingsIdentifier: '' }).toEqual({ ...before, VpgSettingsIdentifier: '' });
});

test('a change that somebody else makes is waited for', async () => {
  const stage = await setStage({
    scenario: { ...healthy(), durations: { ...healthy().durations, commitSettings: 100 } },
  });
  const one = callOf('zerto/edit-vpg', { vpg: 'crm', set }, { vpgs: stage.vpgs, mode: 'change' });
  const two = { ...one, with: { ...one.with, set: { rpo: 600_000 } } };
  const first = editAt(pace, one, stage.context);
  await vi.waitUntil(() => stage.simulator.commits() === 1, { interval: 5 });
  expect((await editAt(pace, two, stage.context)).outputs).toEqual({
    changed: true,
    difference: [{ path: 'rpo', before: '5m', after: '10m' }],
  });
  expect((await first).outputs.difference).toEqual(networkChange);
});

test('without the other site it fails at once, and makes no settings object', async () => {
  const stage = await prepare();
  stage.simulator.cut('site-a', 'site-b');
  for (const dry of [{}, { dry: true as const }]) {
    expect(await endingFrom(editAt(pace, { ...stage.call, ...dry }, stage.context))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(
        /^site-a is not connected since .* UTC: the settings of crm cannot be changed$/,
      ) as string,
    });
  }
  expect(stage.simulator.requests.filter(r => r.method === 'POST' && /vpgsettings/i.test(r.path))).toEqual([]);
});
