import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan, PlanStep } from '../../compiler/plan.ts';
import { advance, begin, progressSince } from '../../engine/engine.ts';
import type { Command, EngineEvent, StepRecord } from '../../engine/types.ts';
import { fake } from './fake-evaluator.ts';
import { kinds, mustFollow, planOf, type PlanSketch, type Sketch, traits } from './plan-builder.ts';
import { run } from './rig.ts';
import { live, type Moods, type Story } from './world.ts';

const lists = [[], ['x'], ['x', 'y'], ['x', 'y', 'z', 'x']];

const sometimes = <T>(yes: number, no: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: no, arbitrary: fc.constant(undefined) }, { weight: yes, arbitrary: value });

const shape = fc.record({
  uses: fc.constantFrom<NonNullable<Sketch['uses']>>(
    'test/read',
    'test/read',
    'test/effect',
    'test/wall',
    'check/tcp',
    'zerto/failover-test',
    'zerto/failover-test',
    'zerto/failover-test',
    'zerto/stop-failover-test',
    'zerto/stop-failover-test',
    'wait',
    'assert',
  ),
  // Which of the steps above it needs, by their distance; absent: all, by order.
  needs: sometimes(1, 1, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 })),
  if: sometimes(1, 6, fc.constantFrom('true', 'true', 'false', 'nothing.there')),
  forEach: sometimes(
    1,
    3,
    fc.record({ items: fc.constantFrom(...lists), maxParallel: fc.integer({ min: 1, max: 3 }) }),
  ),
  onFailure: fc.constantFrom<PlanStep['onFailure']>('abort', 'continue', 'ask'),
  target: fc.nat(),
});

const sketches: fc.Arbitrary<PlanSketch> = fc
  .record({
    mode: fc.constantFrom('drill' as const, 'change' as const),
    preflight: fc.array(shape, { maxLength: 2 }),
    main: fc.array(shape, { maxLength: 9 }),
    finally: fc.integer({ min: 0, max: 2 }),
    rtoMs: fc.constantFrom(1, 3_600_000),
  })
  .map(({ mode, preflight, main, finally: last, rtoMs }) => {
    const steps: Sketch[] = [];
    for (const [i, s] of preflight.entries()) {
      steps.push({ id: `p${i}`, phase: 'preflight', uses: 'test/read', onFailure: s.onFailure });
    }
    const mine: Sketch[] = [];
    for (const [i, s] of main.entries()) {
      const tests = mine.filter(step => step.uses === 'zerto/failover-test' && step.forEach === undefined);
      const other = tests[s.target % Math.max(1, tests.length)];
      const vpg = s.uses === 'zerto/stop-failover-test' && other !== undefined ? `vpg-${other.id}` : `vpg-s${i}`;
      const forEach = s.uses === 'test/wall' ? undefined : s.forEach;
      const needs = s.needs?.flatMap(distance => mine[i - distance]?.id ?? []);
      mine.push({
        id: `s${i}`,
        uses: s.uses,
        onFailure: s.onFailure,
        ...(needs === undefined ? {} : { needs }),
        ...(s.if === undefined ? {} : { if: s.if }),
        ...(forEach === undefined ? {} : { forEach }),
        with: withOf(s.uses, forEach === undefined ? vpg : { cel: 'each.value' }),
      });
    }
    steps.push(...mine);
    for (let i = 0; i < last; i++) steps.push({ id: `f${i}`, phase: 'finally', uses: 'notify' });
    return { mode, steps, objectives: { rtoMs } };
  });

function withOf(uses: keyof typeof kinds, vpg: string | { cel: string }): NonNullable<Sketch['with']> {
  if (uses === 'wait') return { for: 30_000 };
  if (uses === 'assert') return { that: { cel: 'true' } };
  return 'vpg' in kinds[uses] ? { vpg } : {};
}

const moods: fc.Arbitrary<Moods> = fc.record({
  trouble: fc.constantFrom(0, 0.15, 0.5),
  cancel: fc.constantFrom(0, 0, 0.05),
  slow: fc.constantFrom(0, 0.05, 0.3),
  silent: fc.constantFrom(0, 0.3),
});

/** Runs a random plan in a random world and hands both over. */
function inAnyWorld(check: (story: Story, plan: Plan, sketch: PlanSketch) => void, numRuns = 400): void {
  fc.assert(
    fc.property(sketches, fc.integer(), moods, (sketch, seed, mood) => {
      const plan = planOf(sketch);
      check(live(plan, seed, mood), plan, sketch);
    }),
    { numRuns },
  );
}

const ended = (status: StepRecord['status'] | 'retrying' | undefined): boolean =>
  status !== undefined && !['pending', 'running', 'asking', 'retrying'].includes(status);

describe('whatever happens', () => {
  test('every run ends, and every step of it with one of the six statuses', () => {
    inAnyWorld(({ result, state }) => {
      expect(result).toBeDefined();
      expect(result?.steps.filter(step => !ended(step.status))).toEqual([]);
      expect([state.calls, state.opens, state.queue.keys]).toEqual([0, 0, []]);
      expect(Object.values(state.left)).toEqual([0, 0, 0, 0, 0]);
    });
  });

  test('no step starts before what it waits for has ended, and nothing passes a wall', () => {
    inAnyWorld(({ state }, plan, sketch) => {
      const main = sketch.steps.filter(step => step.phase !== 'finally');
      const now = new Map<string, string>();
      for (const line of progressSince(state, 0)) {
        const step = plan.steps[line.place];
        const i = main.findIndex(s => s.id === step?.id);
        const sketched = main[i];
        if (sketched !== undefined && line.status === 'running') {
          for (const before of mustFollow(main.slice(0, i), sketched)) {
            expect(ended(now.get(before.id) as never), `${line.key} started before ${before.id} ended`).toBe(true);
          }
          for (const need of sketched.needs ?? []) expect(['succeeded', 'skipped']).toContain(now.get(need));
          const wall = main.slice(0, i).findLast(s => traits(s).wall === true);
          if (wall !== undefined) expect(ended(now.get(wall.id) as never)).toBe(true);
        }
        now.set(line.key, line.status);
      }
    });
  });

  test('max-parallel holds, and items start in order', () => {
    inAnyWorld(({ state }, plan) => {
      const running = new Map<number, Set<string>>();
      for (const { key, place, status } of progressSince(state, 0)) {
        const step = plan.steps[place];
        const forEach = step?.closes === undefined ? step?.forEach : plan.steps[step.closes]?.forEach;
        if (forEach === undefined || key === step?.id) continue;
        const now = running.get(place) ?? new Set();
        if (status === 'running') now.add(key);
        else now.delete(key);
        running.set(place, now);
        expect(now.size).toBeLessThanOrEqual(forEach.maxParallel);
      }
    });
  });

  test('what was opened is closed exactly once; what was not opened never', () => {
    inAnyWorld(({ events, commands }) => {
      // 'sent': may be open; 'told': the guard was told to close it.
      const now = new Map<string, 'sent' | 'told' | 'done'>();
      let closingsOver = false;
      for (const [i, event] of events.entries()) {
        if (event.kind === 'not-opened' && now.get(event.key) === 'sent') now.set(event.key, 'done');
        if (event.kind === 'closed' && now.get(event.key) === 'told') now.set(event.key, 'done');
        for (const command of commands[i] ?? []) {
          if (command.do === 'open') {
            expect([undefined, 'done']).toContain(now.get(command.key));
            now.set(command.key, 'sent');
          }
          if (command.do === 'close') {
            expect(now.get(command.key), `close ${command.key}`).toBe('sent');
            expect(closingsOver).toBe(false);
            now.set(command.key, 'told');
          }
          if (command.do === 'release') closingsOver = true;
        }
      }
      expect([...now.values()]).not.toContain('sent');
    });
  });

  test('nothing starts once the run is stopping; only reads are taken back', () => {
    inAnyWorld(({ commands, state, result }, plan) => {
      const of = (key: string) => plan.steps.find(s => key === s.id || key.startsWith(`${s.id}[`));
      for (const command of commands.flat()) {
        if (command.do === 'cancel-call') expect(of(command.key)?.effect).toBe('read');
      }
      if (result === undefined || state.closingAt === undefined) return;
      const late = progressSince(state, 0).filter(
        line => line.at > (state.closingAt ?? 0) && line.status === 'running' && of(line.key)?.phase === 'main',
      );
      expect(late).toEqual([]);
    });
  });

  test('a run with a failed or hand-skipped step is never passed; residue is always failed', () => {
    inAnyWorld(({ result, state }, plan) => {
      if (result === undefined) throw new Error('no end');
      const { verdict, recoveryVerdict, steps } = result;
      const bad = (phase: string, required: boolean) =>
        steps.filter(s => {
          const step = plan.steps[s.place];
          return (
            step?.phase === phase &&
            (step.onFailure !== 'continue') === required &&
            ['failed', 'timed_out', 'errored'].includes(s.status)
          );
        });
      // What the guard says of an opening in the same moment in which closing begins comes after the verdict was frozen.
      const inTime = (s: StepRecord) =>
        plan.steps[s.place]?.closedBy === undefined
          ? (s.endedAt ?? 0) <= (state.closingAt ?? 0)
          : (s.endedAt ?? 0) < (state.closingAt ?? 0);
      if (bad('main', true).some(s => s.status !== 'errored' && inTime(s))) expect(verdict).toBe('failed');
      if (bad('main', true).length > 0) expect(['failed', 'inconclusive']).toContain(verdict);
      if (bad('main', false).length > 0) expect(verdict).not.toBe('passed');
      if (bad('closing', true).length > 0) expect(verdict).toBe('failed');
      const byHand = progressSince(state, 0).some(
        l => l.status === 'skipped' && l.text?.startsWith('skipped by') === true,
      );
      if (byHand) expect(verdict).not.toBe('passed');
      if (result.ended !== 'to-the-end') expect(['failed', 'inconclusive']).toContain(recoveryVerdict);
      if (verdict === 'passed') expect(result.reasons).toEqual([]);
      else expect(result.reasons).not.toEqual([]);
    });
  });

  test('the last word is one end, after one release when locks were asked for', () => {
    inAnyWorld(({ commands }) => {
      const all: Command['do'][] = commands.flat().map(c => c.do);
      expect(all.filter(c => c === 'end')).toHaveLength(1);
      expect(all.at(-1)).toBe('end');
      expect(all.filter(c => c === 'release').length).toBe(all.filter(c => c === 'acquire').length);
    });
  });

  test('the same events give the same commands and state, also through JSON between any two', () => {
    inAnyWorld(({ events, commands, state }, plan) => {
      let copy = begin(plan, run);
      const said: Command[][] = [];
      for (const event of events) {
        copy = JSON.parse(JSON.stringify(copy)) as typeof copy;
        const samePlan = JSON.parse(JSON.stringify(plan)) as Plan;
        said.push(advance({ plan: samePlan, run, evaluator: fake }, copy, event));
      }
      expect(said).toEqual(commands);
      expect(copy).toStrictEqual(JSON.parse(JSON.stringify(state)));
      expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
    }, 150);
  });

  test('an answer that comes twice, or late, changes nothing', () => {
    inAnyWorld(({ events, commands, result }, plan) => {
      const state = begin(plan, run);
      const context = { plan, run, evaluator: fake };
      const repeatable: EngineEvent['kind'][] = ['called', 'opened', 'not-opened', 'open-failed', 'closed', 'timer'];
      for (const [i, event] of events.entries()) {
        const last = advance(context, state, event);
        expect(last).toEqual(commands[i]);
        // A step that was started again at once (a retry, an answer in the same turn) would take it for its own.
        const again = last.some(
          c =>
            ('key' in c && 'key' in event && c.key === event.key) || ('id' in c && 'id' in event && c.id === event.id),
        );
        if (repeatable.includes(event.kind) && !again) expect(advance(context, state, event)).toEqual([]);
      }
      expect(result).toBeDefined();
    }, 150);
  });
});
