import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, shipped, startHarness, until, withShortRequests } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ configure: withShortRequests });
});
afterEach(() => {
  harness.simulator.faults.clear();
});
afterAll(() => harness.close());

const oneTest = (more = '') => `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
steps:
  - id: db
    uses: zerto/failover-test
    with: { vpg: payments-db }
    timeout: 2m
${more}`;

describe('sessions', () => {
  it('30 idle minutes in the middle of a run are lived through', async () => {
    const id = await harness.start(
      harness.plan(
        oneTest(
          '  - { id: pause, uses: wait, with: { for: 3s } }\n  - { id: again, uses: zerto/tag-checkpoint, with: { vpg: payments-db, tag: idle } }\n',
        ),
        'drill',
      ),
    );
    await until('it is in test', async () => (await harness.progress(id)).includes('db succeeded'));
    harness.simulator.clock.advance(31 * 60_000);
    const result = await harness.result(id);
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('passed');
    expect(harness.simulator.testsRunning()).toEqual([]);
  });

  it('all sessions ended while a test’s task is awaited: one re-login, the run passes, no token in any history', async () => {
    const signIns = () => harness.simulator.requests.filter(r => r.path.endsWith('session/add')).length;
    const id = await harness.start(harness.plan(oneTest(), 'drill'));
    await until('the test is starting', () => harness.simulator.testsRunning().length > 0);
    const before = signIns();
    harness.simulator.endSessions();
    expect((await harness.result(id)).verdict).toBe('passed');
    expect(signIns()).toBe(before + 1);
    const text = await harness.histories(id);
    // The look itself is tried: what is known to stand there is found. Never compared as a whole: a history is long.
    expect(text.includes('guard/wait') && text.includes('payments-db')).toBe(true);
    const secrets = [...harness.simulator.sites.map(site => site.password), 'x-zerto-session', 'Basic '];
    expect(secrets.filter(secret => text.toLowerCase().includes(secret.toLowerCase()))).toEqual([]);
  });
});

describe('lost answers', () => {
  it('of FailoverTest never leads to a second test', async () => {
    const before = harness.simulator.testsStarted('payments-db');
    harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'drop-after' } });
    const { id, result } = await harness.run(oneTest(), 'drill');
    expect(result.verdict).toBe('passed');
    expect(harness.simulator.testsStarted('payments-db')).toBe(before + 1);
    expect(harness.simulator.testsRunning()).toEqual([]);
    expect((await harness.journal(id)).openings).toMatchObject([{ state: 'closed' }]);
  });

  it('of FailoverTest before it was executed: looked for, then sent once', async () => {
    const before = harness.simulator.testsStarted('payments-db');
    harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'drop-before' } });
    const { result } = await harness.run(oneTest(), 'drill');
    expect(result.verdict).toBe('passed');
    expect(harness.simulator.testsStarted('payments-db')).toBe(before + 1);
  });

  it('of FailoverTestStop does not leave the test open', async () => {
    harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failoverteststop', then: { kind: 'drop-after' } });
    const { result } = await harness.run(oneTest(), 'drill');
    expect(result.verdict).toBe('passed');
    expect(harness.simulator.testsRunning()).toEqual([]);
  });

  it('of a commit never leads to a second commit', async () => {
    harness.simulator.faults.add({ method: 'POST', path: 'vpgsettings/*/commit', then: { kind: 'drop-after' } });
    const before = harness.simulator.commits();
    const { result } = await harness.run(shipped('vpg-networks.yaml'), 'change');
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('passed');
    expect(harness.simulator.commits()).toBe(before + 1);
    expect(harness.simulator.openSettings()).toBe(0);
  });
});

describe('failing tests', () => {
  it('a test that Zerto ends as failed fails the drill and leaves nothing', async () => {
    harness.simulator.faults.add({
      method: 'POST',
      path: 'vpgs/*/failovertest',
      then: { kind: 'fail-task', reason: 'no space on B-DS-07' },
    });
    const { result } = await harness.run(oneTest(), 'drill');
    expect(result.verdict).toBe('failed');
    expect(result.reasons.join()).toContain('no space on B-DS-07');
    expect(harness.simulator.testsRunning()).toEqual([]);
  });

  it('a check that never holds fails the drill, and the test is stopped', async () => {
    const check =
      '  - { id: up, uses: check/tcp, with: { host: 10.99.1.10, port: 9, via: bubble-b, timeout: 1s }, retry: { every: 1s, attempts: 2 } }\n';
    const { id, result } = await harness.run(oneTest(check), 'drill');
    expect(result.verdict).toBe('failed');
    expect((await harness.journal(id)).steps.find(step => step.key === 'up')).toMatchObject({
      status: 'failed',
      tries: 2,
    });
    expect(harness.simulator.testsRunning()).toEqual([]);
  });
});
