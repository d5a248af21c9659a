import { WorkflowNotFoundError } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { Control } from '../../control/connection.ts';
import { decide, report, vote } from '../../control/decisions.ts';
import { pendingOfRun } from '../../control/pending.ts';
import { answerRun, cancelRun, RunEnded, RunNotFound } from '../../control/runs.ts';

const notFound = () =>
  Promise.reject(new WorkflowNotFoundError('workflow execution already completed', 'r', undefined));

/** A namespace whose run `r` is over, or was never there: Temporal gives an update of either the same error. */
function namespace(describe: () => Promise<unknown>): Control {
  const handle = { executeUpdate: notFound, query: () => Promise.resolve([]), describe };
  const connection = { withDeadline: (_at: number, act: () => unknown) => act() };
  const options = { loadedDataConverter: { payloadCodecs: [] } };
  return { client: { connection, options, workflow: { getHandle: () => handle } } } as unknown as Control;
}

const words: Readonly<Record<string, (control: Control) => Promise<unknown>>> = {
  vote: control => vote(control, 'r', { key: 'go', by: 'ana', reason: '' }),
  reject: control => vote(control, 'r', { key: 'go', by: 'ana', reason: '', choice: 'reject' }),
  report: control => report(control, 'r', { key: 'go', by: 'ana', outcome: 'done', note: '' }),
  decision: control => decide(control, 'r', { choice: 'commit', by: 'ana', reason: 'x' }),
  answer: control => answerRun(control, 'r', { key: 'go', choice: 'retry', by: 'ana', reason: '' }),
  cancel: control => cancelRun(control, 'r', 'ana', 'x'),
  'look at what waits': control => pendingOfRun(control, 'r'),
};

test.each(Object.entries(words))('%s of a run that has ended: that it has, and how', async (_name, say) => {
  const closeTime = new Date(Date.UTC(2026, 10, 21, 2, 30));
  const ended = namespace(() => Promise.resolve({ status: { name: 'COMPLETED' }, closeTime }));
  await expect(say(ended)).rejects.toThrow(new RunEnded('r', 'completed at 2026-11-21T02:30:00Z'));
  await expect(say(ended)).rejects.toThrow(
    'r has ended (completed at 2026-11-21T02:30:00Z): nothing can be decided any more.',
  );
});

test.each(Object.entries(words))('%s of a run that never was', async (_name, say) => {
  await expect(say(namespace(notFound))).rejects.toThrow(RunNotFound);
});
