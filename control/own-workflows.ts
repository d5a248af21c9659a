import type { Client } from '@temporalio/client';
import { taskQueue } from './connection.ts';
import { isNotFound } from './not-found.ts';
import type { Execution } from './origin.ts';

const own: ReadonlySet<string> = new Set(['runbook', 'guard', 'locks', 'janitor', 'adopt', 'tell', 'configCheck']);
/** Executions that are remembered. */
const most = 10_000;

/**
 * Whether an execution is one of drillbook's workflows, carried out by its workers: of our queue. Whoever reaches the
 * namespace can run a workflow of his own and let it call activities on our queues. Throws where Temporal does not answer.
 */
export function ownWorkflows(client: Client, queue: string = taskQueue) {
  const known = new Map<string, boolean>();
  return async ({ workflowId, runId }: Execution): Promise<boolean> => {
    const key = `${runId} ${workflowId}`;
    const told = known.get(key);
    if (told !== undefined) return told;
    const isOwn = await look(client, { workflowId, runId }, queue);
    const [oldest] = known.keys();
    if (known.size >= most && oldest !== undefined) known.delete(oldest);
    known.set(key, isOwn);
    return isOwn;
  };
}

async function look(client: Client, { workflowId, runId }: Execution, queue: string): Promise<boolean> {
  try {
    const { type, taskQueue: of } = await client.workflow.getHandle(workflowId, runId).describe();
    return own.has(type) && of === queue;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
