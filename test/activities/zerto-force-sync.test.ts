import { describe, expect, test } from 'vitest';
import type { Json } from '../../actions/json.ts';
import { forceSyncAt } from '../../activities/zerto-force-sync.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { callOf, endingFrom, quick, setStage } from './stage.ts';

const pace = { sendWithin: 3_000, arrival: 20, lookEvery: 5 };
const post = { method: 'POST', path: 'vpgs/*/forcesync' };

async function prepare(durations: { readonly forceSync?: number } = {}) {
  const scenario = { ...quick(healthy()), durations: { forceSync: 0, deltaSync: 60_000, ...durations } };
  const stage = await setStage({ scenario });
  const call = callOf('zerto/force-sync', { vpg: 'crm' }, { vpgs: stage.vpgs, mode: 'change' });
  const id = stage.vpgs['crm'] ?? '';
  const zvm = await stage.sites.zvm('site-b', 'change');
  const sent = () => stage.simulator.requests.filter(r => r.method === 'POST' && r.path.endsWith('/forcesync')).length;
  const tasks = () => zvm.tasks.list({ type: 'InitFullSync', vpgId: id });
  /** Attempt `attempt`, with what the one before kept (or what a lost worker got out). */
  const attempt = (n: number, recalled: Json | undefined = stage.kept()) =>
    forceSyncAt(pace, call, stage.recalling(recalled, n));
  return { ...stage, call, id, zvm, sent, tasks, attempt };
}

test('starts a synchronisation, and does not wait for its end', async () => {
  const { attempt, sent, vpg } = await prepare();
  expect(await attempt(1)).toEqual({ outputs: {} });
  expect(sent()).toBe(1);
  expect(await vpg('crm')).toMatchObject({ subStatus: 'DeltaSync' });
});

describe('once only', () => {
  test('a lost answer is settled by the task that it started', async () => {
    const { attempt, sent, tasks, simulator } = await prepare();
    simulator.faults.add({ ...post, then: { kind: 'drop-after' } });
    const { told } = await attempt(1);
    expect(told).toHaveLength(1);
    expect(sent()).toBe(1);
    expect(await tasks()).toHaveLength(1);
  });

  test('a call that proved not to arrive is unreachable, and the next attempt sends it', async () => {
    const { attempt, sent, tasks, simulator } = await prepare();
    simulator.faults.add({ ...post, then: { kind: 'drop-before' } });
    expect((await endingFrom(attempt(1))).type).toBe('unreachable');
    expect(sent()).toBe(1);
    expect(await attempt(2)).toEqual({ outputs: {} });
    expect(await tasks()).toHaveLength(1);
  });

  test('an attempt after a lost worker finds the task of the one before', async () => {
    const { attempt, sent, kept, call, recalling, tasks } = await prepare();
    // What the first attempt kept before it sent, and nothing after.
    const states: (Json | undefined)[] = [];
    const first = recalling(undefined);
    await forceSyncAt(pace, call, {
      ...first,
      memory: { ...first.memory, keep: value => void states.push(value) },
    });
    expect(states).toMatchObject([{ state: 'maybe' }, { state: 'sent' }]);
    expect(kept()).toBeUndefined();
    for (const recalled of states) expect((await attempt(2, recalled)).told).toHaveLength(1);
    expect(sent()).toBe(1);
    expect(await tasks()).toHaveLength(1);
  });

  test('a worker lost before it sent: the next attempt waits out the call, and the one after sends', async () => {
    const { attempt, sent, context } = await prepare();
    const baseline = { tasks: [], reports: [], stage: '', checkpoint: '' };
    const lateUntil = context.clock() + 30;
    const recalled = { attempt: 1, state: 'maybe', baseline, facts: {}, lateUntil };
    expect((await endingFrom(attempt(2, recalled))).type).toBe('unreachable');
    expect(context.clock()).toBeGreaterThan(lateUntil);
    expect(sent()).toBe(0);
    expect(await attempt(3)).toEqual({ outputs: {} });
    expect(sent()).toBe(1);
  });

  test('without a baseline a task of ours that still runs is adopted', async () => {
    const { attempt, sent, zvm, id, context, simulator } = await prepare({ forceSync: 5_000 });
    await zvm.vpgs.forceSync(id, { notAfter: context.clock() + 1_000 });
    const work = attempt(2, undefined);
    setTimeout(() => {
      simulator.clock.advance(6_000);
    }, 30);
    expect((await work).told).toHaveLength(1);
    expect(sent()).toBe(1);
  });

  test.each([
    ['nothing was kept', undefined],
    ['what was kept is of an older attempt', { attempt: 1, state: 'not-sent' }],
  ])('%s and nothing runs: a person decides', async (_, recalled) => {
    const { attempt, sent } = await prepare();
    expect(await endingFrom(attempt(3, recalled))).toMatchObject({
      type: 'errored',
      message: expect.stringMatching(
        /^whether this step started a forced synchronisation of crm is not known/,
      ) as string,
      record: { happened: 'unknown' },
    });
    expect(sent()).toBe(0);
  });

  test('a fault before anything was sent leaves the next attempt free to send', async () => {
    const { attempt, sent, simulator } = await prepare();
    simulator.faults.add({ method: 'GET', path: 'tasks', then: { kind: 'drop-before' } });
    expect((await endingFrom(attempt(1))).type).toBe('unreachable');
    expect(await attempt(2)).toEqual({ outputs: {} });
    expect(sent()).toBe(1);
  });

  test('looks that took too long leave the next attempt free to send', async () => {
    const { call, context, kept, attempt, sent } = await prepare();
    // Over before the looks are: no delay, since the machine's own clock may step back meanwhile.
    expect((await endingFrom(forceSyncAt({ ...pace, sendWithin: -1 }, call, context))).type).toBe('unreachable');
    expect(sent()).toBe(0);
    expect(kept()).toEqual({ attempt: 1, state: 'not-sent' });
    expect(await attempt(2)).toEqual({ outputs: {} });
  });

  test('one that runs already was not started by this step', async () => {
    const { attempt, sent, zvm, id, context } = await prepare({ forceSync: 5_000 });
    await zvm.vpgs.forceSync(id, { notAfter: context.clock() + 1_000 });
    expect(await endingFrom(attempt(1))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/^a forced synchronisation of crm runs already, started by /) as string,
    });
    expect(sent()).toBe(1);
  });
});

test('a refusal and a failed task are told in Zerto’s words', async () => {
  const { attempt, simulator } = await prepare();
  simulator.faults.add({ ...post, then: { kind: 'fail-task', reason: 'VRA is down' } });
  expect(await endingFrom(attempt(1))).toMatchObject({
    type: 'failed',
    message: 'Zerto ended the forced synchronisation of crm as Failed: VRA is down',
  });
  expect(await attempt(1, undefined)).toEqual({ outputs: {} });
  expect(await endingFrom(attempt(1, undefined))).toMatchObject({
    type: 'failed',
    message: expect.stringContaining('is synchronizing') as string,
  });
});

test('not where the VPG recovers elsewhere, or its other site is away', async () => {
  const { attempt, vpgs, context, sent, simulator } = await prepare();
  const files = callOf('zerto/force-sync', { vpg: 'files' }, { vpgs, mode: 'change' });
  expect(await endingFrom(forceSyncAt(pace, files, context))).toMatchObject({
    type: 'failed',
    message: 'files recovers to site-a, not to site-b (reverse protection?)',
  });
  simulator.cut('site-a', 'site-b');
  expect(await endingFrom(attempt(1))).toMatchObject({
    type: 'failed',
    message: expect.stringMatching(/^site-a is not connected since .* UTC: crm cannot be synchronised$/) as string,
  });
  expect(sent()).toBe(0);
});
