import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
} from '@temporalio/workflow';
import { advanceGuard, beginGuard } from '../engine/guard.ts';
import { type CarriedGuard, compact } from '../engine/guard-carry.ts';
import { tellOpenLive } from '../engine/guard-live.ts';
import type { ToGuard } from '../engine/guard-messages.ts';
import type { GuardCommand, GuardEvent, GuardStart } from '../engine/guard-types.ts';
import { viewOpenings } from '../engine/guard-view.ts';
import type { WithoutTime } from '../engine/types.ts';
import { GuardDriver, holderLookMs } from './guard-driver.ts';
import { GuardPeople } from './guard-people.ts';
import { Inbox } from './inbox.ts';
import {
  handedSignal,
  lockedSignal,
  lockWaitsSignal,
  openingsQuery,
  preemptSignal,
  toGuardSignal,
} from './messages.ts';

type Event = WithoutTime<GuardEvent>;

/**
 * The hand on everything that a run opens. It outlives its run: a cancel does not end it, it only makes it look at once
 * whether the run still lives. It continues as new when its history grows. The rules are in engine/guard; here are the
 * activities, timers and messages.
 */
export async function guard(start: GuardStart, carried?: CarriedGuard): Promise<void> {
  const inbox = new Inbox<Event>();
  const driver = new GuardDriver(start, inbox, carried?.calls);
  const state = carried?.state ?? beginGuard();
  setHandler(toGuardSignal, (token, messages) => {
    if (token !== start.token) return;
    for (const message of messages) inbox.put({ kind: 'message', message: ofRun(message) });
  });
  setHandler(lockedSignal, answer => {
    const { token, n, granted, error, handed } = answer;
    if (token !== start.token) return;
    inbox.put({
      kind: 'locked',
      ...(n === undefined ? {} : { n }),
      granted,
      error,
      ...(handed === undefined ? {} : { handed }),
    });
  });
  setHandler(lockWaitsSignal, ({ token, n, text }) => {
    if (token === start.token) inbox.put({ kind: 'lock-waits', ...(n === undefined ? {} : { n }), text });
  });
  setHandler(preemptSignal, ({ token, by, until, wants }) => {
    if (token === start.token) inbox.put({ kind: 'preempt', by, until, wants });
  });
  setHandler(handedSignal, ({ token, ids, taken, by }) => {
    if (token === start.token) inbox.put({ kind: 'handed', ids, taken, by });
  });
  const put = (event: Event): void => {
    inbox.put(event);
  };
  const people = new GuardPeople(start, state, put, carried?.words);
  people.listen();
  setHandler(openingsQuery, () => viewOpenings(state, state.deadline ?? start.deadline).map(view => people.told(view)));
  const { cancelRequested } = CancellationScope.current();
  await CancellationScope.nonCancellable(async () => {
    // In here: what the root scope begins after its cancel is cancelled at birth, the watch too.
    cancelRequested.catch(() => {
      driver.lookForHolder(0);
    });
    if (carried === undefined) inbox.put({ kind: 'begin' });
    if (!state.gone && start.orphan !== true) driver.lookForHolder(holderLookMs);
    if (carried !== undefined) await driver.perform([...carried.timers, ...carried.works]);
    for (;;) {
      const commands: GuardCommand[] = [];
      let runIsGone = false;
      for (const event of await inbox.take(() => start.lasts === true && driver.wantsToContinue)) {
        commands.push(...advanceGuard(start, state, { ...event, at: Date.now() }));
        runIsGone ||= event.kind === 'holder-gone' && !state.released;
      }
      setCurrentDetails(tellOpenLive(state) ?? '');
      for (const command of commands) if (command.do === 'tell') people.heard(command.message);
      const ended = await driver.perform(commands);
      if (runIsGone && patched('ends-of-lost-runs-are-told')) await driver.tellRunIsGone();
      if (ended) {
        await condition(allHandlersFinished);
        return;
      }
      if (start.lasts !== true || !driver.wantsToContinue) continue;
      const left = await driver.drain();
      if (left === undefined) continue;
      await condition(allHandlersFinished);
      if (inbox.isEmpty)
        await continueAsNew<typeof guard>(start, { state: compact(state), ...left, ...people.carried() });
    }
  });
}

/** That nobody but a person speaks to it, only this workflow says: a message that claims it is not believed. */
function ofRun(message: ToGuard): ToGuard {
  if (message.kind !== 'end-live') return message;
  const { alone: _, ...rest } = message;
  return rest;
}

// It may outlive many releases: changes of its commands are gated with `patched`.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, guard);
