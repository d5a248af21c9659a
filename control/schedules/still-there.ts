import type { Client } from '@temporalio/client';
import { findSchedule } from './existing.ts';

/**
 * Why a run that a schedule has started does not begin, as the schedule stands now: a surprise waits for hours, and meanwhile people
 * pause it or take it away. Throws when Temporal does not answer.
 */
export function standingNow(client: Client) {
  return async (id: string): Promise<string | undefined> => {
    const found = await findSchedule({ client }, id);
    if (typeof found === 'string') return `there is no schedule ${id} of drillbook's any more`;
    const { paused, note = '' } = found.description.state;
    return paused ? `the schedule is paused${note === '' ? '' : ` (${note})`}` : undefined;
  };
}
