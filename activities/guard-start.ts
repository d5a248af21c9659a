import { Context as Activity } from '@temporalio/activity';
import type { Checkpoint } from '../actions/checkpoint.ts';
import type { Evidence } from '../actions/call.ts';
import type { Sending } from '../engine/guard-types.ts';
import { takeBaseline as takeZvmBaseline } from '../zerto/effects/baseline.ts';
import { type Effect, EffectUnsettled, sendOnce } from '../zerto/effects/send-once.ts';
import { TooLate } from '../zerto/errors.ts';
import type { Zvm } from '../zerto/types.ts';
import { checkpointOf, chooseCheckpoint, type Chosen } from './checkpoints.ts';
import { assertRecoversHere } from './direction.ts';
import { adopted, asOpening, type OpeningCall, testKind } from './guard-look.ts';
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
      const { tasks, reports } = await takeZvmBaseline(zvm, testKind, vpg.id, { signal });
      return { tasks, reports };
    });

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
        const options = { notAfter: input.notAfter, attempted: lostBefore, signal };
        const test: Omit<Effect, 'send'> = { kind: testKind, vpgId: id, baseline: input.baseline };
        if (lostBefore) return adopted((await sendOnce(zvm, { ...test, send: sendNothing }, options)).taskId);
        const proof = await assertIsolated(zvm, id, s.sites.settings(call.site), signal);
        evidence = [{ kind: 'isolation', vpg: call.with.vpg, proof }];
        const chosen = await choose(zvm, call, s.clock(), signal);
        const vmIds = await vmsOf(zvm, call, signal);
        sending = { checkpoint: chosen.id, checkpointTime: chosen.time };
        const body = { checkpointId: chosen.id, ...(vmIds === undefined ? {} : { vmIds }) };
        const send: Effect['send'] = time => zvm.vpgs.failoverTest(id, body, time);
        return { ...(await sendOnce(zvm, { ...test, send }, options)), ...sending, evidence };
      } catch (error) {
        if (error instanceof EffectUnsettled && error.happened !== 'no') happened = 'unknown';
        const ending = endingOf(reasonOf(error));
        // `notAfter` passed before anything was sent: a new baseline is due, not an end.
        const type = error instanceof TooLate && happened === 'no' ? 'unreachable' : ending.type;
        const record = { evidence, ...ending.record, happened, ...(sending === undefined ? {} : { sending }) };
        throw new Ended({ ...ending, type, record, final: true });
      }
    });

/** Of an effect that was not settled: somebody else's doing fails the step, else what the call itself ended with counts. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof EffectUnsettled)) return error;
  if (error.stranger) return new StepFailed(error.message);
  return error.failure ?? new StepErrored(error.message);
}

function sendNothing(): Promise<string> {
  return Promise.reject(new Error('an attempt that may have been sent is not sent again'));
}

async function choose(zvm: Zvm, call: OpeningCall, now: number, signal: AbortSignal): Promise<Chosen> {
  const { vpg, checkpoint } = call.with as unknown as {
    vpg: string;
    checkpoint: Checkpoint | Record<string, Checkpoint>;
  };
  const journal = await zvm.vpgs.checkpoints(vpgId(call, vpg), { signal });
  return chooseCheckpoint(journal, checkpointOf(checkpoint, vpg), vpg, now);
}

async function vmsOf(zvm: Zvm, call: OpeningCall, signal: AbortSignal): Promise<string[] | undefined> {
  const { vpg, vms: names } = call.with as unknown as { vpg: string; vms?: readonly string[] };
  if (names === undefined) return undefined;
  const protectedVms = await zvm.vms.list({ vpgName: vpg }, { signal });
  return names.map(name => {
    const vm = protectedVms.find(v => v.name === name && v.vpgName === vpg);
    if (vm === undefined)
      throw new StepFailed(`${vpg} protects no VM "${name}": it has ${protectedVms.map(v => v.name).join(', ')}`);
    return vm.id;
  });
}
