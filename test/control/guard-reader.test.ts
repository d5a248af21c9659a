import { WorkflowNotFoundError } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { Control } from '../../control/connection.ts';
import { GuardReader } from '../../control/run-view/guard.ts';

const open = [{ vpg: 'payments-db', site: 'site-b', action: 'zerto/failover', live: true }];

/** Guards by their id, each with its status; `answers` tells what a query gives. */
function place(guards: Readonly<Record<string, string>>, answers: () => Promise<unknown>) {
  const asked: string[] = [];
  const getHandle = (id: string) => ({
    describe: () => {
      const name = guards[id];
      if (name === undefined) return Promise.reject(new WorkflowNotFoundError('none', id, undefined));
      return Promise.resolve({ status: { name } });
    },
    query: () => {
      asked.push(id);
      return answers();
    },
  });
  const connection = { withDeadline: (_: number, ask: () => unknown) => ask() };
  return { asked, control: { client: { workflow: { getHandle }, connection } } as unknown as Pick<Control, 'client'> };
}

it('defect: a guard that took over from a lost one was not asked what it has open', async () => {
  const guards = { 'guard/r': 'TERMINATED', 'guard/r/2': 'RUNNING' };
  const { control, asked } = place(guards, () => Promise.resolve(open));
  const reader = new GuardReader(control);
  await reader.ask(await reader.find('r'));
  expect([asked, reader.openings, reader.unheard]).toEqual([['guard/r/2'], open, false]);
});

it('defect: a guard that gave no answer was as one that has nothing open', async () => {
  const { control } = place({ 'guard/r': 'RUNNING' }, () => Promise.reject(new Error('4 DEADLINE_EXCEEDED')));
  const reader = new GuardReader(control);
  await reader.ask(await reader.find('r'));
  expect([reader.openings, reader.unheard]).toEqual([[], true]);
});

it('a guard that has ended has nothing in hand, and that is known', async () => {
  const guards: Record<string, string> = { 'guard/r': 'RUNNING' };
  const { control } = place(guards, () => Promise.reject(new Error('4 DEADLINE_EXCEEDED')));
  const reader = new GuardReader(control);
  await reader.ask(await reader.find('r'));
  guards['guard/r'] = 'COMPLETED';
  const found = await reader.find('r');
  await reader.ask(found);
  expect([found?.id, reader.openings, reader.unheard]).toEqual(['guard/r', [], false]);
});
