import { expect, it } from 'vitest';
import type { Plan, PlanStep, Template } from '../../compiler/plan.ts';
import { adoptingGuard } from '../../engine/adopt.ts';
import { decidersOf, decidersOfPlan, mayRequesterCommit } from '../../engine/deciders.ts';
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

it('until an approval was asked, all whom the Plan names decide, and a commit needs the most that one asks', () => {
  const inputs = { team: ['dr-duty'] };
  const plan = {
    ...{ inputs, vars: {} },
    steps: [
      step('approval', { lit: { from: ['dr-managers'], 'break-glass': ['dr-duty'] } }),
      step('approval', { map: { from: { cel: 'inputs.team' }, count: { lit: 3 } } }),
    ],
  };
  const known = { from: ['dr-managers', 'dr-duty'], breakGlass: ['dr-duty'], notRequester: true, count: 3 };
  expect(decidersOfPlan(plan)).toEqual(known);
  expect(decidersOf(plan as unknown as Plan, {})).toEqual(known);
  const approvers = { names: ['ops', 'boss'], breakGlass: ['boss'], notRequester: false };
  // As a state that is older has it, and as it is now.
  expect(decidersOf(plan as unknown as Plan, { approvers })).toMatchObject({ from: ['ops', 'boss'], count: 1 });
  const last = { ...approvers, from: ['ops'], count: 2 };
  expect(decidersOf(plan as unknown as Plan, { approvers: last })).toEqual({
    ...{ from: ['ops'], breakGlass: ['boss'], notRequester: false, count: 2 },
  });
});

it('whom and how many a Plan asks may be known only when it asks: then two, and nobody commits before', () => {
  const late = { cel: 'steps.x.outputs.y' };
  expect(decidersOfPlan({ steps: [step('approval', { map: { from: late, count: late } })] })).toMatchObject({
    ...{ from: [], count: 2, unknown: true },
  });
  expect(decidersOfPlan({ steps: [] })).toEqual({ from: [], breakGlass: [], notRequester: false, count: 1 });
});
