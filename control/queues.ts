import type { Queues } from '../engine/queues.ts';
import type { Config } from './config/config.ts';

export { callsQueue, waitsQueue } from '../workflows/names.ts';

/** The task queues that drillbook.yaml names, for a run that starts now. */
export function queuesOf(config: Pick<Config, 'sites' | 'probes'> | undefined): Queues {
  return { sites: named(config?.sites ?? {}), probes: named(config?.probes ?? {}) };
}

function named(entries: Readonly<Record<string, object>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, entry]) => {
      const { 'task-queue': queue } = entry as { readonly 'task-queue'?: string | undefined };
      return queue === undefined ? [] : [[name, queue]];
    }),
  );
}
