import { expect, test } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import type { Desired } from '../../zerto/settings/desired.ts';
import type { ApplyOptions } from '../../zerto/settings/apply.ts';
import { rejection } from './scripted-zvm.ts';
import { type Simulated, simulated } from './simulated.ts';

const ours: Desired = { vpg: 'crm', rpoSeconds: 900 };

function withAnna(): Scenario {
  const from = healthy();
  const accounts = [{ username: 'anna' }];
  return { ...from, sites: from.sites.map(site => (site.name === 'site-b' ? { ...site, accounts } : site)) };
}

async function prepare() {
  const stage = await simulated(withAnna(), { clock: steppedClock() });
  await stage.zvm.signIn();
  const [vpg] = await stage.zvm.vpgs.list({ name: 'crm' });
  if (vpg === undefined) throw new Error('no crm');
  const options = (): ApplyOptions => ({
    notAfter: stage.simulator.clock.now() + 3_600_000,
    pace: { readBackMs: 1, settleMs: 1 },
  });
  const basic = async () => (await stage.zvm.vpgSettings.read(vpg.id)).Basic;
  return { ...stage, vpgId: vpg.id, options, basic, run: () => stage.zvm.vpgSettings.apply(ours, options()) };
}

/** Before each of the first requests that match, somebody else changes the test interval of crm. */
function interfere(
  { beforeEach, another }: Simulated,
  options: () => ApplyOptions,
  matches: (request: Request) => boolean,
  { times = 1, username }: { times?: number; username?: string } = {},
) {
  const other = another(username);
  let count = 0;
  beforeEach(async (_number, request) => {
    if (count === times || !matches(request)) return;
    count++;
    await other.vpgSettings.apply({ vpg: 'crm', testIntervalMinutes: 43_200 + count * 1_440 }, options());
  });
}

const commits = ({ method, url }: Request) => method === 'POST' && url.endsWith('/commit');
const puts = ({ method }: Request) => method === 'PUT';

test.each([
  ['our account', {}],
  ['another account', { username: 'anna' }],
])('a stranger of %s who changes the VPG as our commit is lost is not taken for us', async (_, who) => {
  const stage = await prepare();
  interfere(stage, stage.options, commits, who);
  stage.meet('POST', /commit$/, { kind: 'before' });
  expect((await stage.run()).changed).toBe(true);
  expect(await stage.basic()).toMatchObject({ RpoInSeconds: 900, TestIntervalInMinutes: 44_640 });
  expect(stage.simulator.commits()).toBe(2);
});

test('a change of somebody else between our object and our commit is not overwritten', async () => {
  const stage = await prepare();
  interfere(stage, stage.options, puts);
  const { overtakenBy } = await stage.run();
  expect(overtakenBy).toHaveLength(1);
  expect(await stage.basic()).toMatchObject({ RpoInSeconds: 900, TestIntervalInMinutes: 44_640 });
});

test('who is overtaken three times gives up and says so', async () => {
  const stage = await prepare();
  interfere(stage, stage.options, puts, { times: 9 });
  const error = await rejection(stage.run());
  expect(error).toMatchObject({ name: 'SettingsLost', happened: 'no' });
  expect(String(error)).toContain('was changed by');
  expect(await stage.basic()).toMatchObject({ RpoInSeconds: 300, TestIntervalInMinutes: 43_200 + 3 * 1_440 });
  expect(await stage.zvm.vpgSettings.list()).toEqual([]);
});

test.each([
  ['does not arrive', 'before'],
  ['is answered in vain', 'after'],
] as const)("a POST of settings that %s leaves another client's object alone", async (_, kind) => {
  const { zvm, another, meet, vpgId } = await prepare();
  const theirs = await another().vpgSettings.create({ vpgId });
  meet('POST', /^vpgsettings$/, { kind });
  await rejection(zvm.vpgSettings.create({ vpgId }));
  expect((await zvm.vpgSettings.list()).map(each => each.VpgSettingsIdentifier)).toEqual([theirs]);
});

test('a blank object and a copy whose answers are lost are not left behind', async () => {
  const { zvm, meet, vpgId, simulator } = await prepare();
  meet('POST', /^vpgsettings$/, { kind: 'after' });
  await rejection(zvm.vpgSettings.create({}));
  expect(simulator.openSettings()).toBe(0);
  meet('POST', /copyvpgsettings$/, { kind: 'after' });
  await rejection(zvm.vpgSettings.copy(vpgId));
  expect(simulator.openSettings()).toBe(0);
});

test('a VM that is gone is not a settings object that vanished', async () => {
  const { zvm, simulator, options } = await prepare();
  simulator.faults.add({
    method: 'POST',
    path: 'vpgsettings/*/vms',
    times: 9,
    then: { kind: 'status', status: 404, body: { Message: 'No such VM' } },
  });
  const error = await rejection(zvm.vpgSettings.apply({ vpg: 'crm', addVms: [{ name: 'crm-web-01' }] }, options()));
  expect(error).toMatchObject({ name: 'NotFound' });
  expect(simulator.commits()).toBe(0);
  expect(simulator.openSettings()).toBe(0);
});
