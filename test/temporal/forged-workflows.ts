import { continueAsNew, makeContinueAsNewFunc, proxyActivities } from '@temporalio/workflow';

/** Workflows of somebody who runs a worker of his own beside ours: each tries to pass for one of ours. */

export async function forgeRun(start: object): Promise<void> {
  await makeContinueAsNewFunc<typeof runbook>({ workflowType: 'runbook', taskQueue: 'drillbook' })(start);
}

export async function runbook(start: object): Promise<void> {
  await continueAsNew<typeof runbook>(start);
}

/** Of the name of ours, and calls what ours would. */
export async function guard(activity: string): Promise<unknown> {
  const call = proxyActivities<Record<string, (input: object) => Promise<unknown>>>({
    taskQueue: 'drillbook',
    scheduleToCloseTimeout: 10_000,
  })[activity];
  return call?.({ token: 'x', guard: 'guard/forged', run: 'x', vpgs: {}, onLocked: 'wait' });
}
