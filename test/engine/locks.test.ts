import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardIdParts } from '../../engine/guard-id.ts';
import { isOwner, ownerOf } from '../../engine/lock-owner.ts';
import { advanceLocks, beginLocks } from '../../engine/locks.ts';
import type { LockRequest, LocksCommand } from '../../engine/locks-types.ts';
import { ask, granted, request } from './lock-requests.ts';

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

  describe('a run that asks for more than it holds', () => {
    const more = (token: string, vpgs: string[], also: Partial<LockRequest> = {}) =>
      request(token, vpgs, { n: 1, ...also });

    it('gets all of the new ones or none, and keeps what it has', () => {
      const state = beginLocks();
      ask(state, request('a', ['x']));
      ask(state, request('b', ['z']));
      expect(ask(state, more('a', ['y', 'z'], { onLocked: 'fail' }))).toMatchObject([
        { do: 'answer', token: 'a', n: 1, granted: false },
      ]);
      expect(Object.keys(state.leases)).toEqual(['id-x', 'id-z']);
      expect(ask(state, more('a', ['x', 'y']))).toMatchObject([{ do: 'answer', token: 'a', n: 1, granted: true }]);
      expect(state.leases['id-y']).toMatchObject({ token: 'a' });
      expect(advanceLocks(state, { at: 9, kind: 'release', token: 'a' })).toEqual([]);
      expect(Object.keys(state.leases)).toEqual(['id-z']);
    });

    it('is answered twice where it asks twice', () => {
      const state = beginLocks();
      ask(state, request('a', ['x']));
      expect(granted(ask(state, more('a', ['y'])))).toEqual(['a']);
      expect(granted(ask(state, more('a', ['y'])))).toEqual(['a']);
      expect(ask(state, request('a', ['x']))).toEqual([
        { do: 'answer', guard: 'guard/a', token: 'a', granted: true, error: '' },
      ]);
    });

    it('does not wait for somebody who waits for it', () => {
      const state = beginLocks();
      ask(state, request('a', ['x']));
      ask(state, request('b', ['x', 'y']));
      expect(granted(ask(state, more('a', ['y'])))).toEqual(['a']);
      expect(granted(advanceLocks(state, { at: 9, kind: 'release', token: 'a' }))).toEqual(['b']);
    });

    it('may not close a circle of holders', () => {
      const state = beginLocks();
      ask(state, request('a', ['x']));
      ask(state, request('b', ['y']));
      ask(state, request('c', ['z']));
      expect(ask(state, more('a', ['y']))).toEqual([]);
      expect(ask(state, more('b', ['z']))).toEqual([]);
      expect(ask(state, more('c', ['x']))).toMatchObject([{ do: 'answer', token: 'c', granted: false }]);
      expect(granted(advanceLocks(state, { at: 9, kind: 'release', token: 'c' }))).toEqual(['b']);
      expect(granted(advanceLocks(state, { at: 9, kind: 'release', token: 'b' }))).toEqual(['a']);
    });

    it('a timer of the first question does not end the wait of the second', () => {
      const state = beginLocks();
      ask(state, request('a', ['x'], { until: 2_000 }));
      ask(state, request('b', ['y']));
      ask(state, more('a', ['y'], { until: 5_000 }));
      expect(advanceLocks(state, { at: 2_000, kind: 'timer', token: 'a' })).toEqual([]);
      expect(advanceLocks(state, { at: 5_000, kind: 'timer', token: 'a' })).toMatchObject([{ granted: false, n: 1 }]);
    });
  });

  it('whoever holds and asks for more, nobody waits for ever', () => {
    const vpgs = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
    const wish = fc.record({ who: fc.nat({ max: 4 }), vpgs, live: fc.boolean(), wait: fc.boolean() });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 30 }), wishes => {
        const state = beginLocks();
        const asked = new Map<string, number>();
        const answered = new Map<string, number>();
        const holders = new Set<string>();
        const note = (commands: LocksCommand[]): void => {
          for (const c of commands) {
            if (c.do !== 'answer') continue;
            answered.set(c.token, c.n ?? 0);
            if (c.granted) holders.add(c.token);
          }
        };
        for (const { who, vpgs: names, live, wait } of wishes) {
          const token = `t${who}`;
          const n = asked.get(token);
          // One question at a time, as the guard does.
          if (n !== undefined && answered.get(token) !== n) continue;
          asked.set(token, (n ?? -1) + 1);
          note(ask(state, request(token, names, { n: (n ?? -1) + 1, live, onLocked: wait ? 'wait' : 'fail' })));
        }
        // Who waits is let in once those end that do not wait.
        for (let i = 0; i < 10; i++) {
          const idle = [...holders].filter(token => answered.get(token) === asked.get(token));
          for (const token of idle) {
            holders.delete(token);
            note(advanceLocks(state, { at: 99, kind: 'release', token }));
          }
        }
        expect(state).toEqual({ leases: {}, queue: [] });
        expect(answered).toEqual(asked);
      }),
    );
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

describe('guards of what one recovers', () => {
  const recovered = 'guard/recovered/site-b/id-db/t1';

  it('a late request of a lost one takes nothing back from its successor, whose id is longer', () => {
    const state = beginLocks();
    ask(state, request('a', ['db'], { guard: recovered }));
    ask(state, request('a', ['db'], { guard: `${recovered}/2` }));
    expect(state.leases['id-db']?.guard).toBe(`${recovered}/2`);
    ask(state, request('a', ['db'], { guard: recovered }));
    expect(state.leases['id-db']?.guard).toBe(`${recovered}/2`);
    ask(state, request('a', ['db'], { guard: `${recovered}/10` }));
    expect(state.leases['id-db']?.guard).toBe(`${recovered}/10`);
  });

  it('an owner is told, and no token', () => {
    expect(ownerOf('t')).toMatch(/^owner-[0-9a-f]{32}$/);
    expect(ownerOf('t')).not.toBe(ownerOf('u'));
    expect(isOwner(ownerOf('t')) && !isOwner('t')).toBe(true);
  });

  it.each([
    ['guard/r1', 'guard/r1', 1],
    ['guard/r1/12', 'guard/r1', 12],
    [recovered, recovered, 1],
    [`${recovered}/3`, recovered, 3],
    ['guard/recovered/s/v/7', 'guard/recovered/s/v/7', 1],
  ])('%s is of %s, generation %s', (id, first, generation) => {
    expect(guardIdParts(id)).toEqual({ first, generation });
  });
});
