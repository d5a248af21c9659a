import {
  CancellationScope,
  condition,
  allHandlersFinished,
  setHandler,
  uuid4,
  setCurrentDetails,
} from '@temporalio/workflow';
import type { ActionResult } from '../actions/call.ts';
import { advance, begin, pendingOf, progressSince } from '../engine/engine.ts';
import type { FromGuard, GuardStart, ToGuard } from '../engine/guard-types.ts';
import type { EngineState, Pending } from '../engine/engine.ts';
import type { Command, EngineEvent, Outcome, RunResult, WithoutTime } from '../engine/types.ts';
import { evaluator } from '../engine/evaluator.ts';
import { callActivity } from './activity-options.ts';
import { endingOf } from './ending.ts';
import { GuardLink } from './guard-link.ts';
import { Inbox } from './inbox.ts';
import { cancelUpdate, fromGuardSignal, progressQuery, type RunStart } from './messages.ts';
import { People } from './people.ts';
import { Timers } from './timers.ts';
import { whyMalformed } from './well-formed.ts';

type Event = WithoutTime<EngineEvent>;

/** One run of one Plan: turns the engine's commands into activities, timers and messages to the guard, and what comes back into events. */
export async function runbook(start: RunStart): Promise<RunResult> {
  const { plan, run } = start;
  const state = begin(plan, run);
  const inbox = new Inbox<Event>();
  const driver = new Driver(start, inbox);
  const people = new People(start, state, inbox);
  let result: RunResult | undefined;
  // Before the handlers: an update that came with the first task is handed over as its handler is set.
  inbox.put({ kind: 'begin' });

  setHandler(progressQuery, since => ({
    progress: progressSince(state, since),
    pending: result === undefined ? pendingNow(start, state) : [],
    ...(result === undefined ? {} : { result }),
  }));
  setHandler(
    cancelUpdate,
    ({ by, reason, now }) => {
      inbox.put({ kind: 'cancel', by, reason, now });
    },
    {
      validator: request => {
        const why = whyMalformed(request, { by: 'name', reason: 'text', now: 'flag' });
        if (why !== undefined) throw new Error(why);
      },
    },
  );
  people.listen();
  setHandler(fromGuardSignal, (token, messages) => {
    driver.heardFromGuard(token, messages);
  });
  CancellationScope.current().cancelRequested.catch(() => {
    inbox.put({ kind: 'cancel', by: 'Temporal', reason: 'the workflow was cancelled', now: false });
  });

  return CancellationScope.nonCancellable(async () => {
    const head = `${plan.name}, ${plan.mode} at ${plan.site}, plan ${plan.hash.slice(0, 12)}`;
    setCurrentDetails(head);
    let waiting = 0;
    while (result === undefined) {
      const commands: Command[] = [];
      for (const event of await inbox.take()) {
        const at = Date.now();
        commands.push(...people.hear(event, () => advance({ plan, run, evaluator }, state, { ...event, at })));
      }
      // Costs no history: a page without a channel is at least on the run's own page of the Temporal UI.
      const waits = countWaits(state);
      if (waits !== waiting || commands.some(command => command.do === 'page'))
        setCurrentDetails([head, ...describeWaits(start, state)].join('\n\n'));
      waiting = waits;
      result = await driver.perform(commands);
    }
    people.end();
    await condition(allHandlersFinished);
    return result;
  });
}

/** Approvals, manual steps and questions, and the run itself while it is held. */
function countWaits({ waiting, held }: EngineState): number {
  return waiting + (held === undefined ? 0 : 1);
}

/** Of a run that waits for nobody, without a walk through its steps. */
function pendingNow({ plan }: RunStart, state: EngineState): readonly Pending[] {
  return countWaits(state) === 0 ? [] : pendingOf(plan, state);
}

function describeWaits(start: RunStart, state: EngineState): readonly string[] {
  return pendingNow(start, state).map(({ key, message }) => `Waits: ${key === '' ? 'the run' : key}: ${message}`);
}

class Driver {
  readonly token = uuid4();
  readonly #inbox: Inbox<Event>;
  readonly #timers: Timers;
  readonly #calls = new Map<string, CancellationScope>();
  readonly #ids = new Map<string, number>();
  readonly #guard: GuardLink;

  constructor(start: RunStart, inbox: Inbox<Event>) {
    this.#inbox = inbox;
    this.#timers = new Timers(id => {
      inbox.put({ kind: 'timer', id });
    });
    this.#guard = new GuardLink(guardStart(start, this.token), message => {
      inbox.put(message);
    });
  }

  heardFromGuard(token: string, messages: readonly FromGuard[]): void {
    if (token !== this.token) return;
    for (const message of messages) {
      this.#guard.heard(message);
      this.#inbox.put(message);
    }
  }

  /** The result, once the engine says that the run is at its end. */
  async perform(commands: readonly Command[]): Promise<RunResult | undefined> {
    const toGuard: ToGuard[] = [];
    let result: RunResult | undefined;
    for (const command of commands) {
      switch (command.do) {
        case 'call':
          this.#call(command);
          break;
        case 'cancel-call':
          this.#calls.get(command.key)?.cancel();
          break;
        case 'acquire':
          toGuard.push({
            kind: 'acquire',
            vpgs: command.vpgs,
            onLocked: command.onLocked,
            ...(command.until === undefined ? {} : { until: command.until }),
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
          // There are no channels yet: it is in the progress, and what waits is in the details that the Temporal UI shows.
          break;
        case 'release':
          if (this.#guard.begun) toGuard.push({ kind: 'release' });
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
    if (result !== undefined) this.#timers.clearAll();
    return result;
  }

  #call(command: Extract<Command, { do: 'call' }>): void {
    const { key, call } = command;
    const scope = new CancellationScope();
    this.#calls.set(key, scope);
    const ended = (outcome: Outcome): void => {
      this.#calls.delete(key);
      this.#inbox.put({ kind: 'called', key, outcome });
    };
    void scope
      .run(() =>
        callActivity(call.action, call, {
          id: this.#activityId(key),
          summary: command.summary,
          budgetMs: command.timeoutMs,
          transport: command.transport,
        }),
      )
      .then(
        result => {
          ended(succeeded(result as ActionResult));
        },
        (error: unknown) => {
          const ending = endingOf(error);
          ended({ status: ending.status === 'unreachable' ? 'errored' : ending.status, error: ending.error });
        },
      );
  }

  /** The step's key; a person's retry of it is `db#2`. */
  #activityId(key: string): string {
    const n = (this.#ids.get(key) ?? 0) + 1;
    this.#ids.set(key, n);
    return n === 1 ? key : `${key}#${n}`;
  }
}

function openMessage({ key, summary, call, deadline }: Extract<Command, { do: 'open' }>): ToGuard {
  return { kind: 'open', key, summary, call, ...(deadline === undefined ? {} : { deadline }) };
}

function guardStart({ plan, run }: RunStart, token: string): GuardStart {
  const ends = plan.mode === 'drill' || plan.mode === 'change';
  return {
    run: { id: run.id, name: plan.name, mode: plan.mode, requester: run.requester },
    token,
    site: plan.site,
    ...(ends ? { deadline: Date.now() + plan.limits.timeoutMs + plan.limits.closingMs } : {}),
  };
}

function succeeded(result: ActionResult): Outcome {
  return { status: 'succeeded', outputs: result.outputs, ...(result.told === undefined ? {} : { told: result.told }) };
}
