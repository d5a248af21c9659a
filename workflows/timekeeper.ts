import { setWorkflowOptions, uuid4 } from '@temporalio/workflow';
import type { Kept, Looked } from '../engine/timekeeper-types.ts';
import { callActivity, soon } from './activity-options.ts';
import { timekeeperId } from './names.ts';
import { beginTelling } from './telling.ts';

const lookMs = 30_000;

/**
 * One look: which scheduled drills did not begin, and which are overdue; each is told once, by a workflow of its own. Run every minute
 * by a schedule; a look reads the result of the one before. The rules are in control/schedules/missed.ts.
 */
export async function timekeeper(): Promise<Kept> {
  const options = { id: 'timekeeper/look', summary: 'which drills did not begin', budgetMs: lookMs, transport: soon };
  const { kept, pages } = (await callActivity('timekeeper/look', {}, options)) as Looked;
  // What cannot be begun now is not told again: the look ends only when Temporal has it.
  for (const page of pages) await beginTelling(`tell/${timekeeperId}/${uuid4()}`, page, true);
  return kept;
}

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, timekeeper);
