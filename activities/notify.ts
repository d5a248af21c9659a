import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionCall } from '../actions/call.ts';
import type { Input } from '../actions/index.ts';
import { endingOf, StepFailed } from './outcome.ts';
import { spellList } from './spell.ts';
import type { Context, Implementation } from './surroundings.ts';
import { beginDelivery, type Delivery, deliver } from './tell/deliver.ts';
import { stepMessage } from './tell/message.ts';
import { cut, oneLine } from './tell/words.ts';
import { holdUntil, type Look } from './until.ts';

/** A step waits for this: who is down is tried so often, and after such a pause, ms. */
const pausesMs = [1_000, 4_000] as const;
/** A far end that wants a longer rest is not waited for. */
const longestPauseMs = 15_000;
/** Left of the step's time to say what came of it. */
const marginMs = 2_000;

/**
 * Tells each target, or its fallback; one that cannot be told does not keep the others from being told. It never fails a
 * run: that somebody was not told, and why, is what the step succeeds with. With `retry` it is tried until all are told.
 */
export const notify: Implementation<'notify'> = async (call, context) => {
  const endBy = call.deadline - Math.min(marginMs, Math.max(0, call.deadline - context.clock()) / 4);
  let told: readonly string[] = [];
  const look = async (): Promise<Look<undefined>> => {
    const { lost, ...rest } = await tell(call, context, told, endBy);
    told = rest.told;
    const others = told.length === 0 ? '' : `; told were ${spellList(told)}`;
    return lost.length === 0
      ? { ok: true, saw: `told were ${spellList(told)}`, value: undefined }
      : { ok: false, saw: `could not tell ${lost.join('; ')}${others}` };
  };
  try {
    const { attempts, tries } = await holdUntil(look, call.until, endBy, context);
    const retried = call.until === undefined ? {} : { attempts, tries };
    return { outputs: { told: [...told], delivered: true }, ...retried };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    const { attempts, tries } = error.record;
    const retried = call.until === undefined || attempts === undefined ? {} : { attempts, tries: tries ?? 1 };
    const { message } = endingOf(error);
    return { outputs: { told: [...told], delivered: false }, told: [cut(oneLine(message), 1_000)], ...retried };
  }
};

/** Some tries within seconds. `told`: whom an earlier round has told, and this one need not. `endBy`: ms since 1970. */
async function tell(
  { run, step, with: { to, message: text } }: ActionCall<Input<'notify'>>,
  { telling, signal, clock }: Context,
  told: readonly string[],
  endBy: number,
): Promise<Delivery> {
  const at = clock();
  const { targets, pageOf } = await telling();
  const message = stepMessage({ run, key: step, text }, at, pageOf?.(run.id));
  let delivery: Delivery = { ...beginDelivery([to].flat(), at), told };
  for (const pauseMs of [...pausesMs, undefined]) {
    const last = pauseMs === undefined || clock() + longestPauseMs >= endBy;
    const giveUpAt = last ? 0 : Number.POSITIVE_INFINITY;
    const world = { targets, signal, clock, patienceMs: longestPauseMs, giveUpAt, endBy };
    const next = await deliver(message, delivery, world);
    delivery = next;
    if (next.left.length === 0 || last) break;
    await sleep(Math.min(Math.max(pauseMs, next.pauseMs ?? 0), longestPauseMs), undefined, { signal });
  }
  return delivery;
}
