import { setTimeout as sleep } from 'node:timers/promises';

export const lookEveryMs = 1_500;

/** Looks until something is found, for so long; at least once. */
export async function lookFor<T>(
  look: () => Promise<T | undefined>,
  forMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  for (let waited = 0; ; waited += lookEveryMs) {
    const found = await look();
    if (found !== undefined || waited >= forMs) return found;
    await sleep(lookEveryMs, undefined, { signal });
  }
}

/** Whether it came to hold within that time. */
export async function holdsWithin(
  condition: () => Promise<boolean>,
  forMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  return (await lookFor(async () => ((await condition()) ? true : undefined), forMs, signal)) === true;
}
