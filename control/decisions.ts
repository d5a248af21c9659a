import { randomUUID } from 'node:crypto';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { Heard, HeldDecision, Report, Vote } from '../workflows/messages.ts';
import type { Control } from './connection.ts';
import { refuseIfOver } from './runs.ts';

/** The run does not take it: it is not asked, not offered, or does not count. The message says why. */
export class DecisionRefused extends Error {
  override readonly name = 'DecisionRefused';
}

/** No worker answers for the run: whether the word was heard is not known. */
export class RunSilent extends Error {
  override readonly name = 'RunSilent';
  constructor(id: string) {
    super(
      `No worker answers for ${id}: nothing says that it was heard. Look with "drillbook pending", and say it again once a worker runs.`,
    );
  }
}

/** The run's worker may take 30 s to find out who may decide. */
const heardWithinMs = 45_000;

type Ballot = Omit<Vote, 'id'> & {
  /** One of the approval's choices, or `reject`; absent where it has only one. */
  readonly choice?: string;
  /** Alone, past the quorum; with a reason. */
  readonly breakGlass?: boolean;
};

/**
 * Votes in an approval. What comes back counts, or is recorded with why it does not (late, repeated, not entitled).
 * Throws RunNotFound, RunEnded, RunSilent, or DecisionRefused for what is not asked or not offered.
 */
export async function vote(control: Control, run: string, ballot: Ballot): Promise<Heard> {
  const { key, by, reason, choice, breakGlass } = ballot;
  const cast: Vote = { id: randomUUID(), key, by, reason };
  if (choice === 'reject') return await say(control, run, 'reject', cast, cast.id);
  const more = { ...(choice === undefined ? {} : { choice }), ...(breakGlass === true ? { breakGlass } : {}) };
  return await say(control, run, 'approve', { ...cast, ...more }, cast.id);
}

/** Tells what came of a manual step. Throws as `vote` does. */
export async function report(control: Control, run: string, told: Report): Promise<Heard> {
  return await say(control, run, 'report', told, randomUUID());
}

/** Leads a run out of `held`. Throws as `vote` does. */
export async function decide(control: Control, run: string, decision: HeldDecision): Promise<Heard> {
  return await say(control, run, 'decide', decision, randomUUID());
}

async function say(control: Control, run: string, update: string, word: object, updateId: string): Promise<Heard> {
  const { client } = control;
  try {
    return await client.connection.withDeadline(Date.now() + heardWithinMs, () =>
      client.workflow.getHandle(run).executeUpdate<Heard, [object]>(update, { args: [word], updateId }),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) await refuseIfOver(control, run);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) throw new RunSilent(run);
    if (error instanceof WorkflowUpdateFailedError)
      throw new DecisionRefused(`${run}: ${error.cause?.message ?? error.message}.`);
    throw error;
  }
}
