import { InterceptingCall, type Interceptor, ListenerBuilder, RequesterBuilder, status } from '@grpc/grpc-js';
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

/**
 * Gives each call that has no deadline one of its own: without, it waits as long as Temporal is away. Calls that wait for something
 * else than Temporal are left alone. To be the first of the interceptors.
 */
export function endingWithin(ms: number): Interceptor {
  return (options, nextCall) => {
    const own = options.deadline === undefined && !waiting.test(options.method_definition.path);
    return new InterceptingCall(nextCall(own ? { ...options, deadline: Date.now() + ms } : options));
  };
}

/** Where an error of Temporal's client carries what its connection knew. */
const mark = 'drillbook-away';

/** Notices of every call whether Temporal answers, and tells it with those that get no answer. To be behind whatever tries again. */
export function noticingAway(address: string, clock: () => number = Date.now): Interceptor {
  let since: number | undefined;
  let answeredAt: number | undefined;
  return (options, nextCall) => {
    const waits = waiting.test(options.method_definition.path);
    const listener = new ListenerBuilder()
      .withOnReceiveStatus((told, next) => {
        const late = told.code === status.DEADLINE_EXCEEDED;
        if (told.code === status.UNAVAILABLE || (late && !waits)) {
          since ??= clock();
          const why = late ? 'no answer in time' : reasonOf(new Error(told.details));
          const away: Away = { address, since, ...(answeredAt === undefined ? {} : { answeredAt }), why };
          // In place: a status made by hand ends the process (@temporalio/client 1, grpc-retry.ts).
          told.metadata.set(mark, encodeURIComponent(JSON.stringify(away)));
        } else if (!late && told.code !== status.CANCELLED) {
          answeredAt = clock();
          since = undefined;
        }
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
