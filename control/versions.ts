import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { taskQueue } from './connection.ts';
import { shortBuild } from './own-bundle.ts';

/** The worker deployment of everything that runs workflows. Activity-only workers of sites stand beside it. */
export const deploymentName = 'drillbook';

export interface Build {
  readonly id: string;
  readonly current: boolean;
  /** Whether a worker of it asks for work now. */
  readonly served: boolean;
  /** Runs that began with it and go on with it. */
  readonly openRuns: number;
  /** Some of them, by id. */
  readonly examples: readonly string[];
}

export interface Versions {
  /** Absent: none is, and new runs wait until one is. */
  readonly current?: string;
  readonly builds: readonly Build[];
}

/** A server without worker deployments: there is only one build, whatever runs. */
export class NoVersions extends Error {
  override readonly name = 'NoVersions';
}

type Where = Pick<Client, 'workflowService' | 'workflow'> & { readonly options: { readonly namespace: string } };

/**
 * What Temporal knows of builds, those with open runs counted.
 * @throws NoVersions
 */
export async function readVersions(client: Where): Promise<Versions> {
  const { namespace } = client.options;
  const described = await client.workflowService
    .describeWorkerDeployment({ namespace, deploymentName })
    .catch((error: unknown) => {
      if (isStatus(error, 'NOT_FOUND')) return undefined;
      if (isStatus(error, 'UNIMPLEMENTED')) throw new NoVersions('this Temporal server has no worker deployments');
      throw error;
    });
  const info = described?.workerDeploymentInfo;
  const current = info?.routingConfig?.currentDeploymentVersion?.buildId ?? '';
  const ids = (info?.versionSummaries ?? []).flatMap(({ deploymentVersion }) => deploymentVersion?.buildId ?? []);
  const served = ids.length === 0 ? new Set<string>() : await servedBuilds(client);
  const builds = await Promise.all(
    ids.map(async id => ({ id, current: id === current, served: served.has(id), ...(await openRunsOf(client, id)) })),
  );
  return { builds, ...(current === '' ? {} : { current }) };
}

/** By whether a worker of it has asked in the last minute. */
async function servedBuilds(client: Where): Promise<ReadonlySet<string>> {
  const { namespace } = client.options;
  const { pollers } = await client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue } });
  const since = Date.now() / 1_000 - recentS;
  return new Set(
    pollers
      .filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) >= since)
      .flatMap(({ deploymentOptions }) => deploymentOptions?.buildId ?? []),
  );
}

/** A worker that waits for work asks again after a minute at the latest. */
const recentS = 75;
const mostExamples = 5;

async function openRunsOf(client: Where, build: string): Promise<Pick<Build, 'openRuns' | 'examples'>> {
  const query = `TemporalWorkerDeploymentVersion = '${deploymentName}:${build}' AND TemporalWorkflowVersioningBehavior = 'Pinned' AND ExecutionStatus = 'Running'`;
  const { count } = await client.workflow.count(query);
  const examples: string[] = [];
  if (count > 0)
    for await (const { workflowId } of client.workflow.list({ query, pageSize: mostExamples })) {
      examples.push(workflowId);
      if (examples.length === mostExamples) break;
    }
  return { openRuns: count, examples };
}

/** Nobody has asked for work as that build. */
export class BuildUnknown extends Error {
  override readonly name = 'BuildUnknown';
  constructor(id: string) {
    super(`No worker of build ${shortBuild(id)} has ever reached this Temporal: start one ("drillbook worker") first.`);
  }
}

/**
 * Makes a build the one that new runs begin with; guards and locks move to it, runs under way stay with theirs.
 * @param early it may be promoted before its worker has asked for work
 * @throws BuildUnknown
 */
export async function promote(client: Where, id: string, early = false): Promise<void> {
  const { namespace } = client.options;
  try {
    await client.workflowService.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName,
      buildId: id,
      identity: 'drillbook',
      // An activity-only worker of an older form may have polled a queue that is no longer there.
      ignoreMissingTaskQueues: true,
      allowNoPollers: early,
    });
  } catch (error) {
    if (isStatus(error, 'NOT_FOUND') || isStatus(error, 'FAILED_PRECONDITION')) throw new BuildUnknown(id);
    throw error;
  }
}

/** As `promote`, for a worker that has just begun to ask for work: an older server knows it only a moment later. */
export async function promoteSoon(client: Where, id: string, forMs = 20_000): Promise<void> {
  const giveUpAt = Date.now() + forMs;
  for (;;) {
    try {
      await promote(client, id, true);
      return;
    } catch (error) {
      if (!(error instanceof BuildUnknown) || Date.now() > giveUpAt) throw error;
    }
    await sleep(100);
  }
}

function isStatus(error: unknown, name: keyof typeof statuses): boolean {
  return error instanceof Error && 'code' in error && error.code === statuses[name];
}

/** Of gRPC. */
const statuses = { NOT_FOUND: 5, FAILED_PRECONDITION: 9, UNIMPLEMENTED: 12 } as const;
