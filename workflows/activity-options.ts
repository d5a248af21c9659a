import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Mode, TransportRetry } from '../actions/contract.ts';

/** A lost worker is noticed after this long. Workers send heartbeats every 3 s (worker.ts), which is how long a cancel takes. */
const heartbeatTimeoutMs = 10_000;

type AnyActivity = (input: unknown) => Promise<unknown>;

/**
 * Calls an activity by name. Stated for every one: WAIT_CANCELLATION_COMPLETED (unset, the SDK sends TRY_CANCEL), one
 * budget over all attempts (`budgetMs`), retries of transport faults without a count, a heartbeat.
 */
export function callActivity(
  name: string,
  input: unknown,
  options: {
    readonly id: string;
    readonly summary: string;
    readonly budgetMs: number;
    readonly transport: TransportRetry;
    /** Default: the workflow's own. */
    readonly queue?: string | undefined;
    /** Of the run; default: as urgent as anything, since everybody waits for it. */
    readonly mode?: Mode;
  },
): Promise<unknown> {
  const { transport } = options;
  const settings: ActivityOptions = {
    activityId: options.id,
    summary: options.summary.slice(0, 200),
    ...(options.queue === undefined ? {} : { taskQueue: options.queue }),
    priority: priorityOf(options.mode),
    // Under a second the server rounds up anyway; zero would mean "unset".
    scheduleToCloseTimeout: Math.max(1_000, options.budgetMs),
    heartbeatTimeout: heartbeatTimeoutMs,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: {
      initialInterval: transport.initialMs,
      backoffCoefficient: transport.coefficient,
      maximumInterval: transport.maximumMs,
    },
  };
  const activity = proxyActivities<Record<string, AnyActivity>>(settings)[name];
  if (activity === undefined) throw new Error(`no activity ${name}`);
  return activity(input);
}

/** Live runs go first where a worker has a backlog. */
function priorityOf(mode: Mode | undefined): { priorityKey: number } {
  return { priorityKey: mode === 'drill' || mode === 'change' ? 5 : 1 };
}

/** For the guard and the locks: their calls are few and must not wait long for the next attempt. */
export const soon: TransportRetry = { initialMs: 1_000, coefficient: 2, maximumMs: 10_000 };
