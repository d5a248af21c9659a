import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerRun } from '../../control/runs.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import type { FaultKind } from '../../simulator/faults.ts';
import { type Harness, startHarness, until, withShortRequests } from './harness.ts';
import { approve, directions, oneFailover, quick, sendings, sentTo, untilAsked, vpgIdOf } from './live.ts';

/** Begun first, looked at last: 15 s must pass (docs/decisions/0005), and the others run meanwhile. */
let late = '';

/** Lost answers and failed tasks of live changes. A VPG for each test. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    scenario: quick(shippedScenario('hundred-vpgs')),
    configure: withShortRequests,
  });
});
afterEach(() => {
  harness.simulator.faults.clear();
});
afterAll(() => harness.close());

const start = (n: number): Promise<string> =>
  harness.start(harness.plan(oneFailover(n), 'failover'), { requester: 'cem', reason: 'site A is lost' });
const sent = (n: number) => sentTo(harness, new RegExp(`^app-00${n}$`));
/** Of its own VPG alone: the late one is sent again while others run. */
const once = async (n: number, path: string, then: FaultKind): Promise<void> => {
  harness.simulator.faults.add({ method: 'POST', path: `vpgs/${await vpgIdOf(harness, `app-00${n}`)}/${path}`, then });
};

async function keep(n: number, choice: 'commit' | 'roll-back') {
  const id = await start(n);
  await untilAsked(harness, id, 'keep');
  await approve(harness, id, 'keep', ['bo'], choice);
  return await harness.result(id);
}

describe('a lost answer', () => {
  it('of Failover before it was executed: nothing is sent again as long as it may still arrive', async () => {
    await once(2, 'failover', { kind: 'drop-before' });
    late = await start(2);
    await until('it was sent', async () => (await sent(2)).length > 0);
  });

  it('of Failover after it was executed: adopted, never sent twice', async () => {
    await once(1, 'failover', { kind: 'drop-after' });
    const result = await keep(1, 'commit');
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('passed');
    expect(await sent(1)).toEqual(['Failover app-001', 'FailoverCommit app-001']);
  });

  it('of FailoverCommit after it was executed: read back, never sent twice', async () => {
    await once(3, 'failovercommit', { kind: 'drop-after' });
    const result = await keep(3, 'commit');
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('passed');
    expect(await sent(3)).toEqual(['Failover app-003', 'FailoverCommit app-003']);
    expect(await directions(harness, /^app-003$/)).toEqual({ 'app-003': 'Slough -> London' });
  });

  it('of FailoverRollback after it was executed: read back, never sent twice', async () => {
    await once(4, 'failoverrollback', { kind: 'drop-after' });
    const result = await keep(4, 'roll-back');
    expect(result.verdict).toBe('passed_with_exceptions');
    expect(await sent(4)).toEqual(['Failover app-004', 'FailoverRollback app-004']);
  });
});

describe('a task that Zerto ends as failed', () => {
  it('of Failover: a person is asked, and tries again', async () => {
    await once(5, 'failover', { kind: 'fail-task', reason: 'no space on B-DS-01' });
    const id = await start(5);
    expect((await untilAsked(harness, id, 'db')).message).toContain('no space on B-DS-01');
    await harness.control.client.workflow
      .getHandle(id)
      .executeUpdate('answer', { args: [{ key: 'db', choice: 'retry', by: 'bo', reason: 'room was made' }] });
    await untilAsked(harness, id, 'keep');
    await approve(harness, id, 'keep', ['bo'], 'commit');
    expect((await harness.result(id)).verdict).toBe('passed');
    expect(await sent(5)).toEqual(['Failover app-005', 'Failover app-005', 'FailoverCommit app-005']);
  });

  it('of FailoverCommit: it stays open, a person is asked, and tries again', async () => {
    await once(6, 'failovercommit', { kind: 'fail-task', reason: 'the host is gone' });
    const id = await start(6);
    await untilAsked(harness, id, 'keep');
    await approve(harness, id, 'keep', ['bo'], 'commit');
    const question = await untilAsked(harness, id, 'commit');
    expect(question.message).toContain('the host is gone');
    expect((await harness.journal(id)).openings).toMatchObject([{ state: 'open' }]);
    await harness.control.client.workflow
      .getHandle(id)
      .executeUpdate('answer', { args: [{ key: 'commit', choice: 'retry', by: 'bo', reason: 'it is back' }] });
    expect((await harness.result(id)).verdict).toBe('passed');
    expect(await sent(6)).toEqual(['Failover app-006', 'FailoverCommit app-006', 'FailoverCommit app-006']);
  });
});

it('of one item of a for-each: the answer "roll-back" to all of it counts, and gives the other up', async () => {
  await once(7, 'failover', { kind: 'fail-task', reason: 'no space on B-DS-01' });
  const both = oneFailover(7).replace('vpg: app-007 },', 'vpg: "${{ each.value }}" }, for-each: [app-007, app-008],');
  const id = await harness.start(harness.plan(both, 'failover'), { requester: 'cem', reason: 'site A is lost' });
  await untilAsked(harness, id, 'db');
  await until('the other is up', async () => (await harness.progress(id)).includes('db[app-008] succeeded'));
  const word = { key: 'db', choice: 'roll-back', by: 'bo', reason: 'not without the first' } as const;
  expect(await answerRun(harness.control, id, word)).toMatchObject({ counted: true });
  expect((await harness.result(id)).ended).toBe('by-person');
  expect(await sent(8)).toEqual(['Failover app-008', 'FailoverRollback app-008']);
});

it('of Failover that could not arrive any more: looked for, then sent again', async () => {
  expect((await sent(2)).length).toBeLessThanOrEqual(2);
  await untilAsked(harness, late, 'keep', 90_000);
  await approve(harness, late, 'keep', ['bo'], 'roll-back');
  expect((await harness.result(late)).verdict).toBe('passed_with_exceptions');
  expect(await sent(2)).toEqual(['Failover app-002', 'Failover app-002', 'FailoverRollback app-002']);
  const [first, second] = await sendings(harness, /^app-002$/);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(15_000);
});
