import { condition, workflowInfo } from '@temporalio/workflow';
import { type Admission, type AdmissionQuestion, whyTooLate } from '../engine/admission.ts';
import type { EngineEvent, RunInfo, WithoutTime } from '../engine/types.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import type { Inbox } from './inbox.ts';
import type { RunStart, ScheduledStart } from './messages.ts';

type Event = WithoutTime<EngineEvent>;
export type Begin = Extract<Event, { kind: 'begin' }>;

const admissionMs = 60_000;

/** A schedule is older than its runs: Temporal names them. It holds off as late as it might still begin. */
export function withOwnId(start: RunStart): RunStart {
  const { run, schedule } = start;
  if (schedule === undefined || run.trigger !== 'schedule') return start;
  return { ...start, run: { ...run, id: workflowInfo().workflowId, holdOffMs: schedule.catchUpMs } };
}

/** What a drill by schedule begins with: late ones, those in a blackout, and those that nobody may apply do not start. */
export async function admit(start: RunStart, schedule: ScheduledStart, inbox: Inbox<Event>): Promise<Begin> {
  const late = Date.now() - workflowInfo().startTime.getTime();
  const tooLate = whyTooLate(late, schedule.catchUpMs);
  if (tooLate !== undefined) return refuse(tooLate);
  if (schedule.withinMs !== undefined) {
    // Nobody waits hours for what would not begin then.
    const { refused: already } = await ask(start, schedule, true);
    if (already !== undefined) return refuse(already);
    const taken = await surprise(schedule.withinMs, inbox);
    if (taken !== undefined) return taken;
  }
  const { refused, configSha256 } = await ask(start, schedule);
  // One object for the engine, its calls and the next execution.
  (start.run as { configSha256: RunInfo['configSha256'] }).configSha256 = configSha256;
  return takenBack(inbox) ?? (refused === undefined ? { kind: 'begin' } : refuse(refused));
}

/** Random only now: whoever reads the schedule does not know it. */
async function surprise(withinMs: number, inbox: Inbox<Event>): Promise<Begin | undefined> {
  const ms = Math.max(1, Math.floor(Math.random() * withinMs));
  await condition(() => takenBack(inbox) !== undefined, ms, { summary: 'a surprise' });
  return takenBack(inbox);
}

/** Somebody cancels it before it has begun. */
function takenBack(inbox: Inbox<Event>): Begin | undefined {
  const cancel = inbox.find(event => event.kind === 'cancel');
  if (cancel?.kind !== 'cancel') return undefined;
  const why = cancel.reason === '' ? '' : `: ${cancel.reason}`;
  return { kind: 'begin', refused: `not started: cancelled by ${cancel.by}${why}`, byPerson: true };
}

async function ask({ plan, run, proof }: RunStart, schedule: ScheduledStart, early = false): Promise<Admission> {
  const { id: _, ...terms } = schedule;
  const question: AdmissionQuestion = {
    schedule: schedule.id,
    runbook: plan.name,
    plan: plan.hash,
    terms,
    by: run.requester,
    ...(proof === undefined ? {} : { proof }),
    run: workflowInfo().workflowId,
    startedAt: workflowInfo().startTime.getTime(),
    at: Date.now(),
    ...(early && { early }),
  };
  // No step's key has a colon: in the history, the call is nobody's step.
  const id = early ? 'schedule:admit-early' : 'schedule:admit';
  const options = { id, summary: `whether ${schedule.id} may begin${early ? '' : ' now'}`, budgetMs: admissionMs };
  try {
    return (await callActivity('schedule/admit', question, { ...options, transport: soon })) as Admission;
  } catch (error) {
    return { refused: `whether it may begin was not found out: ${endingOf(error).error}`, configSha256: '' };
  }
}

const refuse = (why: string): Begin => ({ kind: 'begin', refused: `not started: ${why}` });
