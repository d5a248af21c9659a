import { setTimeout as sleep } from 'node:timers/promises';
import { settle } from '../zerto/effects/settle.ts';
import { endTask } from '../zerto/task-end.ts';
import type { Task } from '../zerto/tasks.ts';
import type { Zvm } from '../zerto/types.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { adopted, asOpening, type OpeningCall, testKind } from './guard-look.ts';
import { Ended, endingOf, StepErrored } from './outcome.ts';
import type { Work } from './guard-work.ts';
import type { Surroundings } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';
import { perform } from './wrap.ts';

const lookEveryMs = 2_000;

/** Looks until it is known whether a test whose answer was lost was started. Only a stranger's test ends it without an answer. */
export const settleTest =
  (s: Surroundings): Work<'settle'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      const test = { kind: testKind, vpgId: vpgId(call, call.with.vpg), baseline: input.baseline };
      const settled = await s.sites
        .zvm(call.site, call.run.mode)
        .then(zvm => settle(zvm, test, { lateUntil: input.lateUntil, clock: s.clock, signal }))
        .catch((error: unknown) => {
          signal.throwIfAborted();
          // A changed password or an answer that we cannot read does not end the finding out.
          const { message, record } = endingOf(error);
          throw new Ended({ type: 'unreachable', message, record });
        });
      switch (settled.kind) {
        case 'sent':
          return { sent: { ...adopted(settled.taskId), ...input.sending } };
        case 'stranger':
          throw new StepErrored(`whether this run started a test of ${call.with.vpg} is not known: ${settled.text}`);
        case 'did-not-happen':
          return { sent: null };
      }
    });

/** Waits for the test's task, then reads the VPG: the task says that it ended, the VPG what is open. */
export const waitForTest =
  (s: Surroundings): Work<'wait'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      const zvm = await s.sites.zvm(call.site, call.run.mode);
      const task = await endTask(zvm, input.sent.taskId, signal);
      if (task !== undefined && task.state !== 'Completed') {
        return {
          up: false,
          error: `Zerto ended the failover test of ${call.with.vpg} as ${task.state}: ${task.reason}`,
        };
      }
      const vpg = await shownInTest(zvm, vpgId(call, call.with.vpg), signal);
      if (vpg === undefined) {
        return {
          up: false,
          error: `the failover test of ${call.with.vpg} ended, and none is running: somebody stopped it`,
        };
      }
      const vms = await zvm.vms.list({ vpgName: vpg.name }, { signal });
      return { up: true, outputs: { ...outputsOf(input.sent, task, s.clock()), vms: namesOf(vms, call, vpg.id) } };
    });

const shownAfterLooks = 5;

/** The VPG in test; a VPG may show it a moment after the task has ended. */
async function shownInTest(zvm: Zvm, id: string, signal: AbortSignal): Promise<Vpg | undefined> {
  for (let look = 1; look <= shownAfterLooks; look++) {
    if (look > 1) await sleep(lookEveryMs, undefined, { signal });
    const vpg = await zvm.vpgs.get(id, { signal });
    if (vpg.testStage !== undefined) return vpg;
  }
  return undefined;
}

function namesOf(
  vms: readonly { name: string; vpgId: string }[],
  call: OpeningCall,
  id: string,
): { name: string; running: boolean }[] {
  const wanted = (call.with as { vms?: readonly string[] }).vms;
  return vms
    .filter(vm => vm.vpgId === id && (wanted === undefined || wanted.includes(vm.name)))
    .map(vm => ({ name: vm.name, running: true }));
}

function outputsOf(sent: { checkpoint: string; checkpointTime: string }, task: Task | undefined, now: number) {
  const upAfter =
    task === undefined ? 0 : Date.parse(task.completed ?? new Date(now).toISOString()) - Date.parse(task.started);
  return { checkpoint: sent.checkpoint, checkpoint_time: sent.checkpointTime, up_after: Math.max(0, upAfter) };
}
