import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { onTestFinished } from 'vitest';

// Taken once: a test with two stages must not put back what its first one had put in.
const realTimeout = globalThis.setTimeout;
const realSleep = timers.setTimeout;

/**
 * Until the end of the test, what polls every second or two does so at once; what bounds a request stays. No mock of the
 * module: files share one registry here, and a mock would stay in what they have loaded.
 */
export function hurry(): void {
  const quick = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    realTimeout(run, ms <= 5_000 ? Math.min(ms, 3) : ms, ...args);
  put(Object.assign(quick, realTimeout), (ms, value, options) => realSleep(Math.min(ms ?? 0, 3), value, options));
  onTestFinished(() => {
    put(realTimeout, realSleep);
  });
}

function put(timeout: typeof globalThis.setTimeout, sleep: typeof timers.setTimeout): void {
  globalThis.setTimeout = timeout;
  timers.setTimeout = sleep;
  syncBuiltinESMExports();
}
