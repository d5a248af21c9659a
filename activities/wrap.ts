import { CancelledFailure, Context as Activity } from '@temporalio/activity';
import type { Contract } from '../actions/contract.ts';
import { actions, type ActionName, type Input, type Output } from '../actions/index.ts';
import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Json, JsonMap } from '../actions/json.ts';
import { bounded } from './bounded.ts';
import { endingOf, isExpected, StepErrored, StepFailed, toFailure, workerEnds } from './outcome.ts';
import type { Context, Implementation, Memory, Surroundings } from './surroundings.ts';
import { holdUntil } from './until.ts';

/** The SDK thins heartbeats out itself; often enough that a cancel is heard within seconds. */
const heartbeatMs = 2_000;

/** The activity that Temporal calls for an action. */
export function asActivity<A extends ActionName>(
  action: A,
  implementation: Implementation<A>,
  surroundings: Surroundings,
): (call: ActionCall) => Promise<ActionResult> {
  return call =>
    perform(async (signal, memory) => {
      // A Plan may be older than this worker: what it asks for is read by this worker's contract.
      const contract: Contract = actions[action];
      const read = contract.input.safeParse(call.with);
      if (!read.success) throw new StepErrored(describeInput(action, read.error.issues));
      // What an expression gave is known only now.
      const later = contract.notBuilt?.(read.data);
      if (later !== undefined) throw new StepErrored(`${later} of ${action} is not built yet`);
      if (surroundings.clock() >= call.deadline) throw new StepErrored('its time was over before it could start');
      const input = { ...call, with: read.data as Input<A> };
      const context = { ...surroundings, signal, memory };
      // What does not look again by itself is repeated as a whole (rule 6).
      const repeats = call.until !== undefined && contract.until !== true;
      const { outputs, ...rest } = await (repeats
        ? repeat(implementation, input, context)
        : implementation(input, context));
      // zod's type of an optional key admits `undefined`; JSON drops such a key.
      return { outputs: bounded(action, outputs as JsonMap), ...rest };
    }, call.earlier);
}

async function repeat<A extends ActionName>(
  implementation: Implementation<A>,
  { until, ...once }: ActionCall<Input<A>>,
  context: Context,
): Promise<ActionResult<Output<A>>> {
  // Its count and its time are all that is kept; a try has nothing to recall of the one before.
  const memory: Memory = { attempt: 1, recalled: undefined, keep: () => undefined };
  const look = async () => {
    try {
      const value = await implementation(once, { ...context, memory });
      return { ok: true, saw: value.told?.join('; ') ?? 'it succeeded', value } as const;
    } catch (error) {
      if (!isExpected(error)) throw error;
      const { type, message, record } = endingOf(error);
      // A transport fault is Temporal's to try again: the next attempt goes on with the count.
      if (type === 'unreachable') throw error;
      throw type === 'failed' ? new StepFailed(message, record) : new StepErrored(message, record);
    }
  };
  const { value, attempts, tries } = await holdUntil<ActionResult<Output<A>>>(look, until, once.deadline, context);
  return { ...value, attempts, tries };
}

/**
 * Runs the body of any activity: heartbeats, stops at a cancel, ends as `failed`, `errored` or `unreachable`.
 * What `memory` keeps goes out with each heartbeat, so the next attempt can recall it; and with the end of a cancelled one.
 * `earlier`: what such a one has left.
 */
export async function perform<T>(
  body: (signal: AbortSignal, memory: Memory) => Promise<T>,
  earlier?: Json,
): Promise<T> {
  const activity = Activity.current();
  const { cancellationSignal: signal, info } = activity;
  let kept = (info.heartbeatDetails ?? earlier) as Json | undefined;
  const beat = () => {
    activity.heartbeat(kept);
  };
  const timer = setInterval(beat, heartbeatMs);
  beat();
  try {
    signal.throwIfAborted();
    return await body(signal, {
      attempt: info.attempt,
      recalled: kept,
      keep: value => {
        kept = value;
        beat();
      },
    });
  } catch (error) {
    if (signal.aborted) throw endOf(signal, kept);
    const failure = toFailure(error);
    if (!isExpected(error)) activity.log.error('an activity threw what nobody foresaw', { error });
    throw failure;
  } finally {
    clearInterval(timer);
  }
}

/** A worker that shuts down must not look like a person's cancel: another one goes on. */
function endOf(signal: AbortSignal, kept: Json | undefined): Error {
  const reason = signal.reason as Error;
  if (reason.message !== 'WORKER_SHUTDOWN')
    return kept === undefined ? reason : new CancelledFailure(reason.message, [kept]);
  return toFailure(workerEnds());
}

function describeInput(action: string, issues: readonly { path: PropertyKey[]; message: string }[]): string {
  const list = issues.map(issue => `${['with', ...issue.path.map(String)].join('.')}: ${issue.message}`);
  return `${action} was asked for what it does not know: ${list.join('; ')}`;
}
