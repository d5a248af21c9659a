import { expect, test } from 'vitest';
import { changeOnly, drillOnly, isAllowed, readOnly } from '../../zerto/allow-list.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import { callsOf, rejection, scripted } from './scripted-zvm.ts';

const soon = () => ({ notAfter: Date.now() + 60_000 });
const document = {
  Basic: { Name: 'a', ProtectedSiteIdentifier: 'p', RecoverySiteIdentifier: 'r' },
  BootGroups: { BootGroups: [] },
  Networks: { Failover: {}, FailoverTest: {} },
  Scripting: {},
  Vms: [],
};

const effects: Readonly<Record<string, (zvm: Zvm) => Promise<unknown>>> = {
  tagCheckpoint: zvm => zvm.vpgs.tagCheckpoint('v', 'x', soon()),
  failoverTest: zvm => zvm.vpgs.failoverTest('v', {}, soon()),
  stopFailoverTest: zvm => zvm.vpgs.stopFailoverTest('v', { success: true, summary: '' }, soon()),
  putSettings: zvm => zvm.vpgSettings.put('s', document),
  addSettingsVm: zvm => zvm.vpgSettings.vms('s').add({ VmIdentifier: 'vm' }),
  commitSettings: zvm => zvm.vpgSettings.commit('s', soon()),
};
const live: Readonly<Record<string, (zvm: Zvm) => Promise<unknown>>> = {
  failover: zvm => zvm.vpgs.failover('v', {}, soon()),
  move: zvm => zvm.vpgs.move('v', { commitPolicy: 'None', reverseProtection: true, keepSourceVms: false }, soon()),
  commitFailover: zvm => zvm.vpgs.commitFailover('v', { reverseProtection: false }, soon()),
  rollBackFailover: zvm => zvm.vpgs.rollBackFailover('v', soon()),
  rollBackMove: zvm => zvm.vpgs.rollBackMove('v', soon()),
};
const ofAChange = ['tagCheckpoint', 'putSettings', 'addSettingsVm', 'commitSettings'];
const ofADrill = ['tagCheckpoint', 'failoverTest', 'stopFailoverTest'];

test.each(Object.keys(effects))('%s is refused to a plan with nothing sent', async name => {
  const { zvm, seen } = scripted(() => ({ body: 'task' }));
  const error = await rejection(effects[name]?.(zvm.limitedTo(readOnly)) ?? Promise.resolve());
  expect(error).toMatchObject({ name: 'NotAllowed', retryable: false, happened: 'no', site: 'site-b' });
  expect((error as Error).message).toContain('a plan may make');
  expect(seen).toEqual([]);
});

test.each(Object.keys(effects))('%s in a drill', async name => {
  const { zvm, seen } = scripted(({ path }) => (path.startsWith('session') ? undefined : { body: 'task' }));
  const call = effects[name]?.(zvm.limitedTo(drillOnly)) ?? Promise.resolve();
  if (ofADrill.includes(name)) {
    await call;
    expect(seen).toHaveLength(2);
  } else {
    expect(await rejection(call)).toMatchObject({ name: 'NotAllowed' });
    expect(seen).toEqual([]);
  }
});

test.each([...Object.keys(effects), ...Object.keys(live)])('%s in a change', async name => {
  const { zvm, seen } = scripted(({ path }) => (path.startsWith('session') ? undefined : { body: 'task' }));
  const call = { ...effects, ...live }[name]?.(zvm.limitedTo(changeOnly)) ?? Promise.resolve();
  if (ofAChange.includes(name)) {
    await call;
    expect(seen.length).toBeGreaterThanOrEqual(2);
  } else {
    expect(await rejection(call)).toMatchObject({ name: 'NotAllowed' });
    expect(seen).toEqual([]);
  }
});

test('a plan reads settings by the object that it makes and deletes', async () => {
  const { zvm, seen } = scripted(({ path, method }) =>
    path === 'vpgSettings'
      ? { body: 's1' }
      : method === 'GET' && path === 'vpgSettings/s1'
        ? { body: document }
        : path === 'vpgSettings/s1'
          ? {}
          : undefined,
  );
  await zvm.limitedTo(readOnly).vpgSettings.read('v');
  expect(callsOf(seen)).toEqual([
    'POST session/add',
    'GET vpgSettings',
    'POST vpgSettings',
    'GET vpgSettings/s1',
    'DELETE vpgSettings/s1',
  ]);
});

test('limiting a limited client never widens it', async () => {
  const { zvm, seen } = scripted(() => ({ body: 'task' }));
  const limited = zvm.limitedTo(readOnly).limitedTo(drillOnly);
  expect(await rejection(limited.vpgs.failoverTest('v', {}, soon()))).toMatchObject({ name: 'NotAllowed' });
  expect(seen).toEqual([]);
});

test('a client without the right to sign in or to poll tasks sends nothing', async () => {
  const { zvm, seen } = scripted(() => ({}));
  const none = zvm.limitedTo({ whose: 'nobody', rules: [] });
  expect(await rejection(none.signIn())).toMatchObject({ name: 'NotAllowed' });
  expect(await rejection(none.tasks.wait('t', { signal: new AbortController().signal }))).toMatchObject({
    name: 'NotAllowed',
  });
  expect(seen).toEqual([]);
});

test.each([
  ['post', 'VPGS/abc/FailoverTest', true],
  ['POST', '/vpgs//abc/failovertest/', true],
  ['POST', 'vpgs/abc/failover', false],
  ['POST', 'vpgs/failovertest', false],
  ['POST', 'vpgs/abc/failovertest/x', false],
  ['POST', 'vpgs/abc%2Ffailover/failovertest', false],
  ['PUT', 'vpgs/abc/failovertest', false],
  ['GET', 'anything/at/all', true],
  ['POST', 'vpgSettings', true],
  ['POST', 'vpgSettings/copyVpgSettings', false],
  ['POST', 'vpgSettings/abc/commit', false],
  ['DELETE', 'vpgSettings/abc', true],
  ['DELETE', 'vpgs/abc', false],
])('drill: %s %s is allowed: %s', (method, path, allowed) => {
  expect(isAllowed(drillOnly, method, path)).toBe(allowed);
});

test.each(['', '.', '..'])('"%s" is no identifier', async id => {
  const { zvm, seen } = scripted(() => ({}));
  const limited = zvm.limitedTo(drillOnly);
  await expect((async () => limited.vpgs.failoverTest(id, {}, soon()))()).rejects.toThrow(TypeError);
  expect(seen).toEqual([]);
});

test('an id with slashes stays one segment', async () => {
  const { zvm, seen } = scripted(() => ({ body: 'task' }));
  const call = zvm.limitedTo(drillOnly).vpgs.failoverTest('x/failover?', {}, soon());
  expect(await rejection(call)).toMatchObject({ name: 'NotAllowed' });
  expect(seen).toEqual([]);
});
