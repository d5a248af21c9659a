import { randomUUID } from 'node:crypto';
import type { Control } from '../../control/connection.ts';

/** Temporal's own reset: the run begins anew from one of its workflow tasks, so many of a hundred of them back from its start. */
export async function resetRun(control: Control, run: string, percent: number): Promise<string> {
  const handle = control.client.workflow.getHandle(run);
  const { runId, status } = await handle.describe();
  if (status.name !== 'RUNNING') return `the run was ${status.name} already`;
  const history = await handle.fetchHistory();
  const tasks = (history.events ?? []).filter(event => event.workflowTaskCompletedEventAttributes);
  const chosen = tasks[Math.min(tasks.length - 1, Math.floor((tasks.length * percent) / 100))];
  if (chosen === undefined) return 'it had no workflow task yet';
  await control.client.workflowService.resetWorkflowExecution({
    namespace: control.namespace,
    workflowExecution: { workflowId: run, runId },
    reason: 'a reset of the tests',
    requestId: randomUUID(),
    workflowTaskFinishEventId: chosen.eventId ?? null,
  });
  return `to event ${String(chosen.eventId)} of ${history.events?.length ?? 0}`;
}
