import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { canBeCutOff, type WorkCommand } from '../engine/guard-carry.ts';
import type { GuardActivities, GuardWork } from '../engine/guard-activities.ts';
import type { GuardEvent } from '../engine/guard-types.ts';
import type { WithoutTime } from '../engine/types.ts';
import { endingOf } from './ending.ts';

type Event = WithoutTime<GuardEvent>;

/** The works of a guard that are under way, one a key; when it drains, those that it takes along. */
export class GuardWorks {
  readonly #running = new Map<string, { readonly command: WorkCommand; readonly scope: CancellationScope }>();
  readonly #left = new Map<string, WorkCommand>();
  readonly #call: (command: WorkCommand) => Promise<unknown>;
  readonly #put: (event: Event) => void;
  #draining = false;

  constructor(call: (command: WorkCommand) => Promise<unknown>, put: (event: Event) => void) {
    this.#call = call;
    this.#put = put;
  }

  begin(command: WorkCommand): void {
    const { work, key } = command;
    if (this.#draining) {
      this.#left.set(key, command);
      return;
    }
    const running = { command, scope: new CancellationScope() };
    this.#running.set(key, running);
    const over = (): void => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    };
    void running.scope
      .run(() => this.#call(command))
      .then(
        result => {
          over();
          this.#left.delete(key);
          this.#put(doneEvent(work, key, result));
        },
        (error: unknown) => {
          over();
          // Cut off by the draining, and not by the guard's own word.
          if (this.#left.get(key) === command && isCancellation(error)) return;
          this.#left.delete(key);
          this.#put({ kind: 'failed', work, key, ...endingOf(error) });
        },
      );
  }

  cancel(key: string): void {
    const left = this.#left.get(key);
    this.#left.delete(key);
    const running = this.#running.get(key);
    running?.scope.cancel();
    if (running !== undefined || left === undefined) return;
    const { work } = left;
    this.#put({ kind: 'failed', work, key, status: 'cancelled', error: 'cancelled', happened: 'unknown' });
  }

  /** From now on nothing is begun, and what can be cut off is. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const [key, { command, scope }] of this.#running) {
      if (!canBeCutOff(command)) continue;
      this.#left.set(key, command);
      scope.cancel();
    }
  }

  get isDrained(): boolean {
    return this.#draining && this.#running.size === 0;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  get left(): readonly WorkCommand[] {
    return [...this.#left.values()];
  }
}

/** The activity's result has the type of its work: activities/guard-index is checked against GuardActivities. */
function doneEvent(work: GuardWork, key: string, result: unknown): Event {
  return { kind: 'done', work, key, result: result as GuardActivities[GuardWork]['result'] } as Event;
}
