import { expect, test } from 'vitest';
import { clockOf } from '../../engine/clock.ts';
import { db, go, keep, minute, up } from './failover-sketch.ts';
import { Rig, run, t0 } from './rig.ts';

const one = { ...go, with: { ...go.with, count: 1 }, timeoutMs: 60 * minute };
const clock = (rig: Rig) => clockOf(rig.plan, run, rig.state);

test('a failover’s clock begins with the run, tells people apart, and stands once the recovery is judged', () => {
  const sketch = { mode: 'failover', objectives: { rtoMs: 30 * minute }, steps: [one, db, up, keep] } as const;
  const rig = new Rig(sketch).start('vpg-db');
  const asked = rig.at;
  expect(clock(rig)).toEqual({ begunAt: t0 + 1_000, humanMs: 0, humanSince: asked, stage: 'main' });
  rig.vote('go', 'ana', {}, 7 * minute);
  expect(clock(rig)).toEqual({ begunAt: t0 + 1_000, humanMs: 7 * minute, stage: 'main' });
  rig.opened('db');
  rig.ok('up', {}, 5 * minute);
  rig.vote('keep', 'ana', { choice: 'commit' }, 3 * minute);
  rig.vote('keep', 'bo', { choice: 'commit' }, minute);
  rig.decide('commit');
  rig.liveEnded();
  const ended = clock(rig);
  expect(ended.stage).toBe('ended');
  expect(ended.rto).toEqual(rig.result.rto);
});

test('a drill’s clock begins with its first recovery call', () => {
  const rig = new Rig({ mode: 'drill', steps: [{ ...db, uses: 'zerto/failover-test' }, up] });
  rig.tell({ kind: 'begin' });
  expect(clock(rig)).toEqual({ humanMs: 0, stage: 'sign-in' });
});
