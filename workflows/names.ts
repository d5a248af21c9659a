/** One workflow of this id grants the locks of a namespace. */
export const locksWorkflowId = 'drillbook-locks';

/** The task queues of a site's, or a probe's, own workers. */
export const callsQueue = (queue: string): string => `${queue}-calls`;
/** Of what looks until something has come about, beside any queue. */
export const waitsQueue = (queue: string): string => `${queue}-waits`;
