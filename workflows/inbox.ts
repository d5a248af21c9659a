import { condition } from '@temporalio/workflow';

/** Events for a pure state machine: handlers and activities only record, one loop takes them in order. */
export class Inbox<E> {
  readonly #events: E[] = [];

  put(event: E): void {
    this.#events.push(event);
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  find(fits: (event: E) => boolean): E | undefined {
    return this.#events.find(fits);
  }

  /** What comes before all that was put in meanwhile. */
  putFirst(event: E): void {
    this.#events.unshift(event);
  }

  /** Waits until there is something, then hands out everything at once. Nothing: `orElse` has become true instead. */
  async take(orElse: () => boolean = () => false): Promise<E[]> {
    await condition(() => this.#events.length > 0 || orElse());
    return this.#events.splice(0);
  }
}
