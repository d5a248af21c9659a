import { expect, test } from 'vitest';
import { failureOf, setGuard } from './guard-stage.ts';

const closing = { success: true, summary: '' };

async function paused() {
  const guard = await setGuard();
  const { opened: call, baseline, sent, wait } = await guard.open(guard.call('zerto/pause'));
  const stop = () => guard.run('stop', { call, baseline, sent, ...closing });
  return { ...guard, called: call, baseline, sent, wait, stop };
}

test('a pause is read back, resumed and read back again', async () => {
  const guard = await paused();
  expect(guard.wait).toEqual({ up: true, outputs: {} });
  expect(await guard.state()).toBe('ReplicationPausedUserInitiated');
  const { called: call, baseline } = guard;
  const { taskId } = await guard.stop();
  expect(await guard.run('readBack', { call, baseline, taskId })).toEqual({ outputs: {} });
  expect(await guard.state()).not.toMatch(/Paused/);
  // Once more, as after a lost worker.
  expect(await guard.stop()).toEqual({ taskId: '' });
  expect(guard.posted('resume')).toBe(1);
});

test('what is paused already is not paused again, nor resumed', async () => {
  const guard = await setGuard();
  await guard.byHand('pause');
  expect(await failureOf(guard.run('baseline', { call: guard.call('zerto/pause') }))).toMatchObject({
    type: 'failed',
    message:
      'the replication of payments-db is paused already (ReplicationPausedUserInitiated); this run did not pause it',
  });
  expect(guard.posted('resume')).toBe(0);
});

test('fails at once without the other site', async () => {
  const guard = await setGuard(undefined, { name: 'site-lost' });
  expect((await failureOf(guard.run('baseline', { call: guard.call('zerto/pause') }))).message).toMatch(
    /^site-a is not connected since/,
  );
});

test('somebody resumed it already: nothing is to be done; somebody paused it again: that is left alone', async () => {
  const guard = await paused();
  await guard.byHand('resume');
  expect(await guard.stop()).toEqual({ taskId: '' });
  guard.simulator.clock.advance(60_000);
  await guard.byHand('pause');
  const { foreign = '' } = await guard.stop();
  expect(foreign).toMatch(/admin paused it again since, and that was left alone/);
  const { called: call, baseline } = guard;
  expect(await guard.run('readBack', { call, baseline, taskId: '', foreign })).toEqual({
    outputs: {},
    told: [foreign],
    others: foreign,
  });
  expect(await guard.state()).toMatch(/Paused/);
});

test('an answer that was lost: what was paused is found and resumed, and a stranger’s pause is not', async () => {
  const guard = await setGuard();
  const call = guard.call('zerto/pause');
  const baseline = await guard.run('baseline', { call });
  guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/pause', then: { kind: 'drop-after' } });
  const sent = await guard.run('start', { call, baseline, notAfter: guard.context.clock() + 30_000 });
  expect(sent.adopted).toBe(true);
  expect((await guard.run('stop', { call, baseline, ...closing })).taskId).not.toBe('');

  const other = await setGuard();
  const before = await other.run('baseline', { call: other.call('zerto/pause') });
  await other.byHand('pause');
  const failure = await failureOf(other.run('stop', { call: other.call('zerto/pause'), baseline: before, ...closing }));
  expect(failure).toMatchObject({ type: 'errored', message: expect.stringContaining('is not known') as string });
  expect(other.posted('resume')).toBe(0);
});

test('while the sites are apart nobody can tell, so it is not taken for resumed', async () => {
  const guard = await paused();
  guard.simulator.cut('site-a', 'site-b');
  expect(await failureOf(guard.stop())).toMatchObject({
    type: 'errored',
    message: expect.stringMatching(
      /whether payments-db is still paused cannot be seen while it is RecoveryPossible/,
    ) as string,
  });
  guard.simulator.heal('site-a', 'site-b');
  expect((await guard.stop()).taskId).not.toBe('');
});
