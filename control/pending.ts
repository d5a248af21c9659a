import { WorkflowNotFoundError } from '@temporalio/client';
import { isLiveMode } from '../actions/modes.ts';
import type { Pending } from '../engine/pending.ts';
import type { Control } from './connection.ts';
import { refuseIfOver, RunNotFound } from './run-ended.ts';
import { RunSilent } from './say.ts';
import { asAway } from './temporal-away.ts';

export type { Pending };

/**
 * What waits for people in one run. `silent`: its worker gave no answer in time; `unasked`: there were so many runs, or
 * Temporal so busy, that this one was not asked in time, which tells nothing of its worker.
 */
export interface RunPending {
  readonly run: string;
  readonly pending: readonly Pending[];
  readonly silent?: true;
  readonly unasked?: true;
  /** Of one that told nothing, what waited when it was heard last (ms since 1970), as far as somebody remembers. */
  readonly last?: { readonly pending: readonly Pending[]; readonly at: number };
}

const answerWithinMs = 3_000;
/** However many runs are silent, whoever asks for all of them waits no longer, ms. */
const allWithinMs = 4_500;
/** So many runs are asked at the same time. */
const atOnce = 32;
/** A deadline may be over a little before our clock says so, ms. */
const clockSlackMs = 100;

/**
 * What waits for people in a run, in the order of its steps. Throws RunNotFound, RunEnded, TemporalAway, or RunSilent where no worker
 * answers.
 */
export async function pendingOfRun(control: Control, run: string): Promise<readonly Pending[]> {
  await refuseIfOver(control, run);
  try {
    return await ask(control, run);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new RunNotFound(run);
    throw asAway(error, 'nothing to say') ?? new RunSilent(run);
  }
}

/** Whom the last approval of a held run lets decide alone. */
export const mayDecideAlone = (pending: readonly Pending[]): readonly string[] =>
  pending.find(({ kind }) => kind === 'held')?.breakGlass ?? [];

/** Whether it is not known what waits in a run. */
export const isUnknown = ({ silent, unasked }: RunPending): boolean => silent === true || unasked === true;

/**
 * The same of every run that has not ended, the oldest first; those that wait for nobody are left out. What is live is asked first, and
 * then the newest: who has to answer quickly most likely waits there.
 */
export async function pendingOfAll(control: Control): Promise<readonly RunPending[]> {
  const runs: { readonly id: string; readonly at: number; readonly live: boolean }[] = [];
  const query = "WorkflowType = 'runbook' AND ExecutionStatus = 'Running'";
  for await (const { workflowId, startTime, memo } of control.client.workflow.list({ query }))
    runs.push({ id: workflowId, at: startTime.getTime(), live: isLiveMode(String(memo?.['mode'])) });
  runs.sort((a, b) => a.at - b.at);
  const answers = new Map<string, RunPending>();
  const left = runs.toSorted((a, b) => Number(b.live) - Number(a.live) || b.at - a.at).values();
  const giveUpAt = Date.now() + allWithinMs;
  const askTheRest = async (): Promise<void> => {
    for (const { id } of left) answers.set(id, await askOne(control, id, giveUpAt));
  };
  await Promise.all(Array.from({ length: atOnce }, askTheRest));
  return runs.flatMap(({ id }) => {
    const answer = answers.get(id);
    return answer === undefined || (answer.pending.length === 0 && !isUnknown(answer)) ? [] : [answer];
  });
}

async function askOne(control: Control, run: string, giveUpAt: number): Promise<RunPending> {
  const now = Date.now();
  if (now >= giveUpAt) return { run, pending: [], unasked: true };
  const until = Math.min(giveUpAt, now + answerWithinMs);
  try {
    return { run, pending: await ask(control, run, until) };
  } catch (error) {
    // Temporal itself had no time for it.
    if (asAway(error, 'nothing to say') !== undefined) return { run, pending: [], unasked: true };
    // Whoever had less than the whole time is not silent for that.
    const cut = until < now + answerWithinMs && Date.now() >= until - clockSlackMs;
    return { run, pending: [], ...(cut ? { unasked: true } : { silent: true }) };
  }
}

async function ask({ client }: Control, run: string, until = Date.now() + answerWithinMs): Promise<readonly Pending[]> {
  return await client.connection.withDeadline(until, () =>
    client.workflow.getHandle(run).query<readonly Pending[]>('pending'),
  );
}
