import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { GuardActivities } from '../engine/guard-types.ts';
import { Refused, TaskVanished, ZvmError } from '../zerto/errors.ts';
import type { RecoveryReport, Task, Zvm } from '../zerto/types.ts';
import { asOpening, type OpeningCall, stopTask, testReport, testTask } from './guard-look.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import type { Surroundings } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';
import { perform } from './wrap.ts';

type Work<W extends keyof GuardActivities> = (
  input: GuardActivities[W]['input'],
) => Promise<GuardActivities[W]['result']>;

const lookEveryMs = 1_500;
const sendingWindowMs = 60_000;
const mostRefusals = 5;

/** Stops a test: looks, waits while it can not be stopped yet, sends. Looking first makes every repetition safe. */
export const stopTest =
  (s: Surroundings): Work<'stop'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      const id = vpgId(call, call.with.vpg);
      let refusals = 0;
      for (;;) {
        const zvm = await s.sites.zvm(call.site, call.run.mode);
        const { testStage: stage } = await zvm.vpg(id, { signal });
        const running = await runningTask(zvm, id, stage === 'Stopping' ? stopTask : testTask, signal);
        if (stage === undefined && running === undefined) return { taskId: '' };
        if (stage === 'Stopping' && running !== undefined) return { taskId: running.id };
        if (stage === 'InTest') {
          try {
            const body = { success: input.success, summary: input.summary };
            return { taskId: await zvm.stopFailoverTest(id, body, { notAfter: s.clock() + sendingWindowMs }) };
          } catch (error) {
            // Refused while it changes its stage, or without an answer: the next look decides.
            const lookAgain = error instanceof Refused || (error instanceof ZvmError && error.happened !== 'no');
            if (!lookAgain || ++refusals >= mostRefusals) throw error;
          }
        }
        await sleep(lookEveryMs, undefined, { signal });
      }
    });

async function runningTask(zvm: Zvm, id: string, type: string, signal: AbortSignal): Promise<Task | undefined> {
  const tasks = await zvm.tasks({ type, vpgId: id }, { signal });
  return tasks.findLast(task => !task.terminal);
}

const settleMs = 20_000;
const reportMs = 10_000;

/** Proves that nothing of a test is left, and fetches Zerto's own report of it. */
export const readBackStop =
  (s: Surroundings): Work<'readBack'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      const id = vpgId(call, call.with.vpg);
      const zvm = await s.sites.zvm(call.site, call.run.mode);
      if (input.taskId !== '') await taskSucceeds(zvm, input.taskId, call, signal);
      if (!(await holds(async () => (await zvm.vpg(id, { signal })).testStage === undefined, settleMs, signal))) {
        throw new StepErrored(`the failover test of ${call.with.vpg} was stopped, yet Zerto still shows one`);
      }
      const report = await newReport(zvm, call, id, input.baseline.reports, input.taskId === '' ? 0 : reportMs, signal);
      const evidence: Evidence[] =
        report === undefined ? [] : [{ kind: 'zerto-report', vpg: call.with.vpg, report: report.raw as JsonMap }];
      const outputs = {
        report_status: report?.status ?? '',
        report_id: report?.id ?? '',
        zerto_rto: report?.rtoSeconds ?? -1,
      };
      return { outputs, evidence };
    });

async function taskSucceeds(zvm: Zvm, taskId: string, call: OpeningCall, signal: AbortSignal): Promise<void> {
  try {
    const task = await zvm.waitForTask(taskId, { signal });
    if (task.state !== 'Completed')
      throw new StepFailed(`Zerto ended stopping the test of ${call.with.vpg} as ${task.state}: ${task.reason}`);
  } catch (error) {
    if (!(error instanceof TaskVanished)) throw error;
  }
}

/** The report that was not there at the baseline; Zerto writes it some time after the task has ended. */
async function newReport(
  zvm: Zvm,
  call: OpeningCall,
  id: string,
  before: readonly string[],
  forMs: number,
  signal: AbortSignal,
): Promise<RecoveryReport | undefined> {
  let found: RecoveryReport | undefined;
  await holds(
    async () => {
      const reports = await zvm.recoveryReports({ vpgName: call.with.vpg, recoveryType: testReport }, { signal });
      found = reports.findLast(report => report.vpgId === id && !before.includes(report.id));
      return found !== undefined;
    },
    forMs,
    signal,
  );
  return found;
}

async function holds(condition: () => Promise<boolean>, forMs: number, signal: AbortSignal): Promise<boolean> {
  for (let waited = 0; ; waited += lookEveryMs) {
    if (await condition()) return true;
    if (waited >= forMs) return false;
    await sleep(lookEveryMs, undefined, { signal });
  }
}
