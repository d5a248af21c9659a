import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Config } from '../../control/config/config.ts';
import { queuesOf } from '../../control/queues.ts';
import { ownQueuesOf } from '../../control/unserved-queues.ts';
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

test('a Plan needs the queues of the sites that it talks to and of the probes that it looks from, each once', () => {
  const text = `
apiVersion: drillbook/v1
name: two-probes
site: site-b
modes: { drill: { via: lan-b } }
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db } }
  - { id: near, uses: check/tcp, with: { host: 10.0.0.1, port: 1 } }
  - { id: far, uses: check/tcp, with: { via: bubble, host: 10.0.0.1, port: 1 } }
  - { id: here, uses: check/tcp, with: { via: door, host: 10.0.0.1, port: 1 } }
`;
  const planned = compile({ file: 'x.yaml', text }).plan('drill', {});
  if (!('plan' in planned)) throw new Error(JSON.stringify(planned.diagnostics));
  expect(ownQueuesOf(planned.plan, queues)).toEqual([
    { what: 'site', name: 'site-b', queue: 'b' },
    { what: 'probe', name: 'lan-b', queue: 'b' },
    { what: 'probe', name: 'bubble', queue: 'bubble' },
  ]);
  expect(ownQueuesOf(planned.plan, queuesOf(undefined))).toEqual([]);
});

test('a worker serves each queue once, and only what has one', () => {
  expect(ownQueues(config, { sites: ['site-b'], probes: ['lan-b', 'bubble'] })).toEqual(['b', 'bubble']);
  expect(() => ownQueues(config, { sites: ['site-a'], probes: [] })).toThrow('no task queue of its own');
  expect(() => ownQueues(config, { sites: [], probes: ['door'] })).toThrow('no task queue of its own');
  expect(() => ownQueues(config, { sites: ['site-c'], probes: [] })).toThrow('drillbook.yaml names no site "site-c".');
});
