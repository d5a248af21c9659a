import { type Client, ScheduleNotFoundError, WorkflowNotFoundError } from '@temporalio/client';
import { parseCron } from '../../compiler/triggers/cron.ts';
import type { Kept, Looked } from '../../engine/timekeeper-types.ts';
import { timekeeperId } from '../../workflows/names.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { lastPassedDrill } from '../last-drill.ts';
import { type Existing, readExisting } from './existing.ts';
import { type Seen, whatIsMissed } from './missed.ts';

/** One look at all schedules of drillbook in the namespace, for the worker. Throws when Temporal does not answer. */
export function scheduleLook(client: Client, configPath: string, clock: () => number) {
  return async (): Promise<Looked> => {
    const before = await lastLook(client);
    const interval = await intervalOf(configPath);
    const existing = await readExisting({ client });
    const passed = interval === undefined ? undefined : await lastPassedOf(client, existing);
    const all = existing.flatMap(one => seen(one, passed));
    return whatIsMissed(all, before, clock(), passed === undefined ? undefined : interval);
  };
}

/** What the last look that ended well has handed on: Temporal does not (`lastResult` stays empty, server 1.32). Undefined: this is the first. */
async function lastLook(client: Client): Promise<Kept | undefined> {
  for (const id of await recentLooks(client)) {
    const kept = await resultOf(client, id);
    if (kept !== undefined) return kept;
  }
  // The schedule knows ten. Of those before, the list, which is late by a moment, knows each that is kept.
  const query = `WorkflowType = '${workflow}' AND ExecutionStatus = 'Completed' AND WorkflowId STARTS_WITH '${timekeeperId}'`;
  for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 10 })) {
    const kept = await resultOf(client, workflowId, runId);
    if (kept !== undefined) return kept;
  }
  return undefined;
}

const workflow = 'timekeeper';

/** The newest first. */
async function recentLooks(client: Client): Promise<readonly string[]> {
  try {
    const { info } = await client.schedule.getHandle(timekeeperId).describe();
    return info.recentActions.map(({ action }) => action.workflow.workflowId).reverse();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return [];
    throw error;
  }
}

/** Undefined: it goes on, has failed, or Temporal has forgotten it. */
async function resultOf(client: Client, workflowId: string, runId?: string): Promise<Kept | undefined> {
  try {
    const handle = client.workflow.getHandle<() => Promise<Kept>>(workflowId, runId);
    const { status } = await handle.describe();
    return status.name === 'COMPLETED' ? await handle.result() : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** By runbook: since when no drill has passed, where that is too long by the timekeeper's last look (ms since 1970). Nothing where it never looked. */
export async function overdueSince(client: Client): Promise<Readonly<Record<string, number>>> {
  return (await lastLook(client))?.overdue ?? {};
}

/** Undefined while drillbook.yaml cannot be read: then nothing is called overdue. */
async function intervalOf(configPath: string): Promise<number | undefined> {
  const config = await loadConfig(configPath).catch((): Pick<Config, 'policy'> | undefined => undefined);
  return config?.policy['drill-interval'];
}

type Passed = ReadonlyMap<string, number>;

/** By runbook. Undefined where the search attributes of drillbook are not registered: nobody can tell. */
async function lastPassedOf(client: Client, existing: readonly Existing[]): Promise<Passed | undefined> {
  const found = new Map<string, number>();
  try {
    for (const name of new Set(existing.map(({ start }) => start.plan.name))) {
      const last = await lastPassedDrill({ client }, name);
      if (last?.endedAt !== undefined) found.set(name, last.endedAt);
    }
    return found;
  } catch {
    return undefined;
  }
}

/** None: its times are no longer as drillbook writes them. */
function seen({ id, start, description }: Existing, passed: Passed | undefined): readonly Seen[] {
  const { spec, state, info, policies } = description;
  const parsed = parseCron(spec.calendars?.[0]?.comment ?? '');
  if ('problems' in parsed) return [];
  const { name: runbook } = start.plan;
  const lastPassed = passed?.get(runbook);
  return [
    {
      id,
      runbook,
      cron: parsed.cron,
      timeZone: spec.timezone ?? 'UTC',
      jitterMs: spec.jitter ?? 0,
      catchUpMs: policies.catchupWindow,
      createdAt: info.createdAt.getTime(),
      since: (info.lastUpdatedAt ?? info.createdAt).getTime(),
      ...(state.paused && { paused: state.note ?? '' }),
      taken: info.recentActions.map(({ scheduledAt }) => scheduledAt.getTime()),
      isRunning: info.runningActions.length > 0,
      overlap: policies.overlap === 'BUFFER_ONE' ? 'wait' : 'skip',
      missed: info.numActionsMissedCatchupWindow,
      skipped: info.numActionsSkippedOverlap,
      ...(lastPassed === undefined ? {} : { lastPassed }),
    },
  ];
}
