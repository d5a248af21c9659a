import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cancelRun } from '../../control/runs.ts';
import { type Child, startChild } from '../../local/child.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { isAlive } from '../process/is-alive.ts';
import { type Harness, shipped, startHarness, until } from './harness.ts';

let harness: Harness;
const workers: Child[] = [];
beforeAll(async () => {
  const scenario = healthy();
  harness = await startHarness({
    worker: false,
    scenario: { ...scenario, durations: { ...scenario.durations, failoverTest: 2_500, stopFailoverTest: 300 } },
  });
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

const drill = `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
steps:
  - { id: poll, uses: check/tcp, with: { host: 127.0.0.1, port: 1 }, retry: { every: 1s, for: 5m }, timeout: 6m }
  - { id: db, needs: [], uses: zerto/failover-test, with: { vpg: crm } }
`;

it('SIGTERM while an opening call is under way: its answer is awaited and counts; what only waits is given away at once', async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  const { workflow } = harness.control.client;
  harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'late', ms: 6_000 } });
  const first = await startWorkerProcess();
  const id = await harness.start(harness.plan(drill, 'drill'));
  const guard = workflow.getHandle(await harness.guardOf(id));
  const isStarted = async (of: string, type: string): Promise<boolean> => {
    const { raw } = await workflow.getHandle(of).describe();
    // PENDING_ACTIVITY_STATE_STARTED of Temporal's API.
    return (raw.pendingActivities ?? []).some(
      ({ state, activityType }) => activityType?.name === type && Number(state) === 2,
    );
  };
  await until('it polls', () => isStarted(id, 'check/tcp'));
  const calls = () => harness.simulator.requests.filter(({ path }) => /^\/v1\/vpgs\/[^/]+\/failovertest$/i.test(path));
  const before = calls().length;
  await until('the call was sent', () => calls().length > before);
  const sentAt = Date.now();
  process.kill(first.pid, 'SIGTERM');
  await until('the poll is given away', async () => !(await isStarted(id, 'check/tcp')), 5_000);
  // The call is still under way, and so is the worker for its sake.
  expect([await isStarted(guard.workflowId, 'guard/start'), isAlive(first.pid)]).toEqual([true, true]);
  expect(await first.ended).toEqual({ code: 0, signal: null });
  expect(Date.now() - sentAt).toBeGreaterThanOrEqual(5_500);

  await startWorkerProcess();
  await until('another goes on', async () => (await harness.progress(id)).includes('db succeeded'));
  await cancelRun(harness.control, id, 'ana', 'seen enough');
  expect((await harness.result(id)).ended).toBe('by-person');
  const { events = [] } = await guard.fetchHistory();
  const scheduled = (events ?? []).filter(
    e => e.activityTaskScheduledEventAttributes?.activityType?.name === 'guard/start',
  );
  expect(scheduled).toHaveLength(1);
  const started = (events ?? []).find(
    e => String(e.activityTaskStartedEventAttributes?.scheduledEventId) === String(scheduled[0]?.eventId),
  );
  expect(started?.activityTaskStartedEventAttributes?.attempt).toBe(1);
  expect(await harness.histories(id)).not.toContain('guard/settle');
  expect(calls().length).toBe(before + 1);
  expect(harness.simulator.testsRunning()).toEqual([]);
});
