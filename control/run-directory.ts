import type { Client } from '@temporalio/client';
import { taskQueue } from './connection.ts';
import { readLostGuard } from './lost-guard.ts';
import type { LostGuard } from '../engine/guard-types.ts';
import type { LockRequest, Offer } from '../engine/locks-types.ts';
import { locksWorkflowId } from '../workflows/names.ts';
import { ifKnown } from './not-found.ts';

/** A paused run is held by somebody's hand and goes on. */
const living: ReadonlySet<string> = new Set(['RUNNING', 'CONTINUED_AS_NEW', 'PAUSED']);

/** What a worker's activities may ask about runs: how one is, and messages to the locks. */
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
  const lookFor = async (workflowId: string): Promise<'running' | 'ended' | 'lost'> => {
    const found = await ifKnown(client.workflow.getHandle(workflowId).describe());
    if (found === undefined) return 'lost';
    if (living.has(found.status.name)) return 'running';
    return found.status.name === 'COMPLETED' ? 'ended' : 'lost';
  };
  return {
    lookFor,
    readLost: async (guardId: string): Promise<LostGuard | undefined> =>
      (await lookFor(guardId)) === 'running' ? undefined : readLostGuard({ client }, guardId),
    async requestLocks(request: LockRequest): Promise<void> {
      await tellLocks('request', request);
    },
    async releaseLocks(tokenOrOwner: string): Promise<void> {
      await tellLocks('release', tokenOrOwner);
    },
    async offerToLocks(offer: {
      readonly token: string;
      readonly guard: string;
      readonly offers: readonly Offer[];
    }): Promise<void> {
      await tellLocks('offer', offer);
    },
  };
}
