import { describe, expect, it } from 'vitest';
import { call, GuardModel } from './guard-model.ts';

const open = (key: string) => ({ kind: 'open' as const, key, summary: key, call: call(key) });
const close = (key: string, deadline = 3_600_000) => ({
  kind: 'close' as const,
  key,
  step: `close-${key}`,
  success: true,
  summary: 'passed',
  deadline,
});

function held(deadline?: number): GuardModel {
  const guard = new GuardModel(deadline);
  guard.say({ kind: 'acquire', vpgs: { db: 'id' }, onLocked: 'fail' });
  guard.put({ kind: 'locked', granted: true, error: '' });
  guard.told.length = 0;
  return guard;
}

function opened(): GuardModel {
  const guard = held();
  guard.say(open('db'));
  for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
  return guard;
}

const kinds = (guard: GuardModel) => guard.told.map(message => message.kind);

describe('guard', () => {
  it('opens, closes, lets the locks go and ends', () => {
    const guard = opened();
    guard.say(close('db'));
    guard.succeed(guard.next('stop'));
    const readBack = guard.next('readBack');
    expect(readBack.input).toMatchObject({ taskId: 'stop-1', sent: { taskId: 'task-1', checkpoint: '1' } });
    guard.succeed(readBack);
    guard.say({ kind: 'release' });
    guard.put({ kind: 'unlocked' });
    expect(kinds(guard)).toEqual(['opened', 'closed']);
    expect(guard.ended).toBe(true);
  });

  it('opens nothing without the lock', () => {
    const guard = new GuardModel();
    guard.say(open('db'));
    expect(kinds(guard)).toEqual(['not-opened']);
    expect(guard.pending).toEqual([]);
  });

  it('does not send what was closed during its baseline', () => {
    const guard = held();
    guard.say(open('db'));
    const baseline = guard.next('baseline');
    guard.say(close('db'));
    expect(guard.cancelled.has('db')).toBe(true);
    guard.succeed(baseline);
    expect(kinds(guard)).toEqual(['not-opened']);
    expect(guard.pending).toEqual([]);
  });

  it('a lost answer is settled before anything else, and what it started is closed', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    const start = guard.next('start');
    guard.startTest('db');
    guard.fail(start, 'timed_out', 'unknown');
    guard.say(close('db'));
    expect(guard.pending.map(p => p.work)).toEqual(['settle']);
    guard.succeed(guard.next('settle'));
    guard.succeed(guard.next('stop'));
    guard.succeed(guard.next('readBack'));
    expect(kinds(guard)).toEqual(['closed']);
    expect(guard.running.size).toBe(0);
  });

  it('a lost answer that started nothing begins anew, with a new baseline, once nothing can arrive any more', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    guard.fail(guard.next('start'), 'timed_out', 'unknown');
    guard.succeed(guard.next('settle'));
    expect(guard.told).toEqual([]);
    guard.fire('again:db');
    expect(guard.pending.map(p => p.work)).toEqual(['baseline']);
  });

  describe('how long a call without an answer may still arrive', () => {
    const settling = (requestTimeoutMs: number | undefined, lost: Parameters<GuardModel['fail']>[3]) => {
      const guard = held();
      guard.say(open('db'));
      const { key } = guard.next('baseline');
      const timeout = requestTimeoutMs === undefined ? {} : { requestTimeoutMs };
      guard.put({ kind: 'done', work: 'baseline', key, result: { tasks: [], reports: [], ...timeout } });
      const start = guard.next('start');
      if (start.work !== 'start') throw new Error('unreachable');
      const window = start.input.notAfter - guard.now;
      guard.now += 4_000;
      guard.fail(start, 'unreachable', 'unknown', lost);
      const settle = guard.next('settle');
      if (settle.work !== 'settle') throw new Error('unreachable');
      return { window, lateAfter: settle.input.lateUntil - guard.now };
    };

    it.each([
      [undefined, 30_000, 45_000],
      [30_000, 30_000, 45_000],
      [120_000, 30_000, 180_000],
      [2_000, 10_000, 3_000],
    ])('follows the request time-out of the site: %s', (timeout, window, lateAfter) => {
      expect(settling(timeout, {})).toEqual({ window, lateAfter });
    });

    it('counts from the last moment of sending where an attempt was lost without a word: its worker may only stand still', () => {
      expect(settling(2_000, { earlier: true })).toEqual({ window: 10_000, lateAfter: 6_000 + 3_000 });
      expect(settling(undefined, { earlier: true })).toEqual({ window: 30_000, lateAfter: 26_000 + 45_000 });
    });
  });

  it('a lost answer that started nothing is told as not opened where it was closed meanwhile', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    guard.fail(guard.next('start'), 'timed_out', 'unknown');
    guard.say(close('db'));
    guard.succeed(guard.next('settle'));
    expect(guard.told).toMatchObject([{ kind: 'not-opened', status: 'errored' }]);
  });

  it('asks again for locks that do not answer', () => {
    const guard = new GuardModel();
    guard.say({ kind: 'acquire', vpgs: { db: 'id' }, onLocked: 'wait' });
    guard.lock = 'none';
    guard.fire('lock');
    expect(guard.lock).toBe('asked');
    guard.put({ kind: 'locked', granted: true, error: '' });
    guard.lock = 'held';
    guard.fire('lock');
    expect(guard.lock).toBe('held');
  });

  it('a ZVM out of reach before sending gets a new baseline, not a blind repetition', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    guard.fail(guard.next('start'), 'unreachable', 'no');
    guard.fire('again:db');
    expect(guard.pending.map(p => p.work)).toEqual(['baseline']);
  });

  it('a timed-out opening counts as open', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    guard.succeed(guard.next('start'));
    guard.fail(guard.next('wait'), 'timed_out', 'unknown');
    expect(guard.told).toMatchObject([{ kind: 'open-failed', status: 'timed_out' }]);
    guard.say(close('db'));
    expect(guard.pending.map(p => p.work)).toEqual(['stop']);
  });

  it('closes when its run is gone, in mid-call too', () => {
    const guard = held();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    const start = guard.next('start');
    guard.put({ kind: 'holder-gone' });
    expect(guard.ended).toBe(false);
    guard.succeed(start);
    guard.succeed(guard.next('stop'));
    guard.succeed(guard.next('readBack'));
    guard.put({ kind: 'unlocked' });
    expect(guard.running.size).toBe(0);
    expect(guard.ended).toBe(true);
  });

  it('closes at its deadline what the run left open', () => {
    const guard = held(100_000);
    guard.say(open('db'));
    for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
    guard.fire('deadline');
    expect(guard.pending.map(p => p.work)).toEqual(['stop']);
  });

  it('tells once that it is stuck, and goes on closing', () => {
    const guard = opened();
    guard.say(close('db', 10_000));
    for (let i = 0; i < 6; i++) {
      guard.fail(guard.next('stop'), 'unreachable', 'unknown');
      guard.fire('stop:db');
    }
    expect(kinds(guard)).toEqual(['opened', 'stuck']);
    guard.say({ kind: 'release' });
    guard.succeed(guard.next('stop'));
    guard.succeed(guard.next('readBack'));
    guard.put({ kind: 'unlocked' });
    expect(guard.running.size).toBe(0);
    expect(guard.ended).toBe(true);
  });

  it('a second close of the same opening sends nothing twice', () => {
    const guard = opened();
    guard.say(close('db'));
    guard.say(close('db'));
    expect(guard.pending.map(p => p.work)).toEqual(['stop']);
  });
});

describe('what a run finds later', () => {
  const more = { kind: 'acquire' as const, vpgs: { crm: 'id-crm' }, onLocked: 'fail' as const };

  it('is asked for beside what it holds, which stays open and opens', () => {
    const guard = held();
    guard.say(more);
    expect(guard.locks.at(-1)).toMatchObject({ n: 1, vpgs: { crm: 'id-crm' } });
    guard.say(open('db'));
    expect(guard.next('baseline').key).toBe('db');
    guard.put({ kind: 'locked', n: 1, granted: true, error: '' });
    expect(kinds(guard)).toEqual(['granted']);
    guard.say({ ...more, vpgs: { x: 'id-x' } });
    guard.put({ kind: 'locked', n: 2, granted: false, error: 'x is held' });
    expect(kinds(guard)).toEqual(['granted', 'not-granted']);
    expect(guard.state.locks).toBe('held');
  });

  it('is not granted by an answer to the question before', () => {
    const guard = held();
    guard.say(more);
    guard.put({ kind: 'locked', granted: true, error: '' });
    expect(guard.told).toEqual([]);
    guard.fire('lock');
    expect(guard.locks.at(-1)).toMatchObject({ n: 1, vpgs: { crm: 'id-crm' } });
    guard.put({ kind: 'locked', n: 1, granted: true, error: '' });
    guard.put({ kind: 'locked', n: 1, granted: true, error: '' });
    expect(kinds(guard)).toEqual(['granted']);
  });

  it('comes too late for a run that has let go', () => {
    const guard = opened();
    guard.say({ kind: 'release' });
    guard.say(more);
    expect(kinds(guard)).toContain('not-granted');
  });
});

describe('the deadline of an opening', () => {
  const until = 3_600_000;

  it('makes the guard close it, and it alone', () => {
    const guard = held();
    guard.say({ ...open('db'), deadline: until });
    guard.say(open('app'));
    for (let i = 0; i < 6; i++) guard.succeed(guard.next());
    guard.fire('deadline:db');
    expect(guard.now).toBe(until);
    const stop = guard.next('stop');
    expect(stop).toMatchObject({ key: 'db', input: { success: false } });
    guard.succeed(stop);
    guard.succeed(guard.next('readBack'));
    expect(guard.told.at(-1)).toMatchObject({ kind: 'closed', key: 'db' });
    expect(guard.pending).toEqual([]);
  });

  it('needs no timer of its own where all must be closed by then', () => {
    const guard = held(until);
    guard.say({ ...open('db'), deadline: until });
    expect([...guard.timers.keys()]).toEqual(['deadline', 'lock']);
  });

  it('is nothing where the run closed it before', () => {
    const guard = held();
    guard.say({ ...open('db'), deadline: until });
    for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
    guard.say(close('db'));
    guard.succeed(guard.next('stop'));
    guard.fire('deadline:db');
    guard.succeed(guard.next('readBack'));
    expect(guard.pending).toEqual([]);
    expect(kinds(guard)).toEqual(['opened', 'closed']);
  });
});
