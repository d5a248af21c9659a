import { setTimeout as sleep } from 'node:timers/promises';
import { type Happened, ZvmError } from '../errors.ts';
import type { Task } from '../tasks.ts';
import type { EffectCall } from '../types.ts';
import type { Zvm } from '../zvm.ts';
import type { Baseline } from './baseline.ts';
import type { EffectKind } from './kinds.ts';
import { lookSince } from './look.ts';

/** An effect that is to take place once, however often it is tried. */
export interface Effect {
  readonly kind: EffectKind;
  readonly vpgId: string;
  /** Taken before the first attempt. */
  readonly baseline: Pick<Baseline, 'tasks'> & Partial<Pick<Baseline, 'stage'>>;
  /** Makes the call; gives its task's id. */
  readonly send: (call: EffectCall) => Promise<string>;
}

export interface SendOptions {
  /** ms since 1970, checked as the bytes go out. */
  readonly notAfter: number;
  /** Whether an earlier attempt may have been sent and its outcome is not known: then nothing is sent, only looked for. */
  readonly attempted: boolean;
  /** Ends the looks. The call itself is never cut off: its answer is always wanted. */
  readonly signal?: AbortSignal;
  /** Between two looks; a ZVM shows a task a moment after it took the call. */
  readonly lookEveryMs?: number;
  readonly looks?: number;
}

/** `adopted`: the task was found after an attempt without an answer, not answered to us. */
export interface Sent {
  readonly taskId: string;
  readonly adopted: boolean;
}

/**
 * The effect was not sent, or its outcome is not known: `happened` tells which. `unknown` is followed by `settle`, never
 * by another sending.
 */
export class EffectUnsettled extends ZvmError {
  override readonly name = 'EffectUnsettled';
  /** What the call itself ended with, where it was made. */
  readonly failure: unknown;
  /** Whether somebody else's doing is in the way. */
  readonly stranger: boolean;

  constructor(
    message: string,
    facts: { readonly zvm: Zvm; readonly kind: EffectKind; readonly happened: Happened },
    more: { readonly failure?: unknown; readonly stranger?: boolean } = {},
  ) {
    super(message, {
      operation: facts.kind.task,
      site: facts.zvm.site,
      retryable: false,
      happened: facts.happened,
    });
    this.failure = more.failure;
    this.stranger = more.stranger ?? false;
  }
}

const usualLooks = 4;
const usualLookEveryMs = 1_500;

/**
 * Looks, sends once, and looks again where the answer was lost. Whatever was answered, a call that was made is never
 * made again here.
 * @throws EffectUnsettled; the call's own ZvmError where it is proved that nothing happened
 */
export async function sendOnce(zvm: Zvm, effect: Effect, options: SendOptions): Promise<Sent> {
  const { kind, vpgId, baseline, send } = effect;
  const call = options.signal === undefined ? {} : { signal: options.signal };
  if (options.attempted) {
    return await orUnsettled(zvm, effect, options, undefined, `An earlier attempt may have started a ${kind.what}.`);
  }
  const seen = await lookSince(zvm, kind, vpgId, baseline, call);
  if (seen.kind === 'stranger') throw new EffectUnsettled(seen.text, { zvm, kind, happened: 'no' }, { stranger: true });
  if (seen.kind === 'one') {
    const text = `a ${kind.what} was started by ${seen.task.initiatedBy} beside this one`;
    throw new EffectUnsettled(text, { zvm, kind, happened: 'no' }, { stranger: true });
  }
  try {
    return { taskId: await send({ notAfter: options.notAfter }), adopted: false };
  } catch (error) {
    const happened = error instanceof ZvmError ? error.happened : 'unknown';
    // A 500 may come of a ZVM that fell over after it had begun: whatever was answered, look once.
    const answered = error instanceof ZvmError && error.status !== undefined;
    if (happened !== 'no') return await orUnsettled(zvm, effect, options, error, textOf(error));
    const task = answered ? await lookFor(zvm, effect, options, 1).catch(() => undefined) : undefined;
    if (task === undefined) throw error;
    return { taskId: task.id, adopted: true };
  }
}

/** Finds the task of an attempt whose outcome is not known; a look that fails leaves it as unknown as it was. */
async function orUnsettled(
  zvm: Zvm,
  effect: Effect,
  options: SendOptions,
  failure: unknown,
  text: string,
): Promise<Sent> {
  const unsettled = (more: string, cause: unknown) =>
    new EffectUnsettled(`${text} ${more}`, { zvm, kind: effect.kind, happened: 'unknown' }, { failure: cause });
  let task: Task | undefined;
  try {
    task = await lookFor(zvm, effect, options, options.looks ?? usualLooks);
  } catch (error) {
    throw unsettled(`Looking for it failed: ${textOf(error)}`, failure ?? error);
  }
  if (task === undefined) throw unsettled('No new task is seen yet.', failure);
  return { taskId: task.id, adopted: true };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The one new task of ours, looked for a few times; a stranger's beside it decides nothing. */
async function lookFor(
  zvm: Zvm,
  { kind, vpgId, baseline }: Effect,
  { signal, lookEveryMs = usualLookEveryMs }: SendOptions,
  times: number,
): Promise<Task | undefined> {
  for (let look = 1; ; look++) {
    const seen = await lookSince(zvm, kind, vpgId, baseline, signal === undefined ? {} : { signal });
    if (seen.kind === 'one') return seen.task;
    if (look >= times) return undefined;
    await sleep(lookEveryMs, undefined, signal === undefined ? {} : { signal });
  }
}
