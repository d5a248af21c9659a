import { expect, test } from 'vitest';
import { checkSites, judgeSkew } from '../../activities/zerto-check-sites.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { callOf, endingFrom, setStage } from './stage.ts';

const both = callOf('zerto/check-sites', { sites: ['site-a', 'site-b'] });

test('tells what the sites say of themselves', async () => {
  const { context } = await setStage();
  const { outputs, told } = await checkSites(both, context);
  expect(outputs.sites).toMatchObject([
    { site: 'site-a', zerto_name: 'London' },
    { site: 'site-b', zerto_name: 'Slough' },
  ]);
  expect(outputs.sites[0]?.version).toMatch(/^\d+\./);
  expect(outputs.worst_clock_skew).toBe(Math.max(...outputs.sites.map(site => site.clock_skew)));
  expect(outputs.worst_clock_skew).toBeLessThan(1_000);
  expect(told).toEqual([]);
});

test('all findings are told at one go', async () => {
  const { context, simulator } = await setStage({ sites: { 'site-a': { 'zerto-name': 'Leeds' } } });
  const then = new Date(simulator.clock.now() + 60_000).toISOString();
  simulator.faults.add({
    site: 'site-b',
    path: 'serverDateTime/serverDateTimeUtc',
    times: 10,
    then: { kind: 'status', status: 200, body: then },
  });
  const ending = await endingFrom(checkSites(both, context));
  expect(ending.type).toBe('failed');
  expect(ending.message).toMatch(/ is London, drillbook.yaml says Leeds \(site-a\)/);
  expect(ending.message).toMatch(/site-b is not paired with site-a \(Leeds\), only with London/);
  expect(ending.message).toMatch(/the clock of site-b is \S+ ahead of this worker's, more than 5s \(clock-skew\)/);
});

test('clock-skew says how far a clock may be off', async () => {
  const { context, simulator } = await setStage({ sites: { 'site-b': { 'clock-skew': 120_000 } } });
  const body = new Date(simulator.clock.now() - 60_000).toISOString();
  const path = 'serverDateTime/serverDateTimeUtc';
  simulator.faults.add({ site: 'site-b', path, times: 10, then: { kind: 'status', status: 200, body } });
  const { outputs } = await checkSites(both, context);
  expect(outputs.worst_clock_skew).toBeGreaterThanOrEqual(60_000);
  expect(outputs.worst_clock_skew).toBeLessThan(61_000);
});

test('what a slow answer leaves open is told, never a finding', () => {
  expect(judgeSkew('b', { aheadMs: -8_000, uncertainMs: 4_000 }, 5_000)).toEqual({
    refused: [],
    told: ["the clock of b is 8s behind this worker's, give or take 4s: its answers are too slow to tell"],
  });
  expect(judgeSkew('b', { aheadMs: -8_000, uncertainMs: 2_000 }, 5_000).refused).toHaveLength(1);
  expect(judgeSkew('b', { aheadMs: 5_000, uncertainMs: 0 }, 5_000)).toEqual({ refused: [], told: [] });
});

test('sites that do not answer are named together', async () => {
  const { context, simulator } = await setStage();
  for (const site of ['site-a', 'site-b']) {
    simulator.faults.add({ site, path: '**', times: 100, then: { kind: 'drop-before' } });
  }
  const ending = await endingFrom(checkSites(both, context));
  expect(ending.type).toBe('failed');
  expect(ending.message).toMatch(/site-a.*; .*site-b/);
});

test('where we only could not look, nothing is said of the sites', async () => {
  const { context } = await setStage({ secrets: { 'site-b': 'wrong' } });
  expect((await endingFrom(checkSites(callOf('zerto/check-sites', { sites: ['site-b'] }), context))).type).toBe(
    'errored',
  );
  const elsewhere = callOf('zerto/check-sites', { sites: ['site-c'] });
  expect(await endingFrom(checkSites(elsewhere, context))).toMatchObject({
    type: 'errored',
    message: 'drillbook.yaml names no site "site-c"',
  });
});

test('a pairing that is not there, or a peer that is not named', async () => {
  const alone = { ...healthy(), sites: healthy().sites.map(site => ({ ...site, peers: [] })), vpgs: [] };
  const { context } = await setStage({ scenario: alone });
  expect(await endingFrom(checkSites(both, context))).toMatchObject({
    type: 'failed',
    message:
      'site-a is not paired with site-b (Slough), only with nothing; ' +
      'site-b is not paired with site-a (London), only with nothing',
  });
  const other = await setStage({ scenario: alone, sites: { 'site-a': { peer: undefined } } });
  const { told } = await checkSites(callOf('zerto/check-sites', { sites: ['site-a'] }), other.context);
  expect(told).toEqual(['drillbook.yaml names no peer of site-a']);
});

test('looks again until it holds', async () => {
  const { context, simulator } = await setStage();
  simulator.faults.add({ site: 'site-a', path: 'peersites', then: { kind: 'status', status: 200, body: [] } });
  const until = { everyMs: 10, backoff: 1, attempts: 3 };
  const { tries, attempts } = await checkSites({ ...both, until }, context);
  expect(tries).toBe(2);
  expect(attempts?.map(({ ok }) => ok)).toEqual([false, true]);
});
