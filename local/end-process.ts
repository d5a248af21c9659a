import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a child process ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Settles when the process is gone; also when it never came to be. */
export function watchEnd(child: ChildProcess): Promise<ChildEnd> {
  return new Promise(resolve => {
    child.once('error', () => {
      resolve({ code: 127, signal: null });
    });
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
}

/** Asks the process to end, and ends it by force after `graceMs`; settles when it is gone. */
export async function endProcess(child: ChildProcess, ended: Promise<ChildEnd>, graceMs: number): Promise<void> {
  child.kill('SIGTERM');
  const giveUp = new AbortController();
  const late = sleep(graceMs, true, { signal: giveUp.signal }).catch(() => false);
  if (await Promise.race([ended.then(() => false), late])) child.kill('SIGKILL');
  giveUp.abort();
  await ended;
}
