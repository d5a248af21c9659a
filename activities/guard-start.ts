import { setTimeout as sleep } from 'node:timers/promises';
import { Context as Activity } from '@temporalio/activity';
import type { Checkpoint } from '../actions/checkpoint.ts';
import type { Evidence } from '../actions/call.ts';
import type { Baseline, Sending } from '../engine/guard-types.ts';
import { TooLate, ZvmError } from '../zerto/errors.ts';
import type { Task, Zvm } from '../zerto/types.ts';
import { checkpointOf, chooseCheckpoint, type Chosen } from './checkpoints.ts';
import { assertRecoversHere } from './direction.ts';
import { adopted, asOpening, lookAtTest, type OpeningCall, testReport, testTask } from './guard-look.ts';
import { assertIsolated } from './isolation.ts';
import { endingOf, Ended, StepErrored, StepFailed } from './outcome.ts';
import type { Work } from './guard-work.ts';
import type { Surroundings } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';
import { perform } from './wrap.ts';

/** What stands on the ZVM before anything is sent: the right direction, no test, and the ids to compare with later. */
export const takeBaseline =
  (s: Surroundings): Work<'baseline'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      const zvm = await s.sites.zvm(call.site, call.run.mode);
      const [vpg] = await assertRecoversHere(zvm, call, [call.with.vpg], { sites: s.sites, signal });
      if (vpg === undefined) throw new StepErrored(`${call.with.vpg} was not found`);
      if (vpg.testStage !== undefined) {
        throw new StepFailed(`a failover test of ${vpg.name} is ${vpg.testStage} already; this run did not start it`);
      }
      const [tasks, reports] = await Promise.all([
        zvm.tasks({ type: testTask, vpgId: vpg.id }, { signal }),
        zvm.recoveryReports({ vpgName: vpg.name, recoveryType: testReport }, { signal }),
      ]);
      return { tasks: tasks.map(task => task.id), reports: reports.filter(r => r.vpgId === vpg.id).map(r => r.id) };
    });

const looks = 4;
const lookEveryMs = 1_500;

/**
 * Sends a failover test, once. Temporal repeats this only for a lost worker; then, and after any attempt without an
 * answer, nothing is sent again: what is found is adopted if it is ours, else the guard finds out and begins anew.
 */
export const startTest =
  (s: Surroundings): Work<'start'> =>
  input =>
    perform(async signal => {
      const call = asOpening(input.call);
      const id = vpgId(call, call.with.vpg);
      const lostBefore = Activity.current().info.attempt > 1;
      let happened: 'no' | 'unknown' = lostBefore ? 'unknown' : 'no';
      let sending: Sending | undefined;
      let evidence: Evidence[] = [];
      try {
        const zvm = await s.sites.zvm(call.site, call.run.mode);
        if (lostBefore) {
          const task = await lookFor(zvm, call, input.baseline, signal);
          if (task !== undefined) return adopted(task);
          throw new StepErrored('the worker was lost while it may have been sending; no new test is seen yet');
        }
        const seen = await lookAtTest(zvm, call, input.baseline, signal);
        if (seen.kind === 'stranger') throw new StepFailed(seen.text);
        if (seen.kind === 'one')
          throw new StepFailed(`a failover test of ${call.with.vpg} was started beside this run`);
        const proof = await assertIsolated(zvm, id, s.sites.settings(call.site), signal);
        evidence = [{ kind: 'isolation', vpg: call.with.vpg, proof }];
        const chosen = await choose(zvm, call, s.clock(), signal);
        const vmIds = await vmsOf(zvm, call, signal);
        sending = { checkpoint: chosen.id, checkpointTime: chosen.time };
        try {
          const body = { checkpointId: chosen.id, ...(vmIds === undefined ? {} : { vmIds }) };
          // Not cut off by a cancel or a shut-down: the answer of an effect is always wanted.
          const taskId = await zvm.failoverTest(id, body, { notAfter: input.notAfter });
          return { taskId, ...sending, adopted: false, evidence };
        } catch (error) {
          if (!(error instanceof ZvmError) || error.happened !== 'no') happened = 'unknown';
          // A 500 may come of a ZVM that fell over after it had begun: whatever was answered, look once.
          const answered = error instanceof ZvmError && error.status !== undefined;
          if (happened === 'unknown' || answered) {
            const task = await lookFor(zvm, call, input.baseline, signal, happened === 'unknown' ? looks : 1);
            if (task !== undefined) return { ...adopted(task), ...sending, evidence };
          }
          throw error;
        }
      } catch (error) {
        const ending = endingOf(error);
        // `notAfter` passed before anything was sent: a new baseline is due, not an end.
        const type = error instanceof TooLate && happened === 'no' ? 'unreachable' : ending.type;
        const record = { evidence, ...ending.record, happened, ...(sending === undefined ? {} : { sending }) };
        throw new Ended({ ...ending, type, record, final: true });
      }
    });

/** The one new test of ours, looked for a few times: a ZVM shows it a moment after it took the call. */
async function lookFor(
  zvm: Zvm,
  call: OpeningCall,
  baseline: Baseline,
  signal: AbortSignal,
  times = looks,
): Promise<Task | undefined> {
  for (let look = 1; ; look++) {
    const seen = await lookAtTest(zvm, call, baseline, signal);
    if (seen.kind === 'one') return seen.task;
    if (look >= times) return undefined;
    await sleep(lookEveryMs, undefined, { signal });
  }
}

async function choose(zvm: Zvm, call: OpeningCall, now: number, signal: AbortSignal): Promise<Chosen> {
  const { vpg, checkpoint } = call.with as unknown as {
    vpg: string;
    checkpoint: Checkpoint | Record<string, Checkpoint>;
  };
  const journal = await zvm.checkpoints(vpgId(call, vpg), { signal });
  return chooseCheckpoint(journal, checkpointOf(checkpoint, vpg), vpg, now);
}

async function vmsOf(zvm: Zvm, call: OpeningCall, signal: AbortSignal): Promise<string[] | undefined> {
  const { vpg, vms: names } = call.with as unknown as { vpg: string; vms?: readonly string[] };
  if (names === undefined) return undefined;
  const protectedVms = await zvm.vms({ vpgName: vpg }, { signal });
  return names.map(name => {
    const vm = protectedVms.find(v => v.name === name && v.vpgName === vpg);
    if (vm === undefined)
      throw new StepFailed(`${vpg} protects no VM "${name}": it has ${protectedVms.map(v => v.name).join(', ')}`);
    return vm.id;
  });
}
