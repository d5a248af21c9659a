/** One workflow of this id grants the locks of a namespace. */
export const locksWorkflowId = 'drillbook-locks';
