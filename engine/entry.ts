import type { Until } from '../actions/call.ts';
import type { Json, JsonMap } from '../actions/json.ts';
import type { PlanStep } from '../compiler/plan.ts';
import type { Status, StepRecord } from './types.ts';

/** A step, or an item of a for-each, as it runs. */
export interface Entry {
  /** With what stands before it in a sub-runbook: `dr/front[payments-app]`. */
  readonly key: string;
  readonly place: number;
  readonly frame: number;
  /** Index in its for-each, from 0. */
  readonly item?: number;
  status: StepRecord['status'];
  /** What it waits for; absent when it is not running. `end`: a commit or roll-back. `people`: a vote or a report. */
  doing?:
    | 'queued'
    | 'sign-in'
    | 'window'
    | 'room'
    | 'lock'
    | 'call'
    | 'open'
    | 'stop'
    | 'close'
    | 'wait'
    | 'frame'
    | 'end'
    | 'people';
  startedAt?: number;
  endedAt?: number;
  error?: string;
  /** Of an item, until its step has ended; a step's stand in `values`. */
  outputs?: JsonMap;
  /** Of a step that waits for the locks of what it found: its end. */
  found?: { readonly outputs: JsonMap; readonly text?: string };
  /** `limits.window` has closed: a person is asked, or lets it start all the same. */
  window?: 'asked' | 'passed';
  /** While `asking`, or an approval that holds the run: how it ended before, and since when. */
  asked?: { readonly status: Status; readonly since: number; readonly outputs?: JsonMap; readonly timer?: string };
  /** `cancel-call` was sent. */
  cancelling?: true;
  /** A person skipped it, or went on in spite of it. */
  overcome?: true;
  /** An item that counts against `max-parallel`. */
  slot?: true;
  /** Of an item, once it was admitted: what its step's expressions give for it (per-item.ts). */
  own?: Own;
}

/** What an item has in place of its step's: `timeout`, `retry` and `on-failure` may read `each` (rule 15). */
export interface Own {
  readonly timeoutMs?: number;
  readonly until?: Until;
  readonly onFailure?: PlanStep['onFailure'];
}

export interface StepEntry extends Entry {
  /** How many of the steps that it must wait for have not ended; -1: all above it. */
  waits: number;
  items?: Items;
}

export interface Items {
  /** `each.value`; in a closing step the key of the opening. */
  readonly values: readonly Json[];
  readonly entries: readonly Entry[];
  next: number;
  /** Indexes to be tried again, before `next`. */
  readonly again: number[];
  /** Slots of `max-parallel` that are taken. */
  running: number;
  ended: number;
  /** Counted where `max-failures` limits them. */
  failed: number;
}

export type Trouble = 'failed' | 'errored' | 'timed_out';

export function isTrouble(status: StepRecord['status']): status is Trouble {
  return status === 'failed' || status === 'errored' || status === 'timed_out';
}

export function hasEnded(entry: Entry): boolean {
  return entry.status !== 'pending' && entry.status !== 'running' && entry.status !== 'asking';
}
