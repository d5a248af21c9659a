import { sleep, uuid4 } from '@temporalio/workflow';
import { findEntry } from '../engine/frames.ts';
import type { FromGuard, ToGuard } from '../engine/guard-messages.ts';
import type { GuardStart } from '../engine/guard-types.ts';
import type { EngineState } from '../engine/engine.ts';
import { decidersOfPlan } from '../engine/deciders.ts';
import type { Command, EngineEvent, RunResult, WithoutTime } from '../engine/types.ts';
import { Calls } from './calls.ts';
import type { Carried } from './carried.ts';
import { GuardLink } from './guard-link.ts';
import type { Inbox } from './inbox.ts';
import type { RunStart } from './messages.ts';
import type { Paging } from './paging.ts';
import { Timers } from './timers.ts';

/** So long the reads that run may end by themselves before they are taken back, ms. Most take less. */
const graceMs = 3_000;

/** Turns the engine's commands into activities, timers and messages to the guard. */
export class Driver {
  readonly #start: RunStart;
  readonly #state: EngineState;
  readonly #inbox: Inbox<WithoutTime<EngineEvent>>;
  readonly #token: string;
  readonly #timers: Timers;
  readonly #calls: Calls;
  readonly #guard: GuardLink;
  readonly #paging: Paging;

  constructor(start: RunStart, state: EngineState, inbox: Inbox<WithoutTime<EngineEvent>>, paging: Paging) {
    this.#paging = paging;
    const { carried } = start;
    this.#start = start;
    this.#state = state;
    this.#inbox = inbox;
    this.#token = carried?.token ?? uuid4();
    this.#timers = new Timers(id => {
      inbox.put({ kind: 'timer', id });
    });
    this.#calls = new Calls(start, (key, outcome) => {
      inbox.put({ kind: 'called', key, outcome });
    });
    this.#guard = new GuardLink(
      () => guardStart(start, state, this.#token),
      message => {
        inbox.put(message);
      },
      carried?.guard,
    );
  }

  /** Takes up what the execution before has left. */
  resume({ timers, calls }: Carried): void {
    for (const { id, at, summary } of timers) this.#timers.set(id, at, summary);
    for (const call of calls) this.#calls.resume(call);
  }

  heardFromGuard(token: string, messages: readonly FromGuard[]): void {
    if (token !== this.#token) return;
    for (const message of messages) {
      if (this.#guard.heard(message)) this.#inbox.put(message);
    }
  }

  /** The result, once the engine says that the run is at its end. */
  async perform(commands: readonly Command[]): Promise<RunResult | undefined> {
    const toGuard: ToGuard[] = [];
    let result: RunResult | undefined;
    for (const command of commands) {
      switch (command.do) {
        case 'call':
          this.#calls.start(command, this.#isRead(command.key));
          break;
        case 'cancel-call':
          this.#calls.cancel(command.key);
          break;
        case 'acquire':
          toGuard.push({
            kind: 'acquire',
            vpgs: command.vpgs,
            onLocked: command.onLocked,
            ...(command.until === undefined ? {} : { until: command.until }),
            ...(command.preemptWaitMs === undefined ? {} : { preemptWaitMs: command.preemptWaitMs }),
          });
          break;
        case 'open':
          toGuard.push(openMessage(command));
          break;
        case 'close': {
          const { key, step, success, summary, deadline } = command;
          toGuard.push({ kind: 'close', key, step, success, summary, deadline });
          break;
        }
        case 'end-live': {
          const { how, key, openings, summary, call } = command;
          toGuard.push({ kind: 'end-live', how, key, openings, summary, call });
          break;
        }
        case 'page':
          this.#paging.page(command);
          break;
        case 'extend':
          toGuard.push({
            kind: 'extend',
            ...(command.key === undefined ? {} : { key: command.key }),
            deadline: command.deadline,
          });
          break;
        case 'release':
          if (this.#guard.begun) toGuard.push({ kind: 'release' });
          break;
        case 'yielded':
          toGuard.push({ kind: 'yielded' });
          break;
        case 'timer':
          this.#timers.set(command.id, command.at, command.summary);
          break;
        case 'cancel-timer':
          this.#timers.clear(command.id);
          break;
        case 'end':
          result = command.result;
          break;
      }
    }
    if (toGuard.length > 0) await this.#guard.tell(toGuard);
    if (result !== undefined) {
      this.#timers.clearAll();
      await this.#guard.end();
    }
    return result;
  }

  /** Calls in flight that cannot be taken back. */
  get effects(): number {
    return this.#calls.effects;
  }

  /** No call is in flight. The guard's work goes on: it answers to whichever execution is the newest. */
  get isQuiet(): boolean {
    return this.#calls.inFlight === 0 && this.#guard.isQuiet;
  }

  /** Brings the calls in flight to an end; the engine starts no others. */
  settle(): void {
    this.#guard.settle();
    if (this.#calls.inFlight === 0) return;
    void sleep(graceMs, { summary: 'the history is long: the run goes on in another execution' }).then(() => {
      this.#calls.takeBack();
    });
  }

  carried(): Pick<Carried, 'timers' | 'calls' | 'ids' | 'token' | 'guard'> {
    const guard = this.#guard.carried();
    return {
      ...this.#calls.carried(),
      timers: this.#timers.running(),
      token: this.#token,
      ...(guard === undefined ? {} : { guard }),
    };
  }

  #isRead(key: string): boolean {
    const { plan } = this.#start;
    const entry = findEntry(plan, this.#state, key);
    return entry !== undefined && plan.steps[entry.place]?.effect === 'read';
  }
}

function openMessage({ key, summary, call, deadline }: Extract<Command, { do: 'open' }>): ToGuard {
  return { kind: 'open', key, summary, call, ...(deadline === undefined ? {} : { deadline }) };
}

function guardStart(start: RunStart, state: EngineState, token: string): GuardStart {
  const { plan, run, queues, continueAfterEvents, pageAgainMs } = start;
  const ends = plan.mode === 'drill' || plan.mode === 'change';
  const { notRequester, count } = decidersOfPlan(plan);
  return {
    run: { id: run.id, name: plan.name, mode: plan.mode, requester: run.requester },
    token,
    site: plan.site,
    ...(run.withoutLock === undefined ? {} : { withoutLock: run.withoutLock }),
    ...(queues === undefined ? {} : { queues }),
    ...(notRequester ? {} : { requesterMayCommit: true as const }),
    ...(run.behind === undefined ? {} : { behind: run.behind }),
    commitNeeds: count,
    lasts: true,
    ...(continueAfterEvents === undefined ? {} : { continueAfterEvents }),
    ...(pageAgainMs === undefined ? {} : { pageAgainMs }),
    ...(ends ? { deadline: state.startedAt + plan.limits.timeoutMs + plan.limits.closingMs } : {}),
  };
}
