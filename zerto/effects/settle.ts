import { setTimeout as sleep } from 'node:timers/promises';
import type { Zvm } from '../zvm.ts';
import type { Effect, Sent } from './send-once.ts';
import { lookSince } from './look.ts';

export interface SettleOptions {
  /** ms since 1970: a call without an answer cannot arrive any more after it. `notAfter` + the time-out of a request + a margin. */
  readonly lateUntil: number;
  readonly clock: () => number;
  readonly signal?: AbortSignal;
  readonly lookEveryMs?: number;
}

/** How an effect without an answer stands. */
export type Settled =
  | ({ readonly kind: 'sent' } & Sent)
  /** Proved: it did not happen and can no longer do so. */
  | { readonly kind: 'did-not-happen' }
  /** A person decides. */
  | { readonly kind: 'stranger'; readonly text: string };

const usualLookEveryMs = 2_000;

/**
 * Looks until it is known whether an effect whose answer was lost took place. Sends nothing.
 * @throws ZvmError where a look fails: the finding out is repeated, then
 */
export async function settle(
  zvm: Zvm,
  { kind, vpgId, baseline }: Pick<Effect, 'kind' | 'vpgId' | 'baseline'>,
  { lateUntil, clock, signal, lookEveryMs = usualLookEveryMs }: SettleOptions,
): Promise<Settled> {
  const call = signal === undefined ? {} : { signal };
  for (;;) {
    // The time first: a call that arrives between this look and the next would be missed the other way round.
    const late = clock() > lateUntil;
    const seen = await lookSince(zvm, kind, vpgId, baseline, call);
    if (seen.kind === 'one') return { kind: 'sent', taskId: seen.task.id, adopted: true };
    // What no task tells of yet may be ours: its task may be shown later than what it does.
    if (seen.kind === 'stranger' && (seen.byTask || late)) return { kind: 'stranger', text: seen.text };
    if (late) return { kind: 'did-not-happen' };
    await sleep(lookEveryMs, undefined, call);
  }
}
