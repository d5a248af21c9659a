import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { searchAttributes } from '../workflows/names.ts';
import type { Control } from './connection.ts';
import { isNotFound } from './not-found.ts';
import { RunNotFound } from './run-ended.ts';

/** A run as the list shows it. Times: ms since 1970. */
export interface ListedRun {
  readonly run: string;
  readonly runbook: string;
  readonly mode: string;
  readonly site: string;
  readonly requester: string;
  /** Of a run that has ended with one; else `running`, or how Temporal says that it ended. */
  readonly verdict: string;
  /** Its Plan's hash. */
  readonly plan?: string;
  /** Of what its Plan does, whatever the text of its file; absent: it was started by an older drillbook. */
  readonly deeds?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
}

// An execution that went on in another one is part of the same run.
const ofRuns = "WorkflowType = 'runbook' AND ExecutionStatus != 'ContinuedAsNew'";

/** The latest runs, the newest first. What `drillbook plan` looked at is none. */
export async function listRuns(control: Pick<Control, 'client'>, most: number): Promise<readonly ListedRun[]> {
  return await findRuns(control, ofRuns, most);
}

/** Whoever may see few of the runs has no more of them looked through for him than these. */
export const mostLookedAt = 2_000;

/** The latest that somebody may see, the newest first: of the newest `mostLookedAt`. */
export async function listSeenRuns(
  control: Pick<Control, 'client'>,
  most: number,
  isSeen: (run: ListedRun) => boolean,
): Promise<readonly ListedRun[]> {
  let looked = 0;
  const isWanted = (run: ListedRun): boolean => {
    looked += 1;
    return isSeen(run);
  };
  return await findRuns(control, ofRuns, most, isWanted, () => looked >= mostLookedAt);
}

/** The latest, and every one that goes on however old it is: what waits for people must not fall off a list. The newest first. */
export async function listRunsAndGoing(control: Pick<Control, 'client'>, most: number): Promise<readonly ListedRun[]> {
  const [latest, going] = await Promise.all([
    findRuns(control, ofRuns, most),
    findRuns(control, "WorkflowType = 'runbook' AND ExecutionStatus = 'Running'", mostGoing),
  ]);
  const all = new Map([...latest, ...going].map(run => [run.run, run]));
  return [...all.values()].sort((a, b) => b.startedAt - a.startedAt);
}

const mostGoing = 10_000;

/** The latest that a schedule has started by itself. Its id has no quotes. */
export async function listRunsOf(control: Control, schedule: string, most: number): Promise<readonly ListedRun[]> {
  return await findRuns(control, `${ofRuns} AND TemporalScheduledById = '${schedule}'`, most);
}

/** By a query of Temporal's, in its order. `isWanted`: what its words cannot say. */
export async function findRuns(
  { client }: Pick<Control, 'client'>,
  query: string,
  most: number,
  isWanted: (run: ListedRun) => boolean = () => true,
  isEnough: () => boolean = () => false,
): Promise<readonly ListedRun[]> {
  const runs: ListedRun[] = [];
  if (most === 0) return runs;
  for await (const execution of client.workflow.list({ query })) {
    if (execution.memo?.['dry'] === true) continue;
    const run = read(execution);
    if (isWanted(run)) runs.push(run);
    if (runs.length >= most || isEnough()) break;
  }
  return runs;
}

/** One run, without a worker. Throws RunNotFound, also for what is no run. */
export async function readRun({ client }: Control, run: string): Promise<ListedRun & { readonly plan: string }> {
  try {
    const execution = await client.workflow.getHandle(run).describe();
    if (execution.type !== 'runbook') throw new RunNotFound(run);
    const plan = execution.memo?.['plan'];
    return { ...read(execution), plan: typeof plan === 'string' ? plan : '' };
  } catch (error) {
    if (isNotFound(error)) throw new RunNotFound(run);
    throw error;
  }
}

function read({
  workflowId,
  status,
  memo,
  typedSearchAttributes,
  startTime,
  closeTime,
}: Omit<WorkflowExecutionInfo, 'raw'>): ListedRun {
  const fact = (name: keyof typeof searchAttributes): string => {
    const told = typedSearchAttributes.get(defineSearchAttributeKey(searchAttributes[name], 'KEYWORD')) ?? memo?.[name];
    return typeof told === 'string' ? told : '';
  };
  const over =
    status.name === 'RUNNING' ? 'running' : status.name === 'COMPLETED' ? 'ended' : status.name.toLowerCase();
  const begun = memo?.['startedAt'];
  return {
    run: workflowId,
    runbook: fact('runbook'),
    mode: fact('mode'),
    site: fact('site'),
    requester: fact('requester'),
    verdict: fact('verdict') === '' ? over : fact('verdict'),
    ...(typeof memo?.['plan'] === 'string' ? { plan: memo['plan'] } : {}),
    ...(typeof memo?.['deeds'] === 'string' ? { deeds: memo['deeds'] } : {}),
    startedAt: typeof begun === 'number' ? begun : startTime.getTime(),
    ...(closeTime === undefined ? {} : { endedAt: closeTime.getTime() }),
  };
}
