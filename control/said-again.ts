import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '@temporalio/client';

/** Of gRPC: FAILED_PRECONDITION. */
const failedPrecondition = 9;

const tries = 5;
const pauseMs = 200;

/**
 * Says a word whose id is its own again where Temporal let it fall: as it came, the run was going on with a new history, or its task
 * had to be done anew. By its id it is heard once, however often it arrives.
 */
export async function saidAgain<T>(
  send: () => Promise<T>,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<T> {
  for (let left = tries - 1; ; left--) {
    try {
      return await send();
    } catch (error) {
      if (left === 0 || !wasDropped(error)) throw error;
      await pause(pauseMs);
    }
  }
}

function wasDropped(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  const { code, details } = error.cause as { readonly code?: unknown; readonly details?: unknown };
  return code === failedPrecondition && typeof details === 'string' && details.includes('workflow task failure');
}
