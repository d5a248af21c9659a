import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { isLiveMode } from '../actions/modes.ts';
import type { CarriedGuard, TimerCommand } from '../engine/guard-carry.ts';
import type { GuardCommand, GuardEvent, GuardStart } from '../engine/guard-types.ts';
import type { LockRequest } from '../engine/locks-types.ts';
import type { PageInput } from '../engine/page.ts';
import { guardWaits } from '../engine/queues.ts';
import type { WithoutTime } from '../engine/types.ts';
import { callActivity, soon } from './activity-options.ts';
import { Continuation } from './continuation.ts';
import { endingOf } from './ending.ts';
import { GuardWorks } from './guard-works.ts';
import type { Inbox } from './inbox.ts';
import { fromGuardSignal } from './messages.ts';
import { type Errand, queueOf } from './queue-of.ts';
import { beginTelling } from './telling.ts';
import { Timers } from './timers.ts';

type Event = WithoutTime<GuardEvent>;

/** How often the guard asks whether its run still lives, ms. */
export const holderLookMs = 15_000;

/** Turns the guard's commands into activities, timers and messages. */
export class GuardDriver {
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

  /**
   * Who keeps the run's beginning open hears that it is over: a run that is gone cannot tell it any more. That it was held is not
   * over: what it held open still is, and the guard pages for it.
   */
  async tellRunIsGone(): Promise<void> {
    const { run, queues } = this.#start;
    const about = { run: run.id, runbook: run.name, mode: run.mode, at: Date.now(), over: true } as const;
    const input: PageInput = { ...about, event: 'started', text: 'the run is gone: terminated, or lost' };
    // It outlives the guard: only that it has begun is waited for.
    await beginTelling(`tell/${run.id}/${uuid4()}`, input, queues !== undefined).catch(() => undefined);
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
