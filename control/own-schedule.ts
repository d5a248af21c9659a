import { type Client, ScheduleAlreadyRunning } from '@temporalio/client';
import { taskQueue } from './connection.ts';

const minute = 60_000;

/** A small workflow that looks every minute, and what is missing while it does not. */
interface Own {
  /** Of the schedule and of the workflows that it starts. */
  readonly id: string;
  readonly workflow: string;
  readonly summary: string;
  /** `The janitor`. */
  readonly who: string;
  /** `nobody looks for …`. */
  readonly without: string;
}

/**
 * Makes its schedule where there is none. One that is there stays as it is: what an operator has paused stays paused, and is told.
 * @returns what an operator should know
 */
export async function ensureOwn(client: Client, own: Own, queue: string = taskQueue): Promise<string | undefined> {
  const { who, without } = own;
  try {
    return await make(client, own, queue);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${who} has no schedule (${why}): ${without}.`;
  }
}

async function make(client: Client, { id, workflow, summary, who, without }: Own, queue: string) {
  try {
    await client.schedule.create({
      scheduleId: id,
      spec: { intervals: [{ every: minute }] },
      // One that was missed is of no use: the next one sees the same.
      policies: { overlap: 'SKIP', catchupWindow: minute },
      action: {
        type: 'startWorkflow',
        workflowType: workflow,
        workflowId: id,
        taskQueue: queue,
        args: [],
        staticSummary: summary,
      },
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const { state } = await client.schedule.getHandle(id).describe();
  if (!state.paused) return undefined;
  const why = state.note === undefined || state.note === '' ? '' : ` (${state.note})`;
  return `${who} is paused${why}: ${without}. Go on with: temporal schedule toggle --unpause --schedule-id ${id}`;
}
