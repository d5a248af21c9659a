import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../report/html.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { approve, directions, pendingOf, quick, reject, sentTo, startShipped, untilAsked } from './live.ts';

/** The failover mode of runbooks/payments.yaml, on a real server, over real HTTPS. */
const three = ['payments-db', 'payments-app', 'payments-web'];
const each = (what: string): string[] => three.map(vpg => `${what} ${vpg}`).sort();

describe('with both sites up', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ scenario: quick(healthy()) });
  });
  afterAll(() => harness.close());
  const sent = () => sentTo(harness, /^payments/);
  const startFailover = () => startShipped(harness, 'payments.yaml', 'failover');

  it('refused before anything: inconclusive, and nothing was sent', async () => {
    const id = await startFailover();
    await untilAsked(harness, id, 'go');
    await reject(harness, id, 'go', 'bo');
    const result = await harness.result(id);
    expect(result.verdict).toBe('inconclusive');
    expect(result.reasons.join()).toMatch(/"go".*refused by bo: not like this/);
    expect(await sent()).toEqual([]);
  });

  it('rolled back at the word of two: exactly once each, the sources run again', async () => {
    const before = await sent();
    const id = await startFailover();
    await untilAsked(harness, id, 'go');
    await approve(harness, id, 'go', ['ana', 'bo']);
    await untilAsked(harness, id, 'keep');
    expect(harness.simulator.vms('site-a').filter(vm => vm.name.startsWith('payments') && vm.on)).toEqual([]);
    await approve(harness, id, 'keep', ['ana', 'bo'], 'roll-back');
    const result = await harness.result(id);
    expect(result.verdict).toBe('passed_with_exceptions');
    expect(result.reasons.join('; ')).toMatch(/payments-db.* given up by "back" at the word of ana, bo/);
    expect((await sent()).slice(before.length).sort()).toEqual([...each('Failover'), ...each('FailoverRollback')]);
    const sources = harness.simulator.vms('site-a').filter(vm => vm.name.startsWith('payments'));
    expect(sources.map(vm => vm.on)).toEqual([true, true, true]);
    expect(Object.values(await directions(harness, /^payments/))).toEqual(Array(3).fill('London -> Slough'));
  });

  it('committed at the word of two, protected back: exactly one Failover and one FailoverCommit each', async () => {
    const before = await sent();
    const id = await startFailover();
    const go = await untilAsked(harness, id, 'go');
    expect(go).toMatchObject({ kind: 'approval', message: 'Fail payments over: site A is lost' });
    await approve(harness, id, 'go', ['ana']);
    // One of two: nothing has begun.
    expect((await pendingOf(harness, id))[0]?.votes).toMatchObject([{ by: 'ana', choice: 'approve' }]);
    expect((await sent()).length).toBe(before.length);
    await approve(harness, id, 'go', ['bo']);

    await untilAsked(harness, id, 'keep');
    expect((await sent()).slice(before.length).sort()).toEqual(each('Failover'));
    const open = await harness.journal(id);
    expect(open.openings.map(opening => opening.state)).toEqual(['open', 'open', 'open']);
    await approve(harness, id, 'keep', ['bo', 'ana'], 'commit');

    const result = await harness.result(id);
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('passed');
    expect(result.rto.met).toBe(true);
    expect(result.rto.humanMs).toBeGreaterThan(0);
    expect(result.rpo.met).toBe(true);
    const calls = (await sent()).slice(before.length);
    expect(calls.slice(0, 3).sort()).toEqual(each('Failover'));
    expect(calls.slice(3).sort()).toEqual(each('FailoverCommit'));
    for (const vpg of three) expect(harness.simulator.testsStarted(vpg)).toBe(0);
    expect(Object.values(await directions(harness, /^payments/))).toEqual(Array(3).fill('Slough -> London'));

    const guard = harness.control.client.workflow.getHandle(await harness.guardOf(id));
    await until('the guard has ended', async () => (await guard.describe()).status.name === 'COMPLETED');
    const journal = await harness.journal(id);
    expect(journal.steps.find(step => step.key === 'commit')).toMatchObject({
      status: 'succeeded',
      outputs: {
        vpgs: expect.arrayContaining(three) as string[],
        reverse_protected: expect.arrayContaining(three) as string[],
      },
    });
    expect(journal.steps.find(step => step.key === 'back')).toMatchObject({ status: 'skipped' });
    expect(journal.openings.map(({ action, vpg }) => `${action} ${vpg}`).sort()).toEqual(each('zerto/failover'));
    expect(journal.openings.every(({ state, closedAt }) => state === 'committed' && closedAt !== undefined)).toBe(true);
    const page = renderHtml(journal);
    for (const text of ['passed', 'site A is lost', 'ana', 'bo', 'Waited for people']) expect(page).toContain(text);
  });

  it('a second failover of what now recovers to site A is refused before anybody is asked', async () => {
    const before = await sent();
    const result = await harness.result(await startFailover());
    expect(result.verdict).toBe('inconclusive');
    expect(result.reasons.join()).toMatch(/payments-db recovers to site-a/);
    expect(await sent()).toEqual(before);
  });
});

describe('with site A lost', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ scenario: quick(shippedScenario('site-lost')) });
  });
  afterAll(() => harness.close());

  it('fails over without shutting the source down, commits without reverse protection, and says both', async () => {
    const id = await startShipped(harness, 'payments.yaml', 'failover');
    await untilAsked(harness, id, 'go');
    await approve(harness, id, 'go', ['ana', 'bo']);
    await untilAsked(harness, id, 'keep');
    const { steps } = await harness.journal(id);
    for (const key of ['db', 'front[payments-app]', 'front[payments-web]'])
      expect(steps.find(step => step.key === key)?.told.join()).toMatch(/not shut down/);
    await approve(harness, id, 'keep', ['ana', 'bo'], 'commit');
    const result = await harness.result(id);
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('passed');
    const commit = (await harness.journal(id)).steps.find(step => step.key === 'commit');
    expect(commit).toMatchObject({ status: 'succeeded', outputs: { reverse_protected: [] } });
    expect(commit?.told.join()).toMatch(/committed without reverse protection/);
    expect((await sentTo(harness, /^payments/)).sort()).toEqual([...each('Failover'), ...each('FailoverCommit')]);
    expect(Object.values(await directions(harness, /^payments/))).toEqual(Array(3).fill('London -> Slough'));
  });
});
