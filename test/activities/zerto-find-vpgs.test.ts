import { expect, test } from 'vitest';
import { findVpgs } from '../../activities/zerto-find-vpgs.ts';
import { changeVpg, type Scenario } from '../../simulator/scenario.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { callOf, endingFrom, setStage } from './stage.ts';

const day = 86_400_000;

async function find(given: object, scenario: Scenario = healthy()) {
  const stage = await setStage({ scenario });
  return { ...stage, work: findVpgs(callOf('zerto/find-vpgs', given), stage.context) };
}

async function names(given: object, scenario?: Scenario): Promise<readonly string[]> {
  return (await (await find(given, scenario)).work).outputs.vpgs;
}

test('all that recover to the site of the step, sorted, with their identifiers', async () => {
  const { work, vpgs } = await find({});
  const { outputs } = await work;
  expect(outputs.vpgs).toEqual(['crm', 'payments-app', 'payments-db', 'payments-web']);
  expect(outputs.count).toBe(4);
  const { files: _, ...here } = vpgs;
  expect(outputs.identifiers).toEqual(here);
});

test.each([
  ['payments-*', ['payments-app', 'payments-db', 'payments-web']],
  ['*-*b', ['payments-db', 'payments-web']],
  ['*', ['crm', 'payments-app', 'payments-db', 'payments-web']],
  ['crm', ['crm']],
  ['CRM', []],
  ['Payments-*', []],
  ['c*m*', ['crm']],
  ['cr*rm', []],
  ['payments-.*', []],
  ['pay', []],
  ['p*a*p*', ['payments-app']],
  ['*ments-w*b*', ['payments-web']],
])('the name %s', async (name, found) => {
  expect(await names({ name })).toEqual(found);
});

test('recovers-to another site, exclude and priority', async () => {
  expect(await names({ 'recovers-to': 'site-a' })).toEqual(['files']);
  expect(await names({ exclude: ['payments-*', 'CRM'] })).toEqual(['crm']);
  expect(await names({ priority: 'high' })).toEqual(['payments-app', 'payments-db']);
  expect(await names({ priority: 'high', exclude: ['*-db'] })).toEqual(['payments-app']);
});

test('not-tested-for: by LastTest, and those that never were', async () => {
  expect(await names({ 'not-tested-for': 93 * day })).toEqual(['crm']);
  expect(await names({ 'not-tested-for': 92 * day })).toEqual(['crm', 'payments-app', 'payments-db', 'payments-web']);
});

test('a VPG whose test runs now is left out, and told', async () => {
  const stage = await setStage();
  const zvm = await stage.sites.zvm('site-b', 'drill');
  await zvm.vpgs.failoverTest(stage.vpgs['crm'] ?? '', {}, { notAfter: stage.context.clock() + 1_000 });
  const { outputs, told } = await findVpgs(callOf('zerto/find-vpgs', { 'not-tested-for': 93 * day }), stage.context);
  expect(outputs).toEqual({ vpgs: [], count: 0, identifiers: {} });
  expect(told).toEqual(['left out, since a test runs now: crm']);
});

test('service profiles and ZORGs go by their names, and must be there', async () => {
  const stage = await setStage({ scenario: shippedScenario('vcd') });
  const zvm = await stage.sites.zvm('site-b', 'change');
  const profile = (await zvm.serviceProfiles.list()).find(({ name }) => name === 'Gold');
  const zorg = (await zvm.zorgs.list()).find(({ name }) => name === 'Payments Ltd');
  const id = await zvm.vpgSettings.create({ vpgId: stage.vpgs['payments-db'] ?? '' });
  const document = await zvm.vpgSettings.get(id);
  document.Basic.ServiceProfileIdentifier = profile?.id ?? '';
  document.Basic.ZorgIdentifier = zorg?.id ?? '';
  await zvm.vpgSettings.put(id, document);
  const commit = await zvm.vpgSettings.commit(id, { notAfter: stage.context.clock() + 5_000 });
  stage.simulator.clock.advance(5_000);
  expect((await zvm.tasks.get(commit)).state).toBe('Completed');
  const find = (given: object) => findVpgs(callOf('zerto/find-vpgs', given), stage.context);
  expect((await find({ 'service-profile': 'Gold' })).outputs.vpgs).toEqual(['payments-db']);
  expect((await find({ 'service-profile': 'Silver' })).outputs.vpgs).toEqual([]);
  expect((await find({ zorg: 'Payments Ltd' })).outputs.vpgs).toEqual(['payments-db']);
  expect(await endingFrom(find({ 'service-profile': 'gold' }))).toMatchObject({
    type: 'failed',
    message: expect.stringContaining('There is no service profile "gold"; did you mean "Gold"?') as string,
  });
  expect(await endingFrom(find({ zorg: 'Nobody' }))).toMatchObject({
    type: 'failed',
    message: 'There is no ZORG "Nobody" among the 1 that site "site-b" lists (GET zorgs). These are: Payments Ltd.',
  });
});

test('a site that is not paired is a failure', async () => {
  const { work } = await find(
    { 'recovers-to': 'site-a' },
    { ...healthy(), sites: healthy().sites.map(site => ({ ...site, peers: [] })), vpgs: [] },
  );
  expect(await endingFrom(work)).toMatchObject({
    type: 'failed',
    message: expect.stringContaining('site that is paired with site-b') as string,
  });
});

test('two VPGs of one name are told apart by nothing', async () => {
  const one = changeVpg(healthy(), 'payments-web', vpg => ({ ...vpg, name: 'crm' }));
  const { work } = await find({ name: 'crm' }, one);
  expect(await endingFrom(work)).toMatchObject({
    type: 'failed',
    message: expect.stringMatching(
      /^VPGs are told apart by their names, and some have the same one: crm \(.+\) and crm/,
    ) as string,
  });
});
