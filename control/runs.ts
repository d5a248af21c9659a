import { randomBytes } from 'node:crypto';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Plan } from '../compiler/plan.ts';
import type { Queues } from '../engine/queues.ts';
import type { RunInfo } from '../engine/types.ts';
import type { Answer, Heard, RunStart } from '../workflows/messages.ts';
import { type Control, taskQueue } from './connection.ts';

/** A run that does not exist. */
export class RunNotFound extends Error {
  override readonly name = 'RunNotFound';
  constructor(id: string) {
    super(`There is no run ${id} on this Temporal namespace.`);
  }
}

/** A run that exists and is over. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded';
  constructor(id: string, how: string) {
    super(`${id} has ended (${how}): nothing can be decided any more.`);
  }
}

/** Temporal says "not found" of a run that has ended too. Throws RunEnded or RunNotFound; nothing where the run goes on. */
export async function refuseIfOver(control: Control, id: string): Promise<void> {
  try {
    const { status, closeTime } = await control.client.workflow.getHandle(id).describe();
    if (closeTime === undefined) return;
    throw new RunEnded(id, `${status.name.toLowerCase()} at ${closeTime.toISOString().slice(0, 19)}Z`);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new RunNotFound(id);
    throw error;
  }
}

/**
 * Starts a run of a Plan and gives its id. The Plan must be one that may start: see start-check.ts.
 * @param queues as drillbook.yaml names them (`queuesOf`); pinned for the whole run
 */
export async function startRun(
  control: Control,
  plan: Plan,
  info: Omit<RunInfo, 'id'>,
  queues: Queues = { sites: {}, probes: {} },
): Promise<string> {
  const id = newRunId(plan, new Date());
  const start: RunStart = { plan, run: { ...info, id }, queues };
  await control.client.workflow.start('runbook', {
    workflowId: id,
    taskQueue,
    args: [start],
    workflowIdConflictPolicy: 'FAIL',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: `${plan.name}: ${plan.mode} at ${plan.site}`,
    memo: { plan: plan.hash, requester: info.requester },
    // Live runs go first when a worker has a backlog.
    priority: { priorityKey: plan.mode === 'failover' || plan.mode === 'move' ? 1 : 5 },
  });
  return id;
}

/** `payments-drill-20261121-0230-7f3a`: readable on the phone, unique. */
function newRunId(plan: Plan, now: Date): string {
  const [day = '', time = ''] = now.toISOString().split('T');
  return `${plan.name}-${plan.mode}-${day.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}-${randomBytes(2).toString('hex')}`;
}

/** Asks a run to stop: what it opened is closed. A second time with `now` skips the author's `finally`. Throws RunNotFound or RunEnded. */
export async function cancelRun(control: Control, id: string, by: string, reason: string, now = false): Promise<void> {
  try {
    await control.client.workflow.getHandle(id).executeUpdate('cancel', { args: [{ by, reason, now }] });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) await refuseIfOver(control, id);
    throw error;
  }
}

/** The run does not take an answer: it asks nothing, or does not offer that choice. */
export class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused';
}

/**
 * Answers a question of a run. What comes back counts, or is recorded with why it does not.
 * Throws RunNotFound, RunEnded, or AnswerRefused for what is not asked or not offered.
 */
export async function answerRun(control: Control, id: string, answer: Answer): Promise<Heard> {
  try {
    return await control.client.workflow.getHandle(id).executeUpdate<Heard, [Answer]>('answer', { args: [answer] });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) await refuseIfOver(control, id);
    if (error instanceof WorkflowUpdateFailedError)
      throw new AnswerRefused(`${id}: ${error.cause?.message ?? error.message}.`);
    throw error;
  }
}

/** How many workers poll the main queue: with none, a run that is started waits for ever. */
export async function pollingWorkers(control: Control): Promise<number> {
  const answer = await control.client.workflowService.describeTaskQueue({
    namespace: control.namespace,
    taskQueue: { name: taskQueue },
  });
  return answer.pollers.length;
}
