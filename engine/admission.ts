import type { Proof } from '../actions/proof.ts';
import { formatDuration } from '../expressions/duration.ts';

/** What the worker is asked as a drill by schedule is to begin. Nothing of it is secret. */
export interface AdmissionQuestion {
  /** `RUNBOOK/NAME`: with the plan's hash, what whoever applied it has signed. */
  readonly schedule: string;
  readonly runbook: string;
  readonly plan: string;
  /** Who applied it. */
  readonly by: string;
  readonly proof?: Proof;
  readonly blackouts: readonly string[];
  readonly cron: string;
  readonly timeZone: string;
  /** By Temporal's clock, ms since 1970. */
  readonly at: number;
  /** The time of the schedule, with its jitter, ms since 1970. */
  readonly scheduledAt: number;
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
export function whyTooLate(late: number, most: number): string | undefined {
  if (late <= most) return undefined;
  return `no worker took it up for ${formatDuration(late)}, and after ${formatDuration(most)} (catch-up) it is too late`;
}
