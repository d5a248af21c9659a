import type { Control } from '../control/connection.ts';
import { type ListedRun, listRuns, mostLookedAt } from '../control/run-list.ts';
import { mostRuns, type Runs } from './runs-now.ts';

/** The newest, many more than a page shows: read where somebody may not see all of those. */
export type OlderRuns = () => Promise<readonly ListedRun[]>;

/** Runs that have ended long ago do not change, ms. */
const freshMs = 30_000;

/** Read once, however many look. `clock`: ms. */
export function createOlderRuns(control: Pick<Control, 'client'>, clock: () => number): OlderRuns {
  let last: { readonly at: number; readonly runs: Promise<readonly ListedRun[]> } | undefined;
  return async () => {
    if (last !== undefined && clock() - last.at < freshMs) return await last.runs;
    const asked = { at: clock(), runs: listRuns(control, mostLookedAt) };
    last = asked;
    try {
      return await asked.runs;
    } catch (error) {
      if (last === asked) last = undefined;
      throw error;
    }
  };
}

export interface SeenRuns {
  readonly runs: readonly ListedRun[];
  /** There are older ones than the newest so many, and none of these was looked at; absent: these are all. */
  readonly among?: number;
}

/** What one reader may see of all runs: as long a list as those have who see everything, where so many are found. */
export async function seenRunsOf(
  { runs: latest }: Pick<Runs, 'runs'>,
  olderRuns: OlderRuns,
  isSeen: (run: ListedRun) => boolean,
): Promise<SeenRuns> {
  const runs = latest.filter(isSeen);
  if (latest.length < mostRuns) return { runs };
  if (runs.length >= mostRuns) return { runs, among: mostRuns };
  const known = new Set(latest.map(({ run }) => run));
  const looked = await olderRuns();
  // Every one that goes on is among the latest.
  const older = looked.filter(run => run.endedAt !== undefined && !known.has(run.run) && isSeen(run));
  const all = [...runs, ...older.slice(0, mostRuns - runs.length)];
  const isAll = looked.length < mostLookedAt && all.length < mostRuns;
  return { runs: all, ...(isAll ? {} : { among: Math.min(looked.length, mostLookedAt) }) };
}
