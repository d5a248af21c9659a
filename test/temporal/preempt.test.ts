import { afterAll, beforeAll, expect, it } from 'vitest';
import { cancelRun } from '../../control/runs.ts';
import { renderHtml } from '../../report/html.ts';
import type { Fault } from '../../simulator/faults.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import type { LeaseView } from '../../workflows/messages.ts';
import { type Harness, startHarness, until, unapproved } from './harness.ts';
import { withSession } from '../../local/site-call.ts';
import { approve, quick, untilAsked } from './live.ts';

/**
 * A failover of a VPG is started at every step of a drill of the same VPG. Each has a VPG of its own, app-001 and so on, and
 * all run at the same time. What is asserted is what the simulator saw.
 */
let harness: Harness;
let ids: ReadonlyMap<string, string>;
beforeAll(async () => {
  harness = await startHarness({ scenario: quick(shippedScenario('hundred-vpgs')), configure: unapproved });
  ids = await identifiers();
});
afterAll(() => harness.close());

const vpgOf = (n: number): string => `app-${String(n).padStart(3, '0')}`;

const test = (n: number): string =>
  `  - { id: db, uses: zerto/failover-test, with: { vpg: ${vpgOf(n)} }, timeout: 2m }\n`;
const hold = '{ uses: check/tcp, with: { host: 10.99.0.1, port: 9 }, retry: { every: 1s, for: 4m }, timeout: 5m';
const drill = (n: number, parts: { before?: string; steps?: string; after?: string } = {}): string => `
apiVersion: drillbook/v1
name: drill-${n}
site: site-b
modes: { drill: { via: bubble-b } }
${parts.before ?? ''}
steps:
${test(n)}${parts.steps ?? ''}${parts.after ?? ''}`;

const failover = (n: number, preemptWait: string, asks: boolean): string => `
apiVersion: drillbook/v1
name: failover-${n}
site: site-b
modes: { failover: { via: lan-b } }
objectives: { rto: 10m }
limits: { preempt-wait: ${preemptWait} }
steps:
  - { id: db, uses: zerto/failover, with: { vpg: ${vpgOf(n)} }, timeout: 2m }
  - { id: db_up, uses: check/tcp, with: { host: 10.20.${n}.10, port: 5432 }, retry: { every: 1s, for: 1m } }
${asks ? asking : '  - { id: commit, uses: zerto/commit, with: { reverse-protect: true } }'}
`;
const asking = `  - id: keep
    uses: approval
    with: { message: Keep it?, from: [dr-managers], choices: [commit, roll-back] }
    timeout: 2h
  - { id: back, if: steps.keep.outputs.choice == 'roll-back', uses: zerto/roll-back }`;

const startDrill = (n: number, parts?: Parameters<typeof drill>[1]): Promise<string> =>
  harness.start(harness.plan(drill(n, parts), 'drill'));
/** `asks`: it waits for people before it gives everything up; else it commits. */
const startFailover = (n: number, { preemptWait = '5m', asks = false } = {}): Promise<string> =>
  harness.start(harness.plan(failover(n, preemptWait, asks), 'failover'), {
    requester: 'cem',
    reason: 'site A is lost',
  });

/** One fault of one VPG's calls. */
function once(n: number, what: string, then: Fault['then'], more: Partial<Fault> = {}): void {
  const id = (ids.get(vpgOf(n)) ?? '').toLowerCase();
  harness.simulator.faults.add({ method: 'POST', path: `vpgs/${id}/${what}`, then, ...more });
}

interface Sent {
  readonly what: string;
  readonly at: number;
}

/** Calls with an effect on one VPG, in the order in which they came in. */
function sent(n: number): Sent[] {
  const id = (ids.get(vpgOf(n)) ?? '').toLowerCase();
  return harness.simulator.requests.flatMap(({ method, path, at }) => {
    const [, of = '', what = ''] = /^\/v1\/vpgs\/([^/]+)\/(\w+)$/i.exec(path) ?? [];
    return method === 'GET' || of.toLowerCase() !== id ? [] : [{ what, at }];
  });
}
const words = (n: number): string[] => sent(n).map(({ what }) => what);

async function rollBack(id: string) {
  await untilAsked(harness, id, 'keep', 60_000);
  await approve(harness, id, 'keep', ['bo'], 'roll-back');
  return await harness.result(id);
}

const progressOf = async (id: string, line: string): Promise<boolean> => (await harness.progress(id)).includes(line);

/** What holds in every case in which the drill had something to give up. */
async function bothEnd(n: number, drillId: string, failoverId: string, calls: readonly string[]) {
  const [first, second] = await Promise.all([harness.result(drillId), harness.result(failoverId)]);
  expect(words(n)).toEqual([...calls, 'Failover', 'FailoverCommit']);
  expect(first).toMatchObject({ verdict: 'inconclusive', ended: 'stopped' });
  expect(first.reasons).toContain(`pre-empted by ${failoverId}`);
  expect(renderHtml(await harness.journal(drillId))).toContain(`pre-empted by ${failoverId}`);
  // The clock of the recovery runs from the start of the run, whatever it waited for.
  const begun = sent(n).find(({ what }) => what === 'Failover')?.at ?? 0;
  expect(second.rto.ms).toBeGreaterThan(begun - second.startedAt);
  expect(second.told?.join()).toMatch(new RegExp(`^waited .* for locks: ${vpgOf(n)} is held by ${drillId} since `));
  const journal = await harness.journal(failoverId);
  expect(journal.told).toEqual(second.told);
  return { first, second };
}

it.concurrent('at the sign-in: whoever comes second, the calls of the two do not mix', async () => {
  const [drillId, failoverId] = await Promise.all([startDrill(1), startFailover(1)]);
  const [first] = await Promise.all([harness.result(drillId), harness.result(failoverId)]);
  expect(first.verdict).toBe('inconclusive');
  expect(first.reasons.join()).toMatch(
    new RegExp(`pre-empted by ${failoverId}|held by ${failoverId}|another run waits`),
  );
  const of = words(1);
  const begun = of.indexOf('Failover');
  expect(of.slice(begun)).toEqual(['Failover', 'FailoverCommit']);
  expect([[], ['FailoverTest', 'FailoverTestStop']]).toContainEqual(of.slice(0, begun));
});

it.concurrent('while the drill waits for its lock: the failover goes first', async () => {
  const holder = await startFailover(2, { asks: true });
  await untilAsked(harness, holder, 'keep', 60_000);
  const drillId = await startDrill(2, { before: 'limits: { on-locked: wait }' });
  const failoverId = await startFailover(2, { asks: true });
  for (const id of [drillId, failoverId])
    await until(`${id} waits`, async () => (await told(id)).includes(`is held by ${holder} since`));
  await rollBack(holder);
  await rollBack(failoverId);
  expect((await harness.result(drillId)).verdict).toBe('passed');
  const live = ['Failover', 'FailoverRollback'];
  expect(words(2)).toEqual([...live, ...live, 'FailoverTest', 'FailoverTestStop']);
});

it.concurrent('in preflight: nothing was sent', async () => {
  const drillId = await startDrill(3, { before: `preflight:\n  - ${hold}, id: ready }` });
  await until('it looks', () => progressOf(drillId, 'ready running'));
  await bothEnd(3, drillId, await startFailover(3), []);
});

it.concurrent('while the opening call is under way: it is answered, then the test is stopped', async () => {
  once(4, 'failovertest', { kind: 'late', ms: 8_000 });
  const drillId = await startDrill(4, { steps: `  - ${hold}, id: up }\n` });
  await until('it was sent', () => sent(4).length === 1);
  await bothEnd(4, drillId, await startFailover(4), ['FailoverTest', 'FailoverTestStop']);
  const [test, stop] = sent(4);
  expect((stop?.at ?? 0) - (test?.at ?? 0)).toBeGreaterThanOrEqual(8_000);
});

it.concurrent('while the test is starting', async () => {
  once(5, 'failovertest', { kind: 'slow-task', ms: 8_000 });
  const drillId = await startDrill(5, { steps: `  - ${hold}, id: up }\n` });
  await until('it was sent', () => sent(5).length === 1);
  await bothEnd(5, drillId, await startFailover(5), ['FailoverTest', 'FailoverTestStop']);
});

it.concurrent('while the drill checks what is open: `finally` runs, and the locks are seen to be given up', async () => {
  const drillId = await startDrill(6, {
    steps: `  - ${hold}, id: up }\n`,
    after: 'finally:\n  - { id: last, uses: wait, with: { for: 1s } }\n',
  });
  await until('it checks', () => progressOf(drillId, 'up running'));
  once(6, 'failoverteststop', { kind: 'slow-task', ms: 3_000 });
  const failoverId = await startFailover(6);
  await until('it yields', async () => (await leases()).some(l => l.vpg === vpgOf(6) && l.state === 'yielding'));
  const { first, second } = await bothEnd(6, drillId, failoverId, ['FailoverTest', 'FailoverTestStop']);
  expect(first.steps.find(({ key }) => key === 'last')?.status).toBe('succeeded');
  expect(first.steps.find(({ key }) => key === 'up')?.status).toBe('cancelled');
  expect(second.told?.join()).toContain('a drill that was told to stop');
  expect((await harness.journal(drillId)).openings.map(({ state }) => state)).toEqual(['closed']);
});

it.concurrent('while the drill waits for people', async () => {
  const ask = '  - { id: go, uses: approval, with: { message: "Go on?", from: [dr-managers] }, timeout: 1h }\n';
  const drillId = await startDrill(7, { steps: ask });
  await untilAsked(harness, drillId, 'go', 45_000);
  await bothEnd(7, drillId, await startFailover(7), ['FailoverTest', 'FailoverTestStop']);
});

it.concurrent('while the closing call is under way: the drill had proved what it had to', async () => {
  once(8, 'failoverteststop', { kind: 'late', ms: 3_000 });
  const drillId = await startDrill(8);
  await until('the stop was sent', () => sent(8).length === 2, 45_000);
  const failoverId = await startFailover(8);
  const [first] = await Promise.all([harness.result(drillId), harness.result(failoverId)]);
  expect(first.verdict).toBe('passed');
  expect(words(8)).toEqual(['FailoverTest', 'FailoverTestStop', 'Failover', 'FailoverCommit']);
  const [, stop, begun] = sent(8);
  expect((begun?.at ?? 0) - (stop?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
});

it.concurrent('in `finally`: the drill has let go already', async () => {
  const drillId = await startDrill(9, { after: 'finally:\n  - { id: last, uses: wait, with: { for: 15s } }\n' });
  await until('its finally runs', () => progressOf(drillId, 'last running'), 45_000);
  const second = await harness.result(await startFailover(9));
  expect(second.told).toBeUndefined();
  expect((await harness.result(drillId)).verdict).toBe('passed');
  expect(words(9)).toEqual(['FailoverTest', 'FailoverTestStop', 'Failover', 'FailoverCommit']);
});

it.concurrent('a test that cannot be stopped is taken over open after limits.preempt-wait', async () => {
  const drillId = await startDrill(10, { steps: `  - ${hold}, id: up }\n` });
  await until('it checks', () => progressOf(drillId, 'up running'), 45_000);
  once(10, 'failoverteststop', { kind: 'status', status: 500, body: { Message: 'Not now.' } }, { times: 1_000 });
  const failoverId = await startFailover(10, { preemptWait: '3s' });
  const [first, second] = await Promise.all([harness.result(drillId), harness.result(failoverId)]);
  const calls = words(10);
  expect(calls.filter(what => what !== 'FailoverTestStop')).toEqual(['FailoverTest', 'Failover', 'FailoverCommit']);
  expect(calls.lastIndexOf('FailoverTestStop')).toBeLessThan(calls.indexOf('Failover'));
  expect(first).toMatchObject({ verdict: 'inconclusive', reasons: [`pre-empted by ${failoverId}`] });
  const journal = await harness.journal(drillId);
  expect(journal.openings.map(({ state }) => state)).toEqual(['taken-over']);
  expect(journal.steps.find(({ key }) => key === 'close-db')).toMatchObject({
    status: 'skipped',
    error: `taken over open by ${failoverId}`,
  });
  expect(second.told?.join()).toContain(
    `the failover test of ${vpgOf(10)} by the drill ${drillId} could not be stopped`,
  );
  expect((await harness.journal(failoverId)).openings.map(({ state }) => state)).toEqual(['committed']);
  await until('its guard has ended', async () => await ended(await harness.guardOf(failoverId)));
});

it.concurrent('--without-lock: a live run goes on beside whoever holds the VPG, and says so', async () => {
  const change = `
apiVersion: drillbook/v1
name: change-11
site: site-b
modes: [change]
steps:
  - { id: later, uses: wait, with: { for: 10m } }
  - { id: pause, uses: zerto/force-sync, with: { vpg: app-011 } }
`;
  const holder = await harness.start(harness.plan(change, 'change'));
  await until('it waits', () => progressOf(holder, 'later running'), 60_000);
  const plan = harness.plan(failover(11, '5m', false), 'failover');
  const id = await harness.start(plan, { requester: 'cem', reason: 'fire', withoutLock: 'the locks are silent' });
  const result = await harness.result(id);
  expect(result.verdict).toBe('passed_with_exceptions');
  expect(result.reasons.join()).toContain('the locks were not waited for, at the word of cem: the locks are silent');
  expect(renderHtml(await harness.journal(id))).toMatch(/Without locks:.*the locks are silent/s);
  expect((await leases()).find(({ vpg }) => vpg === 'app-011')?.run).toBe(holder);
  await cancelRun(harness.control, holder, 'ana', 'seen enough');
});

async function told(id: string): Promise<string> {
  const handle = harness.control.client.workflow.getHandle(id);
  const { progress } = await handle.query<{ progress: { text?: string }[] }, [number]>('progress', 0);
  return progress.map(({ text }) => text ?? '').join('\n');
}

const leases = (): Promise<readonly LeaseView[]> =>
  harness.control.client.workflow.getHandle('drillbook-locks').query<readonly LeaseView[]>('leases');

const ended = async (workflowId: string): Promise<boolean> =>
  (await harness.control.client.workflow.getHandle(workflowId).describe()).status.name === 'COMPLETED';

async function identifiers(): Promise<ReadonlyMap<string, string>> {
  const site = harness.simulator.sites.find(({ name }) => name === 'site-b');
  if (site === undefined) throw new Error('no site-b');
  const vpgs = await withSession(
    site,
    async call => (await call('GET', '/v1/vpgs')) as { VpgName: string; VpgIdentifier: string }[],
  );
  return new Map(vpgs.map(vpg => [vpg.VpgName, vpg.VpgIdentifier]));
}
