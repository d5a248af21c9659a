import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { taskQueue } from '../../control/connection.ts';
import { endOpening, listLeases } from '../../control/leases.ts';
import { startOrphanGuard } from '../../control/orphan-guard.ts';
import { cancelRun } from '../../control/runs.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import type { OpeningView, RunStart } from '../../workflows/messages.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { janitorPass } from './janitor.ts';
import { approve, directions, oneFailover, sentTo, untilAsked } from './live.ts';

/** Guards that somebody terminates: another goes on from their history. A VPG for each test. */
let harness: Harness;
beforeAll(async () => {
  const scenario = shippedScenario('hundred-vpgs');
  const durations = {
    ...scenario.durations,
    failoverTest: 2_500,
    stopFailoverTest: 2_500,
    failover: 400,
    commit: 2_500,
  };
  harness = await startHarness({
    scenario: { ...scenario, durations: { ...durations, rollBack: 300, bitmapSync: 500 } },
  });
});
afterEach(() => {
  harness.simulator.faults.clear();
});
afterAll(() => harness.close());

const drill = (n: number, forMs: string) => `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: app-0${n} }, timeout: 2m }
  - { id: pause, uses: wait, with: { for: ${forMs} } }
`;

const workflow = (id: string) => harness.control.client.workflow.getHandle(id);
const status = async (id: string) => (await workflow(id).describe()).status.name;
const sent = (n: number) => sentTo(harness, new RegExp(`^app-0${n}$`));
const calls = (n: number, ...whats: string[]) => whats.map(what => `${what} app-0${n}`);
const inTest = (n: number) => harness.simulator.testsRunning().includes(`app-0${n}`);
const start = (n: number, forMs: string) => harness.start(harness.plan(drill(n, forMs), 'drill'));
const startLive = (n: number) =>
  harness.start(harness.plan(oneFailover(n), 'failover'), { requester: 'cem', reason: 'site A is lost' });
const untilEnded = (what: string, id: string) => until(what, async () => (await status(id)) !== 'RUNNING');

describe('a drill whose guard is terminated', () => {
  it('in the middle of an opening, and its successor too: one test, which is closed, and the run passes', async () => {
    const id = await start(11, '1s');
    await until('the test is starting', () => inTest(11));
    const guard = await harness.guardOf(id);
    await workflow(guard).terminate('pulled the plug');
    await until('a successor is there', async () =>
      status(`${guard}/2`).then(
        name => name === 'RUNNING',
        () => false,
      ),
    );
    await workflow(`${guard}/2`).terminate('again');
    const result = await harness.result(id);
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('passed');
    expect(await sent(11)).toEqual(calls(11, 'FailoverTest', 'FailoverTestStop'));
    await untilEnded('the last guard has ended', `${guard}/3`);
    const journal = await harness.journal(id);
    expect(journal.openings).toMatchObject([{ vpg: 'app-011', state: 'closed', closedBy: `${guard}/3` }]);
    expect(journal.guards).toMatchObject([
      { id: guard, ended: 'terminated', why: 'pulled the plug' },
      { id: `${guard}/2`, ended: 'terminated', why: 'again' },
      { id: `${guard}/3`, ended: 'completed' },
    ]);
  });

  it('in the middle of the test, and of its closing: one stop', async () => {
    const [open, closing] = await Promise.all([start(12, '6s'), start(13, '1s')]);
    const told = async (id: string, line: string) => (await harness.progress(id)).includes(line);
    await until('it is in test', () => told(open, 'db succeeded'));
    const guard = await harness.guardOf(open);
    const views = await workflow(guard).query<readonly OpeningView[]>('openings');
    expect(views).toMatchObject([
      { key: 'db', site: 'site-b', vpg: 'app-012', action: 'zerto/failover-test', live: false, stage: 'open' },
    ]);
    expect(views[0]?.since).toBeLessThan(Date.now());
    expect(views[0]?.deadline).toBeGreaterThan(Date.now());
    await workflow(guard).terminate('pulled the plug');
    await until('the stop is sent', async () => (await sent(13)).length > 1);
    await workflow(await harness.guardOf(closing)).terminate('pulled the plug');
    const results = await Promise.all([harness.result(open), harness.result(closing)]);
    expect(results.flatMap(({ reasons }) => reasons)).toEqual([]);
    expect(await sent(12)).toEqual(calls(12, 'FailoverTest', 'FailoverTestStop'));
    expect(await sent(13)).toEqual(calls(13, 'FailoverTest', 'FailoverTestStop'));
  });

  it('together with its run: a guard for orphans closes the test', async () => {
    const id = await start(14, '5m');
    await until('it is in test', async () => (await harness.progress(id)).includes('db succeeded'));
    const guard = await harness.guardOf(id);
    await Promise.all([workflow(id).terminate('the database'), workflow(guard).terminate('was lost')]);
    const { client } = harness.control;
    const orphan = await startOrphanGuard(client, taskQueue, guard);
    expect(orphan).toBe(`${guard}/2`);
    expect(await startOrphanGuard(client, taskQueue, guard)).toBe(orphan);
    await untilEnded('it has ended', orphan);
    expect(await status(orphan)).toBe('COMPLETED');
    expect(inTest(14)).toBe(false);
    expect(await sent(14)).toEqual(calls(14, 'FailoverTest', 'FailoverTestStop'));
    const journal = await harness.journal(id);
    expect(journal.verdict).toBe('lost');
    expect(journal.openings).toMatchObject([
      { state: 'closed', closedBy: orphan, closedWhy: 'the run ended without closing it' },
    ]);
  });
});

it('twenty guards that are terminated are enough: the run says what it leaves, and the janitor closes it', async () => {
  const id = await start(16, '5m');
  await until('it is in test', async () => (await harness.progress(id)).includes('db succeeded'));
  const first = await harness.guardOf(id);
  const nth = (n: number): string => (n === 1 ? first : `${first}/${n}`);
  for (let n = 1; n <= 20; n++) {
    await until(`guard ${n} is there`, async () =>
      status(nth(n)).then(
        name => name === 'RUNNING',
        () => false,
      ),
    );
    await workflow(nth(n)).terminate(`no ${n}`);
  }
  await cancelRun(harness.control, id, 'ana', 'enough');
  const result = await harness.result(id);
  expect(result).toMatchObject({ verdict: 'failed', ended: 'by-person' });
  expect(result.reasons.join()).toContain('the guard of this run was terminated: nobody closes what it opened');
  await expect(status(nth(21))).rejects.toThrow(/not found/i);
  expect(inTest(16)).toBe(true);
  const left = await harness.journal(id);
  expect(left.openings).toMatchObject([{ vpg: 'app-016', state: 'open' }]);
  expect(left.guards?.map(({ ended }) => ended)).toEqual(Array(20).fill('terminated'));

  const { decisions } = await janitorPass(harness);
  expect(decisions).toContainEqual(expect.objectContaining({ do: 'start-guard', id: nth(21) }));
  await until('its guard has ended', async () => (await status(nth(21))) === 'COMPLETED');
  expect(await sent(16)).toEqual(calls(16, 'FailoverTest', 'FailoverTestStop'));
  expect((await harness.journal(id)).openings).toMatchObject([{ state: 'closed', closedBy: nth(21) }]);
});

describe('a failover whose guard is terminated', () => {
  it('while it is open, and while it is committed: one commit, at the word of a person', async () => {
    const id = await startLive(1);
    await untilAsked(harness, id, 'keep');
    const guard = await harness.guardOf(id);
    await workflow(guard).terminate('pulled the plug');
    await approve(harness, id, 'keep', ['bo'], 'commit');
    await until('the commit is sent', async () => (await sentTo(harness, /^app-001$/)).length > 1);
    await workflow(`${guard}/2`).terminate('again');
    const result = await harness.result(id);
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('passed');
    expect(await sentTo(harness, /^app-001$/)).toEqual(['Failover app-001', 'FailoverCommit app-001']);
    expect(await directions(harness, /^app-001$/)).toEqual({ 'app-001': 'Slough -> London' });
    expect((await harness.journal(id)).openings).toMatchObject([{ state: 'committed' }]);
  });

  it('together with its run: a guard for orphans waits for as many people as the approval', async () => {
    const text = oneFailover(2).replace('from: [dr-managers],', 'from: [dr-managers], count: 2,');
    const id = await harness.start(harness.plan(text, 'failover'), { requester: 'cem', reason: 'site A is lost' });
    await untilAsked(harness, id, 'keep');
    const guard = await harness.guardOf(id);
    await Promise.all([workflow(id).terminate('the database'), workflow(guard).terminate('was lost')]);
    const orphan = await startOrphanGuard(harness.control.client, taskQueue, guard);
    await until('it pages', async () => JSON.stringify(await workflow(orphan).fetchHistory()).includes('people/page'));
    const views = await workflow(orphan).query<readonly OpeningView[]>('openings');
    expect(views).toMatchObject([{ vpg: 'app-002', action: 'zerto/failover', live: true, stage: 'open' }]);
    expect(await status(orphan)).toBe('RUNNING');
    expect(await sentTo(harness, /^app-002$/)).toEqual(['Failover app-002']);
    const commit = (by: string) =>
      endOpening(harness.control, { site: 'site-b', vpg: 'app-002', how: 'commit', by, reason: 'it works' });
    expect(await commit('ana')).toEqual({ counted: true, text: 'ana wants to commit app-002 (1 of 2): it works' });
    expect(await commit('ana')).toEqual({ counted: false, text: 'ana has said so already' });
    expect((await commit('cem')).text).toBe('cem asked for this run and does not commit it alone');
    const { open } = await listLeases(harness.control);
    expect(open).toMatchObject([{ vpg: 'app-002', commits: { by: ['ana'], of: 2 } }]);
    expect(await sentTo(harness, /^app-002$/)).toEqual(['Failover app-002']);
    expect(await commit('bo')).toMatchObject({ counted: true });
    await untilEnded('it has ended', orphan);
    expect(await sentTo(harness, /^app-002$/)).toEqual(['Failover app-002', 'FailoverCommit app-002']);
    expect((await harness.journal(id)).openings).toMatchObject([{ state: 'committed', ending: { by: ['ana', 'bo'] } }]);
  });
});

it('run and guard go on with new histories, the guard is lost after that, and nobody notices', async () => {
  const plan = harness.plan(drill(15, '12s'), 'drill');
  const id = 'short-histories';
  const { pinnedSha256: sha256 } = harness.config;
  const who = {
    requester: 'ana',
    verified: false,
    trigger: 'cli' as const,
    reason: 'a test',
    url: '',
    configSha256: sha256,
  };
  const run = { ...who, id } satisfies RunStart['run'];
  const args: [RunStart] = [{ plan, run, continueAfterEvents: 20 }];
  await harness.control.client.workflow.start('runbook', { workflowId: id, taskQueue, args });
  const guard = await harness.guardOf(id);
  await until('it is in test', async () => (await harness.progress(id)).includes('db succeeded'));
  await until('both have continued', async () => {
    const both = await Promise.all([id, guard].map(one => workflow(one).describe()));
    return both.every(({ raw, runId }) => raw.workflowExecutionInfo?.firstRunId !== runId);
  });
  await workflow(guard).terminate('pulled the plug');
  const result = await harness.result(id);
  expect(result.reasons).toEqual([]);
  expect(result.verdict).toBe('passed');
  expect(await sent(15)).toEqual(calls(15, 'FailoverTest', 'FailoverTestStop'));
  await untilEnded('it has ended', `${guard}/2`);
  expect((await harness.journal(id)).openings).toMatchObject([{ state: 'closed', closedBy: `${guard}/2` }]);
});
