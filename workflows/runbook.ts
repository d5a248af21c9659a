import { defineSearchAttributeKey } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  allHandlersFinished,
  patched,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { carry } from '../engine/carry.ts';
import { clockOf } from '../engine/clock.ts';
import { advance, begin, pendingOf, progressSince } from '../engine/engine.ts';
import type { EngineState, Pending } from '../engine/engine.ts';
import { whyUnreadable } from '../engine/plan-format.ts';
import type { Command, EngineEvent, RunResult, WithoutTime } from '../engine/types.ts';
import { evaluator } from '../engine/evaluator.ts';
import { Continuation, mostCarriedBytes } from './continuation.ts';
import { Details } from './details.ts';
import { Driver } from './driver.ts';
import { Inbox } from './inbox.ts';
import { fromGuardSignal, progressQuery, type RunStart } from './messages.ts';
import { searchAttributes } from './names.ts';
import { Paging } from './paging.ts';
import { People } from './people.ts';
import { withOwnId } from './scheduled.ts';
import { isStillSearchable } from './searchable.ts';

/** Set at the end only: a run without it is a run without a verdict. */
const verdictKey = defineSearchAttributeKey(searchAttributes.verdict, 'KEYWORD');

type Event = WithoutTime<EngineEvent>;

/**
 * One run of one Plan: turns the engine's commands into activities, timers and messages to the guard, and what comes back
 * into events. When its history has become long, it goes on in another execution; nobody outside sees that.
 */
export async function runbook(given: RunStart): Promise<RunResult> {
  const start = withOwnId(withoutForgedPast(given));
  const { plan, run, carried } = start;
  const unreadable = whyUnreadable(plan);
  if (unreadable !== undefined) throw ApplicationFailure.nonRetryable(unreadable);
  // By the code and not by what it is started with: who starts a run must not choose whether he is checked.
  const checked = patched('words-are-checked');
  const state = carried?.state ?? begin(plan, run);
  const inbox = new Inbox<Event>();
  const paging = new Paging(start, state, checked);
  const driver = new Driver(start, state, inbox, paging);
  const people = new People(start, state, inbox, checked);
  people.whenPeopleChange(text => {
    paging.tell('config-changed', text);
  });
  let result: RunResult | undefined;
  // Before the handlers: an update that came with the first task is handed over as its handler is set.
  if (carried !== undefined) inbox.put({ kind: 'continued' });
  else if (!checked) inbox.put({ kind: 'begin' });

  setHandler(progressQuery, since => ({
    progress: progressSince(state, since),
    pending: result === undefined ? pendingNow(start, state) : [],
    clock: clockOf(plan, run, state),
    ...(result === undefined ? {} : { result }),
  }));
  people.listen();
  setHandler(fromGuardSignal, (token, messages) => {
    driver.heardFromGuard(token, messages);
  });
  CancellationScope.current().cancelRequested.catch(() => {
    inbox.put({ kind: 'cancel', by: 'Temporal', reason: 'the workflow was cancelled', now: false });
  });

  return CancellationScope.nonCancellable(async () => {
    const details = new Details(start, state);
    details.tell();
    let waiting = 0;
    let draining = false;
    const continuation = new Continuation(start.continueAfterEvents);
    if (carried !== undefined) {
      const why = patched('past-is-checked') ? await people.whyNotGoOn() : undefined;
      if (why !== undefined) throw ApplicationFailure.nonRetryable(`not carried out: ${why}`);
      driver.resume(carried);
    } else if (checked) {
      const begun = await people.begin();
      const begins = begun.refused === undefined;
      inbox.putFirst(begins && paging.forecasts ? { ...begun, forecasts: true } : begun);
      if (begins) paging.tell('started', describeStart(start));
    }
    while (result === undefined) {
      const commands: Command[] = [];
      const events = await inbox.take(() => draining && driver.isQuiet && paging.isQuiet && allHandlersFinished());
      if (events.length === 0) {
        await continueAsNew<typeof runbook>({
          ...start,
          carried: { state: carry(plan, state), ...driver.carried(), ...people.carried(), ...paging.carried() },
        });
      }
      for (const event of events) {
        const at = Date.now();
        const overridden = state.overridden.length;
        commands.push(...people.hear(event, () => advance({ plan, run, evaluator }, state, { ...event, at })));
        if (event.kind === 'vote' && event.breakGlass === true)
          for (const text of state.overridden.slice(overridden)) paging.tell('break-glass', text, event.key);
      }
      // A page without a channel is at least on the run's own page of the Temporal UI.
      const waits = countWaits(state);
      const changed = waits !== waiting || commands.some(command => command.do === 'page');
      details.tell(changed || events.some(event => event.kind === 'vote') ? pendingNow(start, state) : undefined);
      waiting = waits;
      result = await driver.perform(commands);
      if (result === undefined) paging.settle();
      if (draining || result !== undefined || !continuation.isDue(driver.effects)) continue;
      if (isTooLarge(start, state)) {
        continuation.putOff();
        continue;
      }
      draining = true;
      inbox.put({ kind: 'drain' });
      driver.settle();
    }
    people.end();
    await paging.end(result);
    await condition(allHandlersFinished);
    if (start.searchable === true && (await isStillSearchable()))
      upsertSearchAttributes([{ key: verdictKey, value: result.verdict }]);
    return result;
  });
}

// It ends on the build that it began with: a change of the engine never changes a run under way.
setWorkflowOptions({ versioningBehavior: 'PINNED' }, runbook);

/**
 * Only an execution that goes on from another has a past; a run that is started with one would begin unasked. One that
 * Temporal itself begins again goes on from another, too, with what its starter gave it.
 */
function withoutForgedPast(start: RunStart): RunStart {
  const { cronSchedule, retryPolicy, attempt, continuedFromExecutionRunId } = workflowInfo();
  if (cronSchedule !== undefined || retryPolicy !== undefined || attempt > 1)
    throw ApplicationFailure.nonRetryable(
      'not carried out: a run is started once, without a cron schedule and without a retry policy',
    );
  if (start.carried === undefined || continuedFromExecutionRunId !== undefined) return start;
  const { carried: _, ...rest } = start;
  return rest;
}

function describeStart({ run: { requester, behind, reason, trigger, verified }, plan }: RunStart): string {
  const by =
    trigger === 'schedule'
      ? 'by its schedule'
      : `by ${requester}${behind === undefined ? '' : ` (${behind})`}${verified ? '' : ' (unverified name)'}`;
  return `begun at ${plan.site} ${by}${reason === '' ? '' : `: ${reason}`}`;
}

/** Approvals, manual steps and questions, and the run itself while it is held or paused. */
function countWaits({ waiting, held, paused }: EngineState): number {
  return waiting + (held === undefined ? 0 : 1) + (paused === undefined ? 0 : 1);
}

/** Of a run that waits for nobody, without a walk through its steps. */
function pendingNow({ plan }: RunStart, state: EngineState): readonly Pending[] {
  return countWaits(state) === 0 ? [] : pendingOf(plan, state);
}

/** Refused by the server, the task would be tried for ever; a long history is better. */
function isTooLarge({ plan }: RunStart, state: EngineState): boolean {
  return JSON.stringify([plan, carry(plan, state)]).length > mostCarriedBytes;
}
