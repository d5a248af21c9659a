import { randomUUID } from 'node:crypto';
import type { TaskType } from './enums-task.ts';
import { eventTypes } from './enums-event.ts';
import { recordEvent } from './events.ts';
import { type Task, taskStates } from './records.ts';
import type { SiteState, World } from './state.ts';

export interface TaskOrder {
  readonly type: TaskType;
  readonly vpgId: string;
  /** The ZVM that answers. */
  readonly site: SiteState;
  /** All whose business it is. */
  readonly siteIds: readonly string[];
  readonly by: string;
  readonly durationMs: number;
  /** Set by a fault, or by what the task meets: it ends Failed with these words. */
  readonly failure: string | undefined;
  /** Set by a fault: it takes so much longer, in ms. */
  readonly slowerMs?: number;
  /** Gives true where the task then waits for a person: endTask ends it. */
  readonly done: (time: number) => unknown;
  readonly failed: (time: number) => void;
}

const remembered = 2000;

/** Starts a task; what it does is done when the clock reads its end. Gives the task. */
export function startTask(world: World, order: TaskOrder): Task {
  const started = world.clock.now();
  const task: Task = {
    id: `${randomUUID()}.${order.site.identifier}`,
    siteId: order.site.identifier,
    type: order.type,
    started,
    due: started + order.durationMs + (order.slowerMs ?? 0),
    initiatedBy: order.by,
    vpgId: order.vpgId,
    siteIds: order.siteIds,
    state: taskStates.inProgress,
    completed: undefined,
    reason: '',
  };
  world.tasks.push(task);
  if (world.tasks.length > remembered) world.tasks.shift();
  world.later(task.due, time => {
    if (task.state !== taskStates.inProgress) return;
    if (order.failure === undefined) {
      if (order.done(time) === true) task.state = taskStates.waiting;
      else endTask(world, task, 'completed', '', time);
    } else {
      order.failed(time);
      endTask(world, task, 'failed', order.failure, time);
    }
  });
  return task;
}

/** Ends a task that is running or waiting. */
export function endTask(
  world: World,
  task: Task,
  state: 'completed' | 'failed' | 'stopped',
  reason: string,
  time: number,
): void {
  task.state = taskStates[state];
  task.reason = reason;
  task.completed = time;
  const type = eventTypes.find(candidate => candidate === task.type);
  recordEvent(world, {
    time,
    type: type ?? 'Unknown',
    description: `${task.type} ${state}${reason === '' ? '' : `: ${reason}`}`,
    success: state === 'completed',
    by: task.initiatedBy,
    siteIds: [task.siteId, ...task.siteIds.filter(id => id !== task.siteId)],
    vpgIds: [task.vpgId],
  });
}

/** 0–100. */
export function progressOf(task: Task, now: number): number {
  switch (task.state) {
    case taskStates.completed:
      return 100;
    case taskStates.failed:
    case taskStates.stopped:
      return 0;
    default:
      return Math.min(99, Math.floor(((now - task.started) / Math.max(1, task.due - task.started)) * 100));
  }
}

/** Whether a ZVM tells of the task at all. */
export function showsTask(world: World, site: SiteState, task: Task): boolean {
  return (
    (task.siteId === site.identifier ||
      (world.choices.tasksAt === 'both-sites' && task.siteIds.includes(site.identifier))) &&
    world.clock.now() >= task.started + world.choices.taskHiddenMs
  );
}
