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

/** Asks the process to end, and ends it by force after `graceMs`; settles when it is gone, with whether it needed force. */
export async function endProcess(child: ChildProcess, ended: Promise<ChildEnd>, graceMs: number): Promise<boolean> {
  child.kill('SIGTERM');
  const giveUp = new AbortController();
  const late = sleep(graceMs, true, { signal: giveUp.signal }).catch(() => false);
  const force = await Promise.race([ended.then(() => false), late]);
  if (force) child.kill('SIGKILL');
  giveUp.abort();
  await ended;
  return force;
}
