import type { Control } from './connection.ts';

type Describe = Parameters<Control['client']['workflowService']['describeTaskQueue']>[0];
export type TaskQueueType = NonNullable<Describe['taskQueueType']>;

/** TASK_QUEUE_TYPE_WORKFLOW and …_ACTIVITY of Temporal's API: whoever takes runs, and whoever takes a site's calls. */
export const [ofWorkflows, ofActivities] = [1, 2] as const satisfies readonly TaskQueueType[];

/**
 * Temporal lists a worker for five minutes after it was heard of last; one that lives asks for work every minute. Two more, for
 * a clock here that is ahead of Temporal's, ms.
 */
const livesMs = 3 * 60_000;

export interface Poller {
  readonly identity: string;
  /** It has asked for work lately. */
  readonly lives: boolean;
  /** When it asked last, ms since 1970 by Temporal's clock. */
  readonly lastAt: number;
}

/** Whoever has asked a task queue for work within the last minutes. Throws where Temporal does not answer. */
export async function pollersOf(
  { client, namespace }: Control,
  queue: string,
  taskQueueType: TaskQueueType = ofWorkflows,
  now: number = Date.now(),
): Promise<readonly Poller[]> {
  const asked = { namespace, taskQueue: { name: queue }, taskQueueType };
  const { pollers } = await client.workflowService.describeTaskQueue(asked);
  return pollers.map(({ identity, lastAccessTime }) => {
    const { seconds = now / 1_000, nanos } = lastAccessTime ?? {};
    const lastAt = Number(seconds) * 1_000 + (nanos ?? 0) / 1_000_000;
    return { identity: identity ?? '', lives: lastAt > now - livesMs, lastAt };
  });
}
