import { describe, expect, test } from 'vitest';
import type { begin } from '../../engine/engine.ts';
import { advance } from '../../engine/engine.ts';
import { evaluator } from '../../engine/evaluator.ts';
import { db, go, keep, minute, up } from './failover-sketch.ts';
import type { PlanSketch, Sketch } from './plan-builder.ts';
import { brief, Rig, run } from './rig.ts';

const one: Sketch = { ...go, with: { ...go.with, count: 1 }, timeoutMs: 60 * minute };
const test_: Sketch = { id: 'db', uses: 'zerto/failover-test' };
const failover = (steps: readonly Sketch[], more: Partial<PlanSketch> = {}): PlanSketch => ({
  mode: 'failover',
  objectives: { rtoMs: 30 * minute },
  steps,
  ...more,
});

/** Begun as the workflow begins it: with people to be told. */
function forecast(sketch: PlanSketch, info = run): Rig {
  const rig = new Rig(sketch, evaluator, info);
  rig.tell({ kind: 'begin', forecasts: true });
  if (rig.signIn('vpg-db').some(command => command.do === 'acquire')) rig.tell({ kind: 'granted' });
  return rig;
}

const pages = (rig: Rig) =>
  rig.all.flatMap(command => (command.do === 'page' && command.about === 'breach-forecast' ? [command] : []));
/** Of the timer as it was set last, and not taken back since. */
const dueAt = (rig: Rig): number | undefined => {
  const last = rig.all.findLast(c => (c.do === 'timer' || c.do === 'cancel-timer') && c.id === 'forecast');
  return last?.do === 'timer' ? last.at : undefined;
};

describe('a run that will probably miss its RTO', () => {
  test('is told once, when 80 % of the objective are used and a required check is not green', () => {
    const rig = forecast(failover([db, up]));
    expect(dueAt(rig)).toBe(rig.state.startedAt + 24 * minute);
    rig.opened('db');
    expect(brief(rig.fire('forecast'))).toEqual(['page breach-forecast']);
    expect(pages(rig)[0]).toMatchObject({
      key: '',
      text: '24m of the RTO\'s objective of 30m are used, and a required check is not green yet: "up"',
    });
    expect(pages(rig)[0]).not.toHaveProperty('everyMs');
    expect(rig.lines().at(-1)).toContain('24m of the RTO');
    rig.tell({ kind: 'timer', id: 'forecast' }, 60 * minute);
    expect(pages(rig)).toHaveLength(1);
  });

  test('is over once its checks are green', () => {
    const rig = forecast(failover([db, up, keep]));
    rig.opened('db');
    rig.fire('forecast');
    expect(rig.state.forecast).toEqual({ told: true });
    rig.ok('up');
    expect(rig.state.forecast).toBeUndefined();
  });

  test('people’s time is not the RTO’s: while they alone are waited for, no clock runs', () => {
    const rig = forecast(failover([one, db, up]));
    // It waits for a vote, and for nothing else.
    expect(dueAt(rig)).toBeUndefined();
    rig.vote('go', 'ana', {}, 40 * minute);
    const asked = rig.state.humanTime.spans[0]?.[0] ?? 0;
    expect(dueAt(rig)).toBe(rig.state.startedAt + 64 * minute);
    expect(asked).toBeGreaterThan(rig.state.startedAt);
    rig.opened('db');
    rig.fire('forecast');
    expect(pages(rig)[0]?.text).toMatch(/^24m of /);
  });

  test('a loss that lies back counts: it may be told as the run begins', () => {
    const lossAt = Date.UTC(2026, 10, 21, 1, 0, 0);
    const rig = forecast(failover([db, up]), { ...run, lossAt });
    expect(dueAt(rig)).toBeLessThanOrEqual(rig.at);
    rig.fire('forecast');
    expect(pages(rig)[0]?.text).toMatch(/^1h\d+s of the RTO's objective of 30m/);
  });

  test('a drill’s clock begins with its first recovery call', () => {
    const rig = forecast({ mode: 'drill', objectives: { rtoMs: 10 * minute }, steps: [{ id: 'a' }, test_, up] });
    expect(dueAt(rig)).toBeUndefined();
    rig.ok('a', {}, 30 * minute);
    expect(dueAt(rig)).toBe(rig.at + 8 * minute);
  });

  test('many checks are counted, and the first named', () => {
    const checks = [1, 2, 3, 4, 5, 6, 7].map(n => ({ id: `c${n}`, uses: 'check/tcp' }) as const);
    const rig = forecast(failover([db, ...checks]));
    rig.fire('forecast');
    expect(pages(rig)[0]?.text).toMatch(/not green yet: "c1", "c2", "c3", "c4", "c5" and 2 more$/);
  });
});

describe('nobody is told', () => {
  test('where all required checks are green', () => {
    const rig = forecast(failover([db, up, { id: 'late' }]));
    rig.opened('db');
    rig.ok('up');
    expect(brief(rig.fire('forecast'))).toEqual([]);
    expect(rig.state.forecast).toBeUndefined();
  });

  test.each([
    ['without an objective', failover([db, up], { objectives: {} })],
    ['in a change', failover([{ id: 'a', uses: 'check/tcp' }], { mode: 'change' })],
  ])('%s', (_, sketch) => {
    expect(dueAt(forecast(sketch))).toBeUndefined();
  });

  test('by a look', () => {
    const rig = new Rig(failover([db, up]), evaluator, { ...run, dry: true });
    rig.tell({ kind: 'begin', forecasts: true });
    expect(dueAt(rig)).toBeUndefined();
  });

  test('by a run that began before there were forecasts', () => {
    const rig = Rig.started(failover([db, up]), 'vpg-db');
    expect(dueAt(rig)).toBeUndefined();
  });

  test('once a person has skipped the check: it is not measured any more', () => {
    const rig = forecast(failover([db, up, { id: 'late' }]));
    rig.opened('db');
    rig.fail('up');
    rig.answer('up', 'skip');
    expect(brief(rig.fire('forecast'))).toEqual([]);
  });

  test('after the run has stopped, and no timer of it is left', () => {
    const rig = forecast({ mode: 'drill', objectives: { rtoMs: 10 * minute }, steps: [test_, up] });
    rig.opened('db');
    rig.tell({ kind: 'cancel', by: 'bo', reason: 'enough', now: false });
    expect(dueAt(rig)).toBeUndefined();
    expect(rig.state.timers).not.toHaveProperty('forecast');
  });
});

test('a state that was carried to another execution forecasts as it would have', () => {
  const rig = forecast(failover([db, up]));
  const copy = JSON.parse(JSON.stringify(rig.state)) as ReturnType<typeof begin>;
  const event = { kind: 'timer', id: 'forecast', at: (dueAt(rig) ?? 0) + 5 } as const;
  const commands = advance({ plan: rig.plan, run, evaluator }, copy, event);
  expect(brief(commands)).toEqual(['page breach-forecast']);
});
