import type { Client } from '@temporalio/client';
import { ifKnown } from './not-found.ts';
import { codecOf, readPayloads } from './payload-codec.ts';

/** An execution of a workflow, as Temporal names it. */
export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** How an execution began, as Temporal has written it down: whoever starts one says what it is given, not this. */
export interface Origin {
  readonly type: string;
  readonly queue: string;
  readonly input: unknown;
  /** The first execution of its chain. */
  readonly firstRunId: string;
  /** It goes on from this execution; empty: from none. */
  readonly before: string;
  /** Of one that goes on from another: that other said so itself, and no retry policy or cron schedule. */
  readonly byItself: boolean;
  /** It is, or will be, begun again by Temporal itself, with what it was given. */
  readonly repeats: boolean;
  readonly parent?: Execution;
}

/** CONTINUE_AS_NEW_INITIATOR_WORKFLOW. */
const byItself = 1;

/** undefined: Temporal does not know it. */
export async function readOrigin(client: Client, execution: Execution): Promise<Origin | undefined> {
  const [first] = (await readEvents(client, execution, 'first')) ?? [];
  const started = first?.workflowExecutionStartedEventAttributes;
  if (!started) return undefined;
  const [input] = await readPayloads(codecOf(client), started.input?.payloads);
  const { cronSchedule, retryPolicy, attempt, parentWorkflowExecution: parent } = started;
  return {
    type: started.workflowType?.name ?? '',
    queue: started.taskQueue?.name ?? '',
    input,
    firstRunId: started.firstExecutionRunId ?? '',
    before: started.continuedExecutionRunId ?? '',
    byItself: (started.initiator as number | undefined) === byItself,
    repeats: (cronSchedule ?? '') !== '' || (retryPolicy ?? undefined) !== undefined || (attempt ?? 1) > 1,
    ...(parent ? { parent: { workflowId: parent.workflowId ?? '', runId: parent.runId ?? '' } } : {}),
  };
}

/** The execution as which this one went on; undefined: it did not. */
export async function readSuccessor(client: Client, execution: Execution): Promise<string | undefined> {
  const [last] = (await readEvents(client, execution, 'close')) ?? [];
  const continued = last?.workflowExecutionContinuedAsNewEventAttributes;
  return continued?.newExecutionRunId ?? undefined;
}

/** HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT. */
const closeEvent = 2;

async function readEvents(client: Client, { workflowId, runId }: Execution, which: 'first' | 'close') {
  const answer = await ifKnown(
    client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      ...(which === 'first' ? { maximumPageSize: 1 } : { historyEventFilterType: closeEvent }),
    }),
  );
  return answer === undefined ? undefined : (answer.history?.events ?? []);
}
