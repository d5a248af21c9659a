import type { Journal, JournalOpening } from './journal.ts';
import { formatTime } from './times.ts';

/** Each thing that is open, since when, and what ends it: one line each. */
export function describeStillOpen({ openings }: Pick<Journal, 'openings'>): readonly string[] {
  return openings.filter(isStillOpen).map(opening => {
    const { vpg, site, action, step, openedAt } = opening;
    const since = openedAt === undefined ? '' : `, since ${formatTime(openedAt)}`;
    return `${vpg} at ${site} (${action}, step ${step})${since}: ${endOf(opening)}`;
  });
}

export const isStillOpen = ({ state }: JournalOpening): boolean => state === 'open' || state === 'stuck';

function endOf({ action, state }: JournalOpening): string {
  if (action === 'zerto/failover' || action === 'zerto/move')
    return 'no deadline, only a person commits it or rolls it back';
  return state === 'stuck' ? 'it was not read back as closed, its guard goes on trying' : 'its guard closes it';
}
