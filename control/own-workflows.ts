import type { Client } from '@temporalio/client';
import { taskQueue } from './connection.ts';
import { ifKnown } from './not-found.ts';
import type { Execution } from './origin.ts';
import { remember } from './remember.ts';

const own: ReadonlySet<string> = new Set([
  'runbook',
  'guard',
  'locks',
  'janitor',
  'adopt',
  'tell',
  'configCheck',
  'timekeeper',
]);
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
    remember(known, key, isOwn, most);
    return isOwn;
  };
}

async function look(client: Client, { workflowId, runId }: Execution, queue: string): Promise<boolean> {
  const found = await ifKnown(client.workflow.getHandle(workflowId, runId).describe());
  return found !== undefined && own.has(found.type) && found.taskQueue === queue;
}
