import { expect, it } from 'vitest';
import { hasTooManyRefusals, mostRefusals } from '../../engine/refusals.ts';
import { go } from './failover-sketch.ts';
import { Rig } from './rig.ts';

it('of one name twenty refused votes are borne in one approval; other names and other approvals have their own', () => {
  const rig = Rig.started({ steps: [go] });
  const cast = (by: string, n: number, as?: string): void => {
    const ballot = { kind: 'vote', id: `${by}-${n}`, key: 'go', by, choice: 'approve', reason: '' } as const;
    rig.tell({ ...ballot, refused: 'not of the group', ...(as === undefined ? {} : { as }) });
  };
  for (let n = 1; n < mostRefusals; n++) cast('dora', n);
  expect(mostRefusals).toBe(20);
  expect(hasTooManyRefusals(rig.state, 'go', 'dora')).toBe(false);
  // The same vote once more is no other one.
  cast('dora', 1);
  expect(hasTooManyRefusals(rig.state, 'go', 'dora')).toBe(false);
  cast('dora', mostRefusals);
  expect(hasTooManyRefusals(rig.state, 'go', 'dora')).toBe(true);
  expect(hasTooManyRefusals(rig.state, 'go', 'cem')).toBe(false);
  expect(hasTooManyRefusals(rig.state, 'keep', 'dora')).toBe(false);
  expect(hasTooManyRefusals(JSON.parse(JSON.stringify(rig.state)) as typeof rig.state, 'go', 'dora')).toBe(true);
});

it('they are counted by the name that was sent, not by whom drillbook.yaml knows under it', () => {
  const rig = Rig.started({ steps: [go] });
  for (let n = 0; n < mostRefusals; n++)
    rig.tell({
      ...{ kind: 'vote', id: `${n}`, key: 'go', by: 'ana', as: 'EXAMPLE\\ana', choice: 'approve', reason: '' },
      refused: 'no',
    });
  expect(hasTooManyRefusals(rig.state, 'go', 'EXAMPLE\\ana')).toBe(true);
  expect(hasTooManyRefusals(rig.state, 'go', 'ana')).toBe(false);
});
