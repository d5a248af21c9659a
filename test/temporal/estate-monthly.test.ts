import { afterEach, afterAll, beforeAll, expect, it } from 'vitest';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { type Harness, shipped, startHarness } from './harness.ts';
import { quick } from './live.ts';

/** runbooks/estate-monthly.yaml with runbooks/one-vpg.yaml: VPGs found by name, in batches, tolerant of two. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ scenario: quick(shippedScenario('hundred-vpgs')) });
});
afterEach(() => {
  harness.simulator.faults.clear();
});
afterAll(() => harness.close());

const start = (name: string): Promise<string> =>
  harness.start(
    harness.plan(shipped('estate-monthly.yaml'), 'drill', { name }, { 'one-vpg.yaml': shipped('one-vpg.yaml') }),
  );
const opened = (): number => harness.simulator.requests.filter(r => /failovertest$/i.test(r.path)).length;
const failTests = (times: number): void => {
  const then = { kind: 'fail-task', reason: 'no space on B-DS-01' } as const;
  harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', times, then });
};

it('finds what fits the name, five at a time, and leaves nothing in test', async () => {
  const id = await start('app-00*');
  const result = await harness.result(id);
  expect(result.reasons).toEqual([]);
  expect(result.verdict).toBe('passed');
  expect(result.outputs).toEqual({ tested: 9, failed: 0 });
  expect(harness.simulator.testsRunning()).toEqual([]);
  for (let n = 1; n <= 9; n++) expect(harness.simulator.testsStarted(`app-00${n}`)).toBe(1);
  expect(harness.simulator.testsStarted('app-010')).toBe(0);
  // The second five (four here) opened when the first were stopped.
  const calls = harness.simulator.requests
    .filter(r => r.method === 'POST' && /failovertest(stop)?$/i.test(r.path))
    .map(r => (/stop$/i.test(r.path) ? 'stop' : 'open'));
  expect(calls.slice(5, 10)).toEqual(Array(5).fill('stop'));
});

it('bears two that fail', async () => {
  failTests(2);
  const result = await harness.result(await start('app-01*'));
  expect(result.verdict).toBe('passed_with_exceptions');
  expect(result.outputs).toEqual({ tested: 8, failed: 2 });
  expect(result.reasons.join('; ')).toContain('no space on B-DS-01');
  expect(harness.simulator.testsRunning()).toEqual([]);
});

it('fails at the third, and no further one starts', async () => {
  const before = opened();
  failTests(3);
  const result = await harness.result(await start('app-02*'));
  expect(result.verdict).toBe('failed');
  expect(result.reasons.join('; ')).toContain('More than two VPGs failed');
  expect(opened() - before).toBe(5);
  expect(harness.simulator.testsRunning()).toEqual([]);
});

it('a name that nothing fits proves nothing', async () => {
  const before = opened();
  const result = await harness.result(await start('nothing-*'));
  expect(result.verdict).toBe('failed');
  expect(result.reasons.join('; ')).toContain('No VPG is called nothing-*');
  expect(opened()).toBe(before);
});
