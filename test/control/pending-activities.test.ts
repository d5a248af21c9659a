import { defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { shutDown } from '../../actions/handed-over.ts';
import { plainCodec } from '../../control/payload-codec.ts';
import { isTriedAgain, readPendingActivities } from '../../control/pending-activities.ts';

/** As Temporal has it: SCHEDULED, STARTED, CANCEL_REQUESTED, PAUSED. */
const [waits, runs, isToEnd, isHeld] = [1, 2, 3, 4];
const failed = (message: string) => ({ message, applicationFailureInfo: { type: 'unreachable' } });
const heartbeat = (tries: number, ok: boolean) => ({
  heartbeatDetails: {
    payloads: [
      defaultPayloadConverter.toPayload({ began: 1_000, tries, last: { n: tries, at: 2_000, ok, saw: 'no answer' } }),
    ],
  },
});

async function isShown(raw: object): Promise<boolean> {
  const pendingActivities = [{ activityId: 'db', activityType: { name: 'check/tcp' }, attempt: 1, ...raw }];
  const [read] = await readPendingActivities(plainCodec, { raw: { pendingActivities } });
  return read !== undefined && isTriedAgain(read);
}

test.each<[string, object, boolean]>([
  ['the first attempt runs', { state: runs }, false],
  ['the second runs, after a fault', { state: runs, attempt: 2, lastFailure: failed('no answer') }, true],
  ['the second waits', { state: waits, attempt: 2, lastFailure: failed('no answer') }, true],
  ['defect: it is cancelled', { state: isToEnd, attempt: 2, lastFailure: failed('no answer') }, false],
  ['somebody holds it back at Temporal', { state: isHeld, attempt: 2, lastFailure: failed('no answer') }, false],
  ['defect: another worker goes on with it', { state: runs, attempt: 2, lastFailure: failed(shutDown) }, false],
  [
    'defect: the same, after a worker that was killed',
    {
      state: runs,
      attempt: 2,
      lastFailure: { message: 'activity Heartbeat timeout', timeoutFailureInfo: { timeoutType: 4 } },
    },
    false,
  ],
  ['no other worker has taken it yet', { state: waits, attempt: 2, lastFailure: failed(shutDown) }, true],
  ['defect: it has looked once', { state: runs, ...heartbeat(1, false) }, false],
  ['it looks again', { state: runs, ...heartbeat(2, false) }, true],
  ['defect: it saw what it looked for', { state: runs, ...heartbeat(7, true) }, false],
])('%s: tried again or not', async (_, raw, shown) => {
  expect(await isShown(raw)).toBe(shown);
});
