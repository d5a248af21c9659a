import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Plan } from '../../compiler/plan.ts';
import { taskQueue } from '../../control/connection.ts';
import { plainCodec } from '../../control/payload-codec.ts';
import { DecisionRefused, vote } from '../../control/decisions.ts';
import { mostRefusals } from '../../engine/refusals.ts';
import { answerRun, cancelRun } from '../../control/runs.ts';
import { type Watched, watchRun } from '../../control/watch.ts';
import { renderHtml } from '../../report/html.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import type { RunResult } from '../../engine/types.ts';
import type { RunStart } from '../../workflows/messages.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { pendingOf, quick } from './live.ts';

let harness: Harness;
let echo: Server;
let port: number;
beforeAll(async () => {
  harness = await startHarness({ scenario: quick(healthy()) });
  echo = createServer(socket => socket.destroy());
  port = await listen(echo, 0);
});
afterAll(async () => {
  echo.close();
  await harness.close();
});

function listen(server: Server, at: number): Promise<number> {
  return new Promise(resolve => {
    server.listen(at, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** A port where nothing listens yet. */
async function freePort(): Promise<number> {
  const server = createServer();
  const free = await listen(server, 0);
  await new Promise(resolve => server.close(resolve));
  return free;
}

/** Goes on in another execution after few events. */
async function start(plan: Plan, id: string, continueAfterEvents: number): Promise<string> {
  const run = { id, trigger: 'cli', requester: 'cem', verified: false, reason: 'a test', url: '' } as const;
  const given: RunStart = { plan, run: { ...run, configSha256: harness.config.pinnedSha256 }, continueAfterEvents };
  await harness.control.client.workflow.start('runbook', {
    workflowId: id,
    taskQueue,
    args: [given],
    memo: { plan: plan.hash },
    priority: { priorityKey: 1 },
  });
  return id;
}

const describe = (id: string) => harness.control.client.workflow.getHandle(id).describe();
const execution = async (id: string): Promise<string> => (await describe(id)).runId;

/** The history of each execution of a run, the first first. */
async function historiesOf(id: string): Promise<RunHistory[]> {
  const { client } = harness.control;
  const found: RunHistory[] = [];
  let run: string | null | undefined = await execution(id);
  while (run !== undefined && run !== null && run !== '') {
    const history = await client.workflow.getHandle(id, run).fetchHistory();
    found.unshift(history);
    run = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  }
  return found;
}
const updatesOf = (events: RunHistory['events']) =>
  (events ?? []).filter(event => event.workflowExecutionUpdateAcceptedEventAttributes);
type RunHistory = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

async function replay(histories: readonly RunHistory[]): Promise<string[]> {
  const failures: string[] = [];
  const replays = Worker.runReplayHistories(
    {
      workflowBundle: { codePath: fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url)) },
      dataConverter: { payloadCodecs: [plainCodec] },
    },
    histories.map((history, i) => ({ workflowId: `execution ${i + 1}`, history })),
  );
  for await (const { workflowId, error } of replays)
    if (error !== undefined) failures.push(`${workflowId}: ${error.message}`);
  return failures;
}

const list = (n: number, prefix: string): string =>
  JSON.stringify(Array.from({ length: n }, (_, i) => `${prefix}${i}`));

const long = (later: number) => `
apiVersion: drillbook/v1
name: long
site: site-b
modes: [drill]
steps:
  - id: db
    uses: zerto/recover
    with: { vpg: payments-db }
  - id: sums
    needs: []
    uses: assert
    with: { that: true }
    for-each: ${list(1_000, 's')}
    max-parallel: 50
  - id: poll
    needs: []
    uses: check/tcp
    with: { host: 127.0.0.1, port: ${later} }
    retry: { every: 1s, for: 90s }
    timeout: 2m
  - id: nap
    needs: []
    uses: wait
    with: { for: 8s }
  - id: bad
    needs: []
    uses: assert
    with: { that: false, message: not yet }
    on-failure: ask
  - id: spin
    needs: [db]
    uses: check/tcp
    with: { host: 127.0.0.1, port: ${port} }
    for-each: ${list(300, 'x')}
    max-parallel: 25
  - id: go
    uses: approval
    with: { message: Go on?, from: [dr-managers], count: 2 }
    timeout: 5m
  - id: after
    uses: assert
    with: { that: steps.spin.outputs.succeeded == 300 }
`;

it('a run of 1,300 steps in many executions is one run to people, to watchers, to the guard and in the report', async () => {
  const later = await freePort();
  const id = await start(harness.plan(long(later), 'drill'), 'long-1', 200);
  const stopWatching = new AbortController();
  onTestFinished(() => {
    stopWatching.abort();
  });
  const seen: Watched[] = [];
  const watching = (async () => {
    for await (const what of watchRun(harness.control, id, stopWatching.signal)) seen.push(what);
  })();

  await until('it is in test', () => harness.simulator.testsRunning().length === 1);
  await until('"bad" asks', async () => (await pendingOf(harness, id)).some(p => p.key === 'bad'));
  const asked = await execution(id);
  await until('it has gone on', async () => (await execution(id)) !== asked);
  // What is asked is asked still, whichever execution is looked at and however often.
  for (let i = 0; i < 40; i++) expect((await pendingOf(harness, id)).map(p => p.key)).toContain('bad');
  expect(await answerRun(harness.control, id, { key: 'bad', choice: 'skip', by: 'bo', reason: 'later' })).toMatchObject(
    {
      counted: true,
    },
  );

  const server = createServer(socket => socket.destroy());
  await listen(server, later);
  await until('"go" is asked', async () => (await pendingOf(harness, id)).some(p => p.key === 'go'), 90_000);
  server.close();
  const cast = (by: string) => vote(harness.control, id, { key: 'go', by, reason: '' });
  expect(await cast('bo')).toMatchObject({ counted: true });
  // Nobody of the group: each refused vote makes the history longer, and some come at the very moment. Each under a
  // name of its own: of one name, only twenty are recorded.
  const open = await execution(id);
  for (let n = 0; n < mostRefusals / 2; n++) expect((await cast('dora')).text).toContain('dora may not vote here');
  let strangers = 0;
  await until('it has gone on with the approval open', async () => {
    expect((await cast(`cem-${++strangers}`)).text).toMatch(/cem-\d+ may not vote here/);
    return (await execution(id)) !== open;
  });
  expect((await pendingOf(harness, id))[0]?.votes).toMatchObject([{ by: 'bo', choice: 'approve' }]);
  // Of one name no more than twenty are recorded, in whichever execution; the next is turned away, and leaves no event.
  for (let n = mostRefusals / 2; n < mostRefusals; n++)
    expect((await cast('dora')).text).toContain('dora may not vote here');
  const votes = async () => (await historiesOf(id)).map(({ events }) => updatesOf(events).length);
  const before = await votes();
  for (let n = 0; n < 3; n++)
    await expect(cast('dora')).rejects.toThrow(
      new DecisionRefused(`${id}: 20 votes of dora were refused here: no more are taken.`),
    );
  expect(await votes()).toEqual(before);
  expect(await cast('bo')).toMatchObject({ counted: false });
  expect(await cast('ana')).toMatchObject({ counted: true, text: 'ana voted approve (2 of 2)' });

  const result: RunResult = await harness.result(id);
  expect(result.reasons).toEqual([expect.stringContaining('bad') as string]);
  expect(result.verdict).toBe('passed_with_exceptions');
  expect(result.steps.filter(step => step.key.startsWith('spin[')).map(step => step.status)).toEqual(
    Array.from({ length: 300 }, () => 'succeeded'),
  );
  const histories = await historiesOf(id);
  const events = histories.map(history => history.events?.length ?? 0);
  expect(events.length).toBeGreaterThanOrEqual(5);
  expect(Math.max(...events)).toBeLessThan(600);
  expect(await replay(histories)).toEqual([]);

  // The simulator's own log: one test, one stop.
  expect(harness.simulator.testsStarted('payments-db')).toBe(1);
  expect(harness.simulator.testsRunning()).toEqual([]);
  const calls = harness.simulator.requests.filter(
    ({ method, path }) => method === 'POST' && /failovertest/i.test(path),
  );
  expect(calls.map(({ path }) => path.split('/').at(-1)?.toLowerCase())).toEqual(['failovertest', 'failoverteststop']);

  const journal = await harness.journal(id);
  expect(journal.verdict).toBe('passed_with_exceptions');
  expect(journal.steps.map(step => step.key)).toEqual(result.steps.map(step => step.key));
  expect(
    journal.entries.filter(({ from, kind }) => from === 'run' && (kind === 'begin' || kind === 'end')),
  ).toHaveLength(2);
  const called = journal.entries.filter(({ from, kind, step }) => from === 'run' && kind === 'call' && step !== '');
  const steps = called.map(({ step }) => step);
  expect(steps.filter((step, i) => steps.indexOf(step) !== i)).toEqual([]);
  const cancelled = journal.entries.filter(({ from, kind }) => from === 'run' && kind === 'cancelled');
  expect(cancelled.filter(({ step }) => step !== '')).toEqual([]);
  // The poll was cut short several times; its tries and its time are those of one poll.
  const poll = journal.steps.find(step => step.key === 'poll');
  expect(poll?.status).toBe('succeeded');
  expect(poll?.tries).toBeGreaterThan(4);
  expect(poll?.attempts[0]?.n).toBe(1);
  expect(poll?.attempts.at(-1)).toMatchObject({ n: poll?.tries, ok: true });
  const nap = result.steps.find(step => step.key === 'nap');
  expect((nap?.endedAt ?? 0) - (nap?.startedAt ?? 0)).toBeGreaterThanOrEqual(8_000);
  expect((nap?.endedAt ?? 0) - (nap?.startedAt ?? 0)).toBeLessThan(20_000);
  expect(journal.decisions.filter(({ counted }) => counted).map(({ by, word }) => `${by} ${word}`)).toEqual([
    'bo skip',
    'bo approve',
    'ana approve',
  ]);
  expect(journal.steps.find(step => step.key === 'go')?.outputs).toMatchObject({ by: ['bo', 'ana'] });
  expect(renderHtml(journal)).toContain('passed with exceptions');

  await watching;
  const lines = seen.flatMap(what => (what.kind === 'progress' ? [what.progress] : []));
  const own = lines.filter(line => line.status !== 'retrying').map(line => line.seq);
  expect(own.filter((seq, i) => i > 0 && seq <= (own[i - 1] ?? 0))).toEqual([]);
  expect(seen.filter(what => what.kind === 'lost')).toEqual([]);
  expect(seen.at(-1)).toMatchObject({ kind: 'ended' });
});

it('a cancel that comes at the moment at which a run goes on is heard, and closes what is open', async () => {
  const before = harness.simulator.testsStarted('payments-db');
  const id = await start(harness.plan(long(await freePort()), 'drill'), 'long-2', 60);
  await until('it is in test', () => harness.simulator.testsRunning().length === 1);
  const first = await execution(id);
  await until('it has gone on', async () => (await execution(id)) !== first);
  await cancelRun(harness.control, id, 'bo', 'enough');
  const result = await harness.result(id);
  expect(result.ended).toBe('by-person');
  expect(result.reasons.join()).toContain('cancelled by bo: enough');
  expect(harness.simulator.testsStarted('payments-db')).toBe(before + 1);
  expect(harness.simulator.testsRunning()).toEqual([]);
  expect((await harness.journal(id)).decisions).toMatchObject([{ by: 'bo', word: 'cancel', counted: true }]);
});

it('a run that is terminated in a later execution leaves nothing open', async () => {
  const id = await start(harness.plan(long(await freePort()), 'drill'), 'long-3', 60);
  await until('it is in test', () => harness.simulator.testsRunning().length === 1);
  const first = await execution(id);
  await until('it has gone on', async () => (await execution(id)) !== first);
  await sleep(1_000);
  const { memo, priority } = await describe(id);
  expect(memo).toEqual({ plan: expect.any(String) as string });
  expect(priority?.priorityKey).toBe(1);
  await harness.control.client.workflow.getHandle(id).terminate('pulled the plug');
  await until('nothing is in test', () => harness.simulator.testsRunning().length === 0, 60_000);
  expect((await harness.journal(id)).verdict).toBe('lost');
});
