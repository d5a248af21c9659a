import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import type { FailureRecord } from '../actions/call.ts';
import { shutDown } from '../actions/handed-over.ts';
import { readFailure } from './history.ts';
import { readPayloads } from './payload-codec.ts';

/** An activity that has not ended, as Temporal has it. Times: ms since 1970. */
export interface PendingActivity {
  readonly id: string;
  readonly action: string;
  readonly queue: string;
  readonly attempt: number;
  /** What the attempt before ended with. */
  readonly failure?: { readonly message: string; readonly record: FailureRecord; readonly at?: number };
  /** It looks again and again by itself, and what it looks for is not so yet. */
  readonly looks?: Looks;
  readonly givesUpAt?: number;
  /** A worker has it. */
  readonly taken: boolean;
  /** It is to end, or somebody holds it back at Temporal: nothing of it is tried again. */
  readonly ending: boolean;
  /** The attempt before ended with its worker, not with what it tried: this one goes on with it. */
  readonly handedOver: boolean;
  /** The last that was heard of it by a worker; of what none has, since when one could take it, which may be still to come. */
  readonly heardAt?: number;
}

/** What a heartbeat tells (activities/until.ts). */
interface Looks {
  readonly began: number;
  readonly tries: number;
  /** At most so many. */
  readonly most?: number;
  readonly saw: string;
}

type Raw = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** PENDING_ACTIVITY_STATE_STARTED and …_CANCEL_REQUESTED of Temporal's API. */
const takenStates = [2, 3];
/** …_CANCEL_REQUESTED, …_PAUSED and …_PAUSE_REQUESTED. */
const endingStates = [3, 4, 5];

/** What a workflow waits for. Failures and heartbeats are read through the codec. */
export async function readPendingActivities(
  codec: PayloadCodec,
  { raw }: Pick<WorkflowExecutionDescription, 'raw'>,
): Promise<readonly PendingActivity[]> {
  return await Promise.all((raw.pendingActivities ?? []).map(pending => readOne(codec, pending)));
}

async function readOne(codec: PayloadCodec, pending: Raw): Promise<PendingActivity> {
  const { lastFailure, heartbeatDetails, activityOptions, activityId, activityType, attempt, state } = pending;
  const [kept] = await readPayloads(codec, heartbeatDetails?.payloads);
  const failed = lastFailure ? await readFailure(codec, lastFailure, '') : undefined;
  const taken = takenStates.includes(Number(state));
  const failedAt = toMs(pending.lastAttemptCompleteTime);
  const looking = looksOf(kept);
  // What it saw before it failed is older than the failure.
  const looks =
    failed === undefined || (looking !== undefined && looking.at > (failedAt ?? 0)) ? looking?.looks : undefined;
  const givesUpAt = earlier(toMs(pending.expirationTime), looks === undefined ? undefined : looking?.givesUpAt);
  const heardAt = taken
    ? (toMs(pending.lastHeartbeatTime) ?? toMs(pending.lastStartedTime))
    : toMs(pending.scheduledTime);
  return {
    id: activityId ?? '',
    action: activityType?.name ?? '',
    queue: activityOptions?.taskQueue?.name ?? '',
    attempt: attempt ?? 1,
    ...(failed === undefined
      ? {}
      : {
          failure: {
            ...{ message: failed.message, record: failed.details ?? {} },
            ...(failedAt === undefined ? {} : { at: failedAt }),
          },
        }),
    ...(looks === undefined ? {} : { looks }),
    ...(givesUpAt === undefined ? {} : { givesUpAt }),
    taken,
    ending: endingStates.includes(Number(state)),
    handedOver: Boolean(lastFailure?.timeoutFailureInfo) || failed?.message === shutDown,
    ...(heardAt === undefined ? {} : { heardAt }),
  };
}

/** As it comes out of a history: nothing of it is certain. */
interface Kept extends Readonly<Partial<Record<'began' | 'tries' | 'givesUpAt' | 'most', unknown>>> {
  readonly last?: Readonly<Partial<Record<'at' | 'saw' | 'ok', unknown>>> | null;
}

/** Undefined: nothing was seen yet, or what a heartbeat keeps is something else. */
function looksOf(kept: unknown): { looks: Looks; at: number; givesUpAt: number | undefined } | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const { began, tries, last, givesUpAt, most } = kept as Kept;
  const { at, saw, ok } = last ?? {};
  // It saw what it looked for: it ends, or does what comes then.
  if (ok === true) return undefined;
  if (typeof began !== 'number' || typeof tries !== 'number' || typeof at !== 'number' || typeof saw !== 'string')
    return undefined;
  const looks = { began, tries, saw, ...(typeof most === 'number' ? { most } : {}) };
  return { looks, at, givesUpAt: typeof givesUpAt === 'number' ? givesUpAt : undefined };
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function toMs(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number | undefined {
  if (time === null || time === undefined) return undefined;
  const ms = Number(time.seconds) * 1_000 + Math.floor((time.nanos ?? 0) / 1e6);
  return ms > 0 ? ms : undefined;
}

/**
 * Whether what ends an attempt, or a look, is followed by another one: of an activity at its first, or one that has changed hands and goes
 * on, nothing is tried again.
 */
export function isTriedAgain({ attempt, failure, looks, ending, taken, handedOver }: PendingActivity): boolean {
  if (ending) return false;
  if (looks !== undefined && (looks.tries > 1 || !taken)) return true;
  return attempt > 1 && failure !== undefined && !(taken && handedOver);
}

/** So long a busy worker may take to take something, ms. */
const takenWithinMs = 15_000;
/** Workers send a heartbeat every 3 s; Temporal gives up on one after 10 s (workflows/activity-options.ts). */
const heardWithinMs = 40_000;

/** Since when no worker works on it, ms since 1970; undefined: one does, or it is not worth a word yet. */
export function idleSince({ taken, heardAt }: PendingActivity, now: number): number | undefined {
  if (heardAt === undefined || now - heardAt < (taken ? heardWithinMs : takenWithinMs)) return undefined;
  return heardAt;
}
