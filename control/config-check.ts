import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import type { ConfigFinding } from '../engine/config-finding.ts';
import { type Control, taskQueue } from './connection.ts';
import { RunSilent } from './say.ts';

const withinMs = 4 * 60_000;

/**
 * Has a worker try what its drillbook.yaml names: sites, secrets, targets. Throws RunSilent where no worker answers, and what
 * Temporal says where the worker could not do it at all.
 */
export async function checkLive({ client }: Control): Promise<readonly ConfigFinding[]> {
  const workflowId = `config-check/${randomUUID()}`;
  try {
    return await client.connection.withDeadline(Date.now() + withinMs, () =>
      client.workflow.execute<() => Promise<readonly ConfigFinding[]>>('configCheck', {
        workflowId,
        taskQueue,
        args: [],
        workflowRunTimeout: withinMs,
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowFailedError) throw error.cause ?? error;
    throw new RunSilent(workflowId);
  }
}
