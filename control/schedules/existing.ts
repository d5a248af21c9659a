import { type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';
import type { RunStart } from '../../workflows/messages.ts';
import type { Control } from '../connection.ts';

/** On each schedule of drillbook's, readable from a list: a schedule without it is somebody else's and never touched. */
interface Mark {
  readonly drillbook: 'schedule/v1';
  readonly project: string;
  readonly runbook: string;
}

/** A schedule of drillbook's as Temporal has it. */
export interface Existing {
  readonly id: string;
  readonly project: string;
  /** From where it was applied, as originOf says it; absent: from a project whose drillbook.yaml says its name. */
  readonly origin?: string;
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
    // Its own mark stays as it was made; what it starts is as it was last applied.
    const project = textOf(action.memo, 'project') || mark.project;
    const origin = textOf(action.memo, 'origin');
    const file = textOf(action.memo, 'file');
    return { id, project, ...(origin !== '' && { origin }), file, start, description };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return 'none';
    throw error;
  }
}

/** Ids of all that drillbook has made in the namespace; one made a moment ago may be missing, one removed may be there. */
async function listMarked({ client }: Pick<Control, 'client'>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { scheduleId, memo } of client.schedule.list()) {
    if (markOf(memo) !== undefined) ids.push(scheduleId);
  }
  return ids.sort();
}

/** All of them that are there, in the order of their ids. */
export async function readExisting(control: Pick<Control, 'client'>): Promise<readonly Existing[]> {
  const found = await Promise.all((await listMarked(control)).map(id => findSchedule(control, id)));
  return found.filter(one => typeof one !== 'string');
}

function markOf(memo: Readonly<Record<string, unknown>> | undefined): Mark | undefined {
  const { drillbook, project, runbook } = memo ?? {};
  if (drillbook !== 'schedule/v1' || typeof project !== 'string' || typeof runbook !== 'string') return undefined;
  return { drillbook, project, runbook };
}

function textOf(memo: Readonly<Record<string, unknown>> | undefined, key: string): string {
  const text = memo?.[key];
  return typeof text === 'string' ? text : '';
}

function isScheduled(start: unknown): start is RunStart {
  return typeof start === 'object' && start !== null && 'plan' in start && 'schedule' in start;
}
