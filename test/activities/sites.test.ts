import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSites } from '../../activities/sites.ts';
import type { Scenario, SiteSpec } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { NotAllowed } from '../../zerto/errors.ts';
import { endingFrom, quick, setStage } from './stage.ts';

const signIns = (stage: Awaited<ReturnType<typeof setStage>>) =>
  stage.simulator.requests.filter(r => r.path.endsWith('session/add')).length;

test('callers at the same time share one sign-in and one proof', async () => {
  const stage = await setStage();
  const before = signIns(stage);
  await Promise.all(['drill', 'plan', 'change', 'failover'].map(reach => stage.sites.zvm('site-b', reach as 'plan')));
  await stage.sites.zvm('site-b', 'move');
  expect(signIns(stage) - before).toBe(1);
  expect(stage.simulator.requests.filter(r => r.path.endsWith('localsite'))).toHaveLength(1);
});

test('a failure is not kept', async () => {
  const stage = await setStage();
  stage.simulator.faults.add({ method: 'GET', path: 'localsite', then: { kind: 'drop-before' } });
  expect((await endingFrom(stage.sites.zvm('site-b', 'plan'))).type).toBe('unreachable');
  expect((await stage.sites.zvm('site-b', 'plan')).site).toBe('site-b');
});

test('a request without an answer is given up after the time-out of its site', async () => {
  const stage = await setStage({ sites: { 'site-b': { 'request-timeout': 60 } } });
  stage.simulator.faults.add({ method: 'GET', path: 'localsite', then: { kind: 'hang' } });
  const ending = await endingFrom(stage.sites.zvm('site-b', 'plan'));
  expect(ending).toMatchObject({ type: 'unreachable', message: expect.stringContaining('0.06') as string });
  expect(stage.sites.settings('site-b').requestTimeoutMs).toBe(60);
  expect(stage.sites.settings('site-a').requestTimeoutMs).toBe(30_000);
});

test('a drill and a plan reach no further than their lists', async () => {
  const { sites, vpgs, simulator } = await setStage();
  const id = vpgs['crm'] ?? '';
  const options = { notAfter: Date.now() + 60_000 };
  const drill = await sites.zvm('site-b', 'drill');
  const plan = await sites.zvm('site-b', 'plan');
  await expect(drill.vpgSettings.commit('x', options)).rejects.toBeInstanceOf(NotAllowed);
  await expect(plan.vpgs.failoverTest(id, {}, options)).rejects.toBeInstanceOf(NotAllowed);
  expect(simulator.testsStarted('crm')).toBe(0);
  expect((await plan.vpgSettings.read(id)).Basic.Name).toBe('crm');
});

test('signs out of all at the end', async () => {
  const stage = await setStage();
  await stage.sites.zvm('site-a', 'plan');
  await stage.sites.zvm('site-b', 'plan');
  const before = stage.simulator.requests.length;
  await stage.sites.signOutAll();
  const sent = stage.simulator.requests.slice(before);
  expect(sent.map(r => r.method)).toEqual(['DELETE', 'DELETE']);
});

/** The scenario with site-b as an appliance, or with more accounts. */
function withSiteB(more: Partial<SiteSpec>): Scenario {
  const base = quick(healthy());
  return { ...base, sites: base.sites.map(site => (site.name === 'site-b' ? { ...site, ...more } : site)) };
}

test.each([
  [{ kind: 'password', username: 'svc-drillbook', password: 'site-b' }, 'appliance'],
  [{ kind: 'password', username: 'svc-drillbook', password: 'site-b' }, 'auto'],
  [{ kind: 'client', 'client-id': 'drillbook', 'client-secret': 'client' }, 'appliance'],
] as const)('an appliance by %j, generation %s', async (account, generation) => {
  const clients = [{ clientId: 'drillbook', secret: 'secret of the client' }];
  const { sites, vpgs } = await setStage({
    scenario: withSiteB({ generation: 'appliance', clients }),
    sites: { 'site-b': { account, generation } },
    secrets: { client: 'secret of the client' },
  });
  const zvm = await sites.zvm('site-b', 'drill');
  expect(zvm.generation()).toBe('appliance');
  const task = await zvm.vpgs.tagCheckpoint(vpgs['crm'] ?? '', 'x', { notAfter: Number.POSITIVE_INFINITY });
  expect((await zvm.tasks.get(task)).initiatedBy).toBe(zvm.account);
});

test('an account that does not fit the generation is told, and no secret is sent', async () => {
  const stage = await setStage({ scenario: withSiteB({ generation: 'appliance' }) });
  const ending = await endingFrom(stage.sites.zvm('site-b', 'plan'));
  expect(ending.type).toBe('errored');
  expect(ending.message).toContain('Use an account of kind password or client');
});

test('a drill signs in with the drill account, all else with the other; both share the rate', async () => {
  const accounts = [
    { username: 'svc-drill', password: 'of the drill', may: ['test', 'checkpoint', 'settings'] as const },
  ];
  const { sites, vpgs } = await setStage({
    scenario: withSiteB({ accounts }),
    sites: { 'site-b': { 'drill-account': { kind: 'windows', username: 'svc-drill', password: 'drill' } } },
    secrets: { drill: 'of the drill' },
  });
  const [drill, again, plan, live] = await Promise.all([
    sites.zvm('site-b', 'drill'),
    sites.zvm('site-b', 'drill'),
    sites.zvm('site-b', 'plan'),
    sites.zvm('site-b', 'failover'),
  ]);
  expect([drill, again, plan, live].map(({ account }) => account)).toEqual([
    'svc-drill',
    'svc-drill',
    'svc-drillbook',
    'svc-drillbook',
  ]);
  const options = { notAfter: Number.POSITIVE_INFINITY };
  const task = await drill.vpgs.tagCheckpoint(vpgs['crm'] ?? '', 'x', options);
  expect((await drill.tasks.get(task)).initiatedBy).toBe('svc-drill');
});

test('requests-per-second bounds a site, whichever account asks', async () => {
  const accounts = [{ username: 'svc-drill', password: 'of the drill' }];
  const { sites, simulator } = await setStage({
    scenario: withSiteB({ accounts }),
    sites: {
      'site-b': {
        'requests-per-second': 20,
        'drill-account': { kind: 'windows', username: 'svc-drill', password: 'drill' },
      },
    },
    secrets: { drill: 'of the drill' },
  });
  const [drill, plan] = await Promise.all([sites.zvm('site-b', 'drill'), sites.zvm('site-b', 'plan')]);
  const began = performance.now();
  const before = simulator.requests.length;
  await Promise.all(Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? drill : plan).sites.local()));
  const seconds = (performance.now() - began) / 1000;
  expect(simulator.requests.length - before).toBe(30);
  // A second's worth may go at once; the rest at the rate.
  expect(seconds).toBeGreaterThan((30 - 20) / 20 - 0.05);
});

test('over HTTPS the certificate must verify', async () => {
  const stage = await setStage();
  const site = stage.simulator.sites[1];
  if (site === undefined) throw new Error('no site');
  const config = {
    url: site.url,
    'zerto-name': site.zertoName,
    account: { kind: 'windows', username: site.username, password: 'zvm-b' } as const,
  };
  const options = { secret: () => Promise.resolve(site.password), base: stage.dir, clock: Date.now };
  const trusted = createSites({ 'site-b': { ...config, tls: { ca: 'ca.pem' } } }, options);
  expect((await (await trusted.zvm('site-b', 'plan')).vpgs.list()).length).toBeGreaterThan(0);
  await trusted.signOutAll();
  const untrusted = await endingFrom(createSites({ 'site-b': config }, options).zvm('site-b', 'plan'));
  expect(untrusted.type).toBe('errored');
  expect(untrusted.message).toContain('certificate');
  await rm(join(stage.dir, 'ca.pem'));
  const missing = createSites({ 'site-b': { ...config, tls: { ca: 'ca.pem' } } }, options).zvm('site-b', 'plan');
  expect((await endingFrom(missing)).message).toBe(
    'the file ca.pem (tls.ca of site-b) cannot be read: it is looked for beside drillbook.yaml',
  );
});
