import { setTimeout as sleep } from 'node:timers/promises';
import { type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import type { Pending } from '../engine/pending.ts';
import type { Progress, RunResult } from '../engine/types.ts';
import type { RunProgress } from '../workflows/messages.ts';
import type { Control } from './connection.ts';
import { Retries } from './retries.ts';
import { RunNotFound } from './runs.ts';

/** What a watcher of a run sees. */
export type Watched =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** What waits for people; told each time that it has changed. */
  | { readonly kind: 'waits'; readonly pending: readonly Pending[] }
  /** No worker answers for the run, since (ms since 1970); told once each time it begins. */
  | {
      readonly kind: 'silent';
      readonly since: number;
      /** It is Temporal that does not answer. */
      readonly temporal?: true;
    }
  | { readonly kind: 'ended'; readonly result: RunResult }
  /** It ended without a verdict: terminated, or failed by a defect. */
  | { readonly kind: 'lost'; readonly status: string };

const everyMs = 400;
const silentAfterMs = 8_000;

/** Follows a run from its beginning, or from behind a `seq`, until its end or until the signal says stop. Throws RunNotFound. */
export async function* watchRun(
  control: Control,
  id: string,
  signal?: AbortSignal,
  since = 0,
): AsyncGenerator<Watched> {
  const handle = control.client.workflow.getHandle(id);
  let seen = since;
  let lastAnswer = Date.now();
  let silent = false;
  let waits = '[]';
  const retries = new Retries(control, id);
  while (signal?.aborted !== true) {
    // Asked before the query: what ends between the two is seen in the next round.
    const ended = endOf(await describe(control, id));
    const answer = await ask(control, id, seen);
    if (answer !== undefined) {
      lastAnswer = Date.now();
      silent = false;
      for (const progress of answer.progress) {
        seen = progress.seq;
        yield { kind: 'progress', progress };
      }
      const { pending = [] } = answer;
      const text = JSON.stringify(pending);
      if (text !== waits) yield { kind: 'waits', pending };
      waits = text;
    } else if (!silent && Date.now() - lastAnswer > silentAfterMs) {
      silent = true;
      yield { kind: 'silent', since: lastAnswer };
    }
    for (const progress of await retries.look(seen)) yield { kind: 'progress', progress };
    if (ended === 'COMPLETED') {
      yield { kind: 'ended', result: (await handle.result()) as RunResult };
      return;
    }
    if (ended !== undefined) {
      yield { kind: 'lost', status: ended };
      return;
    }
    await sleep(everyMs, undefined, { ...(signal === undefined ? {} : { signal }) }).catch(() => undefined);
  }
}

async function describe(control: Control, id: string): Promise<WorkflowExecutionDescription> {
  try {
    return await control.client.workflow.getHandle(id).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new RunNotFound(id);
    throw error;
  }
}

function endOf(description: WorkflowExecutionDescription): string | undefined {
  const { name } = description.status;
  return name === 'RUNNING' || name === 'CONTINUED_AS_NEW' ? undefined : name;
}

/** The run's own answer; undefined when no worker gives one in 3 s. */
async function ask(control: Control, id: string, since: number): Promise<RunProgress | undefined> {
  try {
    return await control.client.connection.withDeadline(Date.now() + 3_000, () =>
      control.client.workflow.getHandle(id).query<RunProgress, [number]>('progress', since),
    );
  } catch {
    return undefined;
  }
}
