import type { Plan } from '../compiler/plan.ts';
import type { Queues } from '../engine/queues.ts';
import type { Control } from './connection.ts';
import { pollingWorkers } from './runs.ts';
import { noWorker, spellUnserved, unservedQueues } from './unserved-queues.ts';

/** Whose workers are missing for what is to be started, for people; it starts all the same. Where Temporal does not tell, nothing. */
export async function workerWarnings(control: Control, plan: Plan, queues: Queues): Promise<readonly string[]> {
  try {
    const [workers, unserved] = await Promise.all([pollingWorkers(control), unservedQueues(control, plan, queues)]);
    return [...(workers === 0 ? [noWorker] : []), ...unserved.map(spellUnserved)];
  } catch {
    return [];
  }
}
