import { modes } from '../actions/contract.ts';
import type { About } from '../control/access/caller.ts';
import type { ListedRun } from '../control/run-list.ts';

/** What roles ask of a run. A mode that nobody knows counts as the most dangerous one. */
export function aboutRun({
  runbook,
  mode,
}: Pick<ListedRun, 'runbook' | 'mode'>): Required<Pick<About, 'runbook' | 'mode'>> {
  return { runbook, mode: modes.find(each => each === mode) ?? 'failover' };
}
