import { describe, expect, test } from 'vitest';
import { carry } from '../../engine/carry.ts';
import { advance, begin, type EngineState } from '../../engine/engine.ts';
import type { Command, EngineEvent, WithoutTime } from '../../engine/types.ts';
import { fake } from './fake-evaluator.ts';
import { planOf, type PlanSketch, type Sketch } from './plan-builder.ts';
import { run, t0 } from './rig.ts';

/** Counts every read of a property, at any depth: what the engine touches, without a clock. */
function counted<T extends object>(value: T, count: { reads: number }): T {
  const seen = new WeakMap<object, object>();
  const wrap = (inner: object): object => {
    const known = seen.get(inner);
    if (known !== undefined) return known;
    const proxy = new Proxy(inner, {
      get(target, name, receiver) {
        count.reads++;
        const read: unknown = Reflect.get(target, name, receiver);
        return typeof read === 'object' && read !== null ? wrap(read) : read;
      },
    });
    seen.set(inner, proxy);
    return proxy;
  };
  return wrap(value) as T;
}

/** Reads that a whole run takes when every call succeeds at once, first come first served. */
function readsOf(
  steps: readonly Sketch[],
  vpgs: readonly string[] = [],
  limits: NonNullable<PlanSketch['limits']> = {},
): number {
  const count = { reads: 0 };
  const bare = planOf({ steps, limits });
  const plan = counted(bare, count);
  const state = counted(begin(bare, run), count);
  const events: EngineEvent[] = [{ kind: 'begin', at: t0 }];
  let ended = false;
  const ids = Object.fromEntries(vpgs.map(vpg => [vpg, `id-${vpg}`]));
  const answer = (command: Command, at: number): void => {
    if (command.do === 'call') {
      const outputs = command.key === 'sign-in' ? { vpgs: ids } : {};
      events.push({ kind: 'called', key: command.key, at, outcome: { status: 'succeeded', outputs } });
    } else if (command.do === 'acquire') events.push({ kind: 'granted', at });
    else if (command.do === 'open') events.push({ kind: 'opened', key: command.key, outputs: {}, at });
    else if (command.do === 'close') events.push({ kind: 'closed', key: command.key, outputs: {}, at });
    else if (command.do === 'end') ended = command.result.verdict === 'passed';
  };
  for (let i = 0; i < events.length; i++) {
    const event = events[i];
    if (event === undefined) break;
    for (const command of advance({ plan, run, evaluator: fake }, state, event)) answer(command, t0 + i);
  }
  expect(ended).toBe(true);
  return count.reads;
}

const many = <T>(n: number, of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));

describe('a run costs what its steps cost, however many there are', () => {
  test.each<[string, (n: number) => readonly Sketch[]]>([
    ['one after the other', n => many(n, i => ({ id: `s${i}` }))],
    ['all at once', n => many(n, i => ({ id: `s${i}`, needs: [] }))],
    ['a chain of needs', n => many(n, i => ({ id: `s${i}`, needs: i === 0 ? [] : [`s${i - 1}`] }))],
    ['all skipped', n => many(n, i => ({ id: `s${i}`, if: 'false' }))],
    ['a for-each', n => [{ id: 'f', forEach: { items: many(n, i => `item-${i}`), maxParallel: 50 } }]],
    ['a for-each that skips', n => [{ id: 'f', if: 'false', forEach: { items: many(n, i => i) } }]],
    ['a fan-in', n => [...many(n, i => ({ id: `s${i}`, needs: [] })), { id: 'z', needs: many(n, i => `s${i}`) }]],
    ['a for-each in batches', n => [{ id: 'f', forEach: { items: many(n, i => i), maxParallel: 50, batch: 10 } }]],
    ['one sub-runbook after the other', n => many(n / 3, i => ({ id: `s${i}`, calls: { steps: [{ id: 'a' }] } }))],
    ['all sub-runbooks at once', n => many(n / 3, i => ({ id: `s${i}`, needs: [], calls: { steps: [{ id: 'a' }] } }))],
    [
      'a for-each of sub-runbooks',
      n => [
        {
          id: 'f',
          forEach: { items: many(n / 3, i => i), maxParallel: 50 },
          calls: { steps: [{ id: 'a' }, { id: 'b' }] },
        },
      ],
    ],
  ])('%s', (_, sketch) => {
    const [small, large] = [readsOf(sketch(300)), readsOf(sketch(3_000))];
    expect(large / small).toBeLessThan(12);
  });

  test.each<[string, (n: number) => readonly Sketch[]]>([
    ['flat, one after the other', n => many(n, i => ({ id: `s${i}` }))],
    ['items of a for-each', n => [{ id: 'f', forEach: { items: many(n, i => `item-${i}`), maxParallel: 200 } }]],
  ])('ten thousand steps: %s', { timeout: 60_000 }, (_, sketch) => {
    const [small, large] = [readsOf(sketch(1_000)), readsOf(sketch(10_000))];
    expect(large / small).toBeLessThan(12);
  });

  test('ten thousand at once, carried on again and again: never more than 200 calls in flight, each made once', () => {
    const plan = planOf({ steps: [{ id: 'f', forEach: { items: many(10_000, i => i), maxParallel: 10_000 } }] });
    let state = begin(plan, run);
    let at = t0;
    const inFlight: string[] = [];
    const made = new Set<string>();
    let most = 0;
    let ended = false;
    const tell = (event: WithoutTime<EngineEvent>): void => {
      for (const command of advance({ plan, run, evaluator: fake }, state, { ...event, at: ++at })) {
        if (command.do === 'end') ended = command.result.verdict === 'passed';
        if (command.do !== 'call') continue;
        expect(made.has(command.key)).toBe(false);
        made.add(command.key);
        inFlight.push(command.key);
      }
      most = Math.max(most, inFlight.length);
    };
    tell({ kind: 'begin' });
    for (let n = 0, key = inFlight.shift(); key !== undefined; key = inFlight.shift(), n++) {
      if (n % 1_000 === 500) tell({ kind: 'drain' });
      const outputs = key === 'sign-in' ? { vpgs: {} } : { text: 'x'.repeat(1_000) };
      tell({ kind: 'called', key, outcome: { status: 'succeeded', outputs } });
      if (inFlight.length > 0 || state.draining !== true) continue;
      const carried = JSON.stringify(carry(plan, state));
      // With the Plan it must fit into 2 MB when gzipped; nobody reads the outputs.
      expect(carried.length).toBeLessThan(4 * 1024 * 1024);
      state = JSON.parse(carried) as EngineState;
      tell({ kind: 'continued' });
    }
    expect([ended, made.size, most]).toEqual([true, 10_001, 200]);
  });

  test('sub-runbooks that open and close, with no more open than may be', () => {
    const open = (n: number): Sketch[] => [
      {
        id: 'f',
        forEach: { items: many(n, i => `v${i}`), maxParallel: 50 },
        calls: {
          inputs: { vpg: { cel: 'each.value' } },
          steps: [{ id: 'db', uses: 'zerto/failover-test', with: { vpg: { cel: 'inputs.vpg' } } }],
        },
      },
    ];
    const reads = (n: number) =>
      readsOf(
        open(n),
        many(n, i => `v${i}`),
        { maxOpen: 10 },
      );
    const [small, large] = [reads(100), reads(1_000)];
    expect(large / small).toBeLessThan(12);
  });

  test('ten thousand steps, opening and closing', { timeout: 30_000 }, () => {
    const open = (n: number): Sketch[] => [
      {
        id: 'f',
        uses: 'zerto/failover-test',
        with: { vpg: { cel: 'each.value' } },
        forEach: { items: many(n, i => `v${i}`), maxParallel: 10 },
      },
    ];
    const reads = (n: number) =>
      readsOf(
        open(n),
        many(n, i => `v${i}`),
      );
    const [small, large] = [reads(1_000), reads(10_000)];
    expect(large / small).toBeLessThan(12);
  });
});
