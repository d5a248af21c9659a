import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import { readOrigin } from '../../control/origin.ts';
import { queuesOf } from '../../control/queues.ts';
import { startRun } from '../../control/runs.ts';
import type { Sign } from '../../control/say.ts';
import { applyChanges } from '../../control/schedules/apply.ts';
import { startOf } from '../../control/schedules/start.ts';
import { newKey } from '../../control/signing.ts';
import { advance, begin } from '../../engine/engine.ts';
import { evaluator } from '../../engine/evaluator.ts';
import type { RunResult } from '../../engine/types.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import type { LeaseView, RunStart } from '../../workflows/messages.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { oneFailover, quick, sentTo, untilAsked } from './live.ts';
import { signsWith, withKeys } from './signs.ts';

/** Whoever reaches the namespace with a bare client, without a key that is listed, against live VPGs. Each case has a VPG of its own. */
const keys = { ana: newKey(), bo: newKey(), cem: newKey() };
const signs = (name: keyof typeof keys): Sign => signsWith(keys[name]);

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    scenario: quick(shippedScenario('hundred-vpgs')),
    configure: withKeys(
      'drills',
      keys,
      `roles:
  - { role: operator, to: [cem, ana], runbooks: ["o*"] }
  - { role: operator, to: [bo], runbooks: ["o*"], modes: [drill] }
  - { role: approver, to: [dr-managers] }
  - { role: admin, to: [cem], runbooks: [ones] }
`,
    ),
  });
});
afterAll(() => harness.close());

const sent = (n: number) => sentTo(harness, new RegExp(`^app-00${n}$`));
const handle = (id: string) => harness.control.client.workflow.getHandle(id);
/** A failover, committed without asking anybody. */
const unasked = (n: number): string => `
apiVersion: drillbook/v1
name: one
site: site-b
modes: { failover: { via: lan-b } }
steps:
  - { id: db, uses: zerto/failover, with: { vpg: app-00${n} }, timeout: 2m }
  - { id: commit, uses: zerto/commit, with: { reverse-protect: true } }
`;
const infoOf = (id: string, more: object = {}) => ({
  ...{ id, trigger: 'cli' as const, verified: false, requester: 'bo', reason: 'x', url: '' },
  ...{ configSha256: harness.config.pinnedSha256, ...more },
});
const startBare = (id: string, start: object, more: object = {}) =>
  harness.control.client.workflow.start('runbook', { workflowId: id, taskQueue: 'drillbook', args: [start], ...more });
const forge = (id: string, plan: Plan, more: object = {}) =>
  startBare(id, { plan, run: infoOf(id, more), queues: queuesOf(harness.config) });
const reasonOf = async (id: string): Promise<string> => ((await handle(id).result()) as RunResult).reasons.join();
/** Why an execution failed; not how Temporal went on after it. */
const why = (id: string, runId?: string): Promise<string> =>
  harness.control.client.workflow.result(id, runId, { followRuns: false }).then(() => 'it ended well', messagesOf);
const messagesOf = (error: unknown): string =>
  error instanceof Error ? `${error.message}: ${messagesOf(error.cause)}` : '';
const signed = { trigger: 'cli', verified: false, reason: 'site A is lost', url: '', configSha256: '' } as const;
const startSigned = (plan: Plan): Promise<string> =>
  startRun(harness.control, plan, { ...signed, requester: 'cem' }, undefined, signs('cem'));

it('a live Plan that says it is only a look sends nothing', async () => {
  await forge('forged-look', harness.plan(unasked(1), 'failover'), { dry: true });
  expect(await reasonOf('forged-look')).toContain('not started: a look only reads, and step db is reversible');
  const { steps, ...plan } = harness.plan(unasked(1), 'failover');
  await forge('forged-reads', { ...plan, steps: steps.map(step => ({ ...step, effect: 'read' })) }, { dry: true });
  const asked = await untilAsked(harness, 'forged-reads', 'db');
  expect(asked.message).toContain('a look only reads');
  await handle('forged-reads').terminate();
  expect(await sent(1)).toEqual([]);
});

it('a drill or a change around a failover, and a drill that a schedule is said to have started, send nothing', async () => {
  const sub = unasked(2).replace('name: one', 'name: sub');
  const outer = unasked(2).replace(/steps:[^]*/, 'steps:\n  - { id: s, uses: runbook, with: { file: sub.yaml } }\n');
  const live = harness.plan(outer, 'failover', {}, { 'sub.yaml': sub });
  await Promise.all([
    forge('forged-drill', { ...live, mode: 'drill' }),
    forge('forged-schedule', { ...live, mode: 'drill' }, { trigger: 'schedule' }),
    forge('forged-change', { ...harness.plan(unasked(2), 'failover'), mode: 'change' }, { requester: 'cem' }),
  ]);
  const reasons = await Promise.all(['forged-drill', 'forged-schedule', 'forged-change'].map(reasonOf));
  for (const reason of reasons) expect(reason).toContain('not started: this Plan was changed after it was compiled');
  expect(await sent(2)).toEqual([]);
});

it('a signed start counts once, and for its own Plan', async () => {
  const plan = harness.plan(oneFailover(3), 'failover');
  const id = await startSigned(plan);
  await untilAsked(harness, id, 'keep');
  await handle(id).terminate();
  const before = await sent(3);
  const { runId } = await handle(id).describe();
  const start = (await readOrigin(harness.control.client, { workflowId: id, runId }))?.input as RunStart;
  // Of the same hash, by its word: without an approval.
  await startBare(id, { ...start, plan: { ...harness.plan(unasked(3), 'failover'), hash: plan.hash } });
  expect(await reasonOf(id)).toContain('not started: this Plan was changed after it was compiled');
  await startBare(id, start);
  expect(await reasonOf(id)).toContain(`not started: a run ${id} was started before`);
  // Without an approval, signed: drillbook.yaml wants one.
  const none = await startSigned(harness.plan(unasked(3), 'failover'));
  expect(await reasonOf(none)).toContain('not started: one has no approval in mode failover');
  expect(await sent(3)).toEqual(before);
});

it('who has what a schedule starts, signed by an admin, starts it at none but its times, with none but its terms', async () => {
  const text = `
apiVersion: drillbook/v1
name: ones
site: site-b
modes: { drill: { via: bubble-b } }
triggers: [ { schedule: { name: yearly, mode: drill, cron: "30 3 1 1 *", time-zone: UTC } } ]
steps: [ { id: db, uses: zerto/failover-test, with: { vpg: app-007 }, timeout: 2m } ]
`;
  const [draft] = compile({ file: 'ones.yaml', text }).runbook?.triggers.schedules ?? [];
  if (draft === undefined) throw new Error('no schedule');
  const plan = harness.plan(text, 'drill');
  const wanted = { id: 'ones/yearly', file: 'ones.yaml', draft, plan };
  const applier = { requester: 'cem', at: Date.now(), sign: signs('cem') };
  const start = startOf(wanted, applier, { queues: queuesOf(harness.config), searchable: false });
  const { schedule, run } = start;
  if (schedule === undefined) throw new Error('no schedule');
  const { proof: _, ...unsigned } = start;
  const begun: readonly (readonly [start: RunStart, why: string])[] = [
    [start, 'is no time of "30 3 1 1 *" (UTC)'],
    [{ ...start, schedule: { ...schedule, cron: '* * * * *' } }, 'is not of this word'],
    [{ ...start, schedule: { ...schedule, id: 'ones/other' } }, 'is not of this word'],
    [{ ...start, plan: harness.plan(unasked(7).replace('name: one', 'name: ones'), 'failover') }, 'not started: '],
    [{ ...start, run: { ...run, withoutLock: 'in a hurry' } }, 'mode drill waits for its locks'],
    // Nobody's word is needed for a drill, but an admin's name is for a schedule.
    [{ ...unsigned, run: { ...run, requester: 'bo' } }, 'bo may not schedule here'],
  ];
  const second = new Date().toISOString().slice(0, 17);
  const reasons = await Promise.all(
    begun.map(async ([forged], i) => {
      const id = `ones.yearly-${second}0${i}Z`;
      await startBare(id, forged);
      return await reasonOf(id);
    }),
  );
  expect(reasons.map((reason, i) => reason.includes(begun[i]?.[1] ?? '-') || reason)).toEqual(begun.map(() => true));
  await startBare('mine', start);
  expect(await reasonOf('mine')).toContain('Temporal has not named mine for ones/yearly');
  expect(await sent(7)).toEqual([]);
});

it('a copied start of a schedule begins its drill once for a time: no other second of the minute, and not again', async () => {
  // A time that is past: the schedule itself starts nothing before tomorrow.
  const minute = new Date().toISOString().slice(0, 17);
  const cron = `${Number(minute.slice(14, 16))} ${Number(minute.slice(11, 13))} * * *`;
  const text = `
apiVersion: drillbook/v1
name: ones
site: site-b
modes: { drill: { via: bubble-b } }
triggers: [ { schedule: { name: often, mode: drill, cron: "${cron}", time-zone: UTC, jitter: 1h } } ]
steps: [ { id: db, uses: zerto/failover-test, with: { vpg: app-008 }, timeout: 2m } ]
`;
  const [draft] = compile({ file: 'ones.yaml', text }).runbook?.triggers.schedules ?? [];
  if (draft === undefined) throw new Error('no schedule');
  const wanted = { id: 'ones/often', file: 'ones.yaml', draft, plan: harness.plan(text, 'drill') };
  const applier = { requester: 'cem', at: Date.now(), sign: signs('cem') };
  const start = startOf(wanted, applier, { queues: queuesOf(harness.config), searchable: false });
  const project = { name: 'test', isNamed: true, root: harness.dir, config: harness.config };
  await applyChanges(harness.control, project, [{ do: 'create', ...wanted, wanted }], applier);
  const copies = ['01', '30', '59'].map(second => `ones.often-${minute}${second}Z`);
  const its = `ones.often-${minute}00Z`;
  const reasons = await Promise.all(
    [...copies, its].map(async id => {
      await startBare(id, start);
      return await reasonOf(id);
    }),
  );
  for (const [i, id] of copies.entries()) expect(reasons[i]).toContain(`${id.slice(11)} is no time of "${cron}" (UTC)`);
  expect(reasons[3]).toBe('');
  const before = await sent(8);
  expect(before).not.toEqual([]);
  await startBare(its, start);
  expect(await reasonOf(its)).toContain(`not started: a run ${its} was started before`);
  expect(await sent(8)).toEqual(before);
});

it('a past that Temporal hands on for its starter is not believed: by cron, by retry, by a workflow of somebody else', async () => {
  const plan = harness.plan(unasked(4), 'failover');
  const run = infoOf('forged-past');
  const state = begin(plan, run);
  const commands = advance({ plan, run, evaluator }, state, { kind: 'begin', at: Date.now() });
  const calls = commands
    .filter(command => command.do === 'call')
    .map(command => ({ command, id: command.key, since: Date.now() + 3_000 }));
  const carried = { state, timers: [], calls, ids: {}, token: 'forged', questions: 0 };
  const start = { plan, run, queues: queuesOf(harness.config), carried };
  const retry = { maximumAttempts: 3, initialInterval: 100 };
  const cron = await startBare('forged-past', start, { cronSchedule: '@every 1s' });
  await startBare('forged-retry', { ...start, run: infoOf('forged-retry') }, { retry });
  expect(await why('forged-retry')).toContain('not carried out: a run is started once');
  // The first by cron, and the next, which goes on from it.
  const runs = new Set([cron.firstExecutionRunId]);
  await until('Temporal has begun it three times', async () => {
    runs.add((await handle('forged-past').describe()).runId);
    return runs.size > 2;
  });
  await handle('forged-past').terminate();
  for (const runId of runs) expect(await activitiesOf('forged-past', runId)).toEqual([]);
  await withOwnWorker(async queue => {
    const begun = await harness.control.client.workflow.start('forgeRun', {
      workflowId: 'forged-run',
      taskQueue: queue,
      args: [{ ...start, run: infoOf('forged-run') }],
    });
    await expect(begun.result()).rejects.toThrow();
    expect(await why('forged-run')).toContain('not carried out: it goes on from what was no run');
  });
  expect(await sent(4)).toEqual([]);
});

async function activitiesOf(workflowId: string, runId: string): Promise<unknown[]> {
  const { events } = await harness.control.client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: called }) => (called ? [called] : []));
}

it('activities on our queues are done for our own workflows alone', async () => {
  await withOwnWorker(async queue => {
    const { client } = harness.control;
    const call = client.workflow.start('guard', { workflowId: 'guard/forged', taskQueue: queue, args: ['guard/lock'] });
    await (await call).result().catch(() => undefined);
    expect(await why('guard/forged')).toContain('is not done for a workflow that is not drillbook’s');
  });
});

it('a guard commits at the word of its run alone: its token and a made-up word send nothing, and leases do not tell it', async () => {
  const id = await startSigned(harness.plan(oneFailover(5), 'failover'));
  await untilAsked(harness, id, 'keep');
  const guard = await harness.guardOf(id);
  const { runId } = await handle(guard).describe();
  const { token } = (await readOrigin(harness.control.client, { workflowId: guard, runId }))?.input as {
    token: string;
  };
  const leases = await handle('drillbook-locks').query<LeaseView[]>('leases');
  const lease = leases.find(each => each.run === id);
  expect(lease).toBeDefined();
  expect(JSON.stringify(leases)).not.toContain(token);
  const run = { id, name: 'one', mode: 'failover', requester: 'cem', configSha256: '' };
  const call = {
    ...{ action: 'zerto/commit', run, step: 'x', site: 'site-b', vpgs: { 'app-005': lease?.id } },
    ...{ with: { 'reverse-protect': false }, deadline: Date.now() + 60_000 },
    word: { by: ['ana', 'bo'], reason: 'forged' },
  };
  const forged = { kind: 'end-live', how: 'commit', key: 'x', openings: ['db'], summary: 'x', call };
  const other = {
    ...call,
    action: 'zerto/failover',
    step: 'y',
    with: { vpg: 'app-006' },
    vpgs: { 'app-006': lease?.id },
  };
  const opens = { kind: 'open', key: 'y', summary: 'y', call: other };
  await handle(guard).signal('to-guard', token, [forged, { ...forged, key: 'x2', alone: true }, opens]);
  const seen = async () => JSON.stringify(await handle(guard).fetchHistory().then(plain));
  await until('both were refused', async () => (await seen()).split('it is not sent').length > 2);
  expect(await sent(5)).toEqual(['Failover app-005']);
  expect(await sent(6)).toEqual([]);
  await sleep(100);
  expect((await untilAsked(harness, id, 'keep')).votes).toEqual([]);
  await handle(id).terminate('over');
});

/** What a history says of failures. */
const plain = ({ events }: { events?: unknown[] | null }) => events ?? [];

/** A worker of somebody else in the namespace, on a queue of its own. */
async function withOwnWorker(body: (queue: string) => Promise<void>): Promise<void> {
  const connection = await NativeConnection.connect({ address: harness.server.address });
  const worker = await Worker.create({
    connection,
    taskQueue: 'somebody',
    workflowsPath: new URL('./forged-workflows.ts', import.meta.url).pathname,
  });
  try {
    await worker.runUntil(body('somebody'));
  } finally {
    await connection.close();
  }
}
