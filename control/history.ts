import type { Payload, PayloadCodec } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { Control } from './connection.ts';
import { messageOf } from './failures.ts';
import { ifKnown } from './not-found.ts';
import { codecOf, readPayloads } from './payload-codec.ts';

/** One event of a history, payloads read; only what the journal is made of. `at`: ms since 1970. */
export type HistoryEvent = {
  readonly id: number;
  readonly at: number;
} /** `carried`: its second argument, by which one that continued as new goes on. */ & (
  | { readonly kind: 'started'; readonly input: unknown; readonly carried?: unknown }
  | { readonly kind: 'completed'; readonly result: unknown }
  /** Went on as a new run of the same workflow id. */
  | { readonly kind: 'continued' }
  /** Terminated, failed, cancelled or timed out as a workflow. */
  | { readonly kind: 'ended'; readonly how: string; readonly why: string }
  | { readonly kind: 'scheduled'; readonly activity: string; readonly activityId: string; readonly input: unknown }
  | { readonly kind: 'attempted'; readonly of: number; readonly attempt: number; readonly lastFailure: string }
  | { readonly kind: 'succeeded'; readonly of: number; readonly result: unknown }
  | {
      readonly kind: 'failed';
      readonly of: number;
      readonly how: string;
      readonly message: string;
      readonly details: unknown;
    }
  /** A workflow that it began, and the result of one that ended while it went on itself. */
  | { readonly kind: 'child'; readonly workflow: string; readonly workflowId: string }
  | { readonly kind: 'child-ended'; readonly workflow: string; readonly workflowId: string; readonly result: unknown }
  /** `from`: the workflow that sent it, as the server has written it down; absent: no workflow did. */
  | {
      readonly kind: 'signalled';
      readonly signal: string;
      readonly input: readonly unknown[];
      readonly from?: { readonly workflowId: string; readonly runId: string };
    }
  | { readonly kind: 'updated'; readonly update: string; readonly input: readonly unknown[] }
  /** What came of an update: `of` is the event of its acceptance; `refusal` where its handler threw. */
  | { readonly kind: 'answered'; readonly of: number; readonly result: unknown; readonly refusal?: string }
);

/** An event as Temporal gives it. */
export type RawEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];
type Failure = NonNullable<NonNullable<RawEvent['activityTaskFailedEventAttributes']>['failure']>;

/** The events of a workflow's latest run, oldest first; undefined when Temporal knows none of that id. */
export async function readHistory(
  control: Pick<Control, 'client'>,
  workflowId: string,
): Promise<HistoryEvent[] | undefined> {
  const events = await fetchEvents(control, workflowId);
  return events === undefined ? undefined : readEvents(events, codecOf(control.client));
}

/**
 * The events of a workflow that may have continued as new, of all its runs, oldest first, numbered on (`of` too); undefined
 * when Temporal knows none of that id. What Temporal has forgotten of the oldest is left out.
 */
export async function readChain(
  control: Pick<Control, 'client'>,
  workflowId: string,
): Promise<HistoryEvent[] | undefined> {
  const latest = await fetchEvents(control, workflowId);
  if (latest === undefined) return undefined;
  const runs = [latest];
  for (let before = runBefore(latest); before !== ''; ) {
    const events = await fetchEvents(control, workflowId, before);
    if (events === undefined) break;
    runs.unshift(events);
    before = runBefore(events);
  }
  return chainOf(await Promise.all(runs.map(events => readEvents(events, codecOf(control.client)))));
}

/** One list of the events of several histories, numbered on. */
export function chainOf(runs: readonly (readonly HistoryEvent[])[]): HistoryEvent[] {
  const all: HistoryEvent[] = [];
  for (const events of runs) {
    const offset = all.at(-1)?.id ?? 0;
    for (const event of events) {
      all.push({ ...event, id: event.id + offset, ...('of' in event ? { of: event.of + offset } : {}) });
    }
  }
  return all;
}

/** Id of the run that continued as this one; empty: none did. */
function runBefore(events: readonly RawEvent[]): string {
  return events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
}

async function readEvents(events: readonly RawEvent[], codec: PayloadCodec): Promise<HistoryEvent[]> {
  const read = await Promise.all(events.map(event => readEvent(event, codec)));
  return read.filter(event => event !== undefined);
}

async function fetchEvents(
  control: Pick<Control, 'client'>,
  workflowId: string,
  runId?: string,
): Promise<readonly RawEvent[] | undefined> {
  const history = await ifKnown(control.client.workflow.getHandle(workflowId, runId).fetchHistory());
  return history === undefined ? undefined : (history.events ?? []);
}

/** One event, its payloads read; undefined: the journal is not made of it. */
export async function readEvent(raw: RawEvent, codec: PayloadCodec): Promise<HistoryEvent | undefined> {
  const at = Number(raw.eventTime?.seconds ?? 0) * 1_000 + Math.floor((raw.eventTime?.nanos ?? 0) / 1e6);
  const common = { id: Number(raw.eventId ?? 0), at };
  const {
    workflowExecutionStartedEventAttributes: started,
    workflowExecutionCompletedEventAttributes: completed,
    workflowExecutionTerminatedEventAttributes: terminated,
    workflowExecutionFailedEventAttributes: failedRun,
    workflowExecutionCanceledEventAttributes: cancelled,
    workflowExecutionTimedOutEventAttributes: outOfTime,
    workflowExecutionContinuedAsNewEventAttributes: continued,
    activityTaskScheduledEventAttributes: scheduled,
    activityTaskStartedEventAttributes: attempted,
    activityTaskCompletedEventAttributes: succeeded,
    activityTaskFailedEventAttributes: failed,
    activityTaskTimedOutEventAttributes: timedOut,
    activityTaskCanceledEventAttributes: stopped,
    childWorkflowExecutionStartedEventAttributes: child,
    childWorkflowExecutionCompletedEventAttributes: childEnded,
    workflowExecutionSignaledEventAttributes: signalled,
    workflowExecutionUpdateAcceptedEventAttributes: updated,
    workflowExecutionUpdateCompletedEventAttributes: answered,
  } = raw;
  if (started) {
    const [input, carried] = await readPayloads(codec, started.input?.payloads);
    return { ...common, kind: 'started', input, ...(carried === undefined ? {} : { carried }) };
  }
  if (completed) return { ...common, kind: 'completed', result: await first(codec, completed.result?.payloads) };
  if (terminated) return { ...common, kind: 'ended', how: 'terminated', why: terminated.reason ?? '' };
  if (failedRun) return { ...common, kind: 'ended', how: 'failed', why: await messageOf(codec, failedRun.failure) };
  if (cancelled) return { ...common, kind: 'ended', how: 'cancelled', why: '' };
  if (outOfTime) return { ...common, kind: 'ended', how: 'timed out', why: '' };
  if (continued) return { ...common, kind: 'continued' };
  if (scheduled) {
    const input = await first(codec, scheduled.input?.payloads);
    return {
      ...common,
      kind: 'scheduled',
      activity: scheduled.activityType?.name ?? '',
      activityId: scheduled.activityId ?? '',
      input,
    };
  }
  if (attempted) {
    const lastFailure = await messageOf(codec, attempted.lastFailure);
    return {
      ...common,
      kind: 'attempted',
      of: Number(attempted.scheduledEventId),
      attempt: attempted.attempt ?? 1,
      lastFailure,
    };
  }
  if (succeeded)
    return {
      ...common,
      kind: 'succeeded',
      of: Number(succeeded.scheduledEventId),
      result: await first(codec, succeeded.result?.payloads),
    };
  if (failed)
    return {
      ...common,
      kind: 'failed',
      of: Number(failed.scheduledEventId),
      ...(await readFailure(codec, failed.failure, 'errored')),
    };
  if (timedOut)
    return {
      ...common,
      kind: 'failed',
      of: Number(timedOut.scheduledEventId),
      ...(await readFailure(codec, timedOut.failure, 'timed_out')),
    };
  if (stopped)
    return {
      ...common,
      kind: 'failed',
      of: Number(stopped.scheduledEventId),
      how: 'cancelled',
      message: 'cancelled',
      details: undefined,
    };
  if (child)
    return {
      ...common,
      kind: 'child',
      workflow: child.workflowType?.name ?? '',
      workflowId: child.workflowExecution?.workflowId ?? '',
    };
  if (childEnded)
    return {
      ...common,
      kind: 'child-ended',
      workflow: childEnded.workflowType?.name ?? '',
      workflowId: childEnded.workflowExecution?.workflowId ?? '',
      result: await first(codec, childEnded.result?.payloads),
    };
  if (signalled) {
    const { workflowId, runId } = signalled.externalWorkflowExecution ?? {};
    return {
      ...common,
      kind: 'signalled',
      signal: signalled.signalName ?? '',
      input: await readPayloads(codec, signalled.input?.payloads),
      ...(workflowId && runId ? { from: { workflowId, runId } } : {}),
    };
  }
  if (updated) {
    const { input } = updated.acceptedRequest ?? {};
    return {
      ...common,
      kind: 'updated',
      update: input?.name ?? '',
      input: await readPayloads(codec, input?.args?.payloads),
    };
  }
  if (answered) {
    const { failure = null, success } = answered.outcome ?? {};
    return {
      ...common,
      kind: 'answered',
      of: Number(answered.acceptedEventId),
      result: await first(codec, success?.payloads),
      ...(failure === null ? {} : { refusal: await messageOf(codec, failure) }),
    };
  }
  return undefined;
}

/** How an activity ended badly, and its details. */
export async function readFailure(
  codec: PayloadCodec,
  failure: Failure | null | undefined,
  otherwise: string,
): Promise<{ how: string; message: string; details: unknown }> {
  const info = failure?.applicationFailureInfo;
  return {
    how: info?.type ?? otherwise,
    message: await messageOf(codec, failure),
    details: await first(codec, info?.details?.payloads),
  };
}

async function first(codec: PayloadCodec, payloads: Payload[] | null | undefined): Promise<unknown> {
  const [value] = await readPayloads(codec, payloads);
  return value;
}
