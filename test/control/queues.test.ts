import { expect, test } from 'vitest';
import type { Config } from '../../control/config/config.ts';
import { queuesOf } from '../../control/queues.ts';
import { ownQueues } from '../../control/served-queues.ts';
import { errandOf, queueOf } from '../../workflows/queue-of.ts';

const config = {
  sites: { 'site-a': {}, 'site-b': { 'task-queue': 'b' } },
  probes: { 'lan-b': { 'task-queue': 'b' }, bubble: { 'task-queue': 'bubble' }, door: { proxy: 'socks5://x:1' } },
} as unknown as Pick<Config, 'sites' | 'probes'>;
const queues = queuesOf(config);

test('what a run is started with names only queues of their own', () => {
  expect(queues).toEqual({ sites: { 'site-b': 'b' }, probes: { 'lan-b': 'b', bubble: 'bubble' } });
  expect(queuesOf(undefined)).toEqual({ sites: {}, probes: {} });
});

test.each([
  ['zerto/sign-in', 'site-b', undefined, false, 'b-calls'],
  ['zerto/clone', 'site-b', undefined, true, 'b-waits'],
  ['zerto/sign-in', 'site-a', undefined, false, undefined],
  ['zerto/clone', 'site-a', undefined, true, 'main-waits'],
  // A check looks from its probe; without one, from the main workers, whatever its site.
  ['check/tcp', 'site-b', undefined, false, undefined],
  ['check/tcp', 'site-a', 'bubble', true, 'bubble-waits'],
  ['check/tcp', 'site-a', 'door', true, 'main-waits'],
  ['check/tcp', 'site-a', 'toString', false, undefined],
  ['notify', 'site-b', undefined, false, undefined],
])('%s at %s via %s, waits %s: %s', (action, site, via, waits, queue) => {
  const call = { action, site, with: {}, ...(via === undefined ? {} : { via }) };
  expect(queueOf('main', queues, errandOf(call, waits))).toBe(queue);
  expect(queueOf('main', undefined, errandOf(call, waits))).toBeUndefined();
});

test('the item’s own probe counts before the step’s', () => {
  const call = { action: 'check/tcp', site: 'site-a', via: 'lan-b', with: { via: 'bubble' } };
  expect(queueOf('main', queues, errandOf(call, false))).toBe('bubble-calls');
});

test('a worker serves each queue once, and only what has one', () => {
  expect(ownQueues(config, { sites: ['site-b'], probes: ['lan-b', 'bubble'] })).toEqual(['b', 'bubble']);
  expect(() => ownQueues(config, { sites: ['site-a'], probes: [] })).toThrow('no task queue of its own');
  expect(() => ownQueues(config, { sites: [], probes: ['door'] })).toThrow('no task queue of its own');
  expect(() => ownQueues(config, { sites: ['site-c'], probes: [] })).toThrow('drillbook.yaml names no site "site-c".');
});
