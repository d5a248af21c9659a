import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { CarriedTimer } from './carried.ts';

/** Named durable timers that can be taken back. */
export class Timers {
  readonly #running = new Map<string, CarriedTimer & { readonly scope: CancellationScope }>();
  readonly #fired: (id: string) => void;

  constructor(fired: (id: string) => void) {
    this.#fired = fired;
  }

  /** `at`: ms since 1970; a moment that has passed fires at once. */
  set(id: string, at: number, summary: string): void {
    this.clear(id);
    const delay = at - Date.now();
    if (delay <= 0) {
      this.#fired(id);
      return;
    }
    const scope = new CancellationScope();
    this.#running.set(id, { id, at, summary, scope });
    void scope
      .run(() => sleep(delay, { summary: summary.slice(0, 200) }))
      .then(
        () => {
          if (this.#running.get(id)?.scope === scope) this.#running.delete(id);
          this.#fired(id);
        },
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
  }

  clear(id: string): void {
    this.#running.get(id)?.scope.cancel();
    this.#running.delete(id);
  }

  /** Those that have not fired, to be set again elsewhere. */
  running(): CarriedTimer[] {
    return [...this.#running.values()].map(({ id, at, summary }) => ({ id, at, summary }));
  }

  clearAll(): void {
    for (const id of [...this.#running.keys()]) this.clear(id);
  }
}
