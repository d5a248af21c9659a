import type { ZvmWord } from '../../actions/call.ts';
import type { RunClock } from '../../engine/clock.ts';
import type { OpeningView } from '../../engine/guard-view.ts';
import type { Pending } from '../../engine/pending.ts';
import type { Progress } from '../../engine/types.ts';
import type { Journal } from '../../report/journal.ts';
import type { RunStart } from '../../workflows/messages.ts';
import type { Calls } from '../journal-calls.ts';

/** All that is known of a run at a moment: its histories, and what its workers answer. Times: ms since 1970. */
export interface WatchedRun {
  readonly id: string;
  readonly start: RunStart;
  readonly journal: Journal;
  /** The run's own, then its guards'. */
  readonly calls: Calls;
  readonly progress: readonly Progress[];
  readonly pending: readonly Pending[];
  /** Absent: no worker has answered yet, or the run's is older than this. */
  readonly clock?: RunClock;
  /** What its guard has open, or may have. */
  readonly openings: readonly OpeningView[];
  readonly trying: readonly Trying[];
  /** No worker answers for the run since then. */
  readonly silentSince?: number;
  /** While it is silent: how many workers poll the main queue, as far as Temporal tells. */
  readonly workers?: number;
}

/** An activity that Temporal tries again. */
export interface Trying {
  /** Of the step. */
  readonly key: string;
  readonly attempt: number;
  readonly error: string;
  readonly zvm?: ZvmWord;
  readonly givesUpAt?: number;
}

/** Of drillbook.yaml, as far as a page needs it. */
export interface Surroundings {
  /** The other site of each. */
  readonly peers: Readonly<Record<string, string>>;
}
