import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Child, startChild } from '../../local/child.ts';
import { type Harness, shipped, startHarness, until } from './harness.ts';

let harness: Harness;
const workers: Child[] = [];
beforeAll(async () => {
  harness = await startHarness({ worker: false });
});
afterAll(async () => {
  await Promise.all(workers.map(worker => worker.stop()));
  await harness.close();
});

async function startWorkerProcess(): Promise<Child> {
  const worker = await startChild({
    name: 'worker',
    args: ['worker', '--config', harness.configPath],
    logFile: join(harness.dir, `worker-${workers.length}.log`),
    ready: { kind: 'message' },
  });
  workers.push(worker);
  return worker;
}

it('kill -9 of the worker in the middle of a failover test: another goes on, one test was started', async () => {
  const first = await startWorkerProcess();
  const id = await harness.start(harness.plan(shipped('payments.yaml'), 'drill'));
  await until('the first test is starting', () => harness.simulator.testsRunning().length > 0);
  process.kill(first.pid, 'SIGKILL');
  await startWorkerProcess();
  const result = await harness.result(id);
  expect(result.reasons).toEqual([]);
  expect(result.verdict).toBe('passed');
  expect(harness.simulator.testsStarted('payments-db')).toBe(1);
  expect(harness.simulator.testsRunning()).toEqual([]);
});
