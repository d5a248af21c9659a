import { setTimeout as sleep } from 'node:timers/promises';
import { Context as Activity } from '@temporalio/activity';
import type { Evidence } from '../actions/call.ts';
import type { Sending, Sent } from '../engine/guard-activities.ts';
import { takeBaseline as readBaseline } from '../zerto/effects/baseline.ts';
import { lookSince, type Seen } from '../zerto/effects/look.ts';
import { type Effect, EffectUnsettled, sendOnce, type SendOptions } from '../zerto/effects/send-once.ts';
import { Refused, TooLate } from '../zerto/errors.ts';
import type { Zvm } from '../zerto/zvm.ts';
import { placeOf, type Prepared } from './guard-action.ts';
import { guardActionOf } from './guard-actions.ts';
import { writeDown } from './guard-written.ts';
import { endingOf, Ended, StepErrored, StepFailed } from './outcome.ts';
import { tellTemporal } from './runs.ts';
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
      const baseline = await readBaseline(place.zvm, action.kind(place), place.id, { signal });
      return { ...baseline, requestTimeoutMs: s.sites.settings(place.site).requestTimeoutMs };
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
      const told: string[] = [];
      try {
        const place = await placeOf(s, input, signal);
        const { zvm, id } = place;
        const action = guardActionOf(input.call.action);
        const effect = { kind: action.kind(place), vpgId: id, baseline: input.baseline };
        const options = { notAfter: input.notAfter, attempted: lostBefore, signal };
        if (lostBefore) return adopted((await sendOnce(zvm, { ...effect, send: sendNothing }, options)).taskId);
        await assertAsked(s, input);
        const prepared = writtenFirst(await action.prepare(place), async () => {
          const tells = await writeDown(s, place, effect.kind, input);
          told.push(...tells.filter(text => !told.includes(text)));
        });
        ({ sending } = prepared);
        evidence = prepared.evidence ?? [];
        const sent = await sendPrepared(zvm, effect, prepared, options, told);
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
        // What may have been sent is told of, too: that the source is not shut down.
        const tells = happened === 'unknown' && told.length > 0 ? { told } : {};
        const record = {
          evidence,
          ...tells,
          ...ending.record,
          happened,
          ...(lostBefore ? { earlier: true as const } : {}),
          ...(sending === undefined ? {} : { sending }),
        };
        throw new Ended({ ...ending, type, record, final: true });
      }
    });

/** A guard's messages are believed as far as they go no further than a test. */
async function assertAsked(s: Surroundings, { call, live }: Parameters<Work<'start'>>[0]): Promise<void> {
  if (call.action === 'zerto/failover-test') return;
  const { workflowExecution } = Activity.current().info;
  const refused =
    workflowExecution === undefined
      ? 'no guard asks for it'
      : await tellTemporal(s.whyNotAsked(workflowExecution, { call, ...(live === undefined ? {} : { live }) }));
  if (refused !== undefined) throw new StepFailed(refused);
}

/** Whatever is sent of it is written down immediately before. */
function writtenFirst(prepared: Prepared, write: () => Promise<void>): Prepared {
  const { instead } = prepared;
  const first =
    (send: Prepared['send']): Prepared['send'] =>
    async call => {
      await write();
      return await send(call);
    };
  return {
    ...prepared,
    send: first(prepared.send),
    ...(instead === undefined
      ? {}
      : {
          instead: async refused => {
            const other = await instead(refused);
            return { ...other, send: first(other.send) };
          },
        }),
  };
}

const noPoint: Sending = { checkpoint: '', checkpointTime: '' };

/** A task does not tell its checkpoint; Zerto's report does when it has ended. */
export function adopted(taskId: string): Sent {
  return { taskId, ...noPoint, adopted: true };
}

/** @param told of what was sent, or may have been: added to as it goes out */
async function sendPrepared(
  zvm: Zvm,
  effect: Omit<Effect, 'send'>,
  prepared: Prepared,
  options: SendOptions,
  told: string[],
): Promise<{ readonly taskId: string; readonly adopted: boolean }> {
  told.push(...(prepared.told ?? []));
  let refused: Refused;
  try {
    return await sendOnce(zvm, { ...effect, send: prepared.send }, options);
  } catch (error) {
    if (!(error instanceof Refused) || prepared.instead === undefined) throw error;
    refused = error;
  }
  try {
    const seen = await lookAfterRefusal(zvm, effect, options).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      throw inDoubt(zvm, effect, `looking for what came of it failed: ${String(error)}`, refused);
    });
    if (seen.kind === 'one') return { taskId: seen.task.id, adopted: true };
    if (seen.kind === 'stranger') throw inDoubt(zvm, effect, seen.text, refused);
    const other = await prepared.instead(refused);
    told.push(...(other.told ?? []));
    return await sendOnce(zvm, { ...effect, send: other.send }, options);
  } catch (error) {
    // What is found now may have come of the first.
    if (error instanceof EffectUnsettled && error.happened === 'no') throw inDoubt(zvm, effect, error.message, refused);
    throw error;
  }
}

const refusalLooks = 5;
const refusalLookEveryMs = 1_500;

/** A ZVM may show late what it began before it refused; two calls on different terms must never both take effect. */
async function lookAfterRefusal(
  zvm: Zvm,
  { kind, vpgId, baseline }: Omit<Effect, 'send'>,
  { signal }: SendOptions,
): Promise<Seen> {
  const call = signal === undefined ? {} : { signal };
  for (let look = 1; ; look++) {
    const seen = await lookSince(zvm, kind, vpgId, baseline, call);
    if (seen.kind !== 'nothing' || look >= refusalLooks) return seen;
    await sleep(refusalLookEveryMs, undefined, call);
  }
}

function inDoubt(zvm: Zvm, { kind }: Omit<Effect, 'send'>, text: string, failure: Refused): EffectUnsettled {
  return new EffectUnsettled(text, { zvm, kind, happened: 'unknown' }, { failure });
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
