import type { Queues } from '../engine/queues.ts';
import type { Config } from './config/config.ts';
import { callsQueue, waitsQueue } from '../workflows/names.ts';

export { callsQueue, waitsQueue };

/** The task queues that drillbook.yaml names, for a run that starts now. */
export function queuesOf(config: Pick<Config, 'sites' | 'probes'> | undefined): Queues {
  return { sites: named(config?.sites ?? {}), probes: named(config?.probes ?? {}) };
}

/** A site or a probe with a task queue of its own. */
export interface QueueOwner {
  readonly what: 'site' | 'probe';
  readonly name: string;
}

/** Whose a task queue of Temporal is; nobody's own is the one of all workers. */
export function ownersOf(taskQueue: string, { sites, probes }: Queues): readonly QueueOwner[] {
  const own = (what: QueueOwner['what'], names: Readonly<Record<string, string>>) =>
    Object.entries(names).flatMap(([name, queue]) =>
      callsQueue(queue) === taskQueue || waitsQueue(queue) === taskQueue ? [{ what, name }] : [],
    );
  return [...own('site', sites), ...own('probe', probes)];
}

function named(entries: Readonly<Record<string, object>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, entry]) => {
      const { 'task-queue': queue } = entry as { readonly 'task-queue'?: string | undefined };
      return queue === undefined ? [] : [[name, queue]];
    }),
  );
}
