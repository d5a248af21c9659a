import {
  CancellationScope,
  condition,
  allHandlersFinished,
  setHandler,
  uuid4,
  setCurrentDetails,
} from '@temporalio/workflow';
import type { ActionResult } from '../actions/call.ts';
import { advance, begin, choicesFor, progressSince } from '../engine/engine.ts';
import type { FromGuard, GuardStart, ToGuard } from '../engine/guard-types.ts';
import type { Command, EngineEvent, Outcome, RunResult, WithoutTime } from '../engine/types.ts';
import { evaluator } from '../engine/evaluator.ts';
import { callActivity } from './activity-options.ts';
import { endingOf } from './ending.ts';
import { GuardLink } from './guard-link.ts';
import { Inbox } from './inbox.ts';
import { type Answer, answerUpdate, cancelUpdate, fromGuardSignal, progressQuery, type RunStart } from './messages.ts';
import { Timers } from './timers.ts';

type Event = WithoutTime<EngineEvent>;

/** One run of one Plan: turns the engine's commands into activities, timers and messages to the guard, and what comes back into events. */
export async function runbook(start: RunStart): Promise<RunResult> {
  const { plan, run } = start;
  const state = begin(plan, run);
  const inbox = new Inbox<Event>();
  const driver = new Driver(start, inbox);
  let result: RunResult | undefined;
  // Before the handlers: an update that came with the first task is handed over as its handler is set.
  inbox.put({ kind: 'begin' });

  setHandler(progressQuery, since => ({
    progress: progressSince(state, since),
    ...(result === undefined ? {} : { result }),
  }));
  setHandler(cancelUpdate, request => {
    inbox.put({ kind: 'cancel', ...request });
  });
  setHandler(
    answerUpdate,
    answer => {
      inbox.put({ kind: 'answer', ...answer });
    },
    {
      validator: ({ key, choice }: Answer) => {
        const choices = choicesFor(plan, state, key);
        if (choices.includes(choice)) return;
        throw new Error(
          choices.length === 0
            ? `"${key}" asks nothing`
            : `"${key}" does not offer ${choice}: choose ${choices.join(', ')}`,
        );
      },
    },
  );
  setHandler(fromGuardSignal, (token, messages) => {
    driver.heardFromGuard(token, messages);
  });
  CancellationScope.current().cancelRequested.catch(() => {
    inbox.put({ kind: 'cancel', by: 'Temporal', reason: 'the workflow was cancelled', now: false });
  });

  return CancellationScope.nonCancellable(async () => {
    setCurrentDetails(`${plan.name}, ${plan.mode} at ${plan.site}, plan ${plan.hash.slice(0, 12)}`);
    while (result === undefined) {
      const commands: Command[] = [];
      for (const event of await inbox.take()) {
        commands.push(...advance({ plan, run, evaluator }, state, { ...event, at: Date.now() }));
      }
      result = await driver.perform(commands);
    }
    await condition(allHandlersFinished);
    return result;
  });
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
        case 'end-live':
          // Actions that need it are refused before a run starts.
          throw new Error(`${command.how} of ${command.openings.join(', ')}: this version cannot end live changes`);
        case 'page':
          // The engine has noted it as progress; who is on call is told once paging has an activity of its own.
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
