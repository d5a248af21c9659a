import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  type ChildWorkflowHandle,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { FromGuard, ToGuard } from '../engine/guard-messages.ts';
import type { GuardStart, LostGuard } from '../engine/guard-types.ts';
import { callActivity, soon } from './activity-options.ts';
import type { CarriedGuard } from './carried.ts';
import { endingOf } from './ending.ts';
import { guard } from './guard.ts';
import { GuardQuestions } from './guard-questions.ts';
import { toGuardSignal } from './messages.ts';
import { guardIdOf } from './names.ts';
import { queueOf } from './queue-of.ts';

const error = 'the guard of this run was terminated: nobody closes what it opened';
const resetError =
  'the run was reset to before it began its guard, which closes what was opened since: start another run';
const endingError =
  'the guard of this run was terminated: whether anything of it was sent is not known, look at the ZVM';
const notEnded = { status: 'errored', error: endingError } as const;

/** Somebody who terminates each guard of a run means it. */
const mostGuards = 20;
const readLostMs = 10 * 60_000;
const watchMs = 15_000;
const year = 365 * 24 * 3_600_000;

/**
 * A run's side of its guard: starts it with the first message, starts another from its history when somebody has terminated
 * it, and answers for it when that cannot be. A guard's id tells all: nothing depends on its being a child.
 */
export class GuardLink {
  readonly #start: () => GuardStart;
  readonly #answer: (message: FromGuard) => void;
  readonly #questions: GuardQuestions;
  #generation: number;
  #handle: ChildWorkflowHandle<typeof guard> | undefined;
  /** Could not be given to a guard that was gone. */
  #unsent: ToGuard[];
  #released: boolean;
  /** No guard is there, and none will be. */
  #gone: boolean;
  #why = error;
  /** The generation that was found to have ended. */
  #ended = 0;
  #succession: Promise<void> | undefined;
  #watch: { readonly scope: CancellationScope; readonly over: Promise<void> } | undefined;

  /** `carried`: an earlier execution of the run has begun it. */
  constructor(start: () => GuardStart, answer: (message: FromGuard) => void, carried?: CarriedGuard) {
    const { waiting, unsent = [], generation = 1, gone = false, released = false } = carried ?? {};
    this.#start = start;
    this.#answer = answer;
    this.#questions = new GuardQuestions(waiting);
    this.#generation = carried === undefined ? 0 : generation;
    this.#unsent = [...unsent];
    this.#released = released;
    this.#gone = gone;
    if (carried?.generation !== undefined && !gone && !released) this.#watchGuard();
  }

  get begun(): boolean {
    return this.#generation > 0;
  }

  /** Nothing of its own is under way. */
  get isQuiet(): boolean {
    return this.#succession === undefined && this.#watch === undefined;
  }

  /** Ends its watch, so that the run may go on in another execution. */
  settle(): void {
    this.#watch?.scope.cancel();
  }

  /** For the run's next execution; undefined: it has no guard yet. */
  carried(): CarriedGuard | undefined {
    if (!this.begun) return undefined;
    return {
      waiting: this.#questions.all(),
      gone: this.#gone,
      generation: this.#generation,
      unsent: this.#unsent,
      released: this.#released,
    };
  }

  async tell(messages: readonly ToGuard[]): Promise<void> {
    this.#questions.ask(messages);
    if (messages.some(message => message.kind === 'release')) this.#released = true;
    if (!this.begun) {
      this.#generation = 1;
      await this.#beginFirst();
    }
    if (this.#succession !== undefined) {
      this.#unsent.push(...messages);
      // The last message of a run is not lost with it.
      if (this.#released) await this.#succession;
      return;
    }
    if (this.#gone) this.#answerForIt();
    else if (!(await this.#signal(messages))) this.#lost(messages);
  }

  /** To be called with each answer that comes from the guard. False: it answers nothing, being the second of two. */
  heard(message: FromGuard): boolean {
    return this.#questions.heard(message) || this.#generation === 1;
  }

  /** To be awaited before the run ends. */
  async end(): Promise<void> {
    this.settle();
    await this.#watch?.over;
  }

  get #id(): string {
    return guardIdOf(workflowInfo().firstExecutionRunId, this.#generation);
  }

  async #beginFirst(): Promise<void> {
    try {
      await this.#begin(this.#start());
    } catch (failure) {
      if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
      // Of a run that Temporal has reset: it listens to a token that nobody knows any more, and closes when the run has ended.
      this.#gone = true;
      this.#why = resetError;
    }
  }

  /** ABANDON twice: without the second, cancelling the run cancels its guard. */
  async #begin(start: GuardStart): Promise<void> {
    const generation = this.#generation;
    this.#handle = await startChild(guard, {
      workflowId: this.#id,
      args: [start],
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
      staticSummary: `guard of ${start.run.id}`,
    });
    const ended = (): void => {
      this.#hasEnded(generation);
    };
    void this.#handle.result().then(ended, ended);
  }

  /** One that is nobody's child here: a run before this one has started it. */
  #watchGuard(): void {
    const generation = this.#generation;
    const scope = new CancellationScope({ cancellable: true, parent: new CancellationScope({ cancellable: false }) });
    const input = { runId: this.#id, firstLookMs: watchMs, everyMs: watchMs };
    const { queues, run } = this.#start();
    const main = workflowInfo().taskQueue;
    const place = patched('a-watch-waits') ? { queue: queueOf(main, queues, { waits: true }), mode: run.mode } : {};
    const id = `guard:watch:${generation}`;
    const options = { id, summary: 'watches its guard', budgetMs: year, transport: soon, ...place };
    const over = scope
      .run(() => callActivity('guard/watch-holder', input, options))
      .then(
        () => {
          this.#watch = undefined;
          this.#hasEnded(generation);
        },
        (failure: unknown) => {
          this.#watch = undefined;
          if (!isCancellation(failure)) endingOf(failure);
        },
      );
    this.#watch = { scope, over };
  }

  #hasEnded(generation: number): void {
    if (generation !== this.#generation) return;
    this.#ended = generation;
    this.#lost([]);
  }

  /** False: it is gone. */
  async #signal(messages: readonly ToGuard[]): Promise<boolean> {
    try {
      const handle = this.#handle ?? getExternalWorkflowHandle(this.#id);
      await handle.signal(toGuardSignal, this.#start().token, messages);
      return true;
    } catch {
      return false;
    }
  }

  #lost(unsent: readonly ToGuard[]): void {
    this.#unsent.push(...unsent);
    if (this.#succession !== undefined) return;
    // `patched` last: asked only where a guard was lost, it costs the others nothing.
    const isLast = this.#gone || this.#released || this.#generation >= mostGuards;
    if (isLast || !patched('successor')) this.#giveUp();
    else this.#succession = CancellationScope.nonCancellable(() => this.#succeed());
  }

  async #succeed(): Promise<void> {
    for (let tries = 1; this.#generation < mostGuards && tries <= mostGuards; tries++) {
      const lost = await this.#readLost(tries);
      if (lost === undefined) break;
      if (lost === null) {
        if (!this.#isNoChild()) await sleep(watchMs, { summary: 'its guard lives, and took no message' });
      } else {
        this.#generation++;
        await this.#beginNext({ ...this.#start(), ...lost, generation: this.#generation });
      }
      if (!(await this.#signalAgain())) continue;
      if (this.#ended === this.#generation) continue;
      this.#succession = undefined;
      return;
    }
    this.#succession = undefined;
    this.#giveUp();
  }

  /** Of a run that Temporal has reset it is a child no more: it takes no message as one, and its end is not told. */
  #isNoChild(): boolean {
    if (this.#handle === undefined || !patched('a-guard-of-a-reset-run')) return false;
    this.#handle = undefined;
    if (this.#watch === undefined) this.#watchGuard();
    return true;
  }

  async #beginNext(start: GuardStart): Promise<void> {
    await this.end();
    this.#handle = undefined;
    try {
      await this.#begin(start);
    } catch {
      // Somebody has started one of that id: it is the guard now.
      this.#watchGuard();
    }
  }

  /** All that waits, told so that what an earlier guard has done is not done again; then what none has seen. */
  async #signalAgain(): Promise<boolean> {
    const unsent = new Set<ToGuard>(this.#unsent);
    const asked = this.#questions.again(question => !unsent.has(question));
    const messages = [...asked, ...unsent];
    if (messages.length > 0 && !(await this.#signal(messages))) return false;
    this.#unsent = this.#unsent.filter(message => !unsent.has(message));
    // What came in meanwhile.
    return this.#unsent.length === 0 || this.#signalAgain();
  }

  /** null: it lives; undefined: nobody could read it. */
  async #readLost(tries: number): Promise<LostGuard | null | undefined> {
    const options = {
      id: `guard:read-lost:${this.#generation}:${tries}`,
      summary: `reads what ${this.#id} left, to go on from there`,
      budgetMs: readLostMs,
      transport: soon,
    };
    try {
      return (await callActivity('guard/read-lost', { guardId: this.#id }, options)) as LostGuard | null;
    } catch (failure) {
      endingOf(failure);
      return undefined;
    }
  }

  #giveUp(): void {
    this.#gone = true;
    this.#answerForIt();
  }

  /** What it held is no longer ours to open or close, and the run must say so instead of waiting. */
  #answerForIt(): void {
    const left = this.#questions.all();
    this.#questions.clear();
    for (const message of left) {
      switch (message.kind) {
        case 'acquire':
          this.#answer({ kind: 'not-granted', error: this.#why });
          break;
        case 'open':
          this.#answer({ kind: 'open-failed', key: message.key, status: 'errored', error: this.#why });
          break;
        case 'close':
          this.#answer({ kind: 'stuck', key: message.key, error: this.#why });
          break;
        case 'end-live':
          this.#answer({ kind: 'live-ended', key: message.key, outcome: notEnded, done: [] });
          break;
        case 'extend':
        case 'yielded':
          break;
      }
    }
  }
}
