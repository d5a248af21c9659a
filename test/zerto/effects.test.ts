import { describe, expect, test } from 'vitest';
import { takeBaseline } from '../../zerto/effects/baseline.ts';
import { effectKinds } from '../../zerto/effects/kinds.ts';
import { lookSince } from '../../zerto/effects/look.ts';
import { lookAtOpenTest } from '../../zerto/effects/open-test.ts';
import { type Effect, sendOnce, type SendOptions } from '../../zerto/effects/send-once.ts';
import { pickByName } from '../../zerto/names.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import { rejection } from './scripted-zvm.ts';
import { simulated } from './simulated.ts';

/** A failover test of payments-db that has its baseline and was not sent yet. */
async function prepare() {
  const stage = await simulated();
  const { zvm, simulator } = stage;
  const vpg = pickByName(await zvm.vpgs.list(), 'payments-db', 'VPG');
  const kind = effectKinds.failoverTest;
  const baseline = await takeBaseline(zvm, kind, vpg.id);
  const effect: Effect = { kind, vpgId: vpg.id, baseline, send: call => zvm.vpgs.failoverTest(vpg.id, {}, call) };
  const now = () => simulator.clock.now();
  const options = (more: Partial<SendOptions> = {}): SendOptions => ({
    notAfter: now() + 60_000,
    attempted: false,
    lookEveryMs: 5,
    looks: 2,
    ...more,
  });
  return { ...stage, vpg, effect, baseline, now, options, started: () => simulator.testsStarted('payments-db') };
}

const testCall = /^vpgs\/[^/]+\/failovertest$/;

test('the baseline tells what stands: tasks, reports, stage and newest checkpoint', async () => {
  const { zvm, vpg, baseline, effect, options } = await prepare();
  expect(baseline).toMatchObject({ tasks: [], reports: [], stage: '' });
  const journal = await zvm.vpgs.checkpoints(vpg.id);
  expect(journal.map(({ id }) => id)).toContain(baseline.checkpoint);
  const { taskId } = await sendOnce(zvm, effect, options());
  await zvm.tasks.wait(taskId, { signal: AbortSignal.timeout(5_000) });
  expect(await takeBaseline(zvm, effect.kind, vpg.id)).toMatchObject({ tasks: [taskId], stage: 'InTest' });
});

describe('an effect is sent once', () => {
  test('and answered', async () => {
    const { zvm, effect, options, started } = await prepare();
    expect(await sendOnce(zvm, effect, options())).toEqual({ taskId: expect.any(String) as string, adopted: false });
    expect(started()).toBe(1);
  });

  test('a refusal counts, after a look', async () => {
    const { zvm, effect, options, simulator, started } = await prepare();
    const refusal = { kind: 'status', status: 500, body: { Message: 'The VPG is busy.' } } as const;
    simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: refusal });
    expect(await rejection(sendOnce(zvm, effect, options()))).toMatchObject({ name: 'Refused', happened: 'no' });
    expect(started()).toBe(0);
  });

  test('where looking fails after a lost answer, it stays unknown', async () => {
    const { zvm, effect, options, meet } = await prepare();
    meet('POST', testCall, { kind: 'after' });
    // The first look, before the call, has not gone wrong yet.
    let looks = 0;
    const failing: Zvm = {
      ...zvm,
      tasks: { ...zvm.tasks, list: (...given) => (looks++ === 0 ? zvm.tasks.list(...given) : gone()) },
    };
    const gone = () => Promise.reject(new Error('gone'));
    const error = await rejection(sendOnce(failing, effect, options()));
    expect(error).toMatchObject({ name: 'EffectUnsettled', happened: 'unknown' });
    expect((error as Error).message).toContain('gone');
  });
});

describe("somebody else's", () => {
  test('test that no task tells of is seen by the VPG itself', async () => {
    const { zvm, effect, now } = await prepare();
    const taskId = await zvm.vpgs.failoverTest(effect.vpgId, {}, { notAfter: now() + 60_000 });
    await zvm.tasks.wait(taskId, { signal: AbortSignal.timeout(5_000) });
    const aged = { ...effect.baseline, tasks: [taskId] };
    expect(await lookSince(zvm, effect.kind, effect.vpgId, aged)).toMatchObject({
      kind: 'stranger',
      text: expect.stringContaining('no task tells who started it') as string,
    });
  });
});

describe('what there is to stop', () => {
  const time = (now: number) => ({ now, began: now, signal: new AbortController().signal });

  test('ours while it runs, nothing after it was stopped', async () => {
    const { zvm, effect, options, vpg, now } = await prepare();
    const { taskId } = await sendOnce(zvm, effect, options());
    await zvm.tasks.wait(taskId, { signal: AbortSignal.timeout(5_000) });
    const known = { baseline: effect.baseline, taskId };
    expect(await lookAtOpenTest(zvm, vpg.id, vpg.name, known, time(now()))).toEqual({ kind: 'in-test' });
    const stop = await zvm.vpgs.stopFailoverTest(vpg.id, { success: true }, { notAfter: now() + 60_000 });
    await zvm.tasks.wait(stop, { signal: AbortSignal.timeout(5_000) });
    expect(await lookAtOpenTest(zvm, vpg.id, vpg.name, known, time(now()))).toEqual({ kind: 'nothing' });
  });

  test("never a test that may be somebody else's", async () => {
    const { zvm, effect, vpg, now } = await prepare();
    const taskId = await zvm.vpgs.failoverTest(vpg.id, {}, { notAfter: now() + 60_000 });
    await zvm.tasks.wait(taskId, { signal: AbortSignal.timeout(5_000) });
    const other: Zvm = { ...zvm, account: 'svc-other' };
    expect(await lookAtOpenTest(other, vpg.id, vpg.name, effect, time(now()))).toMatchObject({ kind: 'doubtful' });
  });
});
