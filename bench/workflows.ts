import { proxyActivities } from '@temporalio/workflow';
import type { ActionCall, ActionResult } from '../actions/call.ts';

export { guard, locks, runbook } from '../workflows/index.ts';

/** What a developer would write by hand for the same run: the same activities, the same arguments, the same options. */
export async function handWritten(first: ActionCall, calls: readonly ActionCall[], parallel: boolean): Promise<number> {
  const call = (input: ActionCall): Promise<ActionResult> => {
    const activity = proxyActivities<Record<string, (input: ActionCall) => Promise<ActionResult>>>({
      activityId: input.step,
      scheduleToCloseTimeout: '10m',
      heartbeatTimeout: '10s',
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s' },
    })[input.action];
    if (activity === undefined) throw new Error(`no activity ${input.action}`);
    return activity(input);
  };
  await call(first);
  if (parallel) await Promise.all(calls.map(call));
  else for (const input of calls) await call(input);
  return calls.length;
}
