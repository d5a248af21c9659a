import { setTimeout as sleep } from 'node:timers/promises';
import { StepErrored, StepFailed } from './outcome.ts';
import { spellList } from './spell.ts';
import type { Implementation } from './surroundings.ts';
import { beginDelivery, deliver } from './tell/deliver.ts';
import { stepMessage } from './tell/message.ts';

/** A step waits for this: who is down is tried so often, and after such a pause, ms. */
const pausesMs = [1_000, 4_000] as const;
/** A far end that wants a longer rest is not waited for. */
const longestPauseMs = 15_000;

/**
 * Tells each target, or its fallback; one that cannot be told does not keep the others from being told.
 * Throws StepFailed where somebody was not told.
 */
export const notify: Implementation<'notify'> = async (call, context) => {
  const names = [...new Set([call.with.to].flat())];
  const unknown = names.find(name => context.targets(name) === undefined);
  if (unknown !== undefined) throw new StepErrored(`drillbook.yaml names no target "${unknown}"`);
  const { targets, signal, clock, deadline } = { ...context, ...call };
  const at = clock();
  const message = stepMessage(
    { run: call.run, key: call.step, text: call.with.message },
    at,
    context.pageOf?.(call.run.id),
  );
  let delivery = beginDelivery(names, at);
  const tries: readonly (number | undefined)[] = [...pausesMs, undefined];
  for (const pauseMs of tries) {
    const last = pauseMs === undefined || clock() + longestPauseMs >= deadline;
    const giveUpAt = last ? 0 : Number.POSITIVE_INFINITY;
    const next = await deliver(message, delivery, { targets, signal, clock, patienceMs: longestPauseMs, giveUpAt });
    delivery = next;
    if (next.left.length === 0 || last) break;
    await sleep(Math.min(Math.max(pauseMs, next.pauseMs ?? 0), longestPauseMs), undefined, { signal });
  }
  const { told, lost } = delivery;
  if (lost.length > 0) {
    const others = told.length === 0 ? '' : `; told were ${spellList(told)}`;
    throw new StepFailed(`could not tell ${lost.join('; ')}${others}`);
  }
  return { outputs: { told: [...told] } };
};
