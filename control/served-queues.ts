import type { Config } from './config/config.ts';
import { queuesOf } from './queues.ts';

/** What a worker of its own may be asked to serve. */
export interface Only {
  readonly sites: readonly string[];
  readonly probes: readonly string[];
}

/** A site or probe that has no task queue of its own, or that nobody named. */
class NoOwnQueue extends Error {
  override readonly name = 'NoOwnQueue';
}

/**
 * The task queues of these sites and probes, each once.
 * @throws NoOwnQueue
 */
export function ownQueues(config: Pick<Config, 'sites' | 'probes'>, { sites, probes }: Only): readonly string[] {
  const known = queuesOf(config);
  const wanted = [
    ...sites.map(name => ({ what: 'site', name, all: config.sites, queues: known.sites })),
    ...probes.map(name => ({ what: 'probe', name, all: config.probes, queues: known.probes })),
  ];
  const queues = wanted.map(({ what, name, all, queues }) => {
    const queue = Object.hasOwn(queues, name) ? queues[name] : undefined;
    if (queue !== undefined) return queue;
    if (!Object.hasOwn(all, name)) throw new NoOwnQueue(`drillbook.yaml names no ${what} "${name}".`);
    throw new NoOwnQueue(
      `The ${what} "${name}" has no task queue of its own: give it one in drillbook.yaml (task-queue: ${name}), or start "drillbook worker", which serves the main one.`,
    );
  });
  return [...new Set(queues)];
}
