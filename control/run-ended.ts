import { WorkflowNotFoundError } from '@temporalio/client';
import type { Control } from './connection.ts';

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
