import { ApplicationFailure, Context as Activity } from '@temporalio/activity';
import { actions, type ActionName, type Input } from '../actions/index.ts';
import { failureTypes, type ActionCall, type ActionResult } from '../actions/call.ts';
import type { Json, JsonMap } from '../actions/json.ts';
import { isExpected, StepErrored, toFailure } from './outcome.ts';
import type { Implementation, Memory, Surroundings } from './surroundings.ts';

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
      const read = actions[action].input.safeParse(call.with);
      if (!read.success) throw new StepErrored(describeInput(action, read.error.issues));
      if (surroundings.clock() >= call.deadline) throw new StepErrored('its time was over before it could start');
      const { outputs, ...rest } = await implementation(
        { ...call, with: read.data as Input<A> },
        { ...surroundings, signal, memory },
      );
      // zod's type of an optional key admits `undefined`; JSON drops such a key.
      return { outputs: outputs as JsonMap, ...rest };
    });
}

/**
 * Runs the body of any activity: heartbeats, stops at a cancel, ends as `failed`, `errored` or `unreachable`.
 * What `memory` keeps goes out with each heartbeat, so the next attempt can recall it.
 */
export async function perform<T>(body: (signal: AbortSignal, memory: Memory) => Promise<T>): Promise<T> {
  const activity = Activity.current();
  const { cancellationSignal: signal, info } = activity;
  let kept = info.heartbeatDetails as Json | undefined;
  const beat = () => {
    activity.heartbeat(kept);
  };
  const timer = setInterval(beat, heartbeatMs);
  beat();
  try {
    signal.throwIfAborted();
    return await body(signal, {
      recalled: kept,
      keep: value => {
        kept = value;
        beat();
      },
    });
  } catch (error) {
    if (signal.aborted) throw endOf(signal);
    const failure = toFailure(error);
    if (!isExpected(error)) activity.log.error('an activity threw what nobody foresaw', { error });
    throw failure;
  } finally {
    clearInterval(timer);
  }
}

/** A worker that shuts down must not look like a person's cancel: another one goes on. */
function endOf(signal: AbortSignal): Error {
  const reason = signal.reason as Error;
  if (reason.message !== 'WORKER_SHUTDOWN') return reason;
  return ApplicationFailure.create({
    type: failureTypes.unreachable,
    message: 'the worker was shut down; another one goes on',
    nonRetryable: false,
    details: [{}],
  });
}

function describeInput(action: string, issues: readonly { path: PropertyKey[]; message: string }[]): string {
  const list = issues.map(issue => `${['with', ...issue.path.map(String)].join('.')}: ${issue.message}`);
  return `${action} was asked for what it does not know: ${list.join('; ')}`;
}
