import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSites } from '../../activities/sites.ts';
import { NotAllowed } from '../../zerto/errors.ts';
import { endingFrom, setStage } from './stage.ts';

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

test('a drill and a plan reach no further than their lists', async () => {
  const { sites, vpgs, simulator } = await setStage();
  const id = vpgs['crm'] ?? '';
  const options = { notAfter: Date.now() + 60_000 };
  const drill = await sites.zvm('site-b', 'drill');
  const plan = await sites.zvm('site-b', 'plan');
  await expect(drill.commitSettings('x', options)).rejects.toBeInstanceOf(NotAllowed);
  await expect(plan.failoverTest(id, {}, options)).rejects.toBeInstanceOf(NotAllowed);
  expect(simulator.testsStarted('crm')).toBe(0);
  expect((await plan.readSettings(id)).Basic.Name).toBe('crm');
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
  expect((await (await trusted.zvm('site-b', 'plan')).vpgs()).length).toBeGreaterThan(0);
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
