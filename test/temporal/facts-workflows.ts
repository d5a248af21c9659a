import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineUpdate,
  proxyActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';

// Tiny workflows, each for one fact about the server or the SDK: see facts.test.ts.

const unset = proxyActivities<{ beats(): Promise<void> }>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '5s' });

export async function leavesCancellationUnset(): Promise<void> {
  await unset.beats();
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
