/** One workflow of this id grants the locks of a namespace. */
export const locksWorkflowId = 'drillbook-locks';

/** The task queues of a site's, or a probe's, own workers. */
export const callsQueue = (queue: string): string => `${queue}-calls`;
/** Of what looks until something has come about, beside any queue. */
export const waitsQueue = (queue: string): string => `${queue}-waits`;

/** The guards of a run, by the first of the run ids that it has had: a lost one is followed by `/2`, `/3` … */
export function guardIdOf(firstRunId: string, generation = 1): string {
  return generation === 1 ? `guard/${firstRunId}` : `guard/${firstRunId}/${generation}`;
}
/** In what is signed about something that no run has: in the place of a run's id. */
export const noRun = 'leases';

/** The schedule that looks every minute for what has no guard, and the workflows that it starts. */
export const janitorId = 'drillbook-janitor';
/** The same of what looks which drills by schedule did not begin. */
export const timekeeperId = 'drillbook-timekeeper';

/** Search attributes of runs, all of type Keyword, by what they hold. They are never encrypted. */
export const searchAttributes = {
  runbook: 'DrillbookRunbook',
  mode: 'DrillbookMode',
  site: 'DrillbookSite',
  requester: 'DrillbookRequester',
  verdict: 'DrillbookVerdict',
} as const;
