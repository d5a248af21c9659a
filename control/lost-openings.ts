import type { ActionCall } from '../actions/call.ts';
import { keyInOther } from '../engine/guard-preempt.ts';
import type { LiveChange } from '../engine/guard-activities.ts';
import type { HowToEnd, ToGuard } from '../engine/guard-messages.ts';
import type { HandedEnding, HandedOver } from '../engine/guard-types.ts';
import type { JsonMap } from '../actions/json.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Opening = Writable<HandedOver> & { stopping?: boolean };

/** An activity of a workflow that is no more is cancelled with its next heartbeats; then it sends nothing any more, ms. */
const fallsSilentMs = 15_000;

/** What a lost guard may have left open, as its history is read: the last opening of each key. */
export class LostOpenings {
  readonly #openings = new Map<string, Opening>();

  /** As an earlier guard, or another run's, left it. */
  take(one: HandedOver): void {
    this.#openings.set(one.key, { ...one });
  }

  clear(): void {
    this.#openings.clear();
  }

  get(key: string): Opening | undefined {
    return this.#openings.get(key);
  }

  /** @param lostAt ms since 1970 */
  handed(lostAt: number): readonly HandedOver[] {
    return [...this.#openings.values()].flatMap(({ stopping, ...opening }): HandedOver[] => {
      const { sent, lateUntil, told, endedBy } = opening;
      if (sent === undefined && lateUntil === undefined && told === undefined && endedBy === undefined) return [];
      return [{ ...opening, ...(stopping === true ? { quietUntil: lostAt + fallsSilentMs } : {}) }];
    });
  }

  /** A drill's test that was taken over has another run's key. */
  of(call: ActionCall): Opening | undefined {
    return this.#openings.get(keyInOther(call, call.step)) ?? this.#openings.get(call.step);
  }

  open({ key, summary, call, deadline, again }: Extract<ToGuard, { kind: 'open' }>): void {
    const known = this.#openings.get(key);
    if (known !== undefined && (isOver(known) ? again === true : isKnownAtZvm(known))) return;
    this.#openings.set(key, { key, summary, call, ...(deadline === undefined ? {} : { deadline }) });
  }

  close({ key, step, success, summary, deadline }: Extract<ToGuard, { kind: 'close' }>): void {
    const opening = this.#openings.get(key);
    if (opening !== undefined && !isOver(opening)) opening.closing ??= { step, success, summary, deadline };
  }

  /** Refused, or proved not to have happened: one that is tried again is asked for again. */
  notSent(key: string, how: string, error: string): void {
    const opening = this.#openings.get(key);
    if (opening === undefined) return;
    delete opening.lateUntil;
    delete opening.sending;
    delete opening.since;
    if (how === 'failed') opening.told = { kind: 'not-opened', status: 'failed', error };
  }

  endLive({ opened }: LiveChange, how: HowToEnd, outputs: JsonMap): void {
    const opening = this.#openings.get(opened.step);
    if (opening === undefined) return;
    delete opening.ending;
    opening.endedBy = { how, outputs };
  }

  setEnding({ opened, ...known }: LiveChange, ending: HandedEnding): void {
    const key = opened.step;
    const opening = this.#openings.get(key) ?? this.found({ key, summary: key, call: opened, ...known });
    opening.ending = ending;
  }

  /** What was sent is ours, even where it is not to be seen who asked for it. */
  found(opening: HandedOver): Opening {
    this.#openings.set(opening.key, opening);
    return opening;
  }

  endingOf({ opened }: LiveChange): Writable<HandedEnding> | undefined {
    return this.#openings.get(opened.step)?.ending;
  }

  dropEnding({ opened }: LiveChange): void {
    const opening = this.#openings.get(opened.step);
    if (opening !== undefined) delete opening.ending;
  }
}

const isOver = ({ told, endedBy }: Opening): boolean =>
  endedBy !== undefined || told?.kind === 'not-opened' || told?.kind === 'closed';

const isKnownAtZvm = ({ sent, lateUntil }: Opening): boolean => sent !== undefined || lateUntil !== undefined;
