import { status } from '@grpc/grpc-js';
import { ServiceError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { mustHear } from '../../console/answers.ts';
import type { Control } from '../../control/connection.ts';

/** A run whose question gets this answer, and when the workers of the main queue asked for work last, ms ago. */
function place(code: number, details: string, workers: readonly number[]): Control {
  const cause = Object.assign(new Error(details), { code, details });
  const query = () => Promise.reject(new ServiceError('Failed to query Workflow', { cause }));
  const pollers = workers.map(ago => ({ identity: 'w', lastAccessTime: { seconds: (Date.now() - ago) / 1_000 } }));
  const client = {
    connection: { withDeadline: (_: number, ask: () => unknown) => ask() },
    workflow: { getHandle: () => ({ query }) },
    workflowService: { describeTaskQueue: () => Promise.resolve({ pollers }) },
  };
  return { client, namespace: 'default' } as unknown as Control;
}

const { DEADLINE_EXCEEDED, FAILED_PRECONDITION, INTERNAL, RESOURCE_EXHAUSTED } = status;

describe('defect: whatever was said against the question was told as a worker that is missing', () => {
  test.each<[string, number, readonly number[]]>([
    ['a rate limit', RESOURCE_EXHAUSTED, []],
    ['a fault of Temporal', INTERNAL, []],
    ['a worker that reads a long history', DEADLINE_EXCEEDED, [-1_000]],
  ])('%s: the word is sent', async (details, code, workers) => {
    await expect(mustHear(place(code, details, workers), 'r')).resolves.toBeUndefined();
  });

  test.each<[string, number, readonly number[]]>([
    ['no poller seen for task queue recently, worker may be down', FAILED_PRECONDITION, [-1_000]],
    ['no answer in time, and no worker is listed', DEADLINE_EXCEEDED, []],
    ['no answer in time, and those that are listed are gone', DEADLINE_EXCEEDED, [5_000]],
  ])('%s: it is not', async (details, code, workers) => {
    await expect(mustHear(place(code, details, workers), 'r')).rejects.toThrow('so it was not sent');
  });
});
