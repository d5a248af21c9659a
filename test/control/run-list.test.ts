import { expect, it } from 'vitest';
import type { Control } from '../../control/connection.ts';
import { listRunsAndGoing } from '../../control/run-list.ts';

const execution = (n: number, status: 'RUNNING' | 'COMPLETED') => ({
  workflowId: `run-${n}`,
  status: { name: status },
  memo: { runbook: 'payments', mode: 'failover', startedAt: n },
  typedSearchAttributes: { get: () => undefined },
  startTime: new Date(n),
});

it('a held run stays in the list when two hundred newer ones have begun', async () => {
  const newer = Array.from({ length: 250 }, (_, n) => execution(1_000 - n, n === 0 ? 'RUNNING' : 'COMPLETED'));
  const all = [...newer, execution(1, 'RUNNING'), execution(0, 'COMPLETED')];
  const client = {
    workflow: {
      async *list({ query }: { query: string }) {
        const going = query.includes("ExecutionStatus = 'Running'");
        for (const one of all) if (!going || one.status.name === 'RUNNING') yield await Promise.resolve(one);
      },
    },
  };
  const runs = await listRunsAndGoing({ client } as unknown as Control, 200);
  expect(runs).toHaveLength(201);
  expect(runs[0]?.run).toBe('run-1000');
  expect(runs.at(-1)).toMatchObject({ run: 'run-1', verdict: 'running' });
  expect((await listRunsAndGoing({ client } as unknown as Control, 0)).map(({ run }) => run)).toEqual([
    'run-1000',
    'run-1',
  ]);
});
