import type { ActionCall } from '../actions/call.ts';
import type { Sent } from '../engine/guard-types.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';

/** What a guard sends, and what it leaves at the ZVM. */
export const testKind = effectKinds.failoverTest;
export const testReport = testKind.report;

/** A call that opens, as the guard's activities see it. */
export type OpeningCall = ActionCall<{ readonly vpg: string }>;

export const asOpening = (call: ActionCall): OpeningCall => call as unknown as OpeningCall;

export function adopted(taskId: string): Sent {
  // A task does not tell its checkpoint; Zerto's report does when the test has ended.
  return { taskId, checkpoint: '', checkpointTime: '', adopted: true };
}
