import { ApplicationFailure } from '@temporalio/common';
import { failureTypes, type FailureRecord } from '../actions/call.ts';
import { shutDown } from '../actions/handed-over.ts';
import * as zvm from '../zerto/errors.ts';
import { NameAmbiguous, NameNotFound } from '../zerto/names.ts';
import { SettingsFailed, SettingsRefused } from '../zerto/settings/errors.ts';

/** The world said no. The message is one sentence for the person on call. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly record: FailureRecord;

  constructor(message: string, record: FailureRecord = {}) {
    super(message);
    this.record = record;
  }
}

/** We could not find out, or were asked for what cannot be done. One sentence for the person on call. */
export class StepErrored extends Error {
  override readonly name = 'StepErrored';
  readonly record: FailureRecord;

  constructor(message: string, record: FailureRecord = {}) {
    super(message);
    this.record = record;
  }
}

/** Another ZVM than drillbook.yaml says answers at the address: nothing more may be sent there. */
export class WrongSite extends StepErrored {}

/** The ending that an error of an activity stands for (actions/call.ts). */
export type Ending = {
  /** A transport fault that Temporal must not try again: somebody else decides. */
  readonly final?: true;
  /** Of a transport fault: the far end has said when to try again, ms. */
  readonly afterMs?: number;
  readonly type: keyof typeof failureTypes;
  readonly message: string;
  readonly record: FailureRecord;
};

/** An ending that somebody has read already, to be told as it is. */
export class Ended extends Error {
  override readonly name = 'Ended';
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(ending.message);
    this.ending = ending;
  }
}

/** Another worker goes on: Temporal tries again at once. */
export function workerEnds(): Ended {
  return new Ended({ type: 'unreachable', message: shutDown, record: {} });
}

/** Reads any error; one that is not ours is a bug, told without its innards. */
export function endingOf(error: unknown): Ending {
  if (error instanceof Ended) return error.ending;
  if (error instanceof StepFailed) return { type: 'failed', message: error.message, record: error.record };
  if (error instanceof StepErrored) return { type: 'errored', message: error.message, record: error.record };
  if (error instanceof zvm.ZvmError)
    return { type: typeOf(error), message: error.message, record: { zvm: wordOf(error) } };
  const kind = error instanceof Error ? error.name : typeof error;
  return { type: 'errored', message: `drillbook itself went wrong (${kind}); the worker's log has more`, record: {} };
}

/** Not a bug: its message was written for people. */
export function isExpected(error: unknown): boolean {
  return [Ended, StepFailed, StepErrored, zvm.ZvmError].some(kind => error instanceof kind);
}

/** What Temporal is told: only a transport fault is tried again. */
export function toFailure(error: unknown): ApplicationFailure {
  const { type, message, record, final, afterMs } = endingOf(error);
  return ApplicationFailure.create({
    type: failureTypes[type],
    message,
    nonRetryable: type !== 'unreachable' || final === true,
    details: [record],
    ...(afterMs === undefined ? {} : { nextRetryDelay: afterMs }),
  });
}

function wordOf(error: zvm.ZvmError): NonNullable<FailureRecord['zvm']> {
  const { site, operation, vendorMessage } = error;
  const answered = !(error instanceof zvm.Unreachable);
  return { site, operation, answered, ...(vendorMessage === undefined ? {} : { said: vendorMessage }) };
}

function typeOf(error: zvm.ZvmError): Ending['type'] {
  if (error.retryable) return 'unreachable';
  // A refusal of the ZVM answers the question; where we may not or cannot ask, nothing was found out.
  return refusals.some(kind => error instanceof kind) ? 'failed' : 'errored';
}

const refusals = [zvm.Refused, zvm.NotFound, NameNotFound, NameAmbiguous, SettingsFailed, SettingsRefused];
