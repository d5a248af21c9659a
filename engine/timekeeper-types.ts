import type { PageInput } from './page.ts';

/** Times that Temporal had given up, or left out, since it has the schedule. */
interface Counted {
  readonly missed: number;
  readonly skipped: number;
}

/** What one look at the schedules hands to the next. Times: ms since 1970. */
export interface Kept {
  readonly lookedAt: number;
  /** By runbook: Temporal forgets its runs sooner than people ask for them. */
  readonly lastPassed: Readonly<Record<string, number>>;
  /** By runbook: since when without a passed drill, where people were told that it is overdue. */
  readonly overdue: Readonly<Record<string, number>>;
  /** By schedule: how many times Temporal had given up, or left out. */
  readonly counted: Readonly<Record<string, Counted>>;
  /** By schedule: since which look it has counted so, the oldest first; a time that is missed is told long after it was counted. Absent: of an older worker. */
  readonly counts?: Readonly<Record<string, readonly (Counted & { readonly since: number })[]>>;
}

export interface Looked {
  readonly kept: Kept;
  /** Each told once. */
  readonly pages: readonly PageInput[];
}
