import { setTimeout as sleep } from 'node:timers/promises';
import type { LockRequest } from '../engine/locks.ts';
import { Ended } from './outcome.ts';
import { perform } from './wrap.ts';

/** What the guard and the locks may ask of Temporal; worker.ts hands it in. */
export interface RunDirectory {
  /** False when the newest execution of that workflow id has ended, or there is none. Throws when nobody answers. */
  isRunning(workflowId: string): Promise<boolean>;
  /** Both start the `locks` workflow where it does not run. */
  requestLocks(request: LockRequest): Promise<void>;
  releaseLocks(token: string): Promise<void>;
}

/** The activities of guard and locks that concern runs, not a ZVM. */
export function runActivities(runs: RunDirectory) {
  return {
    /** Ends when the run has. */
    'guard/watch-holder': (input: { runId: string; firstLookMs: number; everyMs: number }): Promise<void> =>
      perform(async signal => {
        for (let pause = input.firstLookMs; ; pause = input.everyMs) {
          await sleep(pause, undefined, { signal });
          if (!(await isRunning(runs, input.runId))) return;
        }
      }),
    'guard/is-running': (input: { workflowId: string }): Promise<boolean> =>
      perform(() => isRunning(runs, input.workflowId)),
    'guard/lock': (request: LockRequest): Promise<void> => perform(() => tell(runs.requestLocks(request))),
    'guard/unlock': (input: { token: string }): Promise<void> => perform(() => tell(runs.releaseLocks(input.token))),
  };
}

async function isRunning(runs: RunDirectory, workflowId: string): Promise<boolean> {
  return tell(runs.isRunning(workflowId));
}

/** Temporal out of reach is a transport fault like any other: tried again. */
async function tell<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const message = `Temporal did not answer: ${error instanceof Error ? error.message : String(error)}`;
    throw new Ended({ type: 'unreachable', message, record: {} });
  }
}
