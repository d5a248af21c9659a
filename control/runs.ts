import { randomBytes } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { isLiveMode } from '../actions/modes.ts';
import { sha256Hex } from '../compiler/hash.ts';
import type { Plan } from '../compiler/plan.ts';
import type { Queues } from '../engine/queues.ts';
import type { RunInfo } from '../engine/types.ts';
import type { Answer, Heard, Lift, RunStart } from '../workflows/messages.ts';
import { type Control, taskQueue } from './connection.ts';
import { LiftRefused, refuseOtherPlan } from './library/lift.ts';
import { ifKnown } from './not-found.ts';
import { pollersOf } from './pollers.ts';
import { describeRun } from './run-options.ts';
import { heard, say, type Sign } from './say.ts';
import { missingSearchAttributes } from './search-attributes.ts';
import { sending } from './temporal-away.ts';

export { refuseIfOver, RunEnded, RunNotFound } from './run-ended.ts';

/**
 * Starts a run of a Plan and gives its id. The Plan must be one that may start: see start-check.ts. Throws LiftRefused.
 * @param queues as drillbook.yaml names them (`queuesOf`); pinned for the whole run
 * @param schedule whose Plan it is, where a person starts that by hand
 */
export async function startRun(
  control: Control,
  plan: Plan,
  info: StartInfo,
  queues: Queues = { sites: {}, probes: {} },
  sign?: Sign,
  schedule?: string,
): Promise<string> {
  const now = new Date();
  const more = { ...(sign === undefined ? {} : { sign }), ...(schedule === undefined ? {} : { schedule }) };
  const asked = { plan, info, queues, ...more };
  try {
    return await startAs(control, info.lift?.run ?? newRunId(plan, now), now, asked);
  } catch (error) {
    if (info.lift !== undefined && error instanceof WorkflowExecutionAlreadyStartedError)
      throw new LiftRefused(`${info.lift.run} was started with this lift: it counts for one start.`);
    throw error;
  }
}

/** What came of a start that may be asked for more than once. */
export interface StartedOnce {
  readonly run: string;
  /** It was started before; `otherwise`: as another Plan. */
  readonly again: boolean;
  readonly otherwise: boolean;
}

/** The same, once for each key, however often it is asked for and by how many at a time. Keys are those of a runbook and mode. */
export async function startRunOnce(
  control: Control,
  plan: Plan,
  info: StartInfo,
  {
    queues,
    sign,
    once,
    via,
  }: {
    readonly queues: Queues;
    readonly sign?: Sign;
    readonly once: string;
    /** The entry of `triggers` by which it came in: counted by `startsBy`. */
    readonly via?: string;
  },
): Promise<StartedOnce> {
  const { name, mode } = plan;
  const id = info.lift?.run ?? runIdOf({ name, mode }, once);
  try {
    const own = { ...(sign === undefined ? {} : { sign }), ...(via === undefined ? {} : { via }) };
    const asked = { plan, info, queues, ...own };
    return { run: await startAs(control, id, new Date(), asked), again: false, otherwise: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    // That there is one is certain; whether it is of this Plan is not known without an answer.
    const { memo } = await sending(() => control.client.workflow.getHandle(id).describe(), `the runs (${id} is there)`);
    return { run: id, again: true, otherwise: memo?.['plan'] !== plan.hash };
  }
}

/** The id of the one run that a key starts. */
export const runIdOf = ({ name, mode }: Pick<Plan, 'name' | 'mode'>, once: string): string =>
  `${name}-${mode}-${sha256Hex(JSON.stringify([name, mode, once])).slice(0, 20)}`;

/** The hash of the Plan of the run that a key has started; undefined: it has started none. */
export async function planStartedBy(
  { client }: Control,
  plan: Pick<Plan, 'name' | 'mode'>,
  once: string,
): Promise<string | undefined> {
  const found = await ifKnown(client.workflow.getHandle(runIdOf(plan, once)).describe());
  const hash = found?.memo?.['plan'];
  return typeof hash === 'string' ? hash : undefined;
}

/** Who asks for a run, and with what. */
export type StartInfo = Omit<RunInfo, 'id'> & {
  /** With the word of an approver: the run that it names. */
  readonly lift?: Lift;
};

interface Start {
  readonly plan: Plan;
  readonly info: StartInfo;
  readonly queues: Queues;
  readonly sign?: Sign;
  readonly via?: string;
  readonly schedule?: string;
}

async function startAs(control: Control, id: string, now: Date, start: Start): Promise<string> {
  const { plan, info, queues, sign, via, schedule } = start;
  const { lift, ...own } = info;
  const { requester, reason, withoutLock } = own;
  if (lift !== undefined) refuseOtherPlan(lift, plan);
  const searchable = (await missingSearchAttributes(control)).length === 0;
  const word = { person: requester, run: id, step: '', choice: plan.hash, id };
  const proof = sign?.({ ...word, to: 'start', reason });
  const lockProof =
    withoutLock === undefined ? undefined : sign?.({ ...word, to: 'go without the locks', reason: withoutLock });
  const asked: RunStart = {
    plan,
    run: { ...own, id },
    queues,
    ...(searchable && { searchable }),
    // A look is nobody's business.
    ...(info.dry !== true && { tells: true as const }),
    ...(proof === undefined ? {} : { proof }),
    ...(lockProof === undefined ? {} : { lockProof }),
    ...(lift === undefined ? {} : { lift }),
  };
  const described = describeRun(plan, own, { id, searchable, ...(schedule !== undefined && { schedule }) });
  const begin = () =>
    control.client.workflow.start('runbook', {
      workflowId: id,
      taskQueue,
      args: [asked],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      ...described,
      memo: { ...described.memo, startedAt: now.getTime(), ...(via === undefined ? {} : { via }) },
      // Live runs go first when a worker has a backlog.
      priority: { priorityKey: isLiveMode(plan.mode) ? 1 : 5 },
    });
  await sending(begin, `the runs (${id} may be one of them)`);
  return id;
}

/** `payments-drill-20261121-0230-7f3a`: readable on the phone, unique. */
export function newRunId(plan: Pick<Plan, 'name' | 'mode'>, now: Date): string {
  const [day = '', time = ''] = now.toISOString().split('T');
  return `${plan.name}-${plan.mode}-${day.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}-${randomBytes(2).toString('hex')}`;
}

/**
 * Asks a run to stop: what it opened is closed. A second time with `now` skips the author's `finally`. What comes back counts, or
 * says why not. Throws RunNotFound, RunEnded, or RunSilent where no worker answers.
 */
export async function cancelRun(
  control: Control,
  id: string,
  by: string,
  reason: string,
  now = false,
  sign?: Sign,
): Promise<Heard> {
  const saying = { update: 'cancel', to: 'cancel', by, reason, choice: now ? 'now' : '' } as const;
  return await heard(say(control, id, { ...saying, fields: { reason, now } }, sign));
}

/**
 * Answers a question of a run. What comes back counts, or is recorded with why it does not.
 * Throws RunNotFound, RunEnded, RunSilent, or DecisionRefused for what is not asked or not offered.
 */
export async function answerRun(
  control: Control,
  id: string,
  { key, choice, by, reason }: Omit<Answer, 'id' | 'proof'>,
  sign?: Sign,
): Promise<Heard> {
  const saying = { update: 'answer', to: choice, by, reason, step: key, choice } as const;
  return await heard(say(control, id, { ...saying, fields: { key, choice, reason } }, sign));
}

/** How many workers poll the main queue: with none, a run that is started waits for ever. */
export async function pollingWorkers(control: Control): Promise<number> {
  const pollers = await pollersOf(control, taskQueue);
  return pollers.filter(({ lives }) => lives).length;
}
