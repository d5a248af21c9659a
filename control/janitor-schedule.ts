import { type Client, ScheduleAlreadyRunning } from '@temporalio/client';
import { janitorId } from '../workflows/names.ts';
import { taskQueue } from './connection.ts';

const minute = 60_000;

/** @returns what an operator should know */
export async function ensureJanitor(client: Client, queue?: string): Promise<string | undefined> {
  try {
    return await makeSchedule(client, queue);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `The janitor has no schedule (${why}): nobody looks for what a lost guard has left open.`;
  }
}

/**
 * Makes the janitor's schedule where there is none. One that is there stays as it is: what an operator has paused stays
 * paused, and is told.
 */
async function makeSchedule(client: Client, queue: string = taskQueue): Promise<string | undefined> {
  try {
    await client.schedule.create({
      scheduleId: janitorId,
      spec: { intervals: [{ every: minute }] },
      // One that was missed is of no use: the next one sees the same.
      policies: { overlap: 'SKIP', catchupWindow: minute },
      action: {
        type: 'startWorkflow',
        workflowType: 'janitor',
        workflowId: janitorId,
        taskQueue: queue,
        args: [],
        staticSummary: 'looks for what is open and has no guard',
      },
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const { state } = await client.schedule.getHandle(janitorId).describe();
  if (!state.paused) return undefined;
  const why = state.note === undefined || state.note === '' ? '' : ` (${state.note})`;
  return `The janitor is paused${why}: nobody looks for what a lost guard has left open. Go on with: temporal schedule toggle --unpause --schedule-id ${janitorId}`;
}
