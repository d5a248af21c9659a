import { WorkflowNotFoundError } from '@temporalio/client';
import { type Mode, modes } from '../actions/contract.ts';
import type { Control } from './connection.ts';
import { RunNotFound } from './run-ended.ts';

/** What a run was started as. */
export interface RunFacts {
  readonly run: string;
  readonly runbook: string;
  readonly mode: Mode;
  readonly requester: string;
  /** Of its Plan. */
  readonly plan: string;
}

/** What Temporal knows of a run without a worker. Throws RunNotFound, for what is no run as well. */
export async function readRunFacts({ client }: Control, run: string): Promise<RunFacts> {
  try {
    const { type, memo = {} } = await client.workflow.getHandle(run).describe();
    const text = (key: string): string => (typeof memo[key] === 'string' ? memo[key] : '');
    const mode = modes.find(each => each === memo['mode']);
    if (type !== 'runbook' || mode === undefined) throw new RunNotFound(run);
    return { run, runbook: text('runbook'), mode, requester: text('requester'), plan: text('plan') };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new RunNotFound(run);
    throw error;
  }
}
