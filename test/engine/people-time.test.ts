import { describe, expect, test } from 'vitest';
import { db, go, keep, minute, up } from './failover-sketch.ts';
import type { PlanSketch, Sketch } from './plan-builder.ts';
import { Rig, run } from './rig.ts';

const one: Sketch = { ...go, with: { ...go.with, count: 1 }, timeoutMs: 60 * minute };
const live = (steps: readonly Sketch[], more: Partial<PlanSketch> = {}): PlanSketch => ({
  mode: 'failover',
  objectives: { rtoMs: 30 * minute },
  steps,
  ...more,
});

/** Ends what is left open, so that there is a result. */
function rto(rig: Rig) {
  if (rig.state.held !== undefined) {
    rig.decide('commit');
    rig.liveEnded();
  }
  return rig.result.rto;
}

describe('time in which people alone are waited for', () => {
  test('is kept apart from the RTO, which is judged without it', () => {
    const rig = new Rig(live([one, db, up])).start('vpg-db');
    const asked = rig.at;
    rig.vote('go', 'ana', {}, 40 * minute);
    rig.tell({ kind: 'opened', key: 'db', outputs: {} }, 20 * minute);
    rig.ok('up', {}, 5 * minute);
    expect(rig.state.humanTime.spans[0]).toEqual([asked, asked + 40 * minute]);
    // Two seconds for sign-in and locks.
    expect(rto(rig)).toEqual({ ms: 25 * minute + 2_000, humanMs: 40 * minute, objectiveMs: 30 * minute, met: true });
  });

  test('a machine that works meanwhile counts: a call, an opening, a wait', () => {
    const reading: Sketch = { id: 'r', needs: [] };
    const rig = new Rig(
      live([reading, { id: 'm', uses: 'manual', with: { instructions: 'Look.' }, needs: [] }, db, up]),
    ).start('vpg-db');
    rig.ok('r', {}, 10 * minute);
    rig.tell({ kind: 'reported', key: 'm', outcome: 'done', by: 'bo', note: '' }, 7 * minute);
    rig.opened('db');
    rig.ok('up');
    expect(rto(rig)).toMatchObject({ humanMs: 7 * minute });

    const waiting = new Rig({ steps: [one, { id: 'w', uses: 'wait', with: { for: minute } }] }).start();
    expect([waiting.state.waiting, waiting.state.working]).toEqual([1, 0]);
    waiting.vote('go', 'ana');
    expect([waiting.state.waiting, waiting.state.working]).toEqual([0, 1]);
    waiting.fire('wait:w');
    expect([waiting.state.waiting, waiting.state.working]).toEqual([0, 0]);
  });

  test('a question is such a time, and so is being held', () => {
    const rig = new Rig(live([db, up, { ...up, id: 'web' }])).start('vpg-db');
    rig.opened('db');
    rig.fail('up');
    rig.tell({ kind: 'answer', key: 'up', choice: 'retry', by: 'bo', reason: 'again' }, 10 * minute);
    rig.ok('up');
    rig.tell({ kind: 'cancel', by: 'bo', reason: 'wait', now: false });
    rig.fail('web', 'errored');
    rig.tell({ kind: 'decide', choice: 'go-on', by: 'dan', reason: 'on' }, 3 * minute);
    rig.tell({ kind: 'answer', key: 'web', choice: 'retry', by: 'bo', reason: 'again' }, 2 * minute);
    rig.ok('web');
    expect(rto(rig)).toMatchObject({ humanMs: 15 * minute });
  });

  test('what comes after the last required check is not in it', () => {
    const rig = new Rig(live([db, up, keep])).start('vpg-db');
    rig.opened('db');
    rig.ok('up');
    rig.vote('keep', 'ana', { choice: 'commit' }, 60 * minute);
    expect(rto(rig)).toEqual({ ms: 4_000, objectiveMs: 30 * minute, met: true });
  });

  test('the result tells all of it: a vote, a pause, a hold, whatever was measured', () => {
    const rig = new Rig(live([one, db, keep])).start('vpg-db');
    rig.vote('go', 'ana', {}, 9 * minute);
    rig.opened('db');
    rig.tell({ kind: 'pause', by: 'bo', reason: 'look' });
    rig.tell({ kind: 'resume', by: 'bo', reason: 'seen' }, 4 * minute);
    rig.tell({ kind: 'cancel', by: 'bo', reason: 'no', now: false });
    rig.tell({ kind: 'decide', choice: 'roll-back', by: 'dan', reason: 'back' }, 2 * minute);
    rig.liveEnded();
    // And the seconds in which nothing but the approval `keep` was open.
    const { humanMs = 0, startedAt, endedAt } = rig.result;
    expect(humanMs).toBeGreaterThanOrEqual(15 * minute);
    expect(humanMs).toBeLessThan(endedAt - startedAt);
  });

  test('in a drill it is taken out as well', () => {
    const drill: Sketch = { id: 'db', uses: 'zerto/failover-test' };
    const rig = new Rig({ steps: [drill, one, up] }).start('vpg-db');
    rig.opened('db');
    rig.vote('go', 'ana', {}, 9 * minute);
    rig.ok('up');
    rig.closed('db');
    expect(rig.result.rto).toEqual({ ms: 2_000, humanMs: 9 * minute });
  });
});

test('with --loss-at the RTO and the RPO of a live mode begin there', () => {
  const lossAt = Date.UTC(2026, 10, 21, 1, 50, 0);
  const begin = (mode: 'failover' | 'drill', uses: 'zerto/failover' | 'zerto/failover-test') => {
    const rig = new Rig({ mode, steps: [{ ...db, uses }, up] }, undefined, { ...run, lossAt }).start('vpg-db');
    rig.opened('db', { checkpoint_time: new Date(lossAt - 30_000).toISOString() });
    rig.ok('up');
    if (mode === 'drill') rig.closed('db');
    return { rto: rto(rig), rpo: rig.result.rpo, at: rig.at };
  };
  const live = begin('failover', 'zerto/failover');
  expect(live.rto).toEqual({ ms: 10 * minute + 5_000 });
  expect(live.rpo).toEqual({ ms: 30_000 });
  expect(begin('drill', 'zerto/failover-test').rto).toEqual({ ms: 2_000 });
});
