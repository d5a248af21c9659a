import type { Client } from '@temporalio/client';
import { isLiveMode } from '../actions/modes.ts';
import type { Plan } from '../compiler/plan.ts';
import type { RunStart } from '../workflows/messages.ts';
import { taskQueue } from './connection.ts';
import { ifKnown } from './not-found.ts';
import { type Execution, type Origin, readOrigin, readSuccessor } from './origin.ts';
import { remember } from './remember.ts';
import type { JudgedWithdrawn } from './library/why-withdrawn.ts';
import { type Rules, whyNotCarriedOut } from './start-judge.ts';
import { judgeUnpublished, type Unpublished } from './unpublished.ts';

/** So many starts of the last minutes are remembered, until Temporal's lists have them. */
const mostRemembered = 10_000;

/** What is known of a start. */
export interface Judged {
  /** Why it must not be carried out, for people. */
  readonly refused?: string;
  /** It may, if an approver has lifted this. */
  readonly unpublished?: Unpublished;
}

/** What a worker judges by. */
interface JudgedBy {
  readonly readRules: () => Promise<Rules>;
  /** Why a live Plan is not one that was published; undefined: it is, or need not be. */
  readonly whyNotPublished: (plan: Plan) => Promise<string | undefined>;
  /** Whether a Plan of whatever mode is one that was withdrawn. */
  readonly judgeWithdrawn: (plan: Plan) => Promise<JudgedWithdrawn>;
  /** What whoever looks after the worker should know; a sentence. */
  readonly tell: (sentence: string) => void;
}

/** Judges starts of runs by what Temporal itself knows of them. Throws where Temporal does not answer. */
export function startJudge(client: Client, { readRules, ...library }: JudgedBy, queue: string = taskQueue) {
  /** First execution by workflow id: of runs whose start was signed. */
  const begun = new Map<string, string>();

  const whyNot = async (execution: Execution, origin: Origin | undefined): Promise<string | undefined> => {
    if (origin === undefined) return 'Temporal does not know how it was started';
    const { type, input, before } = origin;
    if (type !== 'runbook') return `it is a ${type} and no runbook`;
    // Temporal would begin it again with what it was given, past all that is asked at a start.
    if (origin.repeats) return 'a run is started once: without a cron schedule and without a retry policy';
    if (before !== '') return whyNotItsPast(client, execution, { ...origin, before }, queue);
    const refused = whyNotCarriedOut(input, execution.workflowId, await readRules());
    const { proof, lift } = refused === undefined ? (input as RunStart) : {};
    if (refused !== undefined || (proof === undefined && lift === undefined)) return refused;
    return whyNotFirst(client, execution, begun);
  };

  /** Whether this execution of a run may be carried out as it was started. */
  return async (execution: Execution): Promise<Judged> => {
    const origin = await readOrigin(client, execution);
    const refused = await whyNot(execution, origin);
    if (refused !== undefined) return { refused };
    // What goes on has begun, and was judged then.
    if (origin === undefined || origin.before !== '') return {};
    return await judgeByLibrary(origin.input as RunStart, library, Date.now());
  };
}

/** Whether the library lets it start; a look it does. `now`: ms since 1970. */
export async function judgeByLibrary(
  start: RunStart,
  { whyNotPublished, judgeWithdrawn, tell }: Omit<JudgedBy, 'readRules'>,
  now: number,
): Promise<Judged> {
  const { plan, run } = start;
  if (run.dry === true) return {};
  const { refused, warning } = await judgeWithdrawn(plan);
  if (refused !== undefined) return { refused };
  if (warning !== undefined) tell(`A run of ${plan.name} in mode ${plan.mode} begins: ${warning}`);
  const why = isLiveMode(plan.mode) ? await whyNotPublished(plan) : undefined;
  return why === undefined ? {} : { unpublished: judgeUnpublished(start, why, now) };
}

/** What goes on from another execution has begun nothing itself: that other must be a run of ours that said so. */
async function whyNotItsPast(
  client: Client,
  { workflowId, runId }: Execution,
  { before, firstRunId, byItself }: Origin,
  queue: string,
): Promise<string | undefined> {
  const earlier = { workflowId, runId: before };
  const [origin, successor] = await Promise.all([readOrigin(client, earlier), readSuccessor(client, earlier)]);
  const isOurs = origin?.type === 'runbook' && origin.queue === queue && origin.firstRunId === firstRunId;
  return byItself && isOurs && !origin.repeats && successor === runId ? undefined : 'it goes on from what was no run';
}

/** A signature is of one start: its run's id names no other, before or beside. */
async function whyNotFirst(
  client: Client,
  { workflowId, runId }: Execution,
  begun: Map<string, string>,
): Promise<string | undefined> {
  const why = `a run ${workflowId} was started before: a signature counts for one start`;
  const known = begun.get(workflowId);
  if (known !== undefined && known !== runId) return why;
  remember(begun, workflowId, runId, mostRemembered);
  const query = `WorkflowId = '${workflowId.replaceAll("'", "''")}'`;
  for await (const other of client.workflow.list({ query })) if (other.runId !== runId) return why;
  // A list lags behind; which is the newest Temporal knows at once.
  const newest = await ifKnown(client.workflow.getHandle(workflowId).describe());
  return newest?.runId === runId ? undefined : why;
}
