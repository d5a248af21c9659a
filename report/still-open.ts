import type { Journal, JournalOpening } from './journal.ts';
import { formatTime } from './times.ts';

/** Each thing that is open, since when, and what ends it: one line each. */
export function describeStillOpen({ openings, run }: Pick<Journal, 'openings' | 'run'>): readonly string[] {
  return openings.filter(isStillOpen).map(opening => {
    const { vpg, site, action, step, openedAt } = opening;
    const since = openedAt === undefined ? '' : `, since ${formatTime(openedAt)}`;
    return `${vpg} at ${site} (${action}, step ${step})${since}: ${endOf(opening, run.endedAt === undefined)}`;
  });
}

export const isStillOpen = ({ state }: JournalOpening): boolean => state === 'open' || state === 'stuck';

/** What a report says before them. */
export const openTitle = ({ run }: Pick<Journal, 'run'>): string =>
  run.endedAt === undefined ? 'Open now' : 'Still open';

function endOf({ action, state }: JournalOpening, goesOn: boolean): string {
  if (action === 'zerto/failover' || action === 'zerto/move')
    return 'no deadline, only a person commits it or rolls it back';
  if (state === 'stuck') return 'it was not read back as closed, its guard goes on trying';
  return goesOn ? 'it is closed with the run' : 'its guard closes it';
}
