import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { ActionResult } from '../actions/call.ts';
import type { Outcome } from '../engine/types.ts';
import { callActivity } from './activity-options.ts';
import type { CarriedCall } from './carried.ts';
import { type Ending, endingOf, keptOf } from './ending.ts';
import type { RunStart } from './messages.ts';
import { errandOf, queueOf } from './queue-of.ts';

type Command = CarriedCall['command'];

interface InFlight extends CarriedCall {
  readonly scope: CancellationScope;
  readonly isRead: boolean;
  /** Cancelled so that it can be begun again in the next execution. */
  takenBack?: true;
  /** Cancelled because nobody wants it any more. */
  unwanted?: true;
}

/** The activities of a run's own steps. */
export class Calls {
  readonly #inFlight = new Map<string, InFlight>();
  /** How often a step's activity was begun. */
  readonly #begun: Map<string, number>;
  readonly #again = new Map<string, CarriedCall>();
  readonly #ended: (key: string, outcome: Outcome) => void;
  readonly #start: RunStart;
  #effects = 0;

  constructor(start: RunStart, ended: (key: string, outcome: Outcome) => void) {
    this.#start = start;
    this.#begun = new Map(Object.entries(start.carried?.ids ?? {}));
    this.#ended = ended;
  }

  start(command: Command, isRead: boolean): void {
    this.#run({ command, id: this.#activityId(command.key), since: Date.now() }, isRead);
  }

  /** A read that the execution before has taken back. */
  resume(call: CarriedCall): void {
    this.#run(call, true);
  }

  cancel(key: string): void {
    const call = this.#inFlight.get(key);
    if (call !== undefined) {
      call.unwanted = true;
      call.scope.cancel();
    } else if (this.#again.delete(key)) this.#ended(key, { status: 'cancelled', error: 'cancelled' });
  }

  /** Cancels the reads that still run, to be begun again: nothing in the world is another for it. */
  takeBack(): void {
    for (const call of this.#inFlight.values()) {
      if (!call.isRead) continue;
      call.takenBack = true;
      call.scope.cancel();
    }
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Of those in flight, the ones that are more than a look. */
  get effects(): number {
    return this.#effects;
  }

  carried(): { readonly calls: readonly CarriedCall[]; readonly ids: Readonly<Record<string, number>> } {
    return { calls: [...this.#again.values()], ids: Object.fromEntries(this.#begun) };
  }

  #run(call: CarriedCall, isRead: boolean): void {
    const { command, id, since } = call;
    const { key } = command;
    const { queues, plan } = this.#start;
    const errand = errandOf(command.call, command.waits === true);
    const scope = new CancellationScope();
    const running: InFlight = { ...call, scope, isRead };
    this.#inFlight.set(key, running);
    if (!isRead) this.#effects++;
    void scope
      .run(() =>
        callActivity(command.call.action, command.call, {
          id,
          summary: command.summary,
          budgetMs: since + command.timeoutMs - Date.now(),
          transport: command.transport,
          queue: queueOf(workflowInfo().taskQueue, queues, errand),
          mode: plan.mode,
        }),
      )
      .then(
        result => {
          this.#leave(running);
          this.#ended(key, succeeded(result as ActionResult));
        },
        (error: unknown) => {
          const ending = endingOf(error);
          this.#leave(running);
          if (isCutShort(running, ending)) {
            const kept = keptOf(error);
            const again = kept === undefined ? command : { ...command, call: { ...command.call, earlier: kept } };
            this.#again.set(key, { command: again, id, since });
            return;
          }
          this.#ended(key, unsuccessful(ending, command.call.action, this.#start));
        },
      );
  }

  #leave(call: InFlight): void {
    this.#inFlight.delete(call.command.key);
    if (!call.isRead) this.#effects--;
  }

  /** The step's key; a person's retry of it is `db#2`. */
  #activityId(key: string): string {
    const n = (this.#begun.get(key) ?? 0) + 1;
    this.#begun.set(key, n);
    return n === 1 ? key : `${key}#${n}`;
  }
}

/** What ended because it was taken back, and not by itself: also where its worker was just lost, or could reach nobody. */
function isCutShort({ takenBack, unwanted, since, command }: InFlight, { status }: Ending): boolean {
  if (takenBack === undefined || unwanted === true) return false;
  switch (status) {
    case 'cancelled':
      return true;
    case 'timed_out':
    case 'unreachable':
      return Date.now() < since + command.timeoutMs;
    case 'failed':
    case 'errored':
      return false;
  }
}

/**
 * An activity that tells people says itself whom it could not tell; where it could not even do that, its run goes on all the
 * same. A run without `tells` began before this was so.
 */
function unsuccessful({ status, error }: Ending, action: string, { tells }: RunStart): Outcome {
  if (action === 'notify' && tells === true && status !== 'cancelled')
    return { status: 'succeeded', outputs: { told: [], delivered: false }, told: [`could not tell anybody: ${error}`] };
  return { status: status === 'unreachable' ? 'errored' : status, error };
}

function succeeded(result: ActionResult): Outcome {
  return { status: 'succeeded', outputs: result.outputs, ...(result.told === undefined ? {} : { told: result.told }) };
}
