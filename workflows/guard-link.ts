import {
  type ChildWorkflowHandle,
  type ExternalWorkflowHandle,
  getExternalWorkflowHandle,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { FromGuard, GuardStart, ToGuard } from '../engine/guard-types.ts';
import type { CarriedGuard } from './carried.ts';
import { guard } from './guard.ts';
import { toGuardSignal } from './messages.ts';

const error = 'the guard of this run was terminated: nobody closes what it opened';
const endingError =
  'the guard of this run was terminated: whether anything of it was sent is not known, look at the ZVM';

/** A run's side of its guard: starts it with the first message, and answers for it when somebody has terminated it. */
export class GuardLink {
  readonly #start: GuardStart;
  readonly #answer: (message: FromGuard) => void;
  #handle: ChildWorkflowHandle<typeof guard> | ExternalWorkflowHandle | undefined;
  #gone = false;
  /** Asked and not answered: `acquire`, openings, closings and ends of live changes by key. */
  readonly #waiting = new Map<string, ToGuard>();

  /** `carried`: an earlier execution of the run has begun it. */
  constructor(start: GuardStart, answer: (message: FromGuard) => void, carried?: CarriedGuard) {
    this.#start = start;
    this.#answer = answer;
    if (carried === undefined) return;
    this.#handle = getExternalWorkflowHandle(guardId());
    this.#gone = carried.gone;
    for (const message of carried.waiting) this.#expect(message);
  }

  /** For the run's next execution; undefined: it has no guard yet. */
  carried(): CarriedGuard | undefined {
    return this.begun ? { waiting: [...this.#waiting.values()], gone: this.#gone } : undefined;
  }

  get begun(): boolean {
    return this.#handle !== undefined;
  }

  async tell(messages: readonly ToGuard[]): Promise<void> {
    for (const message of messages) this.#expect(message);
    this.#handle ??= await this.#begin();
    if (!this.#gone) {
      try {
        await this.#handle.signal(toGuardSignal, this.#start.token, messages);
        return;
      } catch {
        this.#gone = true;
      }
    }
    this.#answerForIt();
  }

  #expect(message: ToGuard): void {
    if (message.kind !== 'release' && message.kind !== 'yielded') this.#waiting.set(nameOf(message), message);
  }

  /** To be called with each answer that comes from the guard. */
  heard(message: FromGuard): void {
    if (message.kind === 'granted' || message.kind === 'not-granted') this.#waiting.delete('acquire');
    else if ('key' in message) this.#waiting.delete(nameOf(message));
    // It answers a closing too: nothing was open.
    if (message.kind === 'not-opened') this.#waiting.delete(`close ${message.key}`);
  }

  /** ABANDON twice: without the second, cancelling the run cancels its guard. */
  async #begin(): Promise<ChildWorkflowHandle<typeof guard>> {
    const handle = await startChild(guard, {
      workflowId: guardId(),
      args: [this.#start],
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
      staticSummary: `guard of ${this.#start.run.id}`,
    });
    const ended = (): void => {
      this.#gone = true;
      this.#answerForIt();
    };
    void handle.result().then(ended, ended);
    return handle;
  }

  /** What it held is no longer ours to open or close, and the run must say so instead of waiting. */
  #answerForIt(): void {
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const message of left) {
      switch (message.kind) {
        case 'acquire':
          this.#answer({ kind: 'not-granted', error });
          break;
        case 'open':
          this.#answer({ kind: 'open-failed', key: message.key, status: 'errored', error });
          break;
        case 'close':
          this.#answer({ kind: 'stuck', key: message.key, error });
          break;
        case 'end-live': {
          const outcome = { status: 'errored', error: endingError } as const;
          this.#answer({ kind: 'live-ended', key: message.key, outcome, done: [] });
          break;
        }
        case 'release':
        case 'yielded':
          break;
      }
    }
  }
}

/** The same in every execution of the run. */
const guardId = (): string => `guard/${workflowInfo().firstExecutionRunId}`;

/** An opening, its closing and its end are different questions. */
function nameOf(
  message: Exclude<ToGuard, { kind: 'release' | 'yielded' }> | Extract<FromGuard, { key: string }>,
): string {
  switch (message.kind) {
    case 'acquire':
      return 'acquire';
    case 'open':
    case 'opened':
    case 'open-failed':
    case 'not-opened':
      return `open ${message.key}`;
    case 'close':
    case 'closed':
    case 'stuck':
    case 'taken-over':
      return `close ${message.key}`;
    case 'end-live':
    case 'live-ended':
      return `end ${message.key}`;
  }
}
