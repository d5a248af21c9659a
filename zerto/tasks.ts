import * as z from 'zod';
import type { Caller } from './caller.ts';
import { asked, plain } from './enums.ts';
import { isTerminal, type TaskState, taskStateOf } from './enums-task.ts';
import { linkedId } from './links.ts';
import { segment } from './paths.ts';
import { get, isWithin } from './reading.ts';
import type { TaskWatcher } from './task-watcher.ts';
import type { Call } from './types.ts';
import { wordsWire } from './wire.ts';
import { taskWire } from './wire-evidence.ts';
import { orElse, type Raw, wireProjected } from './wire-value.ts';

export interface Task {
  readonly id: string;
  readonly type: string;
  readonly state: TaskState;
  /** Failed, Stopped or Completed. */
  readonly terminal: boolean;
  /** 0–100; do not require 100 of a completed task. */
  readonly progress: number;
  readonly initiatedBy: string;
  readonly started: string;
  readonly completed: string | undefined;
  readonly reason: string;
  readonly vpgIds: readonly string[];
  readonly raw: Raw;
}

/** All conditions must hold. Times: ISO 8601. */
export interface TaskFilter {
  readonly type?: string;
  readonly state?: TaskState;
  /** Judged by the client alone: the API has no such filter. */
  readonly vpgId?: string;
  readonly startedAfter?: string;
  readonly startedBefore?: string;
  readonly completedAfter?: string;
  readonly completedBefore?: string;
}

export interface Tasks {
  /** Filters are applied by the client as well as sent, since a ZVM ignores parameters that it does not know. */
  list(filter?: TaskFilter, call?: Call): Promise<Task[]>;
  get(id: string, call?: Call): Promise<Task>;
  /**
   * Waits until a task is terminal, by the site's one shared watcher; tolerates 404 for its first 30 s.
   * Rejects with TaskVanished, or with the signal's reason. Transport faults and 401 are lived through until the signal says stop.
   */
  wait(
    id: string,
    options: { readonly signal: AbortSignal; readonly onProgress?: (task: Task) => void },
  ): Promise<Task>;
  /** The ZVM's own list of words. */
  types(call?: Call): Promise<string[]>;
}

export function createTasks(caller: Caller, watcher: TaskWatcher): Tasks {
  return {
    list: (filter, call) => readTasks(caller, filter, call),
    get: (id, call) => readTask(caller, id, call),
    async wait(id, waiting) {
      // The watcher is shared, so the allow-list is asked here.
      caller.check({ method: 'GET', path: 'tasks' });
      return watcher.wait(id, waiting);
    },
    types: call => caller.read(get('tasks/types', call), wordsWire),
  };
}

export function readTask(caller: Caller, id: string, call?: Call): Promise<Task> {
  return caller.read(get(`tasks/${segment(id)}`, call), task);
}

export async function readTasks(caller: Caller, filter: TaskFilter = {}, call?: Call): Promise<Task[]> {
  const query = {
    type: filter.type,
    status: asked(filter.state),
    startedAfterDate: filter.startedAfter,
    startedBeforeDate: filter.startedBefore,
    completedAfterDate: filter.completedAfter,
    completedBeforeDate: filter.completedBefore,
  };
  const tasks = await caller.read(get('tasks', call, query), z.array(task));
  return tasks.filter(each => isWanted(each, filter));
}

function isWanted(each: Task, filter: TaskFilter): boolean {
  if (filter.type !== undefined && plain(each.type) !== plain(filter.type)) return false;
  if (filter.state !== undefined && each.state !== filter.state) return false;
  if (filter.vpgId !== undefined && !each.vpgIds.includes(filter.vpgId)) return false;
  if (!isWithin(each.started, filter.startedAfter, filter.startedBefore)) return false;
  const byEnd = filter.completedAfter !== undefined || filter.completedBefore !== undefined;
  return (
    !byEnd || (each.completed !== undefined && isWithin(each.completed, filter.completedAfter, filter.completedBefore))
  );
}

const task = wireProjected(taskWire, (wire, raw): Task => {
  const state = taskStateOf(wire.Status.State);
  return {
    id: wire.TaskIdentifier,
    // The numbers of types differ between API and web UI (docs/zerto.md §4), so a number is no name.
    type: typeof wire.Type === 'number' ? `#${wire.Type}` : wire.Type,
    state,
    terminal: isTerminal(state),
    progress: orElse(wire.Status.Progress, 0),
    initiatedBy: wire.InitiatedBy,
    started: wire.Started ?? '',
    completed: wire.Completed,
    reason: wire.CompleteReason,
    vpgIds: (wire.RelatedEntities?.Vpgs ?? []).map(linkedId),
    raw,
  };
});
