import * as z from 'zod';
import type { Caller } from './caller.ts';
import { isTerminal, plain, taskStateOf } from './enums.ts';
import { linkedId } from './links.ts';
import { segment } from './paths.ts';
import type { Call, Task } from './types.ts';
import { taskWire } from './wire.ts';

export interface TaskFilter {
  readonly type?: string;
  readonly vpgId?: string;
  readonly startedAfter?: string;
}

export async function readTask(caller: Caller, id: string, { signal }: Call = {}): Promise<Task> {
  return taskOf(await caller.read({ method: 'GET', path: `tasks/${segment(id)}`, signal }, taskWire));
}

/** Filtered here as well: a ZVM ignores parameters that it does not know, and there is none for a VPG. */
export async function readTasks(caller: Caller, filter: TaskFilter, { signal }: Call = {}): Promise<Task[]> {
  const wire = await caller.read(
    { method: 'GET', path: 'tasks', query: { type: filter.type, startedAfterDate: filter.startedAfter }, signal },
    z.array(taskWire),
  );
  return wire.map(taskOf).filter(task => fits(task, filter));
}

function fits(task: Task, filter: TaskFilter): boolean {
  if (filter.type !== undefined && plain(task.type) !== plain(filter.type)) return false;
  if (filter.vpgId !== undefined && !task.vpgIds.includes(filter.vpgId)) return false;
  if (filter.startedAfter === undefined) return true;
  // To the second, since a ZVM may cut the fraction off. A time that cannot be read hides nothing.
  const floor = Math.floor(Date.parse(filter.startedAfter) / 1000) * 1000;
  return !(Date.parse(task.started) < floor);
}

function taskOf(wire: z.output<typeof taskWire>): Task {
  const state = taskStateOf(wire.Status.State);
  return {
    id: wire.TaskIdentifier,
    // The numbers of types differ between API and web UI (docs/zerto.md §4), so a number is no name.
    type: typeof wire.Type === 'number' ? `#${wire.Type}` : wire.Type,
    state,
    terminal: isTerminal(state),
    progress: Number.isFinite(wire.Status.Progress) ? wire.Status.Progress : 0,
    initiatedBy: wire.InitiatedBy,
    started: wire.Started ?? '',
    completed: wire.Completed,
    reason: wire.CompleteReason,
    vpgIds: (wire.RelatedEntities?.Vpgs ?? []).map(linkedId),
  };
}
