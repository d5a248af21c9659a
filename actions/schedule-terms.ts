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

/** The terms as they are signed, in the place of a reason. */
export function textOfTerms(terms: ScheduleTerms): string {
  const { blackouts, cron, timeZone, jitterMs, overlap, withinMs = null, catchUpMs } = terms;
  return JSON.stringify([cron, timeZone, blackouts, jitterMs, overlap, withinMs, catchUpMs]);
}

/** Temporal takes no shorter one, and a worker may be busy; ms. */
export const leastCatchUpMs = 10_000;
