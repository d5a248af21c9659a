import type { Pending } from './pending.ts';

/** What people are told of beside what a runbook tells. Not all of it is about a run. */
export type PageEvent =
  | 'started'
  | 'waiting'
  | 'held'
  | 'overtime'
  | 'breach-forecast'
  | 'failed'
  | 'finished'
  | 'stuck'
  | 'lost-run'
  | 'overdue'
  | 'not-started'
  | 'refused-trigger'
  | 'break-glass'
  | 'lease-acted'
  | 'config-changed';

/**
 * What the activity `people/page` is given. Whom it tells stands in `notifications` of drillbook.yaml, read as it is sent; it
 * can neither fail a run nor delay it. Nothing of it is secret. Times: ms since 1970.
 */
export interface PageInput {
  /** Absent: it is about none, as a drill that was not started. */
  readonly run?: string;
  readonly runbook: string;
  readonly mode: string;
  readonly event: PageEvent;
  readonly text: string;
  /** When it came about; absent: now. */
  readonly at?: number;
  /** What it is about where no run says it: the same event of the same is told as one (`ledger/weekly 2026-11-21`). */
  readonly about?: string;
  /** Which step of the run, where nothing `pending` says it. */
  readonly step?: string;
  /** What was told of this is over: only whoever keeps it open is told so. */
  readonly over?: true;
  /** What waits, where that is known. */
  readonly pending?: Pick<Pending, 'key' | 'kind' | 'since' | 'from' | 'choices' | 'expiresAt'>;
  /** Since when people are told of this, and how often: for `repeat` of a notification. Absent: it is told once. */
  readonly since?: number;
  readonly everyMs?: number;
  /** What was told of it before reached nobody: it is due, whatever its `repeat` says. */
  readonly owed?: true;
  /** Since when that is so: a target that is down is not waited for anew each time, before its fallback is told. */
  readonly owedSince?: number;
}

/** What came of it. */
export interface Told {
  /** Targets of drillbook.yaml. */
  readonly told: readonly string[];
  /** Who could not be told, and why; for people. Absent: the worker is older than this. */
  readonly untold?: readonly string[];
}
