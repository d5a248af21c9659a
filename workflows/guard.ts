import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { advanceGuard, beginGuard } from '../engine/guard.ts';
import { tellOpenLive } from '../engine/guard-live.ts';
import type { GuardActivities, GuardCommand, GuardEvent, GuardStart, GuardWork } from '../engine/guard-types.ts';
import type { LockRequest } from '../engine/locks-types.ts';
import { guardWaits } from '../engine/queues.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import { Inbox } from './inbox.ts';
import {
  fromGuardSignal,
  handedSignal,
  lockedSignal,
  lockWaitsSignal,
  preemptSignal,
  toGuardSignal,
} from './messages.ts';
import { type Errand, queueOf } from './queue-of.ts';
import { Timers } from './timers.ts';
import type { WithoutTime } from '../engine/types.ts';

type Event = WithoutTime<GuardEvent>;

/**
 * The hand on everything that a run opens. It outlives its run: a cancel does not end it, it only makes it look at once
 * whether the run still lives. The rules are in engine/guard; here are the activities, timers and messages.
 */
export async function guard(start: GuardStart): Promise<void> {
  const inbox = new Inbox<Event>();
  const driver = new Driver(start, inbox);
  setHandler(toGuardSignal, (token, messages) => {
    if (token !== start.token) return;
    for (const message of messages) inbox.put({ kind: 'message', message });
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
  const { cancelRequested } = CancellationScope.current();
  await CancellationScope.nonCancellable(async () => {
    // In here: what the root scope begins after its cancel is cancelled at birth, the watch too.
    cancelRequested.catch(() => {
      driver.lookForHolder(0);
    });
    const state = beginGuard();
    inbox.put({ kind: 'begin' });
    driver.lookForHolder(holderLookMs);
    for (;;) {
      const commands: GuardCommand[] = [];
      for (const event of await inbox.take()) {
        commands.push(...advanceGuard(start, state, { ...event, at: Date.now() }));
      }
      setCurrentDetails(tellOpenLive(state) ?? '');
      if (await driver.perform(commands)) return;
    }
  });
}

// It may outlive many releases: changes of its commands are gated with `patched`.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, guard);

/** How often the guard asks whether its run still lives, ms. */
const holderLookMs = 15_000;

class Driver {
  readonly #start: GuardStart;
  readonly #inbox: Inbox<Event>;
  readonly #timers: Timers;
  readonly #working = new Map<string, CancellationScope>();
  #watch: CancellationScope | undefined;
  #watchEnded: Promise<void> = Promise.resolve();
  #counter = 0;

  constructor(start: GuardStart, inbox: Inbox<Event>) {
    this.#start = start;
    this.#inbox = inbox;
    this.#timers = new Timers(id => {
      inbox.put({ kind: 'timer', id });
    });
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
          this.#work(command);
          break;
        case 'cancel-work':
          this.#working.get(command.key)?.cancel();
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
      live: run.mode === 'failover' || run.mode === 'move',
      ...(run.mode === 'drill' ? { drill: true as const } : {}),
      listens: true,
      vpgs: command.vpgs,
      onLocked: command.onLocked,
      ...(command.n === undefined ? {} : { n: command.n }),
      ...(command.until === undefined ? {} : { until: command.until }),
      ...(command.preemptWaitMs === undefined ? {} : { preemptWaitMs: command.preemptWaitMs }),
    };
    void this.#call('guard/lock', request, 'asks for the locks', minute).catch((error: unknown) => {
      const n = command.n === undefined ? {} : { n: command.n };
      const why = `the locks do not answer: ${endingOf(error).error}`;
      this.#inbox.put({ kind: 'locked', ...n, granted: false, error: why });
    });
  }

  #unlock(): void {
    const done = (): void => {
      this.#inbox.put({ kind: 'unlocked' });
    };
    // An unlock that fails for a day is found by the next request: its holder is gone.
    void this.#call('guard/unlock', { token: this.#start.token }, 'lets the locks go', day).then(
      done,
      (error: unknown) => {
        endingOf(error);
        done();
      },
    );
  }

  /** An offer that does not arrive is made again by the guard's own timer. */
  #offer({ offers }: Extract<GuardCommand, { do: 'offer' }>): void {
    const offer = { token: this.#start.token, guard: workflowInfo().workflowId, offers };
    void this.#call('guard/offer', offer, 'offers what it cannot close', minute).catch((error: unknown) => {
      endingOf(error);
    });
  }

  #work(command: Extract<GuardCommand, { do: 'work' }>): void {
    const { work, key } = command;
    const scope = new CancellationScope();
    this.#working.set(key, scope);
    void scope
      .run(() => {
        const errand = { site: siteOf(command.input), waits: guardWaits[work] };
        return this.#call(`guard/${work}`, command.input, command.summary, command.until - Date.now(), errand);
      })
      .then(
        result => {
          this.#inbox.put(doneEvent(work, key, result));
        },
        (error: unknown) => {
          this.#inbox.put({ kind: 'failed', work, key, ...endingOf(error) });
        },
      );
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
      id: `${name.slice('guard/'.length)}-${this.#counter}`,
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

/** The activity's result has the type of its work: activities/guard-index is checked against GuardActivities. */
function doneEvent(work: GuardWork, key: string, result: unknown): Event {
  return { kind: 'done', work, key, result: result as GuardActivities[GuardWork]['result'] } as Event;
}
