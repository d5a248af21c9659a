import {
  type Client,
  QueryNotRegisteredError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { GuardStart, HandedOver } from '../engine/guard-types.ts';
import type { LeaseSeen, LostGuard, RunningGuard, TemporalSeen } from '../engine/janitor-types.ts';
import type { LeaseView, OpeningView } from '../workflows/messages.ts';
import { locksWorkflowId } from '../workflows/names.ts';
import { taskQueue } from './connection.ts';
import { endedAgo, firstGuardOf, newestGuard, type NewestGuard } from './guard-chain.ts';
import { readChain, readEvent } from './history.ts';
import { ifKnown } from './not-found.ts';
import { codecOf } from './payload-codec.ts';
import { foldLostGuard } from './lost-guard.ts';
import { runDirectory } from './run-directory.ts';

const running = "WorkflowType = 'guard' AND ExecutionStatus = 'Running'";
const lost = ['Terminated', 'Failed', 'TimedOut', 'Canceled']
  .map(status => `ExecutionStatus = '${status}'`)
  .join(' OR ');
/** So long a lost guard without a lease is looked at. */
const lookBackMs = 30 * 24 * 3_600_000;
const answerWithinMs = 5_000;
/** So many guards are asked at the same time. */
const atOnce = 8;

/** What the janitor asks of Temporal, and does there. */
export function janitorDirectory(client: Client, queue: string = taskQueue) {
  const starts = new Map<string, GuardStart>();
  /** Lost guards of which it is known for good that they left nothing. */
  const empty = new Set<string>();

  async function survey(named: readonly string[]): Promise<Omit<TemporalSeen, 'temporal'>> {
    const now = Date.now();
    const leases = await readLeases(client);
    const firsts = new Map<string, Promise<NewestGuard>>();
    const newestOf = (id: string): Promise<NewestGuard> => {
      const first = firstGuardOf(id);
      const known = firsts.get(first) ?? newestGuard(client, first);
      firsts.set(first, known);
      return known;
    };
    const since = new Date(now - lookBackMs).toISOString();
    const [listed, ended] = await Promise.all([
      runningGuards(client),
      idsOf(client, `WorkflowType = 'guard' AND (${lost}) AND CloseTime > '${since}'`),
    ]);
    // A list may lag behind: what else names a guard is asked for it by its id.
    const all = [...new Set([...listed, ...ended, ...named, ...leases.map(({ guard }) => guard)])].filter(isGuard);
    const newest = await inTurn(all, newestOf);
    const unique = [...new Map(newest.map(each => [each.id, each])).values()];
    return {
      running: (
        await inTurn(
          unique.filter(({ found }) => found === 'running'),
          each => readRunning(each.id, now),
        )
      ).flatMap(each => each ?? []),
      lost: (
        await inTurn(
          unique.filter(({ found, id }) => found === 'lost' && !empty.has(id)),
          each => readLost(each, now),
        )
      ).flatMap(each => each ?? []),
      leases: await inTurn(leases, async ({ id, vpg, run, guard, owner }): Promise<LeaseSeen> => {
        return { id, vpg, run, guard, owner, found: (await newestOf(guard)).found };
      }),
      guards: Object.fromEntries(await inTurn(named, async id => [id, (await newestOf(id)).found] as const)),
    };
  }

  async function readRunning(id: string, now: number): Promise<RunningGuard | undefined> {
    const start = await startOf(id);
    if (start === undefined) return undefined;
    const [runGoneMs, open] = await Promise.all([
      start.orphan === true ? undefined : endedAgo(client, start.run.id, now),
      openOf(client, id),
    ]);
    return {
      id,
      run: start.run.id,
      ...(runGoneMs === undefined ? {} : { runGoneMs }),
      ...(open === undefined ? {} : { open }),
    };
  }

  async function readLost({ id, next, generation }: NewestGuard, now: number): Promise<LostGuard | undefined> {
    const [start, events] = await Promise.all([startOf(id), readChain({ client }, id)]);
    if (start === undefined || events === undefined) return undefined;
    const { handed, holds } = foldLostGuard(events);
    const left = handed.filter(opening => !isOver(opening));
    if (left.length === 0) empty.add(id);
    const runGone = start.orphan === true || (await endedAgo(client, start.run.id, now)) !== undefined;
    return { id, next, generation, start, left, holds, runGone };
  }

  async function startOf(id: string): Promise<GuardStart | undefined> {
    const start = starts.get(id) ?? (await guardStartOf(client, id));
    if (start !== undefined) starts.set(id, start);
    return start;
  }

  return {
    survey,
    async startGuard(id: string, start: GuardStart): Promise<boolean> {
      try {
        await client.workflow.start('guard', {
          workflowId: id,
          taskQueue: queue,
          args: [start],
          // Exactly one, whoever else has the same thought.
          workflowIdConflictPolicy: 'FAIL',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          staticSummary: `guard of ${start.run.id}, which is gone`,
          priority: { priorityKey: 1 },
        });
        return true;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
        throw error;
      }
    },
    async wakeGuard(id: string): Promise<void> {
      // It takes a cancel as "look whether your run lives".
      await client.workflow.getHandle(id).cancel();
    },
    releaseLocks: (owner: string) => runDirectory(client, queue).releaseLocks(owner),
  };
}

/** Its run was told so, or would have been: what it was asked for it has done. */
const isOver = ({ told, endedBy }: HandedOver): boolean =>
  endedBy !== undefined || told?.kind === 'closed' || told?.kind === 'not-opened';

const isGuard = (id: string): boolean => id.startsWith('guard/');

function isGuardStart(input: unknown): input is GuardStart {
  if (typeof input !== 'object' || input === null) return false;
  const { run, token, site } = input as Partial<Record<keyof GuardStart, unknown>>;
  return typeof run === 'object' && run !== null && typeof token === 'string' && typeof site === 'string';
}

/** What a guard was started with, by the first event of its history; undefined: there is none of that id. */
export async function guardStartOf(client: Client, id: string): Promise<GuardStart | undefined> {
  const answer = await ifKnown(
    client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId: id },
      maximumPageSize: 1,
    }),
  );
  const [first] = answer?.history?.events ?? [];
  const event = first === undefined ? undefined : await readEvent(first, codecOf(client));
  return event?.kind === 'started' && isGuardStart(event.input) ? event.input : undefined;
}

/** Ids of the guards that run, as far as Temporal lists them by now. */
export const runningGuards = (client: Client): Promise<string[]> => idsOf(client, running);

async function idsOf(client: Client, query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

/** Without the workflow nothing is leased. */
export async function readLeases(client: Client): Promise<readonly LeaseView[]> {
  try {
    return await client.connection.withDeadline(Date.now() + answerWithinMs, () =>
      client.workflow.getHandle(locksWorkflowId).query<readonly LeaseView[]>('leases'),
    );
  } catch (error) {
    // Or it is older than this question.
    if (error instanceof WorkflowNotFoundError || error instanceof QueryNotRegisteredError) return [];
    throw error;
  }
}

/** VpgIdentifiers of what a guard has open; undefined: it gave no answer. */
async function openOf(client: Client, id: string): Promise<readonly string[] | undefined> {
  try {
    const views = await client.connection.withDeadline(Date.now() + answerWithinMs, () =>
      client.workflow.getHandle(id).query<readonly OpeningView[]>('openings'),
    );
    return views.map(view => view.id);
  } catch {
    return undefined;
  }
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const next = async (): Promise<void> => {
    for (const [place, item] of left) results[place] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return results;
}
