import type { Proof } from '../actions/proof.ts';
import { leastCatchUpMs, type ScheduleTerms } from '../actions/schedule-terms.ts';
import { formatDuration } from '../expressions/duration.ts';

export type { ScheduleTerms };

/** What the worker is asked as a drill by schedule is to begin. Nothing of it is secret. Times: ms since 1970. */
export interface AdmissionQuestion {
  /** `RUNBOOK/NAME`: with the plan's hash and the terms, what whoever applied it has signed. */
  readonly schedule: string;
  readonly runbook: string;
  readonly plan: string;
  readonly terms: ScheduleTerms;
  /** Who applied it. */
  readonly by: string;
  readonly proof?: Proof;
  /** As Temporal has named it, after its time. */
  readonly run: string;
  /** When Temporal started it. */
  readonly startedAt: number;
  /** By Temporal's clock. */
  readonly at: number;
  /** A surprise of which the time is still to come: it is asked for again then, and its blackouts are only then. */
  readonly early?: true;
}

export interface Admission {
  /** Why it does not begin. */
  readonly refused?: string;
  /** A key that drillbook.yaml lists has signed it. */
  readonly verified?: true;
  /** SHA-256 of the drillbook.yaml under which the worker carries it out. */
  readonly configSha256: string;
}

/** Of a drill by schedule that waited for a worker; ms. */
export function whyTooLate(late: number, catchUpMs: number): string | undefined {
  const most = Math.max(catchUpMs, leastCatchUpMs);
  if (late <= most) return undefined;
  return `no worker took it up for ${formatDuration(late)}, and after ${formatDuration(most)} (catch-up) it is too late`;
}
