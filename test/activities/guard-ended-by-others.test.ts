import { expect, test } from 'vitest';
import { setGuard } from './guard-stage.ts';

const closing = { success: true, summary: 'all well' };

test('a test that somebody else stopped meanwhile: nothing is sent, and it is said who ended it', async () => {
  const guard = await setGuard(undefined, { mode: 'drill' });
  const { opened: call, baseline, sent } = await guard.open(guard.call('zerto/failover-test'));
  await guard.byHand('FailoverTestStop');
  const stopped = await guard.run('stop', { call, baseline, sent, ...closing });
  const others = 'the failover test of payments-db was ended by admin, not by this run';
  expect(stopped).toEqual({ taskId: '', others });
  expect(await guard.run('readBack', { call, baseline, sent, ...stopped })).toMatchObject({ told: [others], others });
  // The stranger's alone.
  expect(guard.posted('failoverteststop')).toBe(1);
});

test('a stop of our own whose answer was lost is nobody else’s', async () => {
  const guard = await setGuard(undefined, { mode: 'drill' });
  const { opened: call, baseline, sent } = await guard.open(guard.call('zerto/failover-test'));
  await guard.run('stop', { call, baseline, sent, ...closing });
  const again = await guard.run('stop', { call, baseline, sent, ...closing });
  expect(again).not.toHaveProperty('others');
  expect(guard.posted('failoverteststop')).toBe(1);
});
