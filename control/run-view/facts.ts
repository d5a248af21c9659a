import type { ZvmWord } from '../../actions/call.ts';
import type { RunClock } from '../../engine/clock.ts';
import type { OpeningView } from '../../engine/guard-view.ts';
import type { Pending } from '../../engine/pending.ts';
import type { Progress } from '../../engine/types.ts';
import type { Journal } from '../../report/journal.ts';
import type { RunStart } from '../../workflows/messages.ts';
import type { Calls } from '../journal-calls.ts';
import type { QueueOwner } from '../queues.ts';

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
  /** Its guard goes on and gives no answer: `openings` is what it told last, as far as it told anything here. */
  readonly guardUnheard?: true;
  readonly trying: readonly Trying[];
  readonly idle: readonly Idle[];
  /** No worker answers for the run since then. */
  readonly silentSince?: number;
  /** None has answered since somebody began to look at it here: what waits for people is not known. */
  readonly unheard?: true;
  /** While it is silent: how many workers poll the main queue, as far as Temporal tells. */
  readonly workers?: number;
}

/** An activity that Temporal tries again, or one that looks again and again by itself until something holds. */
export interface Trying {
  /** Of the step. */
  readonly key: string;
  readonly attempt: number;
  /** Of one that looks by itself: how often it has, and since when. */
  readonly looks?: { readonly tries: number; readonly most?: number; readonly began: number };
  /** What was in the way last, or what it saw last. */
  readonly error: string;
  readonly zvm?: ZvmWord;
  /** When that attempt ended. */
  readonly failedAt?: number;
  readonly givesUpAt?: number;
  /** The guard does it: it may go on when the step is over. */
  readonly guard?: true;
  /** It would be tried again, and no worker is there that does. */
  readonly stalled?: true;
}

/** An activity on which no worker works, since then. */
export interface Idle {
  /** Of the step; of what the run asks for itself, the activity's name. */
  readonly key: string;
  /** A worker had it. */
  readonly taken: boolean;
  readonly since: number;
  /** Whose queue it is in; empty: the one of all workers. */
  readonly of: readonly QueueOwner[];
}

/** Of drillbook.yaml, as far as a page needs it. */
export interface Surroundings {
  /** The other site of each. */
  readonly peers: Readonly<Record<string, string>>;
}
