import { describe, expect, it } from 'vitest';
import { call, GuardModel } from './guard-model.ts';

const open = { kind: 'open' as const, key: 'db', summary: 'db', call: call('db') };
const close = {
  kind: 'close' as const,
  key: 'db',
  step: 'close-db',
  success: true,
  summary: 'passed',
  deadline: 3_600_000,
};

function held(): GuardModel {
  const guard = new GuardModel();
  guard.say({ kind: 'acquire', vpgs: { db: 'id' }, onLocked: 'fail' });
  guard.put({ kind: 'locked', granted: true, error: '' });
  return guard;
}
const grant = (guard: GuardModel) => {
  guard.put({ kind: 'locked', granted: true, error: '' });
};

describe('a guard that takes over', () => {
  it('closes what was sent after the lost one had gone on with a new history, though it was asked for before', () => {
    const guard = held();
    guard.say(open);
    guard.continueAsNew();
    for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
    guard.kill();
    guard.say(close);
    expect(guard.next('stop').input).toMatchObject({ sent: { taskId: 'task-1' } });
  });

  it('opens nothing before it has the leases, and closes all the same', () => {
    const guard = held();
    guard.say(open);
    for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
    guard.kill();
    expect(guard.locks.at(-1)).toMatchObject({ vpgs: { db: 'id' } });
    guard.say({ ...open, key: 'app', call: call('app') });
    guard.say(close);
    expect(guard.pending.map(({ work, key }) => `${work} ${key}`)).toEqual(['stop db']);
    grant(guard);
    expect(guard.pending.map(({ work, key }) => `${work} ${key}`)).toEqual(['stop db', 'baseline app']);
  });

  it('does not open what was to be closed while it waited for the leases', () => {
    const guard = held();
    guard.kill();
    guard.say(open);
    guard.say(close);
    grant(guard);
    expect(guard.pending).toEqual([]);
    expect(guard.told.at(-1)).toMatchObject({ kind: 'not-opened', status: 'cancelled' });
  });

  it('of a run that is gone pages what is live, at once and again, and never closes it', () => {
    const guard = held();
    guard.start = { ...guard.start, lasts: true };
    guard.say({ ...open, call: call('db', 'zerto/failover') });
    for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
    guard.put({ kind: 'holder-gone' });
    guard.kill();
    expect(guard.pages.length).toBe(2);
    expect(guard.pages.at(-1)).toMatch(/run-1 was lost and left this open: db: zerto\/failover at site-b is live/);
    const gaps: number[] = [];
    for (let n = 0; n < 20; n++) {
      const before = guard.now;
      guard.fire('page');
      gaps.push((guard.now - before) / 60_000);
    }
    expect(guard.pages.length).toBe(22);
    expect([gaps[0], gaps.at(-1)]).toEqual([5, 30]);
    expect(guard.pending).toEqual([]);
    expect(guard.ended).toBe(false);
  });
});
