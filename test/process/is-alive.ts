import { setTimeout as sleep } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the process is gone; false when it is still there after `withinMs`. */
export async function isGone(pid: number, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; isAlive(pid); ) {
    if (Date.now() > until) return false;
    await sleep(20);
  }
  return true;
}
