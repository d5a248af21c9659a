import type { FromGuard, ToGuard } from '../engine/guard-messages.ts';

export type Question = Exclude<ToGuard, { kind: 'release' }>;

/**
 * What a run has asked its guard and was not answered yet: `acquire`, openings, closings and ends of live changes by key. That
 * it has yielded, and what time it was given, is answered by nobody and told to each guard.
 */
export class GuardQuestions {
  readonly #waiting: Map<string, Question>;

  constructor(carried: readonly Question[] = []) {
    this.#waiting = new Map(carried.map(question => [nameOf(question), question]));
  }

  ask(messages: readonly ToGuard[]): void {
    for (const message of messages) if (message.kind !== 'release') this.#waiting.set(nameOf(message), message);
  }

  /** True: it answers something that waits, or it is news that nobody has to wait for. */
  heard(message: FromGuard): boolean {
    switch (message.kind) {
      case 'granted':
      case 'not-granted':
        return this.#waiting.delete('acquire');
      case 'opened':
      case 'open-failed':
        return this.#waiting.delete(`open ${message.key}`);
      case 'live-ended':
        return this.#waiting.delete(`end ${message.key}`);
      case 'not-opened': {
        const opens = this.#waiting.delete(`open ${message.key}`);
        // It answers a closing too: nothing was open.
        return this.#waiting.delete(`close ${message.key}`) || opens;
      }
      case 'closed':
        this.#waiting.delete(`open ${message.key}`);
        this.#waiting.delete(`close ${message.key}`);
        return true;
      case 'stuck':
      case 'taken-over':
        this.#waiting.delete(`close ${message.key}`);
        return true;
      case 'lock-waits':
      case 'preempted':
      case 'took-over':
        return true;
    }
  }

  /** In the order in which they were asked. */
  all(): readonly Question[] {
    return [...this.#waiting.values()];
  }

  /** For another guard: what an earlier one was asked, it may have done. */
  again(isAsked: (question: Question) => boolean = () => true): readonly Question[] {
    return this.all()
      .filter(isAsked)
      .map(question => (question.kind === 'open' ? { ...question, again: true } : question));
  }

  clear(): void {
    this.#waiting.clear();
  }
}

/** An opening, its closing and its end are different questions. */
function nameOf(question: Question): string {
  switch (question.kind) {
    case 'acquire':
      return 'acquire';
    case 'yielded':
      return 'yielded';
    case 'extend':
      return `extend ${question.key ?? ''}`;
    case 'open':
      return `open ${question.key}`;
    case 'close':
      return `close ${question.key}`;
    case 'end-live':
      return `end ${question.key}`;
  }
}
