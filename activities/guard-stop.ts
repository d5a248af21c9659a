import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import { Refused, TaskVanished, ZvmError } from '../zerto/errors.ts';
import type { RecoveryReport } from '../zerto/reports.ts';
import type { Zvm } from '../zerto/types.ts';
import { asOpening, type OpeningCall, testReport } from './guard-look.ts';
import { lookAtOpen } from './guard-open.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import type { Work } from './guard-work.ts';
import type { Surroundings } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';
import { perform } from './wrap.ts';

const lookEveryMs = 1_500;
const sendingWindowMs = 60_000;
const mostRefusals = 5;

/** Stops a test: looks, waits while it can not be stopped yet, sends. Looking first makes every repetition safe. */
export const stopTest =
  (s: Surroundings): Work<'stop'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      const began = s.clock();
      let refusals = 0;
      for (;;) {
        const zvm = await s.sites.zvm(call.site, call.run.mode);
        const found = await lookAtOpen(zvm, call, input, { now: s.clock(), began, signal });
        switch (found.kind) {
          case 'nothing':
            return { taskId: '' };
          case 'foreign':
            return { taskId: '', foreign: found.why };
          case 'stopping':
            return { taskId: found.taskId };
          case 'wait':
            break;
          case 'in-test':
            try {
              const body = { success: input.success, summary: input.summary };
              const options = { notAfter: s.clock() + sendingWindowMs };
              return { taskId: await zvm.vpgs.stopFailoverTest(vpgId(call, call.with.vpg), body, options) };
            } catch (error) {
              // Refused while it changes its stage, or without an answer: the next look decides.
              const lookAgain = error instanceof Refused || (error instanceof ZvmError && error.happened !== 'no');
              if (!lookAgain || ++refusals >= mostRefusals) throw error;
            }
        }
        await sleep(lookEveryMs, undefined, { signal });
      }
    });

const settleMs = 20_000;
const reportMs = 10_000;

/** Proves that nothing of a test is left, and fetches Zerto's own report of it. */
export const readBackStop =
  (s: Surroundings): Work<'readBack'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      const id = vpgId(call, call.with.vpg);
      if (input.foreign !== undefined) {
        return { outputs: { report_status: '', report_id: '', zerto_rto: -1 }, told: [input.foreign] };
      }
      const zvm = await s.sites.zvm(call.site, call.run.mode);
      if (input.taskId !== '') await taskSucceeds(zvm, input.taskId, call, signal);
      if (!(await holds(async () => (await zvm.vpgs.get(id, { signal })).testStage === undefined, settleMs, signal))) {
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
    const task = await zvm.tasks.wait(taskId, { signal });
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
      // Evidence, not proof: a site that does not give its reports must not keep a closed test from counting as closed.
      const reports = await zvm.reports
        .recovery({ vpgName: call.with.vpg, recoveryType: testReport }, { signal })
        .catch((error: unknown) => {
          if (error instanceof ZvmError) return [];
          throw error;
        });
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
