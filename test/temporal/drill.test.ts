import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../report/html.ts';
import { type Harness, shipped, startHarness, until } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const oneTest = `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
steps:
  - id: db
    uses: zerto/recover
    with: { vpg: payments-db }
    timeout: 2m
  - id: db_up
    uses: check/tcp
    with: { host: 10.99.1.10, port: 5432, via: bubble-b }
    retry: { every: 1s, for: 1m }
`;

describe('a drill', () => {
  it('of payments passes, leaves nothing in test and its report is whole', async () => {
    const { id, result } = await harness.run(shipped('payments.yaml'), 'drill');
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('passed');
    expect(result.rto.met).toBe(true);
    expect(result.rpo.met).toBe(true);
    expect(harness.simulator.testsRunning()).toEqual([]);
    expect(harness.simulator.openSettings()).toBe(0);
    for (const vpg of ['payments-db', 'payments-app', 'payments-web'])
      expect(harness.simulator.testsStarted(vpg)).toBe(1);

    await until(
      'the guard has ended',
      async () =>
        (await harness.control.client.workflow.getHandle(await harness.guardOf(id)).describe()).status.name ===
        'COMPLETED',
    );
    const journal = await harness.journal(id);
    expect(journal.openings.map(o => [o.step, o.state]).sort()).toEqual([
      ['db', 'closed'],
      ['front[payments-app]', 'closed'],
      ['front[payments-web]', 'closed'],
    ]);
    expect(journal.zertoReports).toHaveLength(3);
    expect(journal.isolation.length).toBeGreaterThanOrEqual(3);
    expect(journal.isolation.every(proof => proof.facts.every(fact => fact.isolated))).toBe(true);
    expect(journal.steps.find(step => step.key === 'db_up')?.tries).toBeGreaterThan(0);
    expect(renderHtml(journal)).toContain('passed');
  });

  it('a second drill of the same VPG is refused with the holder, and opens nothing', async () => {
    const before = harness.simulator.testsStarted('payments-db');
    const plan = harness.plan(oneTest, 'drill');
    const first = await harness.start(plan);
    await until('the first is in test', () => harness.simulator.testsRunning().length > 0);
    const { result } = await harness.run(oneTest, 'drill');
    expect(result.verdict).toBe('inconclusive');
    expect(result.reasons.join()).toContain(first);
    expect((await harness.result(first)).verdict).toBe('passed');
    expect(harness.simulator.testsStarted('payments-db')).toBe(before + 1);
  });

  it('a cancel closes what is open and is told as a person’s', async () => {
    const id = await harness.start(harness.plan(oneTest, 'drill'));
    await until('it is in test', () => harness.simulator.testsRunning().length > 0);
    await harness.control.client.workflow
      .getHandle(id)
      .executeUpdate('cancel', { args: [{ by: 'ana', reason: 'enough', now: false }] });
    const result = await harness.result(id);
    expect(result.ended).toBe('by-person');
    expect(result.verdict).toBe('inconclusive');
    expect(harness.simulator.testsRunning()).toEqual([]);
  });

  it('a check that is still trying is cancelled within seconds', async () => {
    const text = oneTest.replace('port: 5432', 'port: 9').replace('every: 1s', 'every: 50s');
    const id = await harness.start(harness.plan(text, 'drill'));
    await until('the check has begun', async () => (await harness.progress(id)).includes('db_up running'));
    const asked = Date.now();
    await harness.control.client.workflow
      .getHandle(id)
      .executeUpdate('cancel', { args: [{ by: 'ana', reason: 'enough', now: false }] });
    const result = await harness.result(id);
    expect(result.steps.find(step => step.key === 'db_up')?.status).toBe('cancelled');
    expect(result.rto.note).toMatch(/not measured/);
    // The check itself would have slept for 50 s.
    expect(Date.now() - asked).toBeLessThan(30_000);
  });

  it('a run terminated in the middle of the opening call leaves nothing in test a minute later', async () => {
    harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'delay', ms: 1_500 } });
    const before = harness.simulator.testsStarted('payments-db');
    const id = await harness.start(harness.plan(oneTest, 'drill'));
    await until('the call is under way', () =>
      harness.simulator.requests.some(r => /failovertest$/i.test(r.path) && r.status === 0),
    );
    await harness.control.client.workflow.getHandle(id).terminate('pulled the plug');
    await until(
      'the test was started all the same',
      () => harness.simulator.testsStarted('payments-db') === before + 1,
    );
    await until('nothing is in test', () => harness.simulator.testsRunning().length === 0, 60_000);
    const guard = harness.control.client.workflow.getHandle(await harness.guardOf(id));
    await until('the guard has ended', async () => (await guard.describe()).status.name === 'COMPLETED');
    expect((await harness.journal(id)).verdict).toBe('lost');
    expect((await harness.run(oneTest, 'drill')).result.verdict).toBe('passed');
  });
});
