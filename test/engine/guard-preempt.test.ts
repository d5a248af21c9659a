import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HandedOver } from '../../engine/guard-types.ts';
import { viewOpenings } from '../../engine/guard-view.ts';
import { call, GuardModel } from './guard-model.ts';

const vpgs = { db: 'id-of-db', app: 'id-of-app' };
const wants = ['id-of-db'];
const preempt = (guard: GuardModel, forMs = 60_000): void => {
  guard.put({ kind: 'preempt', by: 'run-f', until: guard.now + forMs, wants });
};
const open = (key: string) => ({ kind: 'open' as const, key, summary: key, call: call(key) });

function begun(): GuardModel {
  const guard = new GuardModel(7_200_000);
  guard.say({ kind: 'acquire', vpgs, onLocked: 'fail' });
  guard.put({ kind: 'locked', granted: true, error: '' });
  return guard;
}

function inTest(): GuardModel {
  const guard = begun();
  guard.say(open('db'));
  for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
  return guard;
}

describe('a drill’s guard that is pre-empted', () => {
  it('tells its run, closes what is open with the reason, and lets the locks go without a word of the run', () => {
    const guard = inTest();
    preempt(guard);
    expect(guard.told).toContainEqual({ kind: 'preempted', by: 'run-f' });
    const stop = guard.next('stop');
    expect(stop.input).toMatchObject({ success: false, summary: 'pre-empted by run-f' });
    guard.say({ kind: 'yielded' });
    guard.succeed(stop);
    expect(guard.lock).toBe('asked');
    guard.succeed(guard.next('readBack'));
    expect(guard.lock).toBe('free');
    // It stays for its run, which closes and ends in its own time.
    expect(guard.ended).toBe(false);
    guard.say(open('app'));
    expect(guard.told.at(-1)).toMatchObject({ kind: 'not-opened', key: 'app', error: 'pre-empted by run-f' });
    guard.say({ kind: 'acquire', vpgs: { more: 'id-more' }, onLocked: 'wait' });
    expect(guard.told.at(-1)).toEqual({ kind: 'not-granted', error: 'pre-empted by run-f' });
    guard.put({ kind: 'unlocked' });
    guard.say({ kind: 'release' });
    expect(guard.ended).toBe(true);
  });

  it('keeps the locks while a call of the run itself is under way, but no longer than the pre-emption waits', () => {
    const guard = begun();
    preempt(guard);
    expect(guard.lock).toBe('asked');
    guard.fire('preempt');
    expect(guard.lock).toBe('free');
  });

  it('never cuts a call off, and keeps the locks until it is known what an unanswered one did', () => {
    const guard = begun();
    guard.say(open('db'));
    guard.succeed(guard.next('baseline'));
    preempt(guard, 1_000);
    guard.say({ kind: 'yielded' });
    expect(guard.cancelled.has('db')).toBe(false);
    const start = guard.next('start');
    guard.takeEffect(start);
    guard.fail(start, 'unreachable', 'unknown');
    guard.fire('preempt');
    expect([guard.lock, guard.offers]).toEqual(['asked', []]);
    for (const work of ['settle', 'stop', 'readBack'] as const) guard.succeed(guard.next(work));
    expect(guard.running.size).toBe(0);
    expect(guard.lock).toBe('free');
  });

  it('offers what it cannot stop in time, with all that is known of it, and does nothing until that is answered', () => {
    const guard = inTest();
    preempt(guard);
    guard.fail(guard.next('stop'), 'failed', 'no');
    expect(guard.offers).toEqual([]);
    guard.fire('preempt');
    expect(guard.offers).toMatchObject([
      { offers: [{ id: 'id-of-db', openings: [{ key: 'db', call: { step: 'db' }, sent: { taskId: 'task-1' } }] }] },
    ]);
    expect(guard.pending).toEqual([]);
    guard.fire('stop:db');
    expect(guard.offers).toHaveLength(2);
    guard.put({ kind: 'handed', ids: ['id-of-db'], taken: true, by: 'run-f' });
    expect(guard.told.at(-1)).toEqual({ kind: 'taken-over', key: 'db', by: 'run-f' });
    expect(guard.lock).toBe('free');
  });

  it.each([
    ['its own, which is earlier', 3_600_000, undefined, 3_600_000],
    ['of its drill, where it has none', undefined, undefined, 7_200_000],
    ['of its drill as a person has moved it up', undefined, 9_000_000, 9_000_000],
  ])('hands the deadline over: %s', (_, own, extended, deadline) => {
    const guard = begun();
    guard.say({ ...open('db'), ...(own === undefined ? {} : { deadline: own }) });
    for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
    if (extended !== undefined) guard.say({ kind: 'extend', deadline: extended });
    preempt(guard);
    guard.fail(guard.next('stop'), 'failed', 'no');
    guard.fire('preempt');
    expect(guard.offers).toMatchObject([{ offers: [{ openings: [{ key: 'db', deadline }] }] }]);
  });

  it('a stop that is still tried then is taken back first; one that was sent after all is read back', () => {
    const guard = inTest();
    preempt(guard);
    guard.fire('preempt');
    expect(guard.cancelled.has('db')).toBe(true);
    expect(guard.offers).toEqual([]);
    guard.succeed(guard.next('stop'));
    guard.succeed(guard.next('readBack'));
    expect([guard.lock, guard.offers]).toEqual(['free', []]);
  });

  it('goes on closing where the offer is not taken, or nobody answers for long', () => {
    const guard = inTest();
    preempt(guard);
    guard.fire('preempt');
    guard.fail(guard.next('stop'), 'cancelled', 'unknown');
    guard.put({ kind: 'handed', ids: ['id-of-db'], taken: false, by: '' });
    guard.fail(guard.next('stop'), 'failed', 'no');
    for (let i = 0; i < 10; i++) guard.fire('stop:db');
    expect(guard.offers.at(-1)).toEqual({ do: 'offer', offers: [{ id: 'id-of-db', openings: [] }] });
    guard.put({ kind: 'handed', ids: ['id-of-db'], taken: false, by: '' });
    guard.succeed(guard.next('stop'));
  });

  it('offers nothing that no live run wants', () => {
    const guard = begun();
    guard.say(open('app'));
    for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
    preempt(guard);
    guard.fire('preempt');
    guard.fail(guard.next('stop'), 'failed', 'no');
    expect(guard.offers).toEqual([]);
    expect(guard.timers.has('stop:app')).toBe(true);
  });
});

describe('a live run’s guard that was given a drill’s test', () => {
  const handed: HandedOver = {
    key: 'db',
    summary: 'db',
    call: { ...call('db'), run: { ...call('db').run, id: 'drill-1' } },
  };
  const given = (more: Partial<HandedOver> = {}, at = 0): GuardModel => {
    const guard = new GuardModel();
    guard.now = at;
    guard.say({ kind: 'acquire', vpgs, onLocked: 'wait' });
    guard.running.add('drill-1/db');
    guard.put({ kind: 'locked', granted: true, error: '', handed: [{ ...handed, ...more }] });
    return guard;
  };

  it('says so, leaves it to its failover, and reads back that it is gone', () => {
    const guard = given();
    expect(guard.told).toEqual([
      { kind: 'took-over', text: expect.stringContaining('by the drill drill-1 could not be stopped') as string },
      { kind: 'granted' },
    ]);
    guard.say({ kind: 'open', key: 'db', summary: 'db', call: call('db', 'zerto/failover') });
    for (const work of ['baseline', 'start'] as const) guard.succeed(guard.next(work));
    expect(guard.pending.map(p => p.work)).toEqual(['wait']);
    guard.succeed(guard.next('wait'));
    expect(guard.pending.map(p => `${p.work} ${p.key}`)).toEqual(['stop drill-1/db']);
  });

  it.each([
    ['the run lets it go', { kind: 'message', message: { kind: 'release' } }],
    ['the run is gone', { kind: 'holder-gone' }],
  ] as const)('closes it where no failover comes: %s', (_, event) => {
    const guard = given();
    guard.put(event);
    guard.succeed(guard.next('stop'));
    guard.succeed(guard.next('readBack'));
    expect([guard.running.size, guard.lock]).toEqual([0, 'free']);
  });

  it('closes it at its deadline', () => {
    const guard = given();
    guard.fire('deadline:drill-1/db');
    expect(guard.next('stop').key).toBe('drill-1/db');
  });

  const takenAt = 10_000_000;
  it.each([
    ['its drill’s', { deadline: takenAt + 7_200_000 }, takenAt + 7_200_000],
    ['so late that the failover comes first, where that is over or near', { deadline: 5 }, takenAt + 600_000],
    ['in an hour, where its drill had none', {}, takenAt + 3_600_000],
  ])('shows its deadline, also where it is lost itself: %s', (_, more, deadline) => {
    const sent = { taskId: 'task-1', checkpoint: '', checkpointTime: '', adopted: false };
    const guard = given({ sent, ...more }, takenAt);
    const shown = () => viewOpenings(guard.state, undefined).map(o => [o.key, o.deadline]);
    expect(shown()).toEqual([['drill-1/db', deadline]]);
    expect(guard.timers.get('deadline:drill-1/db')).toBe(deadline);
    guard.kill();
    expect(shown()).toEqual([['drill-1/db', deadline]]);
    guard.fire('deadline:drill-1/db');
    expect(guard.next('stop').key).toBe('drill-1/db');
  });

  it('its successor, where it is lost, knows the test, its deadline, and that a failover ends it', () => {
    for (const continues of [false, true]) {
      const guard = given();
      const deadline = guard.timers.get('deadline:drill-1/db');
      guard.now += 10_000;
      if (continues) guard.continueAsNew();
      guard.kill();
      expect(guard.timers.get('deadline:drill-1/db')).toBe(deadline);
      guard.put({ kind: 'locked', granted: true, error: '' });
      expect(guard.pending).toEqual([]);
      guard.say({ kind: 'open', key: 'db', summary: 'db', call: call('db', 'zerto/failover') });
      for (const work of ['baseline', 'start', 'wait'] as const) guard.succeed(guard.next(work));
      expect(guard.pending.map(p => `${p.work} ${p.key}`)).toEqual(['stop drill-1/db']);
    }
  });

  it('whenever it is lost after that, again and again, the test is closed once its run is over, and no other', () => {
    const events = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 20 });
    let open = 0;
    fc.assert(
      fc.property(events, fc.constantFrom('release', 'gone', 'deadline'), (happens, end) => {
        const guard = given();
        const own = 'drill-1/db';
        guard.kill();
        for (const [what, which] of happens) {
          guard.now += 1_000;
          if (what === 0) guard.kill();
          else if (what === 1) guard.continueAsNew();
          else if (what === 2)
            guard.say({ kind: 'open', key: 'db', summary: 'db', call: call('db', 'zerto/failover') });
          else if (what === 3) guard.put({ kind: 'locked', granted: true, error: '' });
          else if (what === 4 && guard.pending.length > 0) failHonestly(guard, which);
          else if (guard.pending.length > 0) guard.succeed(guard.next());
        }
        if (guard.running.has(own)) open++;
        if (end === 'release') guard.say({ kind: 'release' });
        if (end === 'gone') guard.put({ kind: 'holder-gone' });
        const isOwn = (timer: string): boolean => timer.endsWith(`:${own}`) && !timer.startsWith('stuck:');
        for (let i = 0; i < 100 && guard.running.has(own); i++) {
          const work = guard.pending.find(({ key }) => key === own)?.work;
          const timer = [...guard.timers.keys()].find(isOwn);
          if (work !== undefined) guard.succeed(guard.next(work));
          else if (timer !== undefined) guard.fire(timer);
        }
        expect([...guard.running].filter(key => key !== 'db')).toEqual([]);
        expect(guard.now).toBeLessThanOrEqual(3_600_000 + 60_000);
        expect(guard.started.has(own)).toBe(false);
        expect(guard.wrongs).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(open).toBeGreaterThan(100);
  });

  it('closes it too where it comes after the run has ended', () => {
    const guard = new GuardModel();
    guard.say({ kind: 'acquire', vpgs, onLocked: 'wait' });
    guard.put({ kind: 'holder-gone' });
    guard.put({ kind: 'locked', granted: true, error: '', handed: [handed] });
    expect(guard.next('stop').key).toBe('drill-1/db');
  });
});

/** The pre-emption comes after any event of a drill's life; then the world is kind, but may refuse to stop the test. */
it('after whatever event it comes, each test is closed or handed over exactly once, and the locks go', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 999 }), { maxLength: 25 }),
      fc.boolean(),
      fc.boolean(),
      (choices, refuses, gone) => {
        const guard = begun();
        const keys = ['db', 'app'];
        for (const choice of choices) {
          guard.now += 1_000;
          const key = keys[choice % 2] ?? 'db';
          const act = choice % 7;
          if (act === 0) guard.say(open(key));
          else if (act === 1)
            guard.say({
              kind: 'close',
              key,
              step: `close-${key}`,
              success: true,
              summary: '',
              deadline: guard.now + 9_000,
            });
          else if (act === 2 && guard.pending.length > 0) failHonestly(guard, choice);
          else if (guard.pending.length > 0) guard.succeed(guard.next());
        }
        preempt(guard);
        if (gone) guard.put({ kind: 'holder-gone' });
        else guard.say({ kind: 'yielded' });
        let taken = 0;
        for (let i = 0; i < 300 && guard.lock !== 'free'; i++) {
          const offered = guard.offers.splice(0).flatMap(o => o.offers);
          const stop = guard.pending.findIndex(p => p.work === 'stop' && p.key === 'db');
          if (offered.length > 0) {
            for (const { openings } of offered) for (const o of openings) if (guard.running.delete(o.key)) taken++;
            guard.put({ kind: 'handed', ids: offered.map(o => o.id), taken: true, by: 'run-f' });
          } else if (refuses && stop >= 0) {
            const [refused] = guard.pending.splice(stop, 1);
            if (refused !== undefined) guard.fail(refused, 'failed', 'no');
          } else if (guard.pending.length > 0) guard.succeed(guard.next());
          else {
            const [id] = [...guard.timers.keys()].filter(
              t => t !== 'deadline' && t !== 'lock' && !t.startsWith('stuck:'),
            );
            if (id === undefined) break;
            guard.fire(id);
          }
        }
        expect(guard.lock).toBe('free');
        expect(guard.running.size).toBe(0);
        expect(guard.wrongs).toEqual([]);
        expect(guard.atOnce).toBeLessThanOrEqual(1);
        expect(guard.told.filter(m => m.kind === 'taken-over').length).toBeGreaterThanOrEqual(taken);
        if (!refuses) expect(taken).toBe(0);
      },
    ),
    { numRuns: 1_000 },
  );
});

function failHonestly(guard: GuardModel, choice: number): void {
  const command = guard.next();
  const tookEffect = choice % 20 < 10;
  if (command.work === 'start' && tookEffect) guard.takeEffect(command);
  guard.fail(
    command,
    choice % 3 === 0 ? 'timed_out' : 'unreachable',
    command.work === 'start' && !tookEffect ? 'no' : 'unknown',
  );
}
