import { setTimeout as sleep } from 'node:timers/promises';
import type { LostGuard } from '../engine/guard-types.ts';
import type { LockRequest, Offer } from '../engine/locks-types.ts';
import { Ended } from './outcome.ts';
import { perform } from './wrap.ts';

/** What the guard and the locks may ask of Temporal; worker.ts hands it in. */
export interface RunDirectory {
  /**
   * How the newest execution of that workflow id is: `ended` where it came to its own end; `lost` where it was terminated,
   * failed, or nobody knows it. Throws when nobody answers.
   */
  lookFor(workflowId: string): Promise<'running' | 'ended' | 'lost'>;
  /**
   * What a guard that has ended may have left open, out of its history; undefined: it lives. Throws when nobody answers, or
   * Temporal knows none of that id.
   */
  readLost(guardId: string): Promise<LostGuard | undefined>;
  /** These start the `locks` workflow where it does not run. */
  requestLocks(request: LockRequest): Promise<void>;
  releaseLocks(token: string): Promise<void>;
  offerToLocks(offer: OfferToLocks): Promise<void>;
}

/** What a drill's guard cannot close, for a live run that waits for it. */
interface OfferToLocks {
  readonly token: string;
  readonly guard: string;
  readonly offers: readonly Offer[];
}

/** The activities of guard and locks that concern runs, not a ZVM. */
export function runActivities(runs: RunDirectory) {
  return {
    /** Ends when the run has. */
    'guard/watch-holder': (input: { runId: string; firstLookMs: number; everyMs: number }): Promise<void> =>
      perform(async signal => {
        for (let pause = input.firstLookMs; ; pause = input.everyMs) {
          await sleep(pause, undefined, { signal });
          if ((await lookFor(runs, input.runId)) !== 'running') return;
        }
      }),
    'guard/is-running': (input: { workflowId: string }) => perform(() => lookFor(runs, input.workflowId)),
    /** null: it lives. */
    'guard/read-lost': (input: { guardId: string }): Promise<LostGuard | null> =>
      perform(async () => (await tellTemporal(runs.readLost(input.guardId))) ?? null),
    'guard/lock': (request: LockRequest): Promise<void> => perform(() => tellTemporal(runs.requestLocks(request))),
    'guard/unlock': (input: { token: string }): Promise<void> =>
      perform(() => tellTemporal(runs.releaseLocks(input.token))),
    'guard/offer': (offer: OfferToLocks): Promise<void> => perform(() => tellTemporal(runs.offerToLocks(offer))),
  };
}

async function lookFor(runs: RunDirectory, workflowId: string): ReturnType<RunDirectory['lookFor']> {
  return tellTemporal(runs.lookFor(workflowId));
}

/** Temporal out of reach is a transport fault like any other: tried again. */
export async function tellTemporal<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const message = `Temporal did not answer: ${error instanceof Error ? error.message : String(error)}`;
    throw new Ended({ type: 'unreachable', message, record: {} });
  }
}
