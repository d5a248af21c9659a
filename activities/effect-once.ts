import type { ActionCall } from '../actions/call.ts';
import type { Json, JsonMap } from '../actions/json.ts';
import { sameAccount } from '../zerto/accounts.ts';
import { type Baseline, takeBaseline } from '../zerto/effects/baseline.ts';
import { tasksOfKind } from '../zerto/effects/kind-tasks.ts';
import type { EffectKind } from '../zerto/effects/kinds.ts';
import { EffectUnsettled, sendOnce } from '../zerto/effects/send-once.ts';
import { settle } from '../zerto/effects/settle.ts';
import { NotFound, TooLate, ZvmError } from '../zerto/errors.ts';
import { endTask } from '../zerto/task-end.ts';
import type { Task } from '../zerto/tasks.ts';
import type { EffectCall } from '../zerto/types.ts';
import type { Zvm } from '../zerto/zvm.ts';
import { Ended, StepErrored, StepFailed } from './outcome.ts';
import type { Context, SiteSettings } from './surroundings.ts';

/** An effect on a VPG that an activity makes itself, once, however often Temporal starts the activity. */
export interface OnceEffect<F extends JsonMap> {
  readonly kind: EffectKind;
  /** Its name, for people. */
  readonly vpg: string;
  readonly vpgId: string;
  /**
   * What must hold before anything is sent (the direction), and what the call will name. Not made again by an attempt that
   * finds the call of an earlier one: that recalls what this gave.
   */
  readonly prepare: () => Promise<F>;
  readonly send: (facts: F, call: EffectCall) => Promise<string>;
  /** The VPG's being gone is what was wanted: then no task is needed to prove it. */
  readonly removesVpg?: true;
}

export interface OnceDone<F> {
  /** Undefined: of an attempt of which only its task was found. */
  readonly facts: F | undefined;
  /** Undefined: it aged out of the ZVM's list, or the VPG is gone; what it did is read elsewhere. */
  readonly task: Task | undefined;
  /** It was started by an earlier attempt, or its answer was lost. */
  readonly adopted: boolean;
}

/** ms. */
export interface OncePace {
  /** A call may be sent for so long after its baseline was taken, and for four times as long after its attempt began. */
  readonly sendWithin: number;
  /** The HTTP time-out and a margin: so long after it was sent a call may still arrive. */
  readonly arrival: number;
  /** Between two looks; default: the client's own. */
  readonly lookEvery?: number;
}

/** As the guard's (engine/guard-effect), for the same reasons. */
function paceAt({ requestTimeoutMs }: Pick<SiteSettings, 'requestTimeoutMs'>): OncePace {
  return { sendWithin: Math.min(30_000, Math.max(10_000, requestTimeoutMs)), arrival: 1.5 * requestTimeoutMs };
}

/** Of an attempt: nothing was sent. Or it may have been; or it was, and this is its task. */
type Kept<F> = { readonly attempt: number } & (
  | { readonly state: 'not-sent' }
  | { readonly state: 'maybe'; readonly baseline: Baseline; readonly facts: F; readonly lateUntil: number }
  | { readonly state: 'sent'; readonly taskId: string; readonly adopted: boolean; readonly facts: F | null }
);
type Found<F> = { readonly taskId: string; readonly adopted: boolean; readonly facts: F | null };

/**
 * Sends an effect once and waits for its task. An attempt after the first sends only where it is proved that no earlier
 * one did: what was kept for it tells the baseline to compare with (docs/zerto.md §4; sets of ids, never clocks).
 * @throws StepFailed where Zerto refuses or the task fails; StepErrored where whether it was started cannot be told
 */
export async function effectOnce<F extends JsonMap>(
  zvm: Zvm,
  effect: OnceEffect<F>,
  { deadline }: Pick<ActionCall, 'deadline'>,
  context: Context,
  pace: OncePace = paceAt(context.sites.settings(zvm.site)),
): Promise<OnceDone<F>> {
  const { memory, signal } = context;
  const began = context.clock();
  const latest = { notAfter: Math.min(deadline, began + windowOf(pace)), deadline };
  const found = await findEarlier(zvm, effect, began, context, pace).catch(untold(effect)).catch(goneIsDone(effect));
  if (found === 'gone') return { facts: undefined, task: undefined, adopted: true };
  const sent = found ?? (await sendNow(zvm, effect, latest, context, pace).catch(goneIsDone(effect)));
  if (sent === 'gone') return { facts: undefined, task: undefined, adopted: true };
  memory.keep({ attempt: memory.attempt, state: 'sent', ...sent });
  const task = await endTask(zvm, sent.taskId, signal).catch(untoldEnd(effect));
  if (task !== undefined && task.state !== 'Completed') {
    const reason = task.reason === '' ? '' : `: ${task.reason}`;
    throw new StepFailed(`Zerto ended the ${effect.kind.what} of ${effect.vpg} as ${task.state}${reason}`);
  }
  return { facts: sent.facts ?? undefined, task, adopted: sent.adopted };
}

/** What an earlier attempt has started; undefined: it is proved that none has. */
async function findEarlier<F extends JsonMap>(
  zvm: Zvm,
  effect: OnceEffect<F>,
  began: number,
  { memory, clock, signal }: Context,
  pace: OncePace,
): Promise<Found<F> | undefined> {
  const { attempt } = memory;
  if (attempt === 1) return undefined;
  const kept = recall<F>(memory.recalled);
  if (kept?.state === 'sent') return { taskId: kept.taskId, adopted: true, facts: kept.facts };
  // Heartbeats are thinned out: what a lost worker kept last may not have gone out, so what stands there may be older.
  const recent = kept?.attempt === attempt - 1;
  if (kept?.state === 'not-sent' && recent) return undefined;
  if (kept?.state !== 'maybe') {
    if (effect.removesVpg === true) await zvm.vpgs.get(effect.vpgId, { signal });
    return adoptRunning(zvm, effect, signal);
  }
  const lateUntil = recent ? kept.lateUntil : began + windowOf(pace) + pace.arrival;
  const settled = await settle(
    zvm,
    { kind: effect.kind, vpgId: effect.vpgId, baseline: kept.baseline },
    { lateUntil, clock, signal, ...every(pace) },
  );
  switch (settled.kind) {
    case 'sent':
      return { taskId: settled.taskId, adopted: true, facts: kept.facts };
    case 'stranger':
      throw unknown(effect, settled.text);
    case 'did-not-happen':
      // Finding that out took longer than a call may wait for: the next attempt begins with the time that it needs.
      memory.keep({ attempt, state: 'not-sent' });
      throw new Ended({
        type: 'unreachable',
        message: `an earlier attempt did not start a ${effect.kind.what} of ${effect.vpg}; the next one does`,
        record: {},
      });
  }
}

/** Without a baseline only a task that still runs can be told to be of the attempt before. */
async function adoptRunning<F extends JsonMap>(
  zvm: Zvm,
  effect: OnceEffect<F>,
  signal: AbortSignal,
): Promise<Found<F>> {
  const [one, second] = (await running(zvm, effect, signal)).filter(t => sameAccount(t.initiatedBy, zvm.account));
  if (one === undefined) throw unknown(effect, 'the worker was lost, and no such task of ours runs');
  if (second !== undefined) throw unknown(effect, `the worker was lost, and several ${effect.kind.many} run`);
  return { taskId: one.id, adopted: true, facts: null };
}

async function sendNow<F extends JsonMap>(
  zvm: Zvm,
  effect: OnceEffect<F>,
  latest: { readonly notAfter: number; readonly deadline: number },
  { memory, clock, signal }: Context,
  pace: OncePace,
): Promise<Found<F>> {
  const { attempt } = memory;
  const { kind, vpgId } = effect;
  const notSent = () => {
    memory.keep({ attempt, state: 'not-sent' });
  };
  let facts: F;
  let baseline: Baseline;
  try {
    facts = await effect.prepare();
    const [other] = await running(zvm, effect, signal);
    if (other !== undefined) {
      throw new StepFailed(
        `a ${kind.what} of ${effect.vpg} runs already, started by ${other.initiatedBy}; this step did not start it`,
      );
    }
    baseline = await takeBaseline(zvm, kind, vpgId, { signal });
  } catch (error) {
    notSent();
    throw error;
  }
  const notAfter = Math.min(latest.notAfter, clock() + pace.sendWithin);
  memory.keep({ attempt, state: 'maybe', baseline: { ...baseline }, facts, lateUntil: notAfter + pace.arrival });
  try {
    const send = (call: EffectCall) => effect.send(facts, call);
    const options = { notAfter, attempted: false, signal, ...every(pace) };
    return { ...(await sendOnce(zvm, { kind, vpgId, baseline, send }, options)), facts };
  } catch (error) {
    if (error instanceof EffectUnsettled && error.happened === 'unknown') {
      // The call has ended, so its bytes went out by now.
      const lateUntil = clock() + pace.arrival;
      const settled = await settle(zvm, { kind, vpgId, baseline }, { lateUntil, clock, signal, ...every(pace) }).catch(
        untold(effect),
      );
      if (settled.kind === 'sent') return { taskId: settled.taskId, adopted: true, facts };
      if (settled.kind === 'stranger') throw unknown(effect, settled.text);
      notSent();
      throw error.failure instanceof Error ? error.failure : new StepErrored(error.message);
    }
    if (error instanceof EffectUnsettled) throw new StepFailed(error.message);
    if (error instanceof ZvmError && error.happened === 'no') notSent();
    // The looks before it took too long: the next attempt has a time of its own, if the step has.
    if (error instanceof TooLate && clock() < latest.deadline) {
      throw new Ended({ type: 'unreachable', message: error.message, record: {} });
    }
    throw error;
  }
}

async function running<F extends JsonMap>(zvm: Zvm, { kind, vpgId }: OnceEffect<F>, signal: AbortSignal) {
  return (await tasksOfKind(zvm, kind, vpgId, { signal })).filter(task => !task.terminal);
}

function goneIsDone(effect: Pick<OnceEffect<JsonMap>, 'removesVpg'>): (error: unknown) => 'gone' {
  return error => {
    if (effect.removesVpg === true && error instanceof NotFound) return 'gone';
    throw error;
  };
}

/**
 * A look that fails tells nothing of what was sent: neither that it was refused, nor that it may be sent again. Temporal's
 * next attempt goes on with what is kept; where looking again is of no use, a person decides.
 */
function untold(effect: Pick<OnceEffect<JsonMap>, 'kind' | 'vpg' | 'removesVpg'>): (error: unknown) => never {
  return error => {
    if (!(error instanceof ZvmError) || (effect.removesVpg === true && error instanceof NotFound)) throw error;
    const ending = unknown(effect, `looking for it failed (${error.message})`);
    if (!error.retryable) throw ending;
    throw new Ended({ type: 'unreachable', message: ending.message, record: ending.record });
  };
}

/** It was started, and a look that is refused does not say how it ended. */
function untoldEnd({ kind, vpg }: Pick<OnceEffect<JsonMap>, 'kind' | 'vpg'>): (error: unknown) => never {
  return error => {
    if (!(error instanceof ZvmError) || error.retryable) throw error;
    throw new StepErrored(
      `a ${kind.what} of ${vpg} was started, and how it ended is not known (${error.message}); look at the tasks of the ZVM before it is tried again`,
      { happened: 'unknown' },
    );
  };
}

function unknown({ kind, vpg }: Pick<OnceEffect<JsonMap>, 'kind' | 'vpg'>, why: string): StepErrored {
  return new StepErrored(
    `whether this step started a ${kind.what} of ${vpg} is not known: ${why}; look at the tasks of the ZVM before it is tried again`,
    { happened: 'unknown' },
  );
}

function windowOf({ sendWithin }: OncePace): number {
  return 4 * sendWithin;
}

function every({ lookEvery }: OncePace): { readonly lookEveryMs?: number } {
  return lookEvery === undefined ? {} : { lookEveryMs: lookEvery };
}

function recall<F extends JsonMap>(value: Json | undefined): Kept<F> | undefined {
  if (typeof value !== 'object' || value === null || !('state' in value)) return undefined;
  return value as unknown as Kept<F>;
}
