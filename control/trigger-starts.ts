import type { Control } from './connection.ts';

/** Runs that came in by an entry of `triggers` since then, ms since 1970. Temporal's list may lack those of the last moment. */
export async function startsBy({ client }: Control, via: string, since: number): Promise<readonly string[]> {
  const query = `WorkflowType = 'runbook' AND StartTime > '${new Date(since).toISOString()}'`;
  const runs = new Set<string>();
  for await (const { workflowId, memo } of client.workflow.list({ query })) {
    // Of a run that goes on in another execution, when it began itself.
    const startedAt = memo?.['startedAt'];
    if (memo?.['via'] === via && typeof startedAt === 'number' && startedAt > since) runs.add(workflowId);
  }
  return [...runs];
}
