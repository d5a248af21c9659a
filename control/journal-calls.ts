import type { FailureRecord } from '../actions/call.ts';
import type { HistoryEvent } from './history.ts';

/** One activity of a history, from its scheduling to its end. Times: ms since 1970. */
export interface Call {
  /** The event of its scheduling. */
  readonly id: number;
  readonly activity: string;
  /** The step's key; a guard's call is of the step that it opened. Empty: a call of the run, or the guard, for itself. */
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

/** Whose history it is: each names its activities in its own way. */
export type Owner = 'run' | 'guard';

/** The activities of a history in order of their scheduling. */
export function readCalls(events: readonly HistoryEvent[], of: Owner): Calls {
  const attempts = new Map<number, number>();
  const ends = new Map<number, Extract<HistoryEvent, { kind: 'succeeded' | 'failed' }>>();
  for (const event of events) {
    if (event.kind === 'attempted') attempts.set(event.of, event.attempt);
    if (event.kind === 'succeeded' || event.kind === 'failed') ends.set(event.of, event);
  }
  return events.flatMap(event =>
    event.kind === 'scheduled' ? [readCall(event, of, attempts.get(event.id) ?? 0, ends.get(event.id))] : [],
  );
}

function readCall(
  event: Scheduled,
  of: Owner,
  attempt: number,
  end: Extract<HistoryEvent, { kind: 'succeeded' | 'failed' }> | undefined,
): Call {
  const input = asMap(event.input);
  const common = {
    id: event.id,
    activity: event.activity,
    step: stepOf(event, of)?.replace(/#\d+$/, '') ?? '',
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

type Scheduled = Extract<HistoryEvent, { kind: 'scheduled' }>;

/**
 * The step that an activity is of; undefined: of none. A guard's carries the opening's call; a run's is named for its step, with `#2` for a repetition. An id with a colon is the run's own (`entitle:1`):
 * no step's has one, but for the item of a for-each.
 */
export function stepOf({ activityId, input }: Scheduled, of: Owner): string | undefined {
  if (of === 'run') return /^[^[]*:/.test(activityId) ? undefined : activityId;
  const step = asMap(asMap(input)?.['call'])?.['step'];
  return typeof step === 'string' ? step : undefined;
}

function asMap(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
