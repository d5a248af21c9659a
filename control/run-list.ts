import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { searchAttributes } from '../workflows/names.ts';
import type { Control } from './connection.ts';

/** A run as the list shows it. Times: ms since 1970. */
export interface ListedRun {
  readonly run: string;
  readonly runbook: string;
  readonly mode: string;
  readonly site: string;
  readonly requester: string;
  /** Of a run that has ended with one; else `running`, or how Temporal says that it ended. */
  readonly verdict: string;
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** The latest runs, the newest first. What `drillbook plan` looked at is none. */
export async function listRuns({ client }: Control, most: number): Promise<readonly ListedRun[]> {
  const runs: ListedRun[] = [];
  // An execution that went on in another one is part of the same run.
  const query = "WorkflowType = 'runbook' AND ExecutionStatus != 'ContinuedAsNew'";
  for await (const execution of client.workflow.list({ query })) {
    if (execution.memo?.['dry'] === true) continue;
    runs.push(read(execution));
    if (runs.length === most) break;
  }
  return runs;
}

function read({
  workflowId,
  status,
  memo,
  typedSearchAttributes,
  startTime,
  closeTime,
}: WorkflowExecutionInfo): ListedRun {
  const fact = (name: keyof typeof searchAttributes): string => {
    const told = typedSearchAttributes.get(defineSearchAttributeKey(searchAttributes[name], 'KEYWORD')) ?? memo?.[name];
    return typeof told === 'string' ? told : '';
  };
  const over =
    status.name === 'RUNNING' ? 'running' : status.name === 'COMPLETED' ? 'ended' : status.name.toLowerCase();
  const begun = memo?.['startedAt'];
  return {
    run: workflowId,
    runbook: fact('runbook'),
    mode: fact('mode'),
    site: fact('site'),
    requester: fact('requester'),
    verdict: fact('verdict') === '' ? over : fact('verdict'),
    startedAt: typeof begun === 'number' ? begun : startTime.getTime(),
    ...(closeTime === undefined ? {} : { endedAt: closeTime.getTime() }),
  };
}
