import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { guardIdParts } from '../engine/guard-id.ts';
import type { GuardStart } from '../engine/guard-types.ts';
import { readChain } from './history.ts';
import { foldLostGuard } from './lost-guard.ts';
import { ifKnown } from './not-found.ts';

/**
 * Starts a guard for what a run that is gone has left with a guard that is gone too, and gives its workflow id; the one that
 * is there already, where somebody was faster. It closes tests at once, and for what is live it waits for people and pages.
 * Throws where Temporal has forgotten the lost guard.
 * @param guardId of any lost guard of the run: the last one counts
 */
export async function startOrphanGuard(client: Client, queue: string, guardId: string): Promise<string> {
  for (let lost = guardId; ; lost = nextGuardId(lost)) {
    const next = nextGuardId(lost);
    const found = await ifKnown(client.workflow.getHandle(next).describe());
    if (found?.status.name === 'RUNNING') return next;
    if (found !== undefined) continue;
    try {
      await startAfter(client, queue, lost, next);
      return next;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}

async function startAfter(client: Client, queue: string, lost: string, next: string): Promise<void> {
  const events = await readChain({ client }, lost);
  const first = events?.find(event => event.kind === 'started');
  if (events === undefined || first === undefined) throw new Error(`Temporal knows no ${lost}`);
  const before = first.input as GuardStart;
  const start: GuardStart = {
    ...before,
    ...foldLostGuard(events),
    generation: (before.generation ?? 1) + 1,
    orphan: true,
    lasts: true,
  };
  await client.workflow.start('guard', {
    workflowId: next,
    taskQueue: queue,
    args: [start],
    workflowIdConflictPolicy: 'FAIL',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: `guard of ${start.run.id}, which is gone`,
  });
}

/** `guard/RUN` → `guard/RUN/2` → `guard/RUN/3`. */
function nextGuardId(id: string): string {
  const { first, generation } = guardIdParts(id);
  return `${first}/${generation + 1}`;
}
