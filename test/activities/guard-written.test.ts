import { expect, it, vi } from 'vitest';
import { failureOf, type GuardStage, setGuard } from './guard-stage.ts';

const closing = { success: true, summary: 'as planned' };
const openAt = async (guard: GuardStage) =>
  (await guard.context.openings.open('site-b')).map(({ vpg, opening }) => [vpg, opening.sent?.taskId]);

it('a test is written down before its call goes out, its task when it is answered, its end when it is read back', async () => {
  const guard = await setGuard(undefined, { mode: 'drill' });
  const { openings } = guard.context;
  const real = openings.write.bind(openings);
  const calls: unknown[] = [];
  vi.spyOn(openings, 'write').mockImplementation(async (site, line) => {
    await real(site, line);
    calls.push([line.kind, guard.posted('failovertest')]);
  });
  const { opened: call, baseline, sent } = await guard.open(guard.call('zerto/failover-test'));
  expect(calls).toEqual([
    ['opening', 0],
    ['sent', 1],
  ]);
  expect(await openAt(guard)).toEqual([['payments-db', sent.taskId]]);
  const { taskId } = await guard.run('stop', { call, baseline, sent, ...closing });
  expect(await openAt(guard)).toHaveLength(1);
  await guard.run('readBack', { call, baseline, taskId, sent });
  expect(await openAt(guard)).toEqual([]);
});

it('what is written is enough to find it again: baseline, call, run, token, guard', async () => {
  const guard = await setGuard(undefined, { mode: 'drill' });
  const call = guard.call('zerto/failover-test');
  // Of a site with a longer request-timeout: half as much again may pass before a call can no longer arrive.
  const baseline = { ...(await guard.run('baseline', { call })), requestTimeoutMs: 60_000 };
  const notAfter = guard.context.clock() + 30_000;
  guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'drop-before' } });
  await failureOf(guard.run('start', { call, baseline, notAfter, token: 'the token' }));
  expect(await guard.context.openings.open('site-b')).toMatchObject([
    {
      ...{ temporal: 'test', token: 'the token', vpg: 'payments-db', vpgId: guard.vpgs['payments-db'] },
      guard: expect.stringMatching(/./) as string,
      opening: { key: 'step', call, baseline, lateUntil: notAfter + 90_000 },
    },
  ]);
});

it.each(['failover', 'move'] as const)(
  'a %s is over when its commit or roll-back was read back, not before',
  async mode => {
    const guard = await setGuard(undefined, { mode });
    const live = await guard.open(guard.call(`zerto/${mode}`));
    expect(await openAt(guard)).toHaveLength(1);
    await guard.end(guard.call('zerto/roll-back'), live);
    expect(await openAt(guard)).toEqual([]);
  },
);

it('one that somebody ended by hand is over once that is seen', async () => {
  const guard = await setGuard();
  const live = await guard.open(guard.call('zerto/failover'));
  await guard.run('lookLive', { live });
  expect(await openAt(guard)).toHaveLength(1);
  await guard.byHand('FailoverRollback');
  await vi.waitFor(async () => {
    expect(await guard.run('lookLive', { live })).toMatchObject({ open: false });
  });
  expect(await openAt(guard)).toEqual([]);
});

it('what was proved not to have begun is over', async () => {
  const guard = await setGuard(undefined, { mode: 'drill' });
  const call = guard.call('zerto/failover-test');
  const baseline = await guard.run('baseline', { call });
  guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'drop-before' } });
  await failureOf(guard.run('start', { call, baseline, notAfter: guard.context.clock() + 30_000 }));
  expect(await openAt(guard)).toHaveLength(1);
  expect(await guard.run('settle', { call, baseline, lateUntil: 0 })).toEqual({ sent: null });
  expect(await openAt(guard)).toEqual([]);
});

it('a full disk: a drill is not begun, and told why', async () => {
  const guard = await setGuard(undefined, { mode: 'drill' });
  vi.spyOn(guard.context.openings, 'write').mockRejectedValue(new Error('ENOSPC: no space left on device, write'));
  const call = guard.call('zerto/failover-test');
  const baseline = await guard.run('baseline', { call });
  const failure = await failureOf(guard.run('start', { call, baseline, notAfter: guard.context.clock() + 30_000 }));
  expect(failure).toMatchObject({ type: 'errored', record: { happened: 'no' } });
  expect(failure.message).toMatch(/cannot be written down .*ENOSPC.*nothing was sent: make room/);
  expect(guard.posted('failovertest')).toBe(0);
});

it('a full disk: a failover goes on, and tells it', async () => {
  const guard = await setGuard();
  vi.spyOn(guard.context.openings, 'write').mockRejectedValue(new Error('ENOSPC: no space left on device, write'));
  const call = guard.call('zerto/failover');
  const baseline = await guard.run('baseline', { call });
  const sent = await guard.run('start', { call, baseline, notAfter: guard.context.clock() + 30_000 });
  expect(sent.told?.join()).toMatch(/cannot be written down .*ENOSPC/);
  expect(guard.posted('failover')).toBe(1);
});
