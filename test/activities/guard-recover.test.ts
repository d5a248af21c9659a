import { expect, test } from 'vitest';
import { hurry } from './hurry.ts';
import type { Place } from '../../activities/guard-action.ts';
import { recovered } from '../../activities/guard-recover.ts';
import type { Task } from '../../zerto/tasks.ts';
import type { Vms } from '../../zerto/vms.ts';

type Shown = { readonly name: string; readonly vpgId?: string; readonly subStatus?: string };
const point = { checkpoint: '9', checkpointTime: '2026-11-21T01:59:30Z' };
const task = (state: string) =>
  ({ state, started: '2026-11-21T02:00:00Z', completed: '2026-11-21T02:01:00Z' }) as unknown as Task;

/** What is told of a VPG of which the ZVM shows this, look by look. */
function told(looks: readonly (readonly Shown[])[], wanted: readonly string[] | undefined, ended: Task | undefined) {
  hurry();
  let look = 0;
  const list = () => {
    const shown = looks[Math.min(look++, looks.length - 1)] ?? [];
    return Promise.resolve(shown.map(vm => ({ vpgId: 'v', subStatus: 'None', ...vm })));
  };
  const vms = { list } as unknown as Vms;
  const place = { zvm: { vms }, id: 'v', name: 'crm', clock: () => 0, signal: new AbortController().signal };
  return recovered(place as unknown as Place, wanted, point, ended);
}

test('A4: running is true where the task ended well and the VM stands there without an error', async () => {
  const shown = [[{ name: 'db' }, { name: 'web', subStatus: 'VmNotProtectedError' }, { name: 'other', vpgId: 'w' }]];
  expect(await told(shown, undefined, task('Completed'))).toEqual({
    vms: [
      { name: 'db', running: true },
      { name: 'web', running: false },
    ],
    checkpoint: '9',
    checkpoint_time: point.checkpointTime,
    up_after: 60_000,
  });
  expect((await told(shown, ['db'], task('WaitingForUserInput'))).vms).toEqual([{ name: 'db', running: true }]);
});

test('A4: a VM that was asked for and is not shown does not run', async () => {
  expect((await told([[{ name: 'db' }]], ['db', 'web'], task('Completed'))).vms).toEqual([
    { name: 'db', running: true },
    { name: 'web', running: false },
  ]);
});

test.each(['Failed', 'Cancelled', undefined])('A4: nothing is said to run after a task that ended %s', async state => {
  const ended = state === undefined ? undefined : task(state);
  expect((await told([[{ name: 'db' }]], undefined, ended)).vms).toEqual([{ name: 'db', running: false }]);
});

test('A4: a list that is empty for a moment is looked at again; one that stays so fails the action', async () => {
  expect((await told([[], [{ name: 'db' }]], undefined, task('Completed'))).vms).toHaveLength(1);
  await expect(told([[]], undefined, task('Completed'))).rejects.toMatchObject({
    name: 'StepFailed',
    message: 'Zerto shows no VM of crm: what was recovered is not known',
  });
});
