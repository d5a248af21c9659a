import { type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';
import type { RunStart } from '../../workflows/messages.ts';
import type { Control } from '../connection.ts';

/** On each schedule of drillbook's, readable from a list: a schedule without it is somebody else's and never touched. */
export interface Mark {
  readonly drillbook: 'schedule/v1';
  readonly project: string;
  readonly runbook: string;
}

/** A schedule of drillbook's as Temporal has it. */
export interface Existing {
  readonly id: string;
  readonly project: string;
  /** From the project's folder, as it was applied. */
  readonly file: string;
  readonly start: RunStart;
  readonly description: ScheduleDescription;
}

export type Found = Existing | 'none' | 'stranger';

/** How a schedule of this id stands, as of now. */
export async function findSchedule({ client }: Pick<Control, 'client'>, id: string): Promise<Found> {
  try {
    const description = await client.schedule.getHandle(id).describe();
    const mark = markOf(description.memo);
    const { action } = description;
    const [start] = (action.args ?? []) as readonly unknown[];
    if (mark === undefined || !isScheduled(start)) return 'stranger';
    return { id, project: mark.project, file: fileOf(action.memo), start, description };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return 'none';
    throw error;
  }
}

/** Ids of all that drillbook has made in the namespace; one made a moment ago may be missing, one removed may be there. */
async function listMarked(
  { client }: Pick<Control, 'client'>,
  which: (mark: Mark) => boolean = () => true,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { scheduleId, memo } of client.schedule.list()) {
    const mark = markOf(memo);
    if (mark !== undefined && which(mark)) ids.push(scheduleId);
  }
  return ids.sort();
}

/** All of them that are there, in the order of their ids. */
export async function readExisting(
  control: Pick<Control, 'client'>,
  which?: (mark: Mark) => boolean,
): Promise<readonly Existing[]> {
  const found = await Promise.all((await listMarked(control, which)).map(id => findSchedule(control, id)));
  return found.filter(one => typeof one !== 'string');
}

function markOf(memo: Readonly<Record<string, unknown>> | undefined): Mark | undefined {
  const { drillbook, project, runbook } = memo ?? {};
  if (drillbook !== 'schedule/v1' || typeof project !== 'string' || typeof runbook !== 'string') return undefined;
  return { drillbook, project, runbook };
}

function fileOf(memo: Readonly<Record<string, unknown>> | undefined): string {
  const file = memo?.['file'];
  return typeof file === 'string' ? file : '';
}

function isScheduled(start: unknown): start is RunStart {
  return typeof start === 'object' && start !== null && 'plan' in start && 'schedule' in start;
}
