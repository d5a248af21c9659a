import { Context as Activity } from '@temporalio/activity';
import type { Checkpoint } from '../actions/checkpoint.ts';
import type { GuardActivities } from '../engine/guard-types.ts';
import { ZvmError } from '../zerto/errors.ts';
import type { Zvm } from '../zerto/types.ts';
import { checkpointOf, chooseCheckpoint, type Chosen } from './checkpoints.ts';
import { assertRecoversHere } from './direction.ts';
import { adopted, asOpening, lookAtTest, type OpeningCall, testReport, testTask } from './guard-look.ts';
import { assertIsolated } from './isolation.ts';
import { endingOf, Ended, StepErrored, StepFailed } from './outcome.ts';
import type { Memory, Surroundings } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';
import { perform } from './wrap.ts';

type Work<W extends keyof GuardActivities> = (
  input: GuardActivities[W]['input'],
) => Promise<GuardActivities[W]['result']>;

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

/**
 * Sends a failover test, once. Every attempt looks first; a test is adopted only when an earlier attempt may have been
 * sent, and only if it is the one new task and of our account. How an attempt ended is kept for the next: see `nothingSent`.
 */
export const startTest =
  (s: Surroundings): Work<'start'> =>
  input =>
    perform(async (signal, memory) => {
      const { attempt } = Activity.current().info;
      const earlier = input.mayHaveBeenSent || (attempt > 1 && !nothingSent(memory, attempt - 1));
      let happened: 'no' | 'unknown' = earlier ? 'unknown' : 'no';
      try {
        const call = asOpening(input.call);
        const zvm = await s.sites.zvm(call.site, call.run.mode);
        const seen = await lookAtTest(zvm, call, input.baseline, signal);
        if (seen.kind === 'one' && earlier) return adopted(seen.task);
        if (seen.kind !== 'nothing')
          throw new StepFailed(
            seen.kind === 'one' ? `a failover test of ${call.with.vpg} was started beside this run` : seen.text,
          );
        const proof = await assertIsolated(zvm, vpgId(call, call.with.vpg), s.sites.settings(call.site), signal);
        const chosen = await choose(zvm, call, s.clock(), signal);
        const vmIds = await vmsOf(zvm, call, signal);
        try {
          const body = { checkpointId: chosen.id, ...(vmIds === undefined ? {} : { vmIds }) };
          // Not cut off by a cancel or a shut-down: the answer of an effect is always wanted.
          const taskId = await zvm.failoverTest(vpgId(call, call.with.vpg), body, { notAfter: input.notAfter });
          const evidence = [{ kind: 'isolation' as const, vpg: call.with.vpg, proof }];
          return { taskId, checkpoint: chosen.id, checkpointTime: chosen.time, adopted: false, evidence };
        } catch (error) {
          if (error instanceof ZvmError && error.happened !== 'no') happened = 'unknown';
          // A refusal after an unknown attempt may refuse because of that attempt: look before it counts.
          if (earlier || happened === 'unknown') {
            const after = await lookAtTest(zvm, call, input.baseline, signal);
            if (after.kind === 'one') return adopted(after.task);
          }
          throw error;
        }
      } catch (error) {
        if (happened === 'no') memory.keep({ nothingSentUpTo: attempt });
        const ending = endingOf(error);
        // Not knowing is tried again: the next attempt looks first.
        const type = happened === 'unknown' && ending.type === 'errored' ? 'unreachable' : ending.type;
        throw new Ended({ ...ending, type, record: { ...ending.record, happened } });
      }
    });

/** Positively recorded by the attempt just before this one; anything older proves nothing about it. */
function nothingSent(memory: Memory, attempt: number): boolean {
  const { recalled } = memory;
  return (
    typeof recalled === 'object' &&
    recalled !== null &&
    'nothingSentUpTo' in recalled &&
    recalled.nothingSentUpTo === attempt
  );
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
