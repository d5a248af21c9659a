import type { ActionCall } from '../actions/call.ts';
import type { Sending } from '../engine/guard-activities.ts';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';

/** How an activity ended without a result, kept apart (design: failed, errored, timed out, cancelled). */
export interface Ending {
  readonly status: 'failed' | 'errored' | 'unreachable' | 'timed_out' | 'cancelled';
  readonly error: string;
  /** `no`: it is certain that the call did not reach the ZVM, or was refused there. */
  readonly happened: 'no' | 'unknown';
  /** What an effect without an answer asked for. */
  readonly sending?: Sending;
  /** An attempt before the one that tells this was lost without a word: it may go on to send. */
  readonly earlier?: true;
}

/** Reads an activity's failure. Anything that is not one is a bug of ours and is thrown on, so that the task is tried again. */
export function endingOf(error: unknown): Ending {
  if (isCancellation(error)) return { status: 'cancelled', error: 'cancelled', happened: 'unknown' };
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof TimeoutFailure) {
    return { status: 'timed_out', error: `no answer in time (${describeTimeout(cause)})`, happened: 'unknown' };
  }
  if (cause instanceof ApplicationFailure) {
    const facts = factsOf(cause.details?.[0]);
    switch (cause.type) {
      case 'failed':
        return { status: 'failed', error: cause.message, ...facts };
      case 'unreachable':
        return { status: 'unreachable', error: cause.message, ...facts };
      default:
        return { status: 'errored', error: cause.message, ...facts };
    }
  }
  if (cause instanceof CancelledFailure) return { status: 'cancelled', error: 'cancelled', happened: 'unknown' };
  return { status: 'errored', error: cause?.message ?? error.message, happened: 'unknown' };
}

/** What a cancelled activity leaves for one that goes on from it. */
export function keptOf(error: unknown): ActionCall['earlier'] {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const kept: unknown = cause instanceof CancelledFailure ? cause.details[0] : undefined;
  // Of one that no worker had just then, the server says only that.
  return kept === 'ACTIVITY_ID_NOT_STARTED' ? undefined : (kept as ActionCall['earlier']);
}

function factsOf(details: unknown): Pick<Ending, 'happened' | 'sending' | 'earlier'> {
  if (typeof details !== 'object' || details === null) return { happened: 'unknown' };
  const { happened, sending, earlier } = details as Partial<Ending>;
  return {
    happened: happened === 'no' ? 'no' : 'unknown',
    ...(sending === undefined ? {} : { sending }),
    ...(earlier === true ? { earlier } : {}),
  };
}

function describeTimeout(failure: TimeoutFailure): string {
  return failure.timeoutType === 'HEARTBEAT' ? 'its worker was lost' : 'its time-out passed';
}
