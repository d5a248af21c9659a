import type { Proof } from '../actions/proof.ts';
import { formatDuration } from '../expressions/duration.ts';

/** What a schedule says of its times. Durations in ms. */
export interface ScheduleTerms {
  /** Calendars of drillbook.yaml, as it stands when the drill is to begin. */
  readonly blackouts: readonly string[];
  /** As written. */
  readonly cron: string;
  /** IANA: also whose days those of an iCalendar file are. */
  readonly timeZone: string;
  readonly jitterMs: number;
  /** `wait`: it begins when the run before has ended. */
  readonly overlap: 'skip' | 'wait';
  /** A surprise: it begins at a random time in this span. */
  readonly withinMs?: number;
  /** How late it may still begin. */
  readonly catchUpMs: number;
}

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
}

export interface Admission {
  /** Why it does not begin. */
  readonly refused?: string;
  /** A key that drillbook.yaml lists has signed it. */
  readonly verified?: true;
  /** SHA-256 of the drillbook.yaml under which the worker carries it out. */
  readonly configSha256: string;
}

/** The terms as they are signed, in the place of a reason. */
export function textOfTerms(terms: ScheduleTerms): string {
  const { blackouts, cron, timeZone, jitterMs, overlap, withinMs = null, catchUpMs } = terms;
  return JSON.stringify([cron, timeZone, blackouts, jitterMs, overlap, withinMs, catchUpMs]);
}

/** Temporal takes no shorter one, and a worker may be busy; ms. */
export const leastCatchUpMs = 10_000;

/** Of a drill by schedule that waited for a worker; ms. */
export function whyTooLate(late: number, most: number): string | undefined {
  if (late <= most) return undefined;
  return `no worker took it up for ${formatDuration(late)}, and after ${formatDuration(most)} (catch-up) it is too late`;
}
