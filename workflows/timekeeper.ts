import { setWorkflowOptions } from '@temporalio/workflow';
import type { Kept, Looked } from '../engine/timekeeper-types.ts';
import { callActivity, soon } from './activity-options.ts';

const lookMs = 30_000;
const tellingMs = 60_000;

/**
 * One look: which scheduled drills did not begin, and which are overdue; each is told once. Run every minute by a schedule;
 * a look reads the result of the one before. The rules are in control/schedules/missed.ts.
 */
export async function timekeeper(): Promise<Kept> {
  const options = { id: 'timekeeper/look', summary: 'which drills did not begin', budgetMs: lookMs, transport: soon };
  const { kept, pages } = (await callActivity('timekeeper/look', {}, options)) as Looked;
  for (const [i, page] of pages.entries()) {
    const { event, text } = page;
    const telling = { id: `page:${i + 1}`, summary: `${event}: ${text}`, budgetMs: tellingMs, transport: soon };
    await callActivity('people/page', page, telling).catch(() => undefined);
  }
  return kept;
}

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, timekeeper);
