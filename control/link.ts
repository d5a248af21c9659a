import {
  InterceptingCall,
  type Interceptor,
  ListenerBuilder,
  RequesterBuilder,
  status,
  type StatusObject,
} from '@grpc/grpc-js';
import { defaultGrpcRetryOptions, type GrpcRetryOptions } from '@temporalio/client';
import { reasonOf } from './reason.ts';

/** What a connection knows while Temporal does not answer. Times: ms since 1970. */
export interface Away {
  readonly address: string;
  /** The first call without an answer. */
  readonly since: number;
  /** The last call with one; absent: there was none yet. */
  readonly answeredAt?: number;
  /** In a few words. */
  readonly why: string;
}

/** These wait for a worker, or for what is still to come: silence in them tells nothing of Temporal. */
const waiting = /\/(?:QueryWorkflow|UpdateWorkflowExecution|PollWorkflowExecutionUpdate|GetWorkflowExecutionHistory)$/;

/** Once nothing takes a connection, so long is waited for one, ms. */
const refusedMs = 2_000;
/** Between two tries of a call that nothing has taken, at most, ms. */
const pauseMs = 1_000;

/** The interceptors of one connection that notice whether Temporal answers. */
export interface Link {
  /** To be the first, where somebody waits for each answer. */
  readonly ending: Interceptor;
  /** To be behind whatever tries again. */
  readonly noticing: Interceptor;
}

export function createLink(address: string, withinMs: number | undefined, clock: () => number = Date.now): Link {
  const seen: Seen = { address, clock };
  const ending: Interceptor = (options, nextCall) => {
    const own =
      options.deadline === undefined && withinMs !== undefined && !waiting.test(options.method_definition.path);
    if (!own) return new InterceptingCall(nextCall(options));
    const ms = seen.refused === true ? Math.min(refusedMs, withinMs) : withinMs;
    return new InterceptingCall(nextCall({ ...options, deadline: Date.now() + ms }));
  };
  return { ending, noticing: noticingAway(seen) };
}

/** Tries again as the SDK does, but in time for whoever waits. */
export function retriesFor(withinMs: number | undefined): GrpcRetryOptions {
  const stock = defaultGrpcRetryOptions();
  if (withinMs === undefined) return stock;
  const delayFunction: GrpcRetryOptions['delayFunction'] = (attempt, told) => {
    const pause = stock.delayFunction(attempt, told);
    return told.code === status.UNAVAILABLE ? Math.min(pauseMs, pause) : pause;
  };
  return { ...stock, delayFunction };
}

interface Seen {
  readonly address: string;
  readonly clock: () => number;
  since?: number | undefined;
  answeredAt?: number;
  why?: string | undefined;
  /** The last call found nobody who would take it. */
  refused?: boolean;
}

/** Where an error of Temporal's client carries what its connection knew. */
const mark = 'drillbook-away';

/** Of every call, whether Temporal answers; those that get no answer tell what is known of that. */
function noticingAway(seen: Seen): Interceptor {
  return (options, nextCall) => {
    const waits = waiting.test(options.method_definition.path);
    const listener = new ListenerBuilder()
      .withOnReceiveStatus((told, next) => {
        notice(seen, told, waits);
        next(told);
      })
      .build();
    const requester = new RequesterBuilder()
      .withStart((metadata, _listener, next) => {
        next(metadata, listener);
      })
      .build();
    return new InterceptingCall(nextCall(options), requester);
  };
}

function notice(seen: Seen, { code, details, metadata }: StatusObject, waits: boolean): void {
  const late = code === status.DEADLINE_EXCEEDED;
  if (code === status.CANCELLED) return;
  if (code !== status.UNAVAILABLE && !late) {
    Object.assign(seen, { answeredAt: seen.clock(), since: undefined, why: undefined, refused: false });
    return;
  }
  // Of what waits for a worker, silence alone says nothing.
  if (late && waits && seen.since === undefined) return;
  seen.since ??= seen.clock();
  if (!late) seen.why = reasonOf(new Error(details));
  seen.refused = !late || seen.refused === true;
  const { address, since, answeredAt, why = 'no answer in time' } = seen;
  const away: Away = { address, since, ...(answeredAt === undefined ? {} : { answeredAt }), why };
  // In place: a status made by hand ends the process (@temporalio/client 1, grpc-retry.ts).
  metadata.set(mark, encodeURIComponent(JSON.stringify(away)));
}

interface Told {
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly metadata?: { get?: (name: string) => readonly unknown[] };
}

/** Whether an error says that Temporal does not answer, and what was known of that. Undefined: it says something else. */
export function awayOf(error: unknown): Away | undefined {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as Told).cause) {
    const { code, metadata } = at as Told;
    const [known] = metadata?.get?.(mark) ?? [];
    if (typeof known === 'string') return JSON.parse(decodeURIComponent(known)) as Away;
    if (code === status.UNAVAILABLE) return { address: '', since: Date.now(), why: 'it cannot be reached' };
  }
  return undefined;
}
