import { type Mode, modes } from '../actions/contract.ts';
import type { ListedRun } from '../control/run-list.ts';

/** What roles ask of a run. A mode that nobody knows counts as the most dangerous one. */
export function aboutRun({ runbook, mode }: Pick<ListedRun, 'runbook' | 'mode'>): {
  readonly runbook: string;
  readonly mode: Mode;
} {
  return { runbook, mode: modes.find(each => each === mode) ?? 'failover' };
}
