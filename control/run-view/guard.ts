import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { OpeningView } from '../../engine/guard-view.ts';
import { guardIdOf } from '../../workflows/names.ts';
import type { Control } from '../connection.ts';
import { ifKnown } from '../not-found.ts';

const answerWithinMs = 3_000;

/** The guard that has a run in hand now, or had it last. */
export interface SeenGuard {
  readonly id: string;
  readonly description: WorkflowExecutionDescription;
}

/** Looks at the guard of one run again and again: a lost one is followed by the next generation. */
export class GuardReader {
  readonly #control: Pick<Control, 'client'>;
  #generation = 1;
  #openings: readonly OpeningView[] = [];
  #unheard = false;

  constructor(control: Pick<Control, 'client'>) {
    this.#control = control;
  }

  /** What it told last that it has open, or may have. */
  get openings(): readonly OpeningView[] {
    return this.#openings;
  }

  /** It goes on, and gave no answer: what it has open now is not known. */
  get unheard(): boolean {
    return this.#unheard;
  }

  /** The latest of the run's guards; undefined: it has none yet. */
  async find(firstRunId: string): Promise<SeenGuard | undefined> {
    let found: SeenGuard | undefined;
    for (let generation = this.#generation; ; generation++) {
      const id = guardIdOf(firstRunId, generation);
      const description = await ifKnown(this.#control.client.workflow.getHandle(id).describe());
      if (description === undefined) return found;
      this.#generation = generation;
      found = { id, description };
      // Only what is gone is followed by another.
      if (goesOn(found)) return found;
    }
  }

  /** Asks it what it has open. */
  async ask(guard: SeenGuard | undefined): Promise<void> {
    if (guard === undefined || !goesOn(guard)) {
      this.#openings = [];
      this.#unheard = false;
      return;
    }
    const { client } = this.#control;
    try {
      this.#openings = await client.connection.withDeadline(Date.now() + answerWithinMs, () =>
        client.workflow.getHandle(guard.id).query<readonly OpeningView[]>('openings'),
      );
      this.#unheard = false;
    } catch {
      // What it told last is the best that is known.
      this.#unheard = true;
    }
  }
}

const goesOn = ({ description }: SeenGuard): boolean =>
  description.status.name === 'RUNNING' || description.status.name === 'CONTINUED_AS_NEW';
