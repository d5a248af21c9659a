import {
  InterceptingCall,
  type Interceptor,
  ListenerBuilder,
  type Metadata,
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
  /** It does answer, only not this: a rate limit, or too late for whoever asked. */
  readonly busy?: true;
}

/** These wait for a worker, or for what is still to come: silence in them tells nothing of Temporal. */
const waiting = /\/(?:QueryWorkflow|UpdateWorkflowExecution|PollWorkflowExecutionUpdate|GetWorkflowExecutionHistory)$/;

/** Once nothing takes a connection, so long is waited for one, ms. */
const refusedMs = 2_000;
/** Between two tries of a call that nothing has taken, at most, ms. */
const pauseMs = 1_000;

/** A call with less time left than this is not tried again, and says nothing where it is late, ms. */
const leastMs = 400;

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

/** Tries again as the SDK does, but in time for whoever waits: no pause takes more than half of what is left of the deadline. */
export function retriesFor(withinMs: number | undefined, clock: () => number = Date.now): GrpcRetryOptions {
  const stock = defaultGrpcRetryOptions();
  const leftOf = ({ metadata }: StatusObject): number => {
    const [until] = metadata.get(untilMark);
    return typeof until === 'string' ? Number(until) - clock() : Infinity;
  };
  return {
    retryableDecider: (attempt, told) => stock.retryableDecider(attempt, told) && leftOf(told) > leastMs,
    delayFunction: (attempt, told) => {
      const pause = Math.min(stock.delayFunction(attempt, told), leftOf(told) / 2);
      return withinMs !== undefined && told.code === status.UNAVAILABLE ? Math.min(pauseMs, pause) : pause;
    },
  };
}

interface Seen {
  readonly address: string;
  readonly clock: () => number;
  since?: number | undefined;
  answeredAt?: number;
  why?: string | undefined;
  /** The last call found nobody who would take it. */
  refused?: boolean;
  /** What its last answer was, where that was a limit. */
  limit?: string | undefined;
}

/** Where an error of Temporal's client carries what its connection knew. */
const mark = 'drillbook-away';
/** Where a failed call carries its deadline, for whoever decides on another try. */
const untilMark = 'drillbook-until';

/** One try of a call. Times: ms since 1970. */
interface Try {
  readonly waits: boolean;
  readonly begunAt: number;
  /** When the first try of the same call began. */
  readonly askedAt: number;
  readonly until: number;
}

/** Of every call, whether Temporal answers; those that get no answer tell what is known of that. */
function noticingAway(seen: Seen): Interceptor {
  // Whoever tries again gives the same options.
  const asked = new WeakMap<object, number>();
  return (options, nextCall) => {
    const begunAt = seen.clock();
    const askedAt = asked.get(options) ?? begunAt;
    asked.set(options, askedAt);
    const waits = waiting.test(options.method_definition.path);
    const own: Try = { waits, begunAt, askedAt, until: Number(options.deadline ?? Infinity) };
    const listener = new ListenerBuilder()
      .withOnReceiveStatus((told, next) => {
        notice(seen, told, own);
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

function notice(seen: Seen, { code, details, metadata }: StatusObject, own: Try): void {
  const late = code === status.DEADLINE_EXCEEDED;
  if (code === status.CANCELLED) return;
  // In place: a status made by hand ends the process (@temporalio/client 1, grpc-retry.ts).
  if (code !== status.OK && Number.isFinite(own.until)) metadata.set(untilMark, String(own.until));
  if (code !== status.UNAVAILABLE && !late) {
    Object.assign(seen, { answeredAt: seen.clock(), since: undefined, why: undefined, refused: false });
    seen.limit = code === status.RESOURCE_EXHAUSTED ? reasonOf(new Error(details)) : undefined;
    // Our own client says so of an answer that is too long.
    if (seen.limit !== undefined && !details.includes('larger than max')) tellBusy(seen, metadata, seen.limit);
    return;
  }
  // Of what waits for a worker, silence alone says nothing.
  if (late && own.waits && seen.since === undefined) return;
  if (late && seen.since === undefined) {
    const { answeredAt = -Infinity, limit } = seen;
    // Before half of the time is over it may have fallen silent since.
    const answers = answeredAt > (limit === undefined ? (own.askedAt + seen.clock()) / 2 : own.askedAt);
    // Its time was over before it was asked, or Temporal has answered something else meanwhile.
    if (answers || own.until - own.begunAt < leastMs) {
      tellBusy(seen, metadata, limit ?? 'no answer to this in time');
      return;
    }
  }
  seen.since ??= seen.clock();
  if (!late) seen.why = reasonOf(new Error(details));
  seen.refused = !late || seen.refused === true;
  const { address, since, answeredAt, why = 'no answer in time' } = seen;
  tell(metadata, { address, since, ...(answeredAt === undefined ? {} : { answeredAt }), why });
}

function tellBusy({ address, answeredAt, clock }: Seen, metadata: Metadata, why: string): void {
  const since = clock();
  tell(metadata, { address, since, ...(answeredAt === undefined ? {} : { answeredAt }), why, busy: true });
}

function tell(metadata: Metadata, away: Away): void {
  metadata.set(mark, encodeURIComponent(JSON.stringify(away)));
}

interface Told {
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly metadata?: { get?: (name: string) => readonly unknown[] };
}

/** Whether an error says that Temporal does not answer, or is too busy to (`busy`), and what was known of that. Undefined: it says something else. */
export function awayOf(error: unknown): Away | undefined {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as Told).cause) {
    const { code, metadata } = at as Told;
    const [known] = metadata?.get?.(mark) ?? [];
    if (typeof known === 'string') return JSON.parse(decodeURIComponent(known)) as Away;
    if (code === status.UNAVAILABLE) return { address: '', since: Date.now(), why: 'it cannot be reached' };
  }
  return undefined;
}
