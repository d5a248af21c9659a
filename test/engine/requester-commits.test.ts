import { expect, it } from 'vitest';
import type { PlanStep, Template } from '../../compiler/plan.ts';
import { adoptingGuard } from '../../engine/adopt.ts';
import { mayRequesterCommit } from '../../engine/requester-commits.ts';
import { handed, open, task, written } from './janitor-world.ts';

const step = (uses: string, given: Template) => ({ uses, with: given }) as PlanStep;
const asked = (given: Template) =>
  mayRequesterCommit({ steps: [step('zerto/failover', { lit: {} }), step('approval', given)] });

it('whoever asked for a run commits alone what it has lost only where no approval wants another', () => {
  expect(mayRequesterCommit({ steps: [step('zerto/failover', { lit: {} })] })).toBe(true);
  expect(asked({ lit: { 'not-requester': false } })).toBe(true);
  expect(asked({ map: { message: { cel: 'x' }, 'not-requester': { lit: false } } })).toBe(true);
  // Left out, true, or not known before it is asked.
  expect(asked({ lit: { message: 'Seen?' } })).toBe(false);
  expect(asked({ lit: { 'not-requester': true } })).toBe(false);
  expect(asked({ map: { 'not-requester': { cel: 'inputs.alone' } } })).toBe(false);
});

it('who adopts a stranger’s failover may commit it; of a run of ours its requester stays the requester', () => {
  const who = { by: 'bo', reason: 'the tester has gone home', at: 0 };
  const failover = open('db', [task('t1', 'admin')], 'failover');
  const own = written('db', { opening: handed('db', 'zerto/failover') });
  const stranger = adoptingGuard('site-b', failover, who, undefined).start;
  expect(stranger).toMatchObject({ run: { mode: 'failover', requester: 'bo' }, requesterMayCommit: true });
  const ours = adoptingGuard('site-b', failover, who, own).start;
  expect(ours.run).toBe(own.opening.call.run);
  expect(ours.requesterMayCommit).toBeUndefined();
  // A drill's test is written down, and what runs is a failover: who may end it is judged as of a failover.
  expect(adoptingGuard('site-b', failover, who, written('db')).start.run).toEqual(stranger.run);
});
