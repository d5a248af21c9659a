import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { taskQueue } from './connection.ts';
import type { LockRequest } from '../engine/locks.ts';
import { locksWorkflowId } from '../workflows/names.ts';

/** A paused run is held by somebody's hand and goes on. */
const living: ReadonlySet<string> = new Set(['RUNNING', 'CONTINUED_AS_NEW', 'PAUSED']);

/** What a worker's activities may ask about runs: whether one lives, and messages to the locks. */
export function runDirectory(client: Client, queue: string = taskQueue) {
  const tellLocks = (signal: string, argument: unknown): Promise<unknown> =>
    client.workflow.signalWithStart('locks', {
      workflowId: locksWorkflowId,
      taskQueue: queue,
      signal,
      signalArgs: [argument],
      args: [],
      staticSummary: 'who holds which VPG',
    });
  return {
    async isRunning(workflowId: string): Promise<boolean> {
      try {
        const { status } = await client.workflow.getHandle(workflowId).describe();
        return living.has(status.name);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    async requestLocks(request: LockRequest): Promise<void> {
      await tellLocks('request', request);
    },
    async releaseLocks(token: string): Promise<void> {
      await tellLocks('release', token);
    },
  };
}
