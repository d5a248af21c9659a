import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardActivities } from '../engine/guard-types.ts';
import { TaskVanished } from '../zerto/errors.ts';
import type { Task, Zvm } from '../zerto/types.ts';
import { adopted, asOpening, lookAtTest, type OpeningCall } from './guard-look.ts';
import { StepErrored } from './outcome.ts';
import type { Surroundings } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';
import { perform } from './wrap.ts';

type Work<W extends keyof GuardActivities> = (
  input: GuardActivities[W]['input'],
) => Promise<GuardActivities[W]['result']>;

const lookEveryMs = 2_000;

/** Looks until it is known whether a test whose answer was lost was started. */
export const settleTest =
  (s: Surroundings): Work<'settle'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      for (;;) {
        const late = s.clock() > input.lateUntil;
        const zvm = await s.sites.zvm(call.site, call.run.mode);
        const seen = await lookAtTest(zvm, call, input.baseline, signal);
        if (seen.kind === 'one') return { sent: adopted(seen.task) };
        if (seen.kind === 'stranger')
          throw new StepErrored(`whether ${call.with.vpg} was started by this run is not known: ${seen.text}`);
        if (late) return { sent: null };
        await sleep(lookEveryMs, undefined, { signal });
      }
    });

/** Waits for the test's task, then reads the VPG: the task says that it ended, the VPG what is open. */
export const waitForTest =
  (s: Surroundings): Work<'wait'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      const zvm = await s.sites.zvm(call.site, call.run.mode);
      const task = await taskEnd(zvm, input.sent.taskId, signal);
      const vpg = await zvm.vpg(vpgId(call, call.with.vpg), { signal });
      const open = vpg.testStage !== undefined;
      if (task !== undefined && task.state !== 'Completed') {
        return {
          up: false,
          open,
          error: `Zerto ended the failover test of ${vpg.name} as ${task.state}: ${task.reason}`,
        };
      }
      if (!open) {
        return {
          up: false,
          open,
          error: `the failover test of ${vpg.name} ended, and no test is running: somebody stopped it`,
        };
      }
      const vms = await zvm.vms({ vpgName: vpg.name }, { signal });
      return { up: true, outputs: { ...outputsOf(input.sent, task, s.clock()), vms: namesOf(vms, call, vpg.id) } };
    });

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

/** Undefined where the ZVM no longer knows the task: then the VPG alone tells. */
async function taskEnd(zvm: Zvm, id: string, signal: AbortSignal): Promise<Task | undefined> {
  try {
    return await zvm.waitForTask(id, { signal });
  } catch (error) {
    if (error instanceof TaskVanished) return undefined;
    throw error;
  }
}
