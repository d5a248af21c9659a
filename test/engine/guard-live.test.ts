import { describe, expect, it } from 'vitest';
import { tellOpenLive } from '../../engine/guard-live.ts';
import { call, endLive, GuardModel } from './guard-model.ts';

const open = (key: string, action = 'zerto/failover') =>
  ({ kind: 'open', key, summary: key, call: call(key, action) }) as const;
const close = (key: string) =>
  ({ kind: 'close', key, step: `close-${key}`, success: true, summary: '', deadline: 3_600_000 }) as const;

function held(deadline?: number): GuardModel {
  const guard = new GuardModel(deadline);
  guard.say({ kind: 'acquire', vpgs: { db: 'id' }, onLocked: 'fail' });
  guard.put({ kind: 'locked', granted: true, error: '' });
  guard.told.length = 0;
  return guard;
}

function live(keys: readonly string[] = ['db'], deadline?: number): GuardModel {
  const guard = held(deadline);
  for (const key of keys) {
    guard.say(open(key));
    for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
  }
  guard.told.length = 0;
  return guard;
}

const works = (guard: GuardModel) => guard.pending.map(p => `${p.work} ${p.key}`);
const answer = (guard: GuardModel) => {
  expect(guard.told.filter(m => m.kind === 'live-ended')).toHaveLength(1);
  const [message] = guard.told.splice(0);
  if (message?.kind !== 'live-ended') throw new Error(`${String(message?.kind)} was told`);
  return message;
};
const commitAll = (guard: GuardModel) => {
  for (let i = 0; i < 50 && guard.pending.length > 0; i++) guard.succeed(guard.next());
};

describe('a live change', () => {
  it('is opened like a test, by the same works', () => {
    const guard = held();
    guard.say(open('db'));
    expect(guard.next('baseline').input).toEqual({ call: call('db', 'zerto/failover') });
  });

  it('has no deadline of its own, and the run’s does not end it', () => {
    const guard = held(100_000);
    guard.say({ ...open('db', 'zerto/move'), deadline: 50_000 });
    commitAll(guard);
    expect([...guard.timers.keys()]).toEqual(['deadline', 'lock']);
    guard.fire('deadline');
    expect(guard.pending).toEqual([]);
  });

  it('is not closed: only a person ends it', () => {
    const guard = live();
    guard.say(close('db'));
    expect(guard.told).toMatchObject([
      { kind: 'stuck', key: 'db', error: expect.stringContaining('only a person') as string },
    ]);
    expect(guard.pending).toEqual([]);
  });

  it.each(['close', 'gone', 'release'] as const)('is not sent after its look where the run gave it up (%s)', how => {
    const guard = held();
    guard.say(open('db'));
    const look = guard.next('baseline');
    if (how === 'close') guard.say(close('db'));
    else if (how === 'gone') guard.put({ kind: 'holder-gone' });
    else guard.say({ kind: 'release' });
    expect(guard.cancelled.has('db')).toBe(true);
    guard.succeed(look);
    expect(guard.told).toMatchObject([{ kind: 'not-opened', status: 'cancelled' }]);
    expect(guard.pending).toEqual([]);
    expect(guard.lock).toBe(how === 'close' ? 'asked' : 'free');
  });

  it('is not sent after a pause where the run is gone', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    guard.fail(guard.next('start'), 'unreachable', 'no');
    guard.put({ kind: 'holder-gone' });
    guard.fire('again:db');
    expect(guard.told).toMatchObject([{ kind: 'not-opened', status: 'cancelled' }]);
    expect(guard.pending).toEqual([]);
  });

  it('whose answer was lost is found, and sent again only where it is certain that nothing was', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    guard.fail(guard.next('start'), 'timed_out', 'unknown');
    guard.succeed(guard.next('settle'));
    guard.fire('again:db');
    guard.succeed(guard.next('baseline'));
    const start = guard.next('start');
    guard.takeEffect(start);
    guard.fail(start, 'unreachable', 'unknown');
    guard.succeed(guard.next('settle'));
    guard.succeed(guard.next('wait'));
    expect(guard.told).toMatchObject([{ kind: 'opened' }]);
    expect(guard.started.get('db')).toBe(1);
  });

  it('that the ZVM gave up by itself is told as not opened', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    guard.succeed(guard.next('start'));
    guard.running.clear();
    guard.succeed(guard.next('wait'));
    expect(guard.told).toEqual([{ kind: 'not-opened', key: 'db', status: 'failed', error: 'gone' }]);
  });

  it('that failed counts as open, and can be rolled back', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    guard.succeed(guard.next('start'));
    guard.fail(guard.next('wait'), 'timed_out', 'unknown');
    expect(guard.told.splice(0)).toMatchObject([{ kind: 'open-failed', status: 'timed_out' }]);
    guard.say(endLive('roll-back', ['db']));
    commitAll(guard);
    expect(answer(guard)).toMatchObject({ done: ['db'], outcome: { status: 'succeeded', outputs: { vpgs: ['db'] } } });
  });

  it('a pause is closed like a test', () => {
    const guard = held();
    guard.say(open('db', 'zerto/pause'));
    commitAll(guard);
    guard.put({ kind: 'holder-gone' });
    expect(works(guard)).toEqual(['stop db']);
  });
});

describe('a commit or roll-back', () => {
  it('makes one call for each opening, at the same time, and one answer', () => {
    const guard = live(['db', 'app']);
    guard.say(endLive('commit', ['db', 'app']));
    expect(works(guard)).toEqual(['baseline commit-by-hand db', 'baseline commit-by-hand app']);
    const look = guard.next('baseline');
    expect(look.input).toMatchObject({
      call: { action: 'zerto/commit', with: { vpg: 'db', 'reverse-protect': true }, vpgs: { db: 'id-of-db' } },
      live: { opened: { action: 'zerto/failover', step: 'db' }, baseline: { tasks: [] }, sent: { taskId: 'task-1' } },
    });
    guard.succeed(look);
    commitAll(guard);
    const outputs = { vpgs: ['db', 'app'], reverse_protected: ['db', 'app'] };
    const { outcome, done } = answer(guard);
    expect(outcome).toEqual({ status: 'succeeded', outputs, told: ['told', 'told'] });
    expect([...done].sort()).toEqual(['app', 'db']);
    guard.say({ kind: 'release' });
    expect(guard.lock).toBe('free');
  });

  it('that was refused leaves that one open, and all others are attempted', () => {
    const guard = live(['db', 'app']);
    guard.say(endLive('commit', ['db', 'app']));
    guard.succeed(guard.next('baseline'));
    guard.succeed(guard.next('baseline'));
    guard.fail(guard.next('start'), 'failed', 'no');
    commitAll(guard);
    const { outcome, done } = answer(guard);
    expect(outcome).toMatchObject({ status: 'failed', error: 'db is not committed: start failed' });
    expect(done).toEqual(['app']);
    // A second word: what is done is not sent again.
    guard.say(endLive('commit', ['db', 'app']));
    expect(works(guard)).toEqual(['baseline commit-by-hand db']);
    commitAll(guard);
    expect([...answer(guard).done].sort()).toEqual(['app', 'db']);
    expect(guard.wrongs).toEqual([]);
  });

  it('finds what a person did, and sends nothing', () => {
    const guard = live();
    guard.endAtZvm('db', 'commit');
    guard.say(endLive('commit', ['db']));
    guard.succeed(guard.next('baseline'));
    expect(answer(guard)).toMatchObject({ done: ['db'], outcome: { status: 'succeeded', told: ['somebody did it'] } });
  });

  it.each(['unreachable', 'errored'] as const)('that did not get out (%s) is tried again with a new look', status => {
    const guard = live();
    guard.say(endLive('commit', ['db']));
    guard.fail(guard.next('baseline'), status, 'no');
    guard.fire('again:commit-by-hand db');
    guard.succeed(guard.next('baseline'));
    guard.fail(guard.next('start'), status, 'no');
    guard.fire('again:commit-by-hand db');
    commitAll(guard);
    expect(answer(guard)).toMatchObject({ done: ['db'] });
  });

  it('that does not get out by its time has errored', () => {
    const guard = live();
    guard.say(endLive('commit', ['db']));
    for (let i = 0; i < 100 && guard.told.length === 0; i++) {
      guard.fail(guard.next('baseline'), 'unreachable', 'no');
      if (guard.timers.has('again:commit-by-hand db')) guard.fire('again:commit-by-hand db');
    }
    expect(answer(guard)).toMatchObject({ done: [], outcome: { status: 'errored' } });
    expect(guard.now).toBeLessThanOrEqual(20 * 60_000);
  });

  it('whose answer was lost is settled', () => {
    const guard = live();
    guard.say(endLive('commit', ['db']));
    guard.succeed(guard.next('baseline'));
    const start = guard.next('start');
    guard.takeEffect(start);
    guard.fail(start, 'timed_out', 'unknown');
    expect(works(guard)).toEqual(['settle commit-by-hand db']);
    commitAll(guard);
    expect(answer(guard)).toMatchObject({ done: ['db'] });
  });

  it('whose answer was lost is sent again where nothing was sent', () => {
    const guard = live();
    guard.say(endLive('commit', ['db']));
    guard.succeed(guard.next('baseline'));
    guard.fail(guard.next('start'), 'unreachable', 'unknown');
    guard.succeed(guard.next('settle'));
    guard.fire('again:commit-by-hand db');
    commitAll(guard);
    expect(answer(guard)).toMatchObject({ done: ['db'] });
  });

  it('that failed at the ZVM leaves it open', () => {
    const guard = live();
    guard.say(endLive('commit', ['db']));
    guard.succeed(guard.next('baseline'));
    guard.succeed(guard.next('start'));
    guard.endingAtZvm.clear();
    guard.succeed(guard.next('wait'));
    expect(answer(guard)).toMatchObject({
      done: [],
      outcome: { status: 'failed', error: expect.stringMatching(/the task failed/) as string },
    });
    guard.say(endLive('roll-back', ['db']));
    commitAll(guard);
    expect(answer(guard)).toMatchObject({ done: ['db'] });
  });

  describe('of which nobody knows what came of it', () => {
    const inDoubt = (work: 'settle' | 'wait') => {
      const guard = live();
      guard.say(endLive('commit', ['db']));
      guard.succeed(guard.next('baseline'));
      const start = guard.next('start');
      if (work === 'wait') guard.succeed(start);
      else guard.fail(start, 'timed_out', 'unknown');
      guard.fail(guard.next(work), 'timed_out', 'unknown');
      expect(answer(guard)).toMatchObject({
        done: [],
        outcome: {
          status: work === 'wait' ? 'timed_out' : 'errored',
          error: expect.stringMatching(/is not known/) as string,
        },
      });
      return guard;
    };

    it.each(['settle', 'wait'] as const)('is found out before it is sent again (%s)', work => {
      const guard = inDoubt(work);
      guard.say(endLive('commit', ['db'], 'again'));
      expect(works(guard)).toEqual([`${work} again db`]);
      commitAll(guard);
      expect(answer(guard)).toMatchObject({ key: 'again', done: ['db'] });
    });

    it('is found out before the other is sent', () => {
      const guard = inDoubt('settle');
      guard.say(endLive('roll-back', ['db']));
      const settle = guard.next('settle');
      expect(settle.input).toMatchObject({ call: { action: 'zerto/commit' } });
      guard.succeed(settle);
      expect(works(guard)).toEqual(['baseline roll-back-by-hand db']);
      commitAll(guard);
      expect(answer(guard)).toMatchObject({ done: ['db'] });
      expect(guard.endedAtZvm.get('db')).toBe('roll-back');
    });

    it('and that was done after all is not given up', () => {
      const guard = inDoubt('wait');
      guard.say(endLive('roll-back', ['db']));
      commitAll(guard);
      expect(answer(guard)).toMatchObject({
        done: [],
        outcome: { status: 'failed', error: expect.stringMatching(/committed already/) as string },
      });
      guard.say(endLive('commit', ['db']));
      expect(guard.pending).toEqual([]);
      expect(answer(guard)).toMatchObject({ done: ['db'] });
    });
  });

  it.each([
    ['nothing', endLive('commit', ['x']), /nothing live open/],
    ['what nobody gave his word for', { ...endLive('commit', ['db']), call: call('keep', 'zerto/commit') }, /word/],
  ] as const)('of %s is refused', (_, message, error) => {
    const guard = live();
    guard.say(message);
    expect(guard.pending).toEqual([]);
    expect(answer(guard)).toMatchObject({
      done: [],
      outcome: { status: 'failed', error: expect.stringMatching(error) as string },
    });
  });

  it('of what is still opening, or of a test, is refused', () => {
    const guard = held();
    guard.say(open('db'));
    guard.say(open('app', 'zerto/failover-test'));
    guard.say(endLive('commit', ['db', 'app']));
    expect(answer(guard)).toMatchObject({
      outcome: {
        error: expect.stringMatching(/db is not committed: it is still opening; app .* nothing live/) as string,
      },
    });
    expect(works(guard)).toEqual(['baseline db', 'baseline app']);
  });

  it('beside another of the same opening is refused', () => {
    const guard = live(['db', 'app']);
    guard.say(endLive('commit', ['db']));
    guard.say(endLive('roll-back', ['db', 'app']));
    expect(works(guard)).toEqual(['baseline commit-by-hand db', 'baseline roll-back-by-hand app']);
    commitAll(guard);
    expect(guard.told).toMatchObject([
      { key: 'commit-by-hand', done: ['db'] },
      {
        key: 'roll-back-by-hand',
        done: ['app'],
        outcome: { status: 'failed', error: expect.stringMatching(/"commit-by-hand" is ending/) as string },
      },
    ]);
  });

  it('that was not sent when the run went is not sent, and what is open waits for people', () => {
    const guard = live();
    guard.say(endLive('commit', ['db']));
    const look = guard.next('baseline');
    guard.put({ kind: 'holder-gone' });
    guard.succeed(look);
    expect(answer(guard)).toMatchObject({ done: [], outcome: { status: 'cancelled' } });
    expect(guard.timers.has('look')).toBe(true);
  });

  it('that was sent when the run went goes on until it is known', () => {
    const guard = live();
    guard.say(endLive('commit', ['db']));
    guard.succeed(guard.next('baseline'));
    const start = guard.next('start');
    guard.put({ kind: 'holder-gone' });
    guard.succeed(start);
    guard.succeed(guard.next('wait'));
    expect(guard.lock).toBe('free');
  });
});

describe('a live change of a run that is gone', () => {
  it('keeps the guard and the locks until a person has ended it', () => {
    const guard = live();
    guard.now = 0;
    guard.put({ kind: 'holder-gone' });
    const pauses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const before = guard.now;
      guard.fire('look');
      pauses.push((guard.now - before) / 60_000);
      const look = guard.next('lookLive');
      if (i % 2 === 0) guard.succeed(look);
      else guard.fail(look, 'unreachable', 'no');
    }
    expect(pauses).toEqual([1, 2, 4, 8, 15, 15]);
    expect(tellOpenLive(guard.state)).toMatch(
      /run has ended.*\n.*\ndb: zerto\/failover since 1970-01-01T00:00:00.000Z/,
    );
    expect(guard.lock).toBe('asked');
    guard.endAtZvm('db', 'roll-back');
    guard.fire('look');
    guard.succeed(guard.next('lookLive'));
    expect(guard.lock).toBe('free');
    expect(tellOpenLive(guard.state)).toBeUndefined();
    guard.put({ kind: 'unlocked' });
    expect(guard.ended).toBe(true);
  });

  it('is looked at one after the other, at once where one is over', () => {
    const keys = ['db', 'app', 'web'];
    const guard = live(keys);
    guard.say({ kind: 'release' });
    for (const key of [...keys, 'db']) {
      guard.fire('look');
      expect(works(guard)).toEqual([`lookLive ${key}`]);
      guard.succeed(guard.next('lookLive'));
    }
    for (const key of keys) guard.endAtZvm(key, 'commit');
    guard.fire('look');
    for (const key of ['app', 'web', 'db']) {
      expect(works(guard)).toEqual([`lookLive ${key}`]);
      guard.succeed(guard.next('lookLive'));
    }
    expect(guard.lock).toBe('free');
  });

  it('is looked at once it is up, where the run went before', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    const start = guard.next('start');
    guard.put({ kind: 'holder-gone' });
    guard.succeed(start);
    expect(guard.timers.has('look')).toBe(false);
    guard.succeed(guard.next('wait'));
    expect(guard.timers.has('look')).toBe(true);
  });
});
