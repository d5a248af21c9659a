/** Why people are woken. */
export type PageEvent = 'held' | 'stuck' | 'lost-run';

/** What the activity `people/page` is given. No secret stands in it: it leaves the house. */
export interface PageInput {
  /** The run's id. */
  readonly run: string;
  /** The runbook's name. */
  readonly runbook: string;
  readonly mode: string;
  readonly event: PageEvent;
  readonly text: string;
}
