import { isLiveMode } from '../../actions/modes.ts';
import type { RunPending } from '../../control/pending.ts';
import type { ListedRun } from '../../control/run-list.ts';

/**
 * The order of the list of runs: first what waits for a person, then what goes on, then what has ended. Of the first two
 * what is live comes before drills and changes. Then the newest first, and those of the same moment by their ids, so that
 * nothing changes its place by itself.
 */
export function inOrder(runs: readonly ListedRun[], waits: readonly RunPending[]): readonly ListedRun[] {
  const asked = new Set(waits.flatMap(({ run, pending }) => (pending.length === 0 ? [] : [run])));
  const rankOf = ({ run, mode, endedAt }: ListedRun): number => {
    if (endedAt !== undefined) return 4;
    const live = isLiveMode(mode);
    return (asked.has(run) ? 0 : 2) + (live ? 0 : 1);
  };
  return runs.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || b.startedAt - a.startedAt || (a.run < b.run ? -1 : a.run > b.run ? 1 : 0),
  );
}
