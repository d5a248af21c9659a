import type { Plan } from '../compiler/plan.ts';
import type { ConfigFinding } from '../engine/config-finding.ts';
import type { Config } from './config/config.ts';
import { type Control, taskQueue } from './connection.ts';
import { ofActivities, ofWorkflows, pollersOf } from './pollers.ts';
import { callsQueue, queuesOf } from './queues.ts';
import { ownQueuesOf } from './unserved-queues.ts';
import { configIn, isSameConfig } from './worker-identity.ts';

/** What a start and its workers are compared by. */
type Compared = Pick<Config, 'pinnedSha256' | 'sites' | 'probes'>;

/** No worker could carry it out now, and nothing was started: the same may be sent again. A sentence. */
export class WorkersUnready extends Error {
  override readonly name = 'WorkersUnready';
}

/** Throws WorkersUnready where `whyOtherConfig` has a reason. */
export async function refuseOtherConfig(control: Control, plan: Plan, config: Compared | undefined): Promise<void> {
  const why = await whyOtherConfig(control, plan, config);
  if (why !== undefined) throw new WorkersUnready(why);
}

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
async function configsAt(control: Control, queue: string, now: number): Promise<readonly (string | undefined)[]> {
  const seen = await pollersOf(control, queue, queue === taskQueue ? ofWorkflows : ofActivities, now);
  const lately = seen.filter(({ lives }) => lives);
  return (lately.length > 0 ? lately : seen).map(({ identity }) => configIn(identity));
}
