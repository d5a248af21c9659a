import { expect, test } from 'vitest';
import { evaluator } from '../../engine/evaluator.ts';
import { db, failover } from './failover-sketch.ts';
import { Rig, run } from './rig.ts';

test('of a live Plan that is only looked at, nothing is opened and nothing committed', () => {
  const rig = new Rig({ mode: 'failover', steps: failover.steps }, evaluator, { ...run, dry: true });
  rig.start('vpg-db', 'vpg-app');
  expect(rig.all.filter(command => command.do === 'open' || command.do === 'end-live')).toEqual([]);
  expect(rig.lines().join()).toContain('a look only reads, and zerto/failover does more');
});

test('in a drill every call is a drill’s, whatever the Plan says of what it calls', () => {
  const calls = { mode: 'failover', steps: [db] } as const;
  const rig = new Rig({ mode: 'drill', steps: [{ id: 'sub', uses: 'runbook', calls }] }).start('vpg-db');
  const open = rig.all.find(command => command.do === 'open');
  expect(open).toMatchObject({ call: { run: { mode: 'drill' } } });
});
