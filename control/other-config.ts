import type { Plan } from '../compiler/plan.ts';
import type { ConfigFinding } from '../engine/config-finding.ts';
import type { Config } from './config/config.ts';
import { type Control, taskQueue } from './connection.ts';
import { callsQueue, queuesOf } from './queues.ts';
import { ownQueuesOf } from './unserved-queues.ts';
import { configIn, isSameConfig } from './worker-identity.ts';

/** What a start and its workers are compared by. */
type Compared = Pick<Config, 'pinnedSha256' | 'sites' | 'probes'>;

type TaskQueueType = NonNullable<
  Parameters<Control['client']['workflowService']['describeTaskQueue']>[0]['taskQueueType']
>;
/** No worker could carry it out now, and nothing was started: the same may be sent again. A sentence. */
export class WorkersUnready extends Error {
  override readonly name = 'WorkersUnready';
}

/** Throws WorkersUnready where `whyOtherConfig` has a reason. */
export async function refuseOtherConfig(control: Control, plan: Plan, config: Compared | undefined): Promise<void> {
  const why = await whyOtherConfig(control, plan, config);
  if (why !== undefined) throw new WorkersUnready(why);
}

/** Of Temporal's API: whoever takes runs, and whoever takes a site's calls. */
const [ofWorkflows, ofActivities] = [1, 2] as const satisfies readonly TaskQueueType[];

/** Temporal lists a worker for five minutes after it was heard of last; one that lives asks for work every minute, ms. */
const livesMs = 2 * 60_000;

/**
 * Why no worker would carry a run out under this drillbook.yaml, for people: all that serve the main queue, or that of a site which the
 * Plan talks to, read another one. Undefined: some read this one, none says, none is there, or Temporal does not tell. The sign-in of the
 * run compares again.
 */
export async function whyOtherConfig(
  control: Control,
  plan: Plan,
  config: Compared | undefined,
  now: number = Date.now(),
): Promise<string | undefined> {
  if (config === undefined) return undefined;
  const sites = ownQueuesOf(plan, queuesOf(config)).filter(({ what }) => what === 'site');
  const queues = [
    { whose: 'the workers', queue: taskQueue },
    ...sites.map(({ name, queue }) => ({ whose: `the workers of the site ${name}`, queue: callsQueue(queue) })),
  ];
  for (const { whose, queue } of queues) {
    const read = await configsAt(control, queue, now).catch(() => []);
    if (read.length === 0 || read.some(each => each === undefined || isSameConfig(each, config.pinnedSha256))) continue;
    return `${spellOther(whose, read, config)}: nothing was started, for no worker would carry it out. ${mend}`;
  }
  return undefined;
}

/** A line a task queue, for `config check --live`. Throws where Temporal does not answer. */
export async function findOtherConfig(
  control: Control,
  config: Compared,
  now: number = Date.now(),
): Promise<readonly ConfigFinding[]> {
  const own = Object.entries(queuesOf(config).sites).map(([name, queue]) => ({
    ...{ what: `workers of the site ${name}`, queue: callsQueue(queue) },
  }));
  const found: ConfigFinding[] = [];
  for (const { what, queue } of [{ what: 'workers', queue: taskQueue }, ...own]) {
    const read = await configsAt(control, queue, now);
    const others = read.filter(each => each !== undefined && !isSameConfig(each, config.pinnedSha256));
    if (read.length === 0) found.push({ what, ok: false, found: 'none asks for work' });
    else if (others.length === 0) found.push({ what, ok: true, found: 'they read this drillbook.yaml' });
    else {
      const whose = others.length === read.length ? 'all' : `${others.length} of ${read.length}`;
      found.push({ what, ok: false, found: `${spellOther(whose, others, config)}. ${mend}` });
    }
  }
  return found;
}

const mend =
  'Restart the workers if sites, probes, endpoints, commands or policy were changed, or use the file that they read.';

function spellOther(whose: string, read: readonly (string | undefined)[], { pinnedSha256 }: Compared): string {
  const theirs = [...new Set(read)].join(', ');
  return `${whose} read another drillbook.yaml (${theirs}) than this one (${pinnedSha256.slice(0, 12)})`;
}

/** What each worker of a queue says it reads; of those that were heard of lately, where there are such. */
async function configsAt(
  { client, namespace }: Control,
  queue: string,
  now: number,
): Promise<readonly (string | undefined)[]> {
  const taskQueueType = queue === taskQueue ? ofWorkflows : ofActivities;
  const asked = { namespace, taskQueue: { name: queue }, taskQueueType };
  const { pollers } = await client.workflowService.describeTaskQueue(asked);
  const seen = pollers.map(({ identity, lastAccessTime }) => ({
    read: configIn(identity ?? ''),
    at: Number(lastAccessTime?.seconds ?? 0) * 1_000,
  }));
  const lately = seen.filter(({ at }) => at > now - livesMs);
  return (lately.length > 0 ? lately : seen).map(({ read }) => read);
}
