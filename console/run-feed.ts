import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from '../control/connection.ts';
import { type Watched, watchRun } from '../control/watch.ts';

type Line = Extract<Watched, { kind: 'progress' }>['progress'];

/** What a watcher of a run is told, in order. */
export type Told =
  | Watched
  /** Nothing has happened for a while: the stream lives. */
  | { readonly kind: 'still' };

/** Runs as many people watch them: each run is asked once, however many look at it. */
export interface RunFeeds {
  /**
   * All that has happened behind `after` (a `seq`), what waits now, and then what happens, until the end or until the signal says
   * stop. Whoever reads slowly is told later, not less. Throws RunNotFound.
   */
  follow(run: string, after: number, signal: AbortSignal): AsyncGenerator<Told>;
  close(): void;
}

const stillEveryMs = 15_000;
/** A page that is loaded again must not begin anew. */
const lingerMs = 10_000;
const againAfterMs = 2_000;

export interface FeedTimes {
  readonly stillEveryMs: number;
  readonly lingerMs: number;
}

type Watch = (control: Control, run: string, signal: AbortSignal, since: number) => AsyncGenerator<Watched>;

export function createRunFeeds(
  control: Control,
  times: FeedTimes = { stillEveryMs, lingerMs },
  watch: Watch = watchRun,
): RunFeeds {
  const feeds = new Map<string, Feed>();
  return {
    async *follow(run, after, signal) {
      const feed = feeds.get(run) ?? new Feed(signal => (since: number) => watch(control, run, signal, since));
      feeds.set(run, feed);
      feed.watchers += 1;
      try {
        yield* feed.follow(after, signal, times.stillEveryMs);
      } finally {
        feed.watchers -= 1;
        const rest = setTimeout(() => {
          if (feed.watchers > 0 || feeds.get(run) !== feed) return;
          feeds.delete(run);
          feed.stop();
        }, times.lingerMs);
        rest.unref();
      }
    },
    close() {
      for (const feed of feeds.values()) feed.stop();
      feeds.clear();
    },
  };
}

/** One run that is watched. */
class Feed {
  watchers = 0;
  readonly #lines: Line[] = [];
  #waits: Extract<Watched, { kind: 'waits' }> | undefined;
  #silent: Extract<Watched, { kind: 'silent' }> | undefined;
  #end: Extract<Watched, { kind: 'ended' | 'lost' }> | undefined;
  #error: Error | undefined;
  /** Grows with each change. */
  #version = 0;
  readonly #wake = new Set<() => void>();
  readonly #stopped = new AbortController();

  constructor(watchFrom: (signal: AbortSignal) => (since: number) => AsyncGenerator<Watched>) {
    void this.#read(watchFrom(this.#stopped.signal));
  }

  stop(): void {
    this.#stopped.abort();
    this.#tellAll();
  }

  async #read(watchFrom: (since: number) => AsyncGenerator<Watched>): Promise<void> {
    while (!this.#stopped.signal.aborted && this.#end === undefined) {
      try {
        for await (const seen of watchFrom(this.#lines.at(-1)?.seq ?? 0)) this.#take(seen);
        return;
      } catch (error) {
        if (error instanceof Error && error.name === 'RunNotFound') {
          this.#error = error;
          this.#tellAll();
          return;
        }
        // Temporal is away: nobody is told that the run is.
        const told = this.#silent;
        if (told?.temporal !== true) this.#take({ kind: 'silent', since: told?.since ?? Date.now(), temporal: true });
        await sleep(againAfterMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      }
    }
  }

  #take(seen: Watched): void {
    switch (seen.kind) {
      case 'progress':
        this.#lines.push(seen.progress);
        this.#silent = undefined;
        break;
      case 'waits':
        this.#waits = seen;
        this.#silent = undefined;
        break;
      case 'silent':
        this.#silent = seen;
        break;
      case 'ended':
      case 'lost':
        this.#end = seen;
    }
    this.#tellAll();
  }

  #tellAll(): void {
    this.#version += 1;
    for (const wake of [...this.#wake]) wake();
  }

  async *follow(after: number, signal: AbortSignal, everyMs: number): AsyncGenerator<Told> {
    const first = this.#lines.findIndex(({ seq }) => seq > after);
    let next = first === -1 ? this.#lines.length : first;
    // What came before `after` may still be on its way to us.
    const isNew = ({ seq, status }: Line): boolean => seq > after || status === 'retrying';
    let waits: unknown;
    let silent: unknown;
    while (!signal.aborted && !this.#stopped.signal.aborted) {
      const version = this.#version;
      if (this.#error !== undefined) throw this.#error;
      for (let line = this.#lines[next]; line !== undefined; line = this.#lines[next]) {
        next += 1;
        if (isNew(line)) yield { kind: 'progress', progress: line };
      }
      if (this.#waits !== undefined && this.#waits !== waits) yield this.#waits;
      waits = this.#waits;
      if (this.#silent !== undefined && this.#silent !== silent) yield this.#silent;
      silent = this.#silent;
      // Something may have come while the last was being sent.
      if (version !== this.#version) continue;
      if (this.#end !== undefined) {
        yield this.#end;
        return;
      }
      if (!(await this.#change(signal, everyMs))) yield { kind: 'still' };
    }
  }

  /** Whether something came before the time was over. */
  #change(signal: AbortSignal, withinMs: number): Promise<boolean> {
    return new Promise(resolve => {
      const settle = (came: boolean): void => {
        clearTimeout(timer);
        this.#wake.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve(came);
      };
      const wake = (): void => {
        settle(true);
      };
      const timer = setTimeout(() => {
        settle(false);
      }, withinMs);
      this.#wake.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
