import type { FailureRecord } from '../actions/call.ts';
import type { HistoryEvent } from './history.ts';

/** One activity of a history, from its scheduling to its end. Times: ms since 1970. */
export interface Call {
  /** The event of its scheduling. */
  readonly id: number;
  readonly activity: string;
  /** The step's key; a guard's call is of the step that it opened. */
  readonly step: string;
  readonly at: number;
  readonly endedAt?: number;
  readonly status: string;
  readonly error?: string;
  readonly attempt: number;
  readonly input: Readonly<Record<string, unknown>> | undefined;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly record: FailureRecord;
}
export type Calls = readonly Call[];

/** The activities of a history in order of their scheduling. */
export function readCalls(events: readonly HistoryEvent[]): Calls {
  const attempts = new Map<number, number>();
  const ends = new Map<number, Extract<HistoryEvent, { kind: 'succeeded' | 'failed' }>>();
  for (const event of events) {
    if (event.kind === 'attempted') attempts.set(event.of, event.attempt);
    if (event.kind === 'succeeded' || event.kind === 'failed') ends.set(event.of, event);
  }
  return events.flatMap(event =>
    event.kind === 'scheduled' ? [readCall(event, attempts.get(event.id) ?? 0, ends.get(event.id))] : [],
  );
}

function readCall(
  event: Extract<HistoryEvent, { kind: 'scheduled' }>,
  attempt: number,
  end: Extract<HistoryEvent, { kind: 'succeeded' | 'failed' }> | undefined,
): Call {
  const input = asMap(event.input);
  const common = {
    id: event.id,
    activity: event.activity,
    step: stepOf(event.activityId, input),
    at: event.at,
    attempt,
    input,
  };
  if (end === undefined) return { ...common, status: 'running', record: {} };
  if (end.kind === 'failed') {
    const status = end.how === 'unreachable' ? 'errored' : end.how;
    return { ...common, endedAt: end.at, status, error: end.message, record: asMap(end.details) ?? {} };
  }
  const result = asMap(end.result);
  const outputs = asMap(result?.['outputs']);
  return {
    ...common,
    endedAt: end.at,
    status: 'succeeded',
    record: result ?? {},
    ...(result === undefined ? {} : { result }),
    ...(outputs === undefined ? {} : { outputs }),
  };
}

/** A guard's activity carries the opening's call; a run's is named for its step, with `#2` for a repetition. */
function stepOf(activityId: string, input: Readonly<Record<string, unknown>> | undefined): string {
  const call = asMap(input?.['call']);
  return typeof call?.['step'] === 'string' ? call['step'] : activityId.replace(/#\d+$/, '');
}

function asMap(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
