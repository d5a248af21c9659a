import { Context as Activity } from '@temporalio/activity';
import type { Evidence } from '../actions/call.ts';
import type { Sending, Sent } from '../engine/guard-types.ts';
import { tasksOfKind } from '../zerto/effects/kind-tasks.ts';
import { type Effect, EffectUnsettled, sendOnce, type SendOptions } from '../zerto/effects/send-once.ts';
import { Refused, TooLate } from '../zerto/errors.ts';
import type { Zvm } from '../zerto/types.ts';
import { placeOf, type Prepared } from './guard-action.ts';
import { guardActionOf } from './guard-actions.ts';
import { endingOf, Ended, StepErrored, StepFailed } from './outcome.ts';
import type { Work } from './guard-work.ts';
import type { Surroundings } from './surroundings.ts';
import { perform } from './wrap.ts';

/** What stands on the ZVM before anything is sent: that it may be sent, and the ids to compare with later. */
export const takeBaseline =
  (s: Surroundings): Work<'baseline'> =>
  input =>
    perform(async signal => {
      const place = await placeOf(s, input, signal);
      const action = guardActionOf(input.call.action);
      const before = await action.before(place);
      if ('already' in before) return { tasks: [], reports: [], already: before.already };
      const { zvm, id } = place;
      const kind = action.kind(place);
      const [tasks, reports] = await Promise.all([
        tasksOfKind(zvm, kind, id, { signal }),
        kind.report === undefined
          ? []
          : zvm.reports.recovery({ vpgName: before.vpg.name, recoveryType: kind.report }, { signal }),
      ]);
      return { tasks: tasks.map(t => t.id), reports: reports.filter(r => r.vpgId === id).map(r => r.id) };
    });

/**
 * Sends a call, once. Temporal repeats this only for a lost worker; then, and after any attempt without an answer, nothing
 * is sent again: what is found is adopted if it is ours, else the guard finds out and begins anew.
 */
export const startIt =
  (s: Surroundings): Work<'start'> =>
  input =>
    perform(async signal => {
      const lostBefore = Activity.current().info.attempt > 1;
      let happened: 'no' | 'unknown' = lostBefore ? 'unknown' : 'no';
      let sending: Sending | undefined;
      let evidence: readonly Evidence[] = [];
      try {
        const place = await placeOf(s, input, signal);
        const { zvm, id } = place;
        const action = guardActionOf(input.call.action);
        const effect = { kind: action.kind(place), vpgId: id, baseline: input.baseline };
        const options = { notAfter: input.notAfter, attempted: lostBefore, signal };
        if (lostBefore) return adopted((await sendOnce(zvm, { ...effect, send: sendNothing }, options)).taskId);
        const prepared = await action.prepare(place);
        ({ sending } = prepared);
        evidence = prepared.evidence ?? [];
        const { told, ...sent } = await sendPrepared(zvm, effect, prepared, options);
        return {
          ...sent,
          ...(sending ?? noPoint),
          ...(evidence.length === 0 ? {} : { evidence }),
          ...(told.length === 0 ? {} : { told }),
        };
      } catch (error) {
        if (error instanceof EffectUnsettled && error.happened !== 'no') happened = 'unknown';
        const ending = endingOf(reasonOf(error));
        // `notAfter` passed before anything was sent: a new baseline is due, not an end.
        const type = error instanceof TooLate && happened === 'no' ? 'unreachable' : ending.type;
        const record = { evidence, ...ending.record, happened, ...(sending === undefined ? {} : { sending }) };
        throw new Ended({ ...ending, type, record, final: true });
      }
    });

const noPoint: Sending = { checkpoint: '', checkpointTime: '' };

/** A task does not tell its checkpoint; Zerto's report does when it has ended. */
export function adopted(taskId: string): Sent {
  return { taskId, ...noPoint, adopted: true };
}

async function sendPrepared(
  zvm: Zvm,
  effect: Omit<Effect, 'send'>,
  prepared: Prepared,
  options: SendOptions,
): Promise<{ readonly taskId: string; readonly adopted: boolean; readonly told: readonly string[] }> {
  const { told = [], instead } = prepared;
  try {
    return { ...(await sendOnce(zvm, { ...effect, send: prepared.send }, options)), told };
  } catch (error) {
    // It was looked that nothing came of it, and is looked again before the other is sent.
    if (!(error instanceof Refused) || instead === undefined) throw error;
    const other = instead(error.vendorMessage ?? error.message);
    const sent = await sendOnce(zvm, { ...effect, send: other.send }, options);
    return { ...sent, told: [...told, ...(other.told ?? [])] };
  }
}

/** Of an effect that was not settled: somebody else's doing fails the step, else what the call itself ended with counts. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof EffectUnsettled)) return error;
  if (error.stranger) return new StepFailed(error.message);
  return error.failure ?? new StepErrored(error.message);
}

function sendNothing(): Promise<string> {
  return Promise.reject(new Error('an attempt that may have been sent is not sent again'));
}
