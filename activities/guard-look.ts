import type { ActionCall } from '../actions/call.ts';
import type { Baseline, Sent } from '../engine/guard-types.ts';
import type { Task, Zvm } from '../zerto/types.ts';
import { vpgId } from './vpg-id.ts';

/** Zerto's task types of what a guard sends. */
export const testTask = 'FailOverTest';
export const stopTask = 'StopFailOverTest';
export const testReport = 'FailoverTest';

/** A call that opens, as the guard's activities see it. */
export type OpeningCall = ActionCall<{ readonly vpg: string }>;

export const asOpening = (call: ActionCall): OpeningCall => call as unknown as OpeningCall;

/** What has come to a VPG since its baseline. Sets of ids are compared, never clocks. */
export type Seen =
  | { readonly kind: 'nothing' }
  /** Exactly one new task, of our account: ours, where an earlier attempt may have been sent. */
  | { readonly kind: 'one'; readonly task: Task }
  | { readonly kind: 'stranger'; readonly text: string };

export async function lookAtTest(zvm: Zvm, call: OpeningCall, baseline: Baseline, signal: AbortSignal): Promise<Seen> {
  const id = vpgId(call, call.with.vpg);
  const [tasks, vpg] = await Promise.all([
    zvm.tasks({ type: testTask, vpgId: id }, { signal }),
    zvm.vpg(id, { signal }),
  ]);
  const fresh = tasks.filter(task => !baseline.tasks.includes(task.id));
  const [one, second] = fresh;
  if (one === undefined) {
    if (vpg.testStage === undefined) return { kind: 'nothing' };
    return {
      kind: 'stranger',
      text: `a failover test of ${vpg.name} is ${vpg.testStage} and no task tells who started it`,
    };
  }
  if (second !== undefined) {
    return {
      kind: 'stranger',
      text: `${fresh.length} failover tests of ${vpg.name} were started since this step began`,
    };
  }
  if (!sameAccount(one.initiatedBy, zvm.account)) {
    return {
      kind: 'stranger',
      text: `a failover test of ${vpg.name} was started by ${one.initiatedBy} since this step began`,
    };
  }
  return { kind: 'one', task: one };
}

/** A ZVM may state an account with or without its domain. */
export function sameAccount(a: string, b: string): boolean {
  return bare(a) === bare(b);
}

function bare(account: string): string {
  return account.replace(/^.*\\/, '').replace(/@.*$/, '').toLowerCase();
}

export function adopted(task: Task): Sent {
  // A task does not tell its checkpoint; Zerto's report does when the test has ended.
  return { taskId: task.id, checkpoint: '', checkpointTime: '', adopted: true };
}
