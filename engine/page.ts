import type { Pending } from './pending.ts';

/** What people are told of while a run goes on, beside what its runbook tells. */
export type PageEvent = 'held' | 'waiting' | 'stuck' | 'lost-run' | 'overtime';

/**
 * What the activity `people/page` is given. Whom it tells stands in `notifications` of drillbook.yaml, read as it is sent; it
 * can neither fail a run nor delay it. Nothing of it is secret. Times: ms since 1970.
 */
export interface PageInput {
  readonly run: string;
  readonly runbook: string;
  readonly mode: string;
  readonly event: PageEvent;
  readonly text: string;
  /** When it came about; absent: now. */
  readonly at?: number;
  /** What waits, where that is known. */
  readonly pending?: Pick<Pending, 'key' | 'kind' | 'since' | 'from' | 'choices' | 'expiresAt'>;
  /** Since when people are told of this, and how often: for `repeat` of a notification. Absent: it is told once. */
  readonly since?: number;
  readonly everyMs?: number;
}
