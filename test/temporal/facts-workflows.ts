import {
  ActivityCancellationType,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
  sleep,
  startChild,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';

// Tiny workflows, each for one fact about the server or the SDK: see facts.test.ts.

const unset = proxyActivities<{ beats(): Promise<void> }>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '5s' });

export async function leavesCancellationUnset(): Promise<void> {
  await unset.beats();
}

/** In a microtask, as all code of a workflow after its first `await`. */
export async function standsStill(rounds: number): Promise<number> {
  await sleep(1);
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum += Math.sin(i);
  return sum;
}

export async function survivesCancel(): Promise<void> {
  await CancellationScope.nonCancellable(() => sleep('1 hour'));
}

const refuse = defineUpdate<string, [string]>('refuse');

export async function refuses(): Promise<void> {
  setHandler(refuse, given => given, {
    validator: (given: string) => {
      throw new Error(`no ${given}`);
    },
  });
  await sleep('1 hour');
}

export async function upsertsUnregistered(): Promise<void> {
  upsertSearchAttributes([{ key: defineSearchAttributeKey('NobodyRegistered', 'KEYWORD'), value: 'x' }]);
  await sleep('1 hour');
}

export async function sleepsBriefly(): Promise<void> {
  await sleep(1);
}

const count = defineUpdate<number>('count');
const goOn = defineUpdate<boolean>('go-on');

export async function counts(counted = 0): Promise<void> {
  let next = false;
  setHandler(count, () => ++counted);
  setHandler(goOn, () => {
    next = true;
    return next;
  });
  await condition(() => next);
  await condition(allHandlersFinished);
  await continueAsNew<typeof counts>(counted);
}

export async function takes(given: unknown): Promise<number> {
  await Promise.resolve();
  return JSON.stringify(given).length;
}

const { WAIT_CANCELLATION_COMPLETED } = ActivityCancellationType;

/** Lives on for a while after it was cancelled, as a run does that closes. */
export async function hasChild(childId: string, cancellationType: 'ABANDON' | undefined): Promise<void> {
  await startChild(waits, {
    workflowId: childId,
    parentClosePolicy: 'ABANDON',
    ...(cancellationType === undefined ? {} : { cancellationType }),
  });
  await CancellationScope.nonCancellable(() => sleep('3s'));
}

export async function waits(): Promise<void> {
  await sleep('1 hour');
}

const backingOff = proxyActivities<{ sendsThenFails(): Promise<void> }>({
  startToCloseTimeout: '1 minute',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 hour', maximumInterval: '1 hour' },
});

/** What it is told of an activity that was cancelled between two attempts. */
export async function cancelsInBackOff(): Promise<string> {
  try {
    await backingOff.sendsThenFails();
  } catch (failure) {
    const told: unknown[] = [];
    for (let of: unknown = failure; of instanceof Error; of = of.cause)
      told.push([of.name, of.message, of instanceof ApplicationFailure ? of.details : []]);
    return JSON.stringify(told);
  }
  return 'no failure';
}

const short = proxyActivities<{ fires(): Promise<void> }>({
  startToCloseTimeout: '1s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { maximumAttempts: 1 },
});

export async function timesOut(): Promise<void> {
  await short.fires();
}

const heard = proxyActivities<{ hearsCancel(): Promise<void> }>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '5s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
});

export async function cancelsWhatBeats(): Promise<void> {
  await heard.hearsCancel();
}

const quick = proxyActivities<{ nothing(): Promise<void>; attempt(wanted: number): Promise<number> }>({
  startToCloseTimeout: '1 minute',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '10ms' },
});

export async function triesItself(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await quick.nothing();
    await sleep('1s');
  }
}

export async function triesAgain(): Promise<readonly number[]> {
  return [await quick.attempt(2), await quick.attempt(1)];
}

export async function crowds(): Promise<void> {
  await Promise.all(Array.from({ length: 2_100 }, () => quick.nothing()));
}

const mark = defineUpdate<boolean>('mark');

export async function tellsOrder(): Promise<readonly string[]> {
  const order = ['before'];
  setHandler(mark, () => {
    order.push('update');
    return true;
  });
  order.push('after');
  await condition(() => order.length > 2);
  await condition(allHandlersFinished);
  return order;
}

const begunSignal = defineSignal('begun');

/** So many waits, and a call once they have begun; `callQueue`: where the call goes. Gives what ended first. */
export async function callsBesideWaits(waits: number, waitQueue: string, callQueue: string): Promise<string> {
  const on = (taskQueue: string) =>
    proxyActivities<{ waitsForAWhile(): Promise<void>; nothing(): Promise<void> }>({
      startToCloseTimeout: '1 minute',
      cancellationType: WAIT_CANCELLATION_COMPLETED,
      taskQueue,
    });
  let begun = false;
  setHandler(begunSignal, () => {
    begun = true;
  });
  const waiting = Array.from({ length: waits }, () => on(waitQueue).waitsForAWhile());
  await condition(() => begun);
  const call = on(callQueue).nothing();
  // Both may come with the same task: each is as many promises away.
  const ended: string[] = [];
  await Promise.all([
    ...waiting.map(wait => wait.then(() => ended.push('a wait'))),
    call.then(() => ended.push('the call')),
  ]);
  return ended[0] ?? '';
}
