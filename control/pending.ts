import { WorkflowNotFoundError } from '@temporalio/client';
import type { Pending } from '../engine/pending.ts';
import type { Control } from './connection.ts';
import { refuseIfOver, RunNotFound } from './run-ended.ts';
import { RunSilent } from './say.ts';

export type { Pending };

/** What waits for people in one run; `silent`: its worker gave no answer in time. */
export interface RunPending {
  readonly run: string;
  readonly pending: readonly Pending[];
  readonly silent?: true;
  /** Of a silent one, what waited when it was heard last (ms since 1970), as far as somebody remembers. */
  readonly last?: { readonly pending: readonly Pending[]; readonly at: number };
}

const answerWithinMs = 3_000;
/** However many runs are silent, whoever asks for all of them waits no longer, ms. */
const allWithinMs = 4_500;
/** So many runs are asked at the same time. */
const atOnce = 8;

/** What waits for people in a run, in the order of its steps. Throws RunNotFound, RunEnded, or RunSilent where no worker answers. */
export async function pendingOfRun(control: Control, run: string): Promise<readonly Pending[]> {
  await refuseIfOver(control, run);
  try {
    return await ask(control, run);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new RunNotFound(run);
    throw new RunSilent(run);
  }
}

/** Whom the last approval of a held run lets decide alone. */
export const mayDecideAlone = (pending: readonly Pending[]): readonly string[] =>
  pending.find(({ kind }) => kind === 'held')?.breakGlass ?? [];

/** The same of every run that has not ended, the oldest first; those that wait for nobody are left out. */
export async function pendingOfAll(control: Control): Promise<readonly RunPending[]> {
  const runs: { readonly id: string; readonly at: number }[] = [];
  const query = "WorkflowType = 'runbook' AND ExecutionStatus = 'Running'";
  for await (const { workflowId, startTime } of control.client.workflow.list({ query }))
    runs.push({ id: workflowId, at: startTime.getTime() });
  runs.sort((a, b) => a.at - b.at);
  const answers = new Map<string, RunPending>();
  const left = runs.values();
  const giveUpAt = Date.now() + allWithinMs;
  const askTheRest = async (): Promise<void> => {
    for (const { id } of left) answers.set(id, await askOne(control, id, giveUpAt));
  };
  await Promise.all(Array.from({ length: atOnce }, askTheRest));
  return runs.flatMap(({ id }) => {
    const answer = answers.get(id);
    return answer === undefined || (answer.pending.length === 0 && answer.silent !== true) ? [] : [answer];
  });
}

async function askOne(control: Control, run: string, giveUpAt: number): Promise<RunPending> {
  try {
    return { run, pending: await ask(control, run, giveUpAt) };
  } catch {
    return { run, pending: [], silent: true };
  }
}

async function ask({ client }: Control, run: string, giveUpAt = Infinity): Promise<readonly Pending[]> {
  return await client.connection.withDeadline(Math.min(giveUpAt, Date.now() + answerWithinMs), () =>
    client.workflow.getHandle(run).query<readonly Pending[]>('pending'),
  );
}
