import { randomUUID } from 'node:crypto';
import { type Task, type TaskType, taskStates, type World } from './state.ts';

interface TaskOrder {
  readonly type: TaskType;
  readonly vpgId: string;
  readonly recoverySiteId: string;
  readonly siteIds: readonly string[];
  readonly by: string;
  readonly durationMs: number;
  /** Set by a fault: the task ends Failed with these words. */
  readonly failure: string | undefined;
  readonly done: (time: number) => void;
  readonly failed: (time: number) => void;
}

const remembered = 2000;

/** Starts a task; what it does is done when the clock reads its end. Gives the task. */
export function startTask(world: World, order: TaskOrder): Task {
  const started = world.clock.now();
  const task: Task = {
    id: `${randomUUID()}.${order.recoverySiteId}`,
    type: order.type,
    started,
    due: started + order.durationMs,
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
    if (order.failure === undefined) order.done(time);
    else order.failed(time);
    task.state = order.failure === undefined ? taskStates.completed : taskStates.failed;
    task.reason = order.failure ?? '';
    task.completed = time;
  });
  return task;
}

/** 0–100. */
export function progressOf(task: Task, now: number): number {
  if (task.state === taskStates.completed) return 100;
  if (task.state === taskStates.failed) return 0;
  return Math.min(99, Math.floor(((now - task.started) / Math.max(1, task.due - task.started)) * 100));
}
