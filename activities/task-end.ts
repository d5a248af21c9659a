import { TaskVanished } from '../zerto/errors.ts';
import type { Task, Zvm } from '../zerto/types.ts';

/** Waits for a task; undefined where it aged out of the ZVM's list: then what it did must be read elsewhere. */
export async function endTask(zvm: Zvm, id: string, signal: AbortSignal): Promise<Task | undefined> {
  try {
    return await zvm.waitForTask(id, { signal });
  } catch (error) {
    if (error instanceof TaskVanished) return undefined;
    throw error;
  }
}
