import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceLocks, beginLocks } from '../../engine/locks.ts';
import type { LockRequest, LocksCommand, LocksEvent, LocksState, Offer } from '../../engine/locks-types.ts';
import { ask, everybody, granted, request } from './lock-requests.ts';
import type { WithoutTime } from '../../engine/types.ts';
import { call } from './guard-model.ts';

const drill = (token: string, vpgs: string[], more: Partial<LockRequest> = {}) =>
  request(token, vpgs, { drill: true, ...more });
const live = (token: string, vpgs: string[], more: Partial<LockRequest> = {}) =>
  request(token, vpgs, { live: true, ...more });

const release = (state: LocksState, token: string) => advanceLocks(state, { at: 9, kind: 'release', token });
const handed = (key: string) => ({ key, summary: key, call: call(key) });
const offer = (state: LocksState, token: string, offers: Offer[]) =>
  advanceLocks(state, { at: 9, kind: 'offer', token, guard: `guard/${token}`, offers });

describe('a live run', () => {
  it('tells the drill in its way to stop, and gets its VPGs directly, before whoever waited longer', () => {
    const state = beginLocks();
    ask(state, drill('d', ['db', 'app']));
    ask(state, drill('later', ['db']));
    expect(ask(state, live('f', ['db'], { preemptWaitMs: 5_000 }))).toEqual([
      { do: 'preempt', guard: 'guard/d', token: 'd', by: 'run-f', until: 6_000, wants: ['id-db'] },
    ]);
    // The whole drill is given up: the other VPG too.
    expect(Object.values(state.leases).map(lease => lease.yielding?.wanted)).toEqual([true, false]);
    expect(granted(release(state, 'd'))).toEqual(['f']);
    expect(granted(release(state, 'f'))).toEqual(['later']);
  });

  it('does so with on-locked fail too: a drill does not lock it out', () => {
    const state = beginLocks();
    ask(state, drill('d', ['db']));
    expect(ask(state, live('f', ['db'], { onLocked: 'fail' }))).toMatchObject([{ do: 'preempt', token: 'd' }]);
  });

  it('waits for a live run and for a change', () => {
    const state = beginLocks();
    ask(state, live('f', ['db']));
    ask(state, request('c', ['app']));
    ask(state, drill('d', ['web']));
    expect(ask(state, live('g', ['db', 'web']))).toEqual([]);
    expect(ask(state, live('h', ['app']))).toEqual([]);
    expect(ask(state, live('i', ['db'], { onLocked: 'fail' }))).toMatchObject([
      { granted: false, error: 'db is held by run-f since 1970-01-01T00:00:01.000Z' },
    ]);
    // A drill is not ended for somebody who has to wait for people all the same.
    expect(release(state, 'f')).toMatchObject([{ do: 'preempt', token: 'd', by: 'run-g' }]);
  });

  it('a drill that waits for more gets nothing more', () => {
    const state = beginLocks();
    ask(state, drill('d', ['db']));
    ask(state, live('f', ['app']));
    ask(state, drill('d', ['app'], { n: 1 }));
    ask(state, live('g', ['db']));
    expect(state.queue.map(r => r.token)).toEqual(['g']);
    expect(ask(state, drill('d', ['web'], { n: 2 }))).toMatchObject([{ granted: false, error: 'pre-empted by run-g' }]);
  });

  it('does not wait in a circle with a drill that waits for it', () => {
    const state = beginLocks();
    ask(state, live('f', ['x']));
    ask(state, drill('d', ['y']));
    ask(state, drill('d', ['x'], { n: 1 }));
    expect(ask(state, live('f', ['y'], { n: 1 }))).toMatchObject([{ do: 'preempt', token: 'd' }]);
    expect(granted(release(state, 'd'))).toEqual(['f']);
  });

  it('hears for whom it waits, and again when that changes', () => {
    const state = beginLocks();
    ask(state, drill('d', ['db']));
    const waits = (commands: LocksCommand[]) => commands.flatMap(c => (c.do === 'waits' ? [c.text] : []));
    expect(waits(ask(state, live('f', ['db'], { listens: true })))).toEqual([
      'db is held by run-d since 1970-01-01T00:00:01.000Z, a drill that was told to stop',
    ]);
    expect(waits(advanceLocks(state, { at: 5, kind: 'guard-lost', guard: 'guard/d' })).join()).toMatch(
      /^db was held by run-d, whose guard is lost: the janitor looks every minute .*drillbook leases/,
    );
  });
});

describe('a lost guard', () => {
  const lost = () => {
    const state = beginLocks();
    ask(state, drill('d', ['db', 'app']));
    advanceLocks(state, { at: 5, kind: 'guard-lost', guard: 'guard/d' });
    return state;
  };

  it('leaves its leases: nobody has looked what it left open', () => {
    const state = lost();
    expect(ask(state, drill('e', ['db'], { onLocked: 'fail' }))).toMatchObject([
      { granted: false, error: expect.stringMatching(/guard is lost.*janitor/) as string },
    ]);
    expect(ask(state, live('f', ['db']))).toEqual([]);
    expect(granted(release(state, 'd'))).toEqual(['f']);
  });

  it('is followed by a successor of the same token, which hears of a pre-emption; a late word of the first changes nothing', () => {
    const state = lost();
    ask(state, live('f', ['db']));
    const successor = drill('d', ['db', 'app'], { guard: 'guard/d/2' });
    const commands = ask(state, successor, 7_000);
    expect(commands).toMatchObject([
      { do: 'answer', guard: 'guard/d/2', granted: true },
      { do: 'preempt', guard: 'guard/d/2', by: 'run-f' },
    ]);
    ask(state, drill('d', ['db', 'app']));
    expect(new Set(everybody(state))).toEqual(new Set(['guard/d/2']));
    expect(Object.values(state.leases).some(lease => lease.lost)).toBe(false);
  });

  it('one that runs after all (a reset) is held as before', () => {
    const state = lost();
    advanceLocks(state, { at: 6, kind: 'guard-runs', guard: 'guard/d' });
    expect(ask(state, live('f', ['db']))).toMatchObject([{ do: 'preempt' }]);
  });
});

describe('an offer of a test that cannot be closed', () => {
  const pressed = () => {
    const state = beginLocks();
    ask(state, drill('d', ['db', 'app']));
    ask(state, live('f', ['db']));
    return state;
  };

  it('is taken with the VPG, and the drill keeps the others', () => {
    const state = pressed();
    const [answer, ...others] = offer(state, 'd', [{ id: 'id-db', openings: [handed('db')] }]);
    expect(answer).toMatchObject({
      do: 'answer',
      token: 'f',
      granted: true,
      takenOver: { by: 'run-f', handed: [{ key: 'db' }], from: [{ guard: 'guard/d', token: 'd', ids: ['id-db'] }] },
    });
    expect(others).toEqual([]);
    expect(state.leases).toMatchObject({ 'id-db': { token: 'f' }, 'id-app': { token: 'd' } });
  });

  it('is the drill’s again where the live run’s guard is no more', () => {
    const state = pressed();
    const [answer] = offer(state, 'd', [{ id: 'id-db', openings: [handed('db')] }]);
    if (answer?.do !== 'answer' || answer.takenOver === undefined) throw new Error('nothing was taken over');
    const { back } = answer.takenOver;
    expect(advanceLocks(state, { at: 9, kind: 'undelivered', token: 'f', back })).toEqual([
      { do: 'handed', guard: 'guard/d', token: 'd', ids: ['id-db'], taken: false, by: '' },
    ]);
    expect(state.leases['id-db']).toMatchObject({ token: 'd' });
    expect(state.leases['id-db']?.offered).toBeUndefined();
  });

  it('waits for the other drills in the way, and is refused when the live run has gone', () => {
    const state = beginLocks();
    ask(state, drill('d', ['db']));
    ask(state, drill('e', ['web']));
    ask(state, live('f', ['db', 'web']));
    expect(offer(state, 'd', [{ id: 'id-db', openings: [handed('db')] }])).toEqual([]);
    // Not to a third one: not even when the first is let go.
    expect(ask(state, drill('g', ['db']))).toEqual([]);
    expect(release(state, 'f')).toEqual([
      { do: 'handed', guard: 'guard/d', token: 'd', ids: ['id-db'], taken: false, by: '' },
    ]);
    expect(offer(state, 'd', [{ id: 'id-db', openings: [handed('db')] }])).toMatchObject([{ taken: false }]);
  });

  it('is taken back without openings, and refused to whoever does not hold it', () => {
    const state = beginLocks();
    ask(state, drill('d', ['db']));
    ask(state, drill('e', ['web']));
    ask(state, live('f', ['db', 'web']));
    offer(state, 'd', [{ id: 'id-db', openings: [handed('db')] }]);
    expect(offer(state, 'd', [{ id: 'id-db', openings: [] }])).toMatchObject([{ ids: ['id-db'], taken: false }]);
    expect(offer(state, 'd', [{ id: 'id-web', openings: [handed('web')] }])).toMatchObject([{ taken: false }]);
    expect(state.leases['id-web']?.offered).toBeUndefined();
  });
});

/** All that guards may do, in any order, messages of lost guards included. */
describe('whatever happens', () => {
  const names = ['a', 'b', 'c', 'd'];
  const happening = fc.record({
    what: fc.constantFrom('ask', 'ask', 'ask', 'ask-more', 'release', 'lose', 'succeed', 'offer', 'miss'),
    who: fc.nat({ max: 5 }),
    vpgs: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
    kind: fc.constantFrom('live', 'drill', 'change'),
    fail: fc.boolean(),
  });

  it('no VPG has two owners, live goes before drill, pre-emption ends, nobody waits for ever', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), happenings => {
        const world = new World();
        happenings.forEach((h, i) => {
          world.step(h, i);
          world.check();
        });
        world.finish();
        expect(world.state).toEqual({ leases: {}, queue: [] });
        expect(world.wrongs).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  interface Happening {
    readonly what: string;
    readonly who: number;
    readonly vpgs: readonly string[];
    readonly kind: string;
    readonly fail: boolean;
  }

  class World {
    readonly state = beginLocks();
    readonly wrongs: string[] = [];
    /** What each run believes to hold, by what it was told. */
    readonly held = new Map<string, Set<string>>();
    readonly asked = new Map<string, LockRequest>();
    readonly open = new Set<string>();
    readonly pressed = new Set<string>();
    now = 0;

    step({ what, who, vpgs, kind, fail }: Happening, i: number): void {
      this.now += 1_000;
      const known = [...this.asked.keys()];
      const token = known[who % Math.max(1, known.length)] ?? '';
      const last = this.asked.get(token);
      switch (what) {
        case 'ask': {
          const made = request(`t${i}`, [...vpgs], { onLocked: fail ? 'fail' : 'wait', ...kindOf(kind) });
          this.asked.set(made.token, made);
          this.open.add(made.token);
          this.put({ kind: 'request', request: made, alive: everybody(this.state) });
          return;
        }
        case 'ask-more':
          // One question at a time, as the guard does.
          if (last === undefined || this.open.has(token) || !this.held.has(token)) return;
          this.ask({ ...last, n: (last.n ?? 0) + 1, vpgs: request('', [...vpgs]).vpgs });
          return;
        case 'release':
          if (last !== undefined && !this.open.has(token)) this.release(token);
          return;
        case 'lose':
          this.put({ kind: 'guard-lost', guard: last?.guard ?? '' });
          return;
        case 'succeed':
          if (last === undefined || !this.held.has(token)) return;
          this.ask({ ...last, guard: `guard/${token}/${i + 2}`, vpgs: heldOf(this.state, token) });
          return;
        case 'offer':
          this.offerAll(token);
          return;
        default:
          if (last !== undefined && this.open.has(token)) this.put({ kind: 'timer', token });
      }
    }

    ask(r: LockRequest): void {
      if (Object.keys(r.vpgs).length === 0) return;
      this.asked.set(r.token, r);
      this.open.add(r.token);
      this.put({ kind: 'request', request: r, alive: everybody(this.state) });
    }

    release(token: string): void {
      this.held.delete(token);
      this.asked.delete(token);
      this.pressed.delete(token);
      this.open.delete(token);
      this.put({ kind: 'release', token });
    }

    offerAll(token: string): void {
      if (!this.pressed.has(token)) return;
      const offers = Object.values(heldOf(this.state, token)).map(id => ({ id, openings: [handed(id)] }));
      const guard = this.asked.get(token)?.guard ?? '';
      if (offers.length > 0) this.put({ kind: 'offer', token, guard, offers });
    }

    put(event: WithoutTime<LocksEvent>): void {
      for (const c of advanceLocks(this.state, { ...event, at: this.now })) {
        if (c.do === 'preempt') {
          this.pressed.add(c.token);
          if (this.asked.get(c.token)?.drill !== true) this.wrongs.push(`${c.token} is no drill and was pre-empted`);
        }
        if (c.do !== 'answer') continue;
        this.open.delete(c.token);
        const r = this.asked.get(c.token);
        if (!c.granted || r === undefined) continue;
        for (const { token, ids } of c.takenOver?.from ?? []) for (const id of ids) this.held.get(token)?.delete(id);
        const mine = this.held.get(c.token) ?? new Set<string>();
        for (const id of Object.values(r.vpgs)) mine.add(id);
        this.held.set(c.token, mine);
      }
    }

    check(): void {
      const owners = new Map<string, string>();
      for (const [token, ids] of this.held)
        for (const id of ids) {
          if (owners.has(id)) this.wrongs.push(`${id} is held by ${owners.get(id) ?? ''} and ${token}`);
          owners.set(id, token);
          if (this.state.leases[id]?.token !== token) this.wrongs.push(`${token} believes to hold ${id}`);
        }
      for (const r of this.state.queue.filter(q => q.live)) {
        const inTheWay = Object.values(r.vpgs).flatMap(id => this.state.leases[id] ?? []);
        const waits = inTheWay.some(l => l.token !== r.token);
        const before = this.state.queue.some(q => q.live && q.token !== r.token);
        if (!waits && !before) this.wrongs.push(`${r.token} waits for nobody`);
        const only = inTheWay.filter(l => l.token !== r.token);
        if (!before && only.every(l => l.drill === true && l.lost !== true))
          for (const l of only) if (l.yielding === undefined) this.wrongs.push(`${l.token} was not told to stop`);
      }
    }

    /** Pre-empted drills end, lost ones are looked after, and whoever waits for nothing ends too. */
    finish(): void {
      for (let i = 0; i < 100 && this.asked.size > 0; i++) {
        const idle = [...this.asked.keys()].filter(token => this.pressed.has(token) || !this.open.has(token));
        if (idle.length === 0) return;
        for (const token of idle) this.release(token);
      }
    }
  }

  const kindOf = (kind: string): Partial<LockRequest> =>
    kind === 'live' ? { live: true } : kind === 'drill' ? { drill: true } : {};
  const heldOf = (state: LocksState, token: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(state.leases).flatMap(([id, lease]) => (lease.token === token ? [[lease.vpg, id]] : [])),
    );
});

it('ten thousand requests, and not one is forgotten', () => {
  const state = beginLocks();
  const answered = new Set<string>();
  const note = (commands: LocksCommand[]): void => {
    for (const token of granted(commands)) answered.add(token);
  };
  for (let i = 0; i < 10_000; i++) {
    const vpgs = [`v${i % 60}`, `v${(i * 7) % 60}`];
    note(ask(state, i % 50 === 0 ? live(`t${i}`, vpgs) : drill(`t${i}`, vpgs)));
    // Whoever holds longest ends.
    while (state.queue.length > 10) note(release(state, Object.values(state.leases)[0]?.token ?? ''));
  }
  while (Object.keys(state.leases).length > 0)
    for (const { token } of Object.values(state.leases)) note(release(state, token));
  expect(answered.size).toBe(10_000);
  expect(state).toEqual({ leases: {}, queue: [] });
}, 60_000);
