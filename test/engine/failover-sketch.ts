import type { PlanSketch, Sketch } from './plan-builder.ts';
import { Rig } from './rig.ts';

export const minute = 60_000;

export const go: Sketch = {
  id: 'go',
  uses: 'approval',
  with: { message: 'Fail payments over?', from: ['dr-managers'], count: 2, 'break-glass': ['dr-duty'] },
  timeoutMs: 15 * minute,
  onFailure: 'ask',
};

export const db: Sketch = { id: 'db', uses: 'zerto/failover', onFailure: 'ask' };
export const up: Sketch = { id: 'up', uses: 'check/tcp', onFailure: 'ask' };

export const keep: Sketch = {
  id: 'keep',
  uses: 'approval',
  with: { message: 'Keep it?', from: ['dr-managers'], choices: ['commit', 'roll-back'] },
  timeoutMs: 120 * minute,
  onFailure: 'ask',
};

/** Whatever was decided, or nothing. */
export const plainCommit: Sketch = {
  id: 'commit',
  uses: 'zerto/commit',
  with: { 'reverse-protect': 'if-possible' },
  onFailure: 'ask',
};

export const commit: Sketch = { ...plainCommit, if: "steps.keep.outputs.choice == 'commit'" };

export const back: Sketch = {
  id: 'back',
  uses: 'zerto/roll-back',
  if: "steps.keep.outputs.choice == 'roll-back'",
  onFailure: 'ask',
};

export const tell: Sketch = { id: 'tell', phase: 'finally', uses: 'notify' };

/** A failover of one VPG, as the first page of the language shows it. */
export const failover: PlanSketch = { mode: 'failover', steps: [db, up, keep, commit, back, tell] };

/** Two VPGs are up, the run waits for the vote on them. */
export function atKeep(sketch: PlanSketch = failover): Rig {
  const rig = new Rig(sketch).start('vpg-db', 'vpg-app');
  for (const command of rig.all) if (command.do === 'open') rig.opened(command.key);
  if (rig.status('up') === 'running') rig.ok('up');
  return rig;
}
