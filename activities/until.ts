import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt, FailureRecord, Until } from '../actions/call.ts';
import type { Json } from '../actions/json.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import { spellDuration } from './spell.ts';
import type { Context } from './surroundings.ts';

/** What one look saw, one line. Where nothing could be seen, the look throws StepErrored instead. */
export type Look<T> =
  | { readonly ok: true; readonly saw: string; readonly value: T }
  | { readonly ok: false; readonly saw: string; readonly record?: Pick<FailureRecord, 'told' | 'evidence'> };

export interface Held<T> {
  readonly value: T;
  /** The first and the last. */
  readonly attempts: readonly Attempt[];
  readonly tries: number;
}

/**
 * Looks until it holds (rule 6), or once where there is no `until`. One activity does all the looking: each try in the
 * workflow would cost eleven events. A worker that takes over goes on with the count and the time of the one before.
 * @param look is given ms since 1970 by which it must have ended
 * @throws StepFailed where it did not hold, StepErrored where the last look could see nothing, the signal's reason
 */
export async function holdUntil<T>(
  look: (by: number) => Promise<Look<T>>,
  until: Until | undefined,
  deadline: number,
  { clock, signal, memory }: Pick<Context, 'clock' | 'signal' | 'memory'>,
): Promise<Held<T>> {
  const earlier = recall(memory.recalled);
  const began = earlier?.began ?? clock();
  let tries = earlier?.tries ?? 0;
  let first = earlier?.first;
  const end = Math.min(deadline, until?.forMs === undefined ? deadline : began + until.forMs);
  for (;;) {
    signal.throwIfAborted();
    const at = clock();
    const seen = await lookOnce(look, deadline);
    signal.throwIfAborted();
    tries += 1;
    const attempt: Attempt = { n: tries, at, tookMs: clock() - at, ok: seen.kind === 'held', saw: seen.saw };
    first ??= attempt;
    memory.keep(keptOf({ began, tries, first, last: attempt, end, most: until?.attempts }));
    const attempts = tries === 1 ? [attempt] : [first, attempt];
    if (seen.kind === 'held') return { value: seen.value, attempts, tries };
    const pause = until === undefined ? 0 : until.everyMs * until.backoff ** (tries - 1);
    const given = until?.forMs === undefined && until?.attempts === undefined;
    const over = given || tries >= (until.attempts ?? Infinity) || clock() + pause > end;
    if (over) {
      const often = tries === 1 ? '' : ` (${tries} tries in ${spellDuration(clock() - began)})`;
      const record = { attempts, tries, ...seen.record };
      throw seen.kind === 'blind'
        ? new StepErrored(seen.saw + often, record)
        : new StepFailed(seen.saw + often, record);
    }
    await sleep(pause, undefined, { signal });
  }
}

type Seen<T> =
  | { readonly kind: 'held'; readonly saw: string; readonly value: T }
  | { readonly kind: 'not' | 'blind'; readonly saw: string; readonly record: FailureRecord };

async function lookOnce<T>(look: (by: number) => Promise<Look<T>>, deadline: number): Promise<Seen<T>> {
  try {
    const seen = await look(deadline);
    return seen.ok
      ? { kind: 'held', saw: seen.saw, value: seen.value }
      : { kind: 'not', saw: seen.saw, record: seen.record ?? {} };
  } catch (error) {
    if (error instanceof StepErrored) return { kind: 'blind', saw: error.message, record: error.record };
    if (error instanceof StepFailed) return { kind: 'not', saw: error.message, record: error.record };
    throw error;
  }
}

/** Heartbeats carry it, to the next attempt and to whoever watches; of what was seen, so much. */
const mostCharacters = 500;

interface Kept {
  readonly began: number;
  readonly tries: number;
  readonly first: Attempt;
}

/** `end`: when it gives up. */
function keptOf({
  end,
  most,
  ...kept
}: Kept & { readonly last: Attempt; readonly end: number; readonly most: number | undefined }): Json {
  const cut = ({ saw, ...rest }: Attempt) => ({ ...rest, saw: saw.slice(0, mostCharacters) });
  const { began, tries, first, last } = kept;
  return { began, tries, first: cut(first), last: cut(last), givesUpAt: end, ...(most === undefined ? {} : { most }) };
}

function recall(value: Json | undefined): (Omit<Kept, 'first'> & { readonly first?: Attempt }) | undefined {
  if (typeof value !== 'object' || value === null || !('began' in value)) return undefined;
  return value as unknown as Kept;
}
