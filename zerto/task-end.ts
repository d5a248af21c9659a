import { TaskVanished } from './errors.ts';
import type { Task } from './tasks.ts';
import type { Zvm } from './zvm.ts';

/** Waits for a task; undefined where it aged out of the ZVM's list: then what it did must be read elsewhere. */
export async function endTask(zvm: Pick<Zvm, 'tasks'>, id: string, signal: AbortSignal): Promise<Task | undefined> {
  try {
    return await zvm.tasks.wait(id, { signal });
  } catch (error) {
    if (error instanceof TaskVanished) return undefined;
    throw error;
  }
}

/**
 * As `endTask`, but a task that waits for a person counts as ended: that of a failover or move without a commit policy
 * may read so once its VMs are up (docs/zerto.md §11, `waitingTask`).
 */
export async function endTaskOrAsk(
  zvm: Pick<Zvm, 'tasks'>,
  id: string,
  signal: AbortSignal,
): Promise<Task | undefined> {
  const enough = new AbortController();
  let waiting: Task | undefined;
  try {
    return await zvm.tasks.wait(id, {
      signal: AbortSignal.any([signal, enough.signal]),
      onProgress: task => {
        if (task.state !== 'WaitingForUserInput') return;
        waiting = task;
        enough.abort();
      },
    });
  } catch (error) {
    if (waiting !== undefined && !signal.aborted) return waiting;
    if (error instanceof TaskVanished) return undefined;
    throw error;
  }
}
