import type { Control } from '../control/connection.ts';
import { awayOf } from '../control/link.ts';
import { taskQueue } from '../control/connection.ts';
import { pollersOf } from '../control/pollers.ts';
import { RunSilent } from '../control/say.ts';

/** So long Temporal, and a run's worker, have to show that they are there before something is said to them, ms. */
const answerWithinMs = 4_000;

/** Of gRPC: DEADLINE_EXCEEDED, and FAILED_PRECONDITION, as which Temporal says that no worker asks for a run's work. */
const [deadlineExceeded, failedPrecondition] = [4, 9];

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
 * heard later or never. A worker that is there and slow hears it all the same: the word has longer than this question. Throws RunSilent.
 */
export async function mustHear(control: Control, run: string): Promise<void> {
  const { client } = control;
  const askedAt = Date.now();
  try {
    await client.connection.withDeadline(Date.now() + answerWithinMs, () =>
      client.workflow.getHandle(run).query('pending'),
    );
  } catch (error) {
    const away = awayOf(error);
    if (away !== undefined && away.busy !== true) throw error;
    // Whatever else is said against the question, by Temporal or a worker, somebody has heard it.
    if (away === undefined && (await isUnheard(control, error, askedAt))) throw new RunSilent(run, false);
  }
}

/**
 * Whether it says that nobody is there who would hear: Temporal knows no worker, or none has asked for work since the question was asked
 * (whoever takes it asks for more at once; one that was killed stays listed for minutes).
 */
async function isUnheard(control: Control, error: unknown, askedAt: number): Promise<boolean> {
  if (!(error instanceof Error) || error.name !== 'ServiceError') return false;
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  if (code === failedPrecondition) return true;
  if (code !== deadlineExceeded) return false;
  const asked = () => pollersOf(control, taskQueue);
  const pollers = await control.client.connection.withDeadline(Date.now() + answerWithinMs, asked).catch(() => []);
  return !pollers.some(({ lastAt }) => lastAt >= askedAt);
}
