import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceLocks, beginLocks, type LockRequest, type LocksCommand, type LocksState } from '../../engine/locks.ts';

const request = (token: string, vpgs: string[], more: Partial<LockRequest> = {}): LockRequest => ({
  token,
  guard: `guard/${token}`,
  run: `run-${token}`,
  live: false,
  vpgs: Object.fromEntries(vpgs.map(v => [v, `id-${v}`])),
  onLocked: 'wait',
  ...more,
});

const everybody = (state: LocksState) => Object.values(state.leases).map(lease => lease.guard);
const ask = (state: LocksState, r: LockRequest) =>
  advanceLocks(state, { at: 1_000, kind: 'request', request: r, alive: everybody(state) });
const granted = (commands: LocksCommand[]) => commands.flatMap(c => (c.do === 'answer' && c.granted ? [c.token] : []));

describe('locks', () => {
  it('grants all VPGs of a run at once or none', () => {
    const state = beginLocks();
    expect(granted(ask(state, request('a', ['db', 'app'])))).toEqual(['a']);
    expect(granted(ask(state, request('b', ['app', 'web'])))).toEqual([]);
    expect(Object.keys(state.leases)).toEqual(['id-db', 'id-app']);
    expect(granted(advanceLocks(state, { at: 2_000, kind: 'release', token: 'a' }))).toEqual(['b']);
  });

  it('refuses at once with the holder where asked to, after the holder was found alive', () => {
    const state = beginLocks();
    ask(state, request('a', ['db']));
    const b = request('b', ['db'], { onLocked: 'fail' });
    expect(advanceLocks(state, { at: 5, kind: 'request', request: b, alive: [] })).toEqual([
      { do: 'check-guard', guard: 'guard/a', then: b, alive: [] },
    ]);
    expect(ask(state, b)).toEqual([
      {
        do: 'answer',
        guard: 'guard/b',
        token: 'b',
        granted: false,
        error: 'db is held by run-a since 1970-01-01T00:00:01.000Z',
      },
    ]);
  });

  it('a holder that is gone leaves its VPGs to the next', () => {
    const state = beginLocks();
    ask(state, request('a', ['db']));
    advanceLocks(state, { at: 5, kind: 'guard-gone', guard: 'guard/a' });
    expect(granted(ask(state, request('b', ['db'], { onLocked: 'fail' })))).toEqual(['b']);
  });

  it('looks for every holder in the way, and again for one who waits', () => {
    const state = beginLocks();
    ask(state, request('a', ['x']));
    ask(state, request('b', ['y']));
    const c = request('c', ['x', 'y']);
    const check = (alive: string[]) => advanceLocks(state, { at: 5, kind: 'request', request: c, alive });
    expect(check([])).toMatchObject([{ do: 'check-guard', guard: 'guard/a' }]);
    advanceLocks(state, { at: 5, kind: 'guard-gone', guard: 'guard/a' });
    expect(check([])).toMatchObject([{ do: 'check-guard', guard: 'guard/b' }]);
    expect(check(['guard/b'])).toEqual([]);
    expect(state.queue).toHaveLength(1);
    expect(check([])).toMatchObject([{ do: 'check-guard', guard: 'guard/b' }]);
    advanceLocks(state, { at: 6, kind: 'guard-gone', guard: 'guard/b' });
    expect(state.leases['id-x']?.run).toBe('run-c');
  });

  it('lets live runs go first, and nobody overtake a larger set', () => {
    const state = beginLocks();
    ask(state, request('a', ['db']));
    ask(state, request('set', ['db', 'web']));
    expect(granted(ask(state, request('late', ['web'])))).toEqual([]);
    ask(state, request('live', ['db'], { live: true }));
    expect(granted(advanceLocks(state, { at: 9, kind: 'release', token: 'a' }))).toEqual(['live']);
    expect(granted(advanceLocks(state, { at: 9, kind: 'release', token: 'live' }))).toEqual(['set']);
  });

  it('gives up when the wait is over', () => {
    const state = beginLocks();
    ask(state, request('a', ['db']));
    expect(ask(state, request('b', ['db'], { until: 2_000 }))).toEqual([{ do: 'timer', token: 'b', at: 2_000 }]);
    expect(advanceLocks(state, { at: 2_000, kind: 'timer', token: 'b' })).toMatchObject([
      { do: 'answer', granted: false },
    ]);
    expect(state.queue).toEqual([]);
  });

  it('never gives a VPG to two, and everybody gets his turn', () => {
    const vpgs = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.record({ vpgs, live: fc.boolean(), release: fc.nat() }), { maxLength: 25 }), wishes => {
        const state = beginLocks();
        const held: string[] = [];
        const note = (commands: LocksCommand[]) => held.push(...granted(commands));
        wishes.forEach((wish, i) => {
          note(ask(state, request(`t${i}`, wish.vpgs, { live: wish.live })));
          const token = held[wish.release % (held.length + 1)];
          if (token !== undefined) note(advanceLocks(state, { at: i, kind: 'release', token }));
        });
        for (let i = 0; i < held.length; i++)
          note(advanceLocks(state, { at: 99, kind: 'release', token: held[i] ?? '' }));
        expect(new Set(held).size).toBe(wishes.length);
        expect(state).toEqual({ leases: {}, queue: [] });
      }),
    );
  });
});
