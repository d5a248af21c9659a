import type { Control } from '../connection.ts';
import type { WatchedRun } from './facts.ts';
import { RunReader } from './read.ts';

/** How often a run is looked at while somebody watches, ms. */
const everyMs = 800;
/** A run that nobody has looked at for so long is forgotten, and with it when its worker answered last, ms. */
const forgottenAfterMs = 10 * 60_000;
const mostFeeds = 200;

/** What is known of a run, shared by all who look at it. `at`: when it was read, ms since 1970. */
export interface Seen {
  readonly facts: WatchedRun;
  readonly at: number;
}

/** One feed a run: however many people watch it, Temporal is asked once. */
export class RunFeeds {
  readonly #control: Control;
  readonly #organisation: () => Promise<string>;
  readonly #clock: () => number;
  readonly #feeds = new Map<string, Feed>();

  constructor(control: Control, organisation: () => Promise<string>, clock: () => number) {
    this.#control = control;
    this.#organisation = organisation;
    this.#clock = clock;
  }

  /** Until nothing is asked of Temporal any more: the SDK asks again by a timer, and a closed connection throws there. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#feeds.values()].flatMap(({ looking }) => looking ?? []));
    this.#feeds.clear();
  }

  /** The run as it is now; what was read a moment ago will do. Throws RunNotFound. */
  async look(id: string): Promise<Seen> {
    return await (await this.#feed(id)).look(everyMs);
  }

  /** Each time that something has changed, beginning with now, until the signal says stop or the run has ended. Throws RunNotFound. */
  async *follow(id: string, signal: AbortSignal): AsyncGenerator<Seen> {
    const feed = await this.#feed(id);
    let told: WatchedRun | undefined;
    while (!signal.aborted) {
      const began = this.#clock();
      const seen = await feed.look(everyMs / 2);
      if (seen.facts !== told) {
        told = seen.facts;
        yield seen;
      }
      if (seen.facts.journal.run.endedAt !== undefined && seen.facts.openings.length === 0) return;
      // A long history takes its time to read: the server must not do only that.
      const took = this.#clock() - began;
      await pause(Math.max(everyMs, 3 * took), signal);
    }
  }

  async #feed(id: string): Promise<Feed> {
    const now = this.#clock();
    for (const [key, feed] of this.#feeds) if (now - feed.usedAt > forgottenAfterMs) this.#feeds.delete(key);
    if (this.#feeds.size >= mostFeeds) {
      const [oldest] = [...this.#feeds].sort(([, a], [, b]) => a.usedAt - b.usedAt);
      if (oldest !== undefined) this.#feeds.delete(oldest[0]);
    }
    const known = this.#feeds.get(id);
    if (known !== undefined) return known;
    const feed = new Feed(new RunReader(this.#control, id, await this.#organisation()), this.#clock);
    this.#feeds.set(id, feed);
    return feed;
  }
}

class Feed {
  readonly #reader: RunReader;
  readonly #clock: () => number;
  #last: Seen | undefined;
  #looking: Promise<Seen> | undefined;
  usedAt: number;

  get looking(): Promise<Seen> | undefined {
    return this.#looking;
  }

  constructor(reader: RunReader, clock: () => number) {
    this.#reader = reader;
    this.#clock = clock;
    this.usedAt = clock();
  }

  async look(goodForMs: number): Promise<Seen> {
    this.usedAt = this.#clock();
    if (this.#last !== undefined && this.usedAt - this.#last.at < goodForMs) return this.#last;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return await this.#looking;
  }

  async #look(): Promise<Seen> {
    const facts = await this.#reader.look(this.#clock());
    this.#last = { facts, at: this.#clock() };
    return this.#last;
  }
}

/** At most so long: the signal ends it. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over);
  });
}
