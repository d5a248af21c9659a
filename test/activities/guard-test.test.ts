import { expect, test } from 'vitest';
import { setGuard } from './guard-stage.ts';

const closing = { success: true, summary: 'as planned' };

test('a test is opened with its proof of isolation, stopped, and read back with Zerto’s report', async () => {
  const guard = await setGuard(undefined, { mode: 'drill' });
  const { opened: call, baseline, sent, wait } = await guard.open(guard.call('zerto/failover-test'));
  expect(wait).toMatchObject({ up: true, outputs: { checkpoint: sent.checkpoint, vms: [{ name: 'payments-db' }] } });
  const { taskId } = await guard.run('stop', { call, baseline, sent, ...closing });
  const { outputs, evidence, told } = await guard.run('readBack', { call, baseline, taskId, sent });
  expect(outputs).toMatchObject({ report_status: 'Success' });
  expect(evidence).toMatchObject([{ kind: 'zerto-report', vpg: 'payments-db' }]);
  expect(told).toBeUndefined();
  expect(guard.simulator.testsRunning()).toEqual([]);
});

test('an adopted test whose report states another point is told', async () => {
  const guard = await setGuard(undefined, { mode: 'drill' });
  guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'drop-after' } });
  const { opened: call, baseline, sent } = await guard.open(guard.call('zerto/failover-test'));
  expect(sent.adopted).toBe(true);
  const { taskId } = await guard.run('stop', { call, baseline, sent, ...closing });
  const fitting = await guard.run('readBack', { call, baseline, taskId, sent });
  expect(fitting.told).toBeUndefined();
  const asked = { ...sent, checkpointTime: '2020-01-01T00:00:00Z' };
  const differing = await guard.run('readBack', { call, baseline, taskId, sent: asked });
  expect(differing.told).toEqual([expect.stringMatching(/went to .*, but this run asked for 2020-01-01/)]);
});
