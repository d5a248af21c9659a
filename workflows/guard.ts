import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { isLiveMode } from '../actions/modes.ts';
import { advanceGuard, beginGuard } from '../engine/guard.ts';
import { type CarriedGuard, compact, type TimerCommand } from '../engine/guard-carry.ts';
import { tellOpenLive } from '../engine/guard-live.ts';
import type { GuardCommand, GuardEvent, GuardStart, ToGuard } from '../engine/guard-types.ts';
import { viewOpenings } from '../engine/guard-view.ts';
import type { LockRequest } from '../engine/locks-types.ts';
import type { PageInput } from '../engine/page.ts';
import { guardWaits } from '../engine/queues.ts';
import { callActivity, soon } from './activity-options.ts';
import { Continuation } from './continuation.ts';
import { endingOf } from './ending.ts';
import { GuardPeople } from './guard-people.ts';
import { GuardWorks } from './guard-works.ts';
import { Inbox } from './inbox.ts';
import {
  fromGuardSignal,
  handedSignal,
  lockedSignal,
  lockWaitsSignal,
  openingsQuery,
  preemptSignal,
  toGuardSignal,
} from './messages.ts';
import { type Errand, queueOf } from './queue-of.ts';
import { Timers } from './timers.ts';
import type { WithoutTime } from '../engine/types.ts';

type Event = WithoutTime<GuardEvent>;

/**
 * The hand on everything that a run opens. It outlives its run: a cancel does not end it, it only makes it look at once
 * whether the run still lives. It continues as new when its history grows. The rules are in engine/guard; here are the
 * activities, timers and messages.
 */
export async function guard(start: GuardStart, carried?: CarriedGuard): Promise<void> {
  const inbox = new Inbox<Event>();
  const driver = new Driver(start, inbox, carried?.calls);
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
      for (const event of await inbox.take(() => start.lasts === true && driver.wantsToContinue)) {
        commands.push(...advanceGuard(start, state, { ...event, at: Date.now() }));
      }
      setCurrentDetails(tellOpenLive(state) ?? '');
      for (const command of commands) if (command.do === 'tell') people.heard(command.message);
      if (await driver.perform(commands)) {
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

/** How often the guard asks whether its run still lives, ms. */
const holderLookMs = 15_000;

class Driver {
  readonly #start: GuardStart;
  readonly #inbox: Inbox<Event>;
  readonly #timers: Timers;
  readonly #works: GuardWorks;
  readonly #continuation: Continuation;
  /** Other activities under way that must come to their end before it continues as new. */
  #busy = 0;
  #watch: CancellationScope | undefined;
  #watchEnded: Promise<void> = Promise.resolve();
  #counter: number;

  constructor(start: GuardStart, inbox: Inbox<Event>, calls = 0) {
    this.#counter = calls;
    this.#continuation = new Continuation(start.continueAfterEvents);
    this.#start = start;
    this.#inbox = inbox;
    this.#timers = new Timers(id => {
      inbox.put({ kind: 'timer', id });
    });
    this.#works = new GuardWorks(
      ({ work, input, summary, until }) => {
        const errand = { site: siteOf(input), waits: guardWaits[work] };
        // The token is for the worker's write-ahead file: who takes over needs it.
        const given = work === 'start' ? { ...input, token: start.token } : input;
        return this.#call(`guard/${work}`, given, summary, until - Date.now(), errand);
      },
      event => {
        inbox.put(event);
      },
    );
  }

  /** True when the guard may end. */
  async perform(commands: readonly GuardCommand[]): Promise<boolean> {
    const told: Extract<GuardCommand, { do: 'tell' }>['message'][] = [];
    let ended = false;
    for (const command of commands) {
      switch (command.do) {
        case 'lock':
          this.#lock(command);
          break;
        case 'unlock':
          this.#unlock();
          break;
        case 'offer':
          this.#offer(command);
          break;
        case 'work':
          this.#works.begin(command);
          break;
        case 'cancel-work':
          this.#works.cancel(command.key);
          break;
        case 'page':
          this.#page(command);
          break;
        case 'tell':
          told.push(command.message);
          break;
        case 'timer':
          this.#timers.set(command.id, command.at, command.summary);
          break;
        case 'end':
          ended = true;
          break;
      }
    }
    if (told.length > 0) await this.#tell(told);
    if (ended) {
      this.#timers.clearAll();
      this.#watch?.cancel();
      // Awaited, so that the watching activity does not report to a workflow that is no more.
      await this.#watchEnded;
    }
    return ended;
  }

  /** One long activity that describes the run every 15 s, instead of a timer and an activity each time: the history stays short. */
  lookForHolder(firstLookMs: number): void {
    this.#watch?.cancel();
    const scope = new CancellationScope();
    this.#watch = scope;
    const input = { runId: this.#start.run.id, firstLookMs, everyMs: holderLookMs };
    this.#watchEnded = scope
      .run(() => this.#call('guard/watch-holder', input, 'watches whether the run lives', year, { waits: true }))
      .then(
        () => {
          this.#inbox.put({ kind: 'holder-gone' });
        },
        (error: unknown) => {
          if (!isCancellation(error)) endingOf(error);
        },
      );
  }

  #lock(command: Extract<GuardCommand, { do: 'lock' }>): void {
    const { token, run } = this.#start;
    const request: LockRequest = {
      token,
      guard: workflowInfo().workflowId,
      run: run.id,
      live: isLiveMode(run.mode),
      ...(run.mode === 'drill' ? { drill: true as const } : {}),
      listens: true,
      vpgs: command.vpgs,
      onLocked: command.onLocked,
      ...(command.n === undefined ? {} : { n: command.n }),
      ...(command.until === undefined ? {} : { until: command.until }),
      ...(command.preemptWaitMs === undefined ? {} : { preemptWaitMs: command.preemptWaitMs }),
    };
    const asked = this.#call('guard/lock', request, 'asks for the locks', minute).catch((error: unknown) => {
      const n = command.n === undefined ? {} : { n: command.n };
      const why = `the locks do not answer: ${endingOf(error).error}`;
      this.#inbox.put({ kind: 'locked', ...n, granted: false, error: why });
    });
    void this.#untilOver(asked);
  }

  #unlock(): void {
    const done = (): void => {
      this.#inbox.put({ kind: 'unlocked' });
    };
    // An unlock that fails for a day is found by the next request: its holder is gone.
    const asked = this.#call('guard/unlock', { token: this.#start.token }, 'lets the locks go', day);
    void this.#untilOver(
      asked.then(done, (error: unknown) => {
        endingOf(error);
        done();
      }),
    );
  }

  /** An offer that does not arrive is made again by the guard's own timer. */
  #offer({ offers }: Extract<GuardCommand, { do: 'offer' }>): void {
    const offer = { token: this.#start.token, guard: workflowInfo().workflowId, offers };
    const call = this.#call('guard/offer', offer, 'offers what it cannot close', minute);
    void this.#untilOver(call.catch(endingOf));
  }

  #page({ event, text }: Extract<GuardCommand, { do: 'page' }>): void {
    const { id, name, mode } = this.#start.run;
    const input: PageInput = { run: id, runbook: name, mode, event, text };
    const call = this.#call('people/page', input, `pages: ${text}`, minute);
    // That nobody could be paged does not keep the guard from its work.
    void this.#untilOver(call.catch(endingOf));
  }

  async #untilOver(call: Promise<unknown>): Promise<void> {
    this.#busy++;
    try {
      await call;
    } finally {
      this.#busy--;
    }
  }

  get #isDrained(): boolean {
    return this.#works.isDrained && this.#busy === 0;
  }

  /** It has to begin to drain, or it has drained. */
  get wantsToContinue(): boolean {
    return this.#works.isDraining ? this.#isDrained : this.#continuation.isDue(0);
  }

  /** Begins nothing more and cuts off what can be; what is to be taken along, once nothing is under way. */
  async drain(): Promise<Omit<CarriedGuard, 'state' | 'words'> | undefined> {
    this.#works.drain();
    if (!this.#isDrained) return undefined;
    this.#watch?.cancel();
    await this.#watchEnded;
    const timers = this.#timers.running().map((timer): TimerCommand => ({ do: 'timer', ...timer }));
    return { timers, works: this.#works.left, calls: this.#counter };
  }

  async #tell(messages: Extract<GuardCommand, { do: 'tell' }>['message'][]): Promise<void> {
    try {
      await getExternalWorkflowHandle(this.#start.run.id).signal(fromGuardSignal, this.#start.token, messages);
    } catch {
      // The run has ended; the watch says so too, and nobody waits for the answer.
    }
  }

  #call(name: string, input: unknown, summary: string, budgetMs: number, errand?: Errand): Promise<unknown> {
    const { queues, run } = this.#start;
    this.#counter++;
    return callActivity(name, input, {
      id: `${name.slice(name.indexOf('/') + 1)}-${this.#counter}`,
      summary,
      budgetMs,
      transport: soon,
      queue: queueOf(workflowInfo().taskQueue, queues, errand ?? { waits: false }),
      mode: run.mode,
    });
  }
}

type WorkInput = Extract<GuardCommand, { do: 'work' }>['input'];

/** Of an ending the site is that of the change that it ends: as activities/guard-action. */
function siteOf(input: WorkInput): string {
  const live = 'live' in input ? input.live : undefined;
  if (live !== undefined) return live.opened.site;
  return 'call' in input ? input.call.site : '';
}

const minute = 60_000;
const day = 24 * 60 * minute;
const year = 365 * day;
