import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { taskQueue } from '../../control/connection.ts';
import { cancelRun } from '../../control/runs.ts';
import type { RunStart } from '../../workflows/messages.ts';
import { type Harness, oneTest, startHarness, until } from './harness.ts';
import { resetRun } from './reset-run.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    configure: text => `${text}notifications: [{ events: [stuck], modes: [drill], to: [dr-drills] }]\n`,
  });
});
afterEach(() => {
  harness.simulator.faults.clear();
});
afterAll(() => harness.close());

const drill = (more = '') => `${oneTest}${more}`;
const pause = '  - { id: pause, uses: wait, with: { for: 5m } }\n';

const guardOf = async (id: string) => harness.control.client.workflow.getHandle(await harness.guardOf(id));
const isInTest = () => harness.simulator.testsRunning().length > 0;
const ended = (id: string) => async () =>
  (await harness.control.client.workflow.getHandle(id).describe()).status.name !== 'RUNNING';

it('a guard that was cancelled still notices that its run is gone', async () => {
  const id = await harness.start(harness.plan(drill(pause), 'drill'));
  await until('it is in test', isInTest);
  const guard = await guardOf(id);
  await guard.cancel();
  await until('the cancel has arrived', async () =>
    JSON.stringify(await guard.fetchHistory()).includes('CANCEL_REQUESTED'),
  );
  await harness.control.client.workflow.getHandle(id).terminate('pulled the plug');
  await until('nothing is in test', () => !isInTest(), 60_000);
  await until('the guard has ended', ended(guard.workflowId));
});

it('a run that Temporal has reset to before its guard ends with a sentence, and the guard closes what was opened', async () => {
  const { control, simulator } = harness;
  const stops = () => simulator.requests.filter(({ path }) => /failovertestStop$/i.test(path)).length;
  const run = await harness.start(harness.plan(drill(pause), 'drill'));
  await until('it is in test', isInTest);
  const before = stops();
  const guard = await guardOf(run);
  await resetRun(control, run, 0);
  const result = await harness.result(run);
  expect(result.verdict).toBe('inconclusive');
  expect(result.reasons.join()).toContain('the run was reset to before it began its guard');
  await until('the guard has ended', ended(guard.workflowId), 60_000);
  expect([isInTest(), stops() - before]).toEqual([false, 1]);
});

it('a run that Temporal has reset, its guard begun, goes on with that guard at once', async () => {
  const { control, simulator } = harness;
  const starts = () => simulator.testsStarted('payments-db');
  const before = starts();
  const text = drill('').replace('steps:\n', 'steps:\n  - { id: soon, uses: wait, with: { for: 3s } }\n');
  const run = await harness.start(harness.plan(text, 'drill'));
  await until('it has its lock', async () => (await harness.progress(run)).includes('soon running'));
  await resetRun(control, run, 100);
  const result = await harness.result(run);
  expect([result.verdict, starts() - before]).toEqual(['passed', 1]);
  expect(JSON.stringify(await control.client.workflow.getHandle(run).fetchHistory())).not.toContain('took no message');
});

it('a site that refuses its reports does not keep a stopped test from counting as closed', async () => {
  const id = await harness.start(harness.plan(drill('  - { id: short, uses: wait, with: { for: 2s } }\n'), 'drill'));
  await until('it is in test', isInTest);
  // Not before: the baseline reads the reports too.
  harness.simulator.faults.add({
    method: 'GET',
    path: 'reports/recovery',
    times: 100,
    then: { kind: 'status', status: 500, body: { Message: 'An error has occurred.' } },
  });
  expect((await harness.result(id)).verdict).toBe('passed');
  await until('the guard has ended', ended(await harness.guardOf(id)));
});

it('a test whose stop is refused past its time to close: people are told, again and again, until the guard has closed it', async () => {
  const { control, simulator } = harness;
  const file = join(harness.dir, 'notifications.jsonl');
  const pages = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  const before = simulator.requests.length;
  const refuse = { kind: 'status', status: 500, body: { Message: 'Not now.' } } as const;
  simulator.faults.add({ method: 'POST', path: 'vpgs/*/failoverteststop', times: 1_000, then: refuse });
  const plan = harness.plan(drill('limits: { closing: 3s }\n'), 'drill');
  const { pinnedSha256: configSha256 } = harness.config;
  const id = 'stuck';
  const run = {
    id,
    trigger: 'cli',
    requester: 'ana',
    verified: false,
    reason: 'a test',
    url: '',
    configSha256,
  } as const;
  const start: RunStart = { plan, run, pageAgainMs: 2_000 };
  await control.client.workflow.start('runbook', { workflowId: id, taskQueue, args: [start] });

  const result = await harness.result(id);
  expect(result.verdict).toBe('failed');
  expect(result.reasons[0]).toMatch(/payments-db/);
  await until('it was told a third time', () => pages().length >= 3);
  expect([isInTest(), await ended(await harness.guardOf(id))()]).toEqual([true, false]);
  expect((await harness.journal(id)).openings).toMatchObject([{ vpg: 'payments-db', state: 'stuck' }]);

  simulator.faults.clear();
  await until('the guard has ended', ended(await harness.guardOf(id)), 90_000);
  expect(isInTest()).toBe(false);
  const stops = simulator.requests.slice(before).filter(({ path }) => /failovertestStop$/i.test(path));
  expect(stops.length).toBeGreaterThanOrEqual(2);
  const told = pages().map(line => JSON.parse(line) as Record<string, unknown>);
  expect(told.map(({ event, run: of }) => [event, of])).toEqual(told.map(() => ['stuck', id]));
  expect(told[0]?.['message']).toMatch(
    /^NOT CLOSED: one, drill \(stuck\): stuck left this open: payments-db: zerto\/failover-test at site-b could not be closed yet/,
  );
  expect((await harness.journal(id)).openings).toMatchObject([{ vpg: 'payments-db', state: 'closed' }]);
});

it('a cancel that comes before the first task of a run is obeyed', async () => {
  await harness.stopWorker();
  const before = harness.simulator.testsStarted('payments-db');
  const id = await harness.start(harness.plan(drill(), 'drill'));
  const cancelled = cancelRun(harness.control, id, 'ana', 'changed my mind');
  await until(
    'the cancel waits',
    async () => (await harness.control.client.workflow.getHandle(id).describe()).historyLength >= 2,
  );
  await harness.startWorker();
  await cancelled;
  const result = await harness.result(id);
  expect(result.ended).toBe('by-person');
  expect(harness.simulator.testsStarted('payments-db')).toBe(before);
});
