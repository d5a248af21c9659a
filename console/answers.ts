import type { Control } from '../control/connection.ts';
import { awayOf } from '../control/link.ts';
import { RunSilent } from '../control/say.ts';

/** So long Temporal, and a run's worker, have to show that they are there before something is said to them, ms. */
const answerWithinMs = 4_000;

/** Throws what Temporal's client does where it does not answer. */
export async function askTemporal({ client, namespace }: Control, withinMs: number): Promise<void> {
  await client.connection.withDeadline(Date.now() + withinMs, () =>
    client.workflowService.describeNamespace({ namespace }),
  );
}

/** Before a deed, which asks Temporal for several things in turn: it is known at once, and certain that nothing was sent. */
export async function mustAnswer(control: Control): Promise<void> {
  try {
    await askTemporal(control, answerWithinMs);
  } catch (error) {
    // Whatever else it says, it answers.
    if (awayOf(error) !== undefined) throw error;
  }
}

/**
 * Before a word is said to a run: whether a worker answers for it. A word that nobody takes stays with Temporal for a while, and may be
 * heard later or never. Throws RunSilent.
 */
export async function mustHear({ client }: Control, run: string): Promise<void> {
  try {
    await client.connection.withDeadline(Date.now() + answerWithinMs, () =>
      client.workflow.getHandle(run).query('pending'),
    );
  } catch (error) {
    if (awayOf(error) !== undefined) throw error;
    // Whatever else is said against the question, by Temporal or a worker, somebody has heard it.
    if (error instanceof Error && error.name === 'ServiceError') throw new RunSilent(run, false);
  }
}
