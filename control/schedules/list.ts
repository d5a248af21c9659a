import type { Control } from '../connection.ts';
import { type ListedRun, listRunsOf } from '../run-list.ts';
import { readStandings, type Standing } from './standing.ts';

/** A schedule as the list shows it. */
export interface ListedSchedule extends Standing {
  /** The newest first. */
  readonly last: readonly ListedRun[];
}

/** All that drillbook has made in the namespace. */
export async function listSchedules(control: Control): Promise<readonly ListedSchedule[]> {
  const all = await readStandings(control);
  return await Promise.all(all.map(async each => ({ ...each, last: await listRunsOf(control, each.id, 3) })));
}
