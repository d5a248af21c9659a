import { TaskVanished } from './errors.ts';
import type { Task } from './tasks.ts';
import type { Zvm } from './types.ts';

/** Waits for a task; undefined where it aged out of the ZVM's list: then what it did must be read elsewhere. */
export async function endTask(zvm: Pick<Zvm, 'tasks'>, id: string, signal: AbortSignal): Promise<Task | undefined> {
  try {
    return await zvm.tasks.wait(id, { signal });
  } catch (error) {
    if (error instanceof TaskVanished) return undefined;
    throw error;
  }
}
