import type { Http } from './http.ts';

/** Who is let through first. Live: of a client without limits, so no drill and no plan; a sign-in counts as one too. */
const lanes = ['live-effect', 'effect', 'live-read', 'read'] as const;
export type Lane = (typeof lanes)[number];

/** Bounds how often a ZVM is asked. Shared by all clients of a site. */
export interface Pace {
  /** Resolves when one more request may go out; rejects with the signal's reason. */
  enter(lane: Lane, signal?: AbortSignal): Promise<void>;
}

/** The time that a pace goes by: never the wall clock, which may be set. */
export interface PaceClock {
  /** ms, only ever rising. */
  now(): number;
  /** Runs once after so many ms; gives how to forget it. */
  after(ms: number, run: () => void): () => void;
}

const machineClock: PaceClock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/**
 * A bucket that holds the tokens of one second. A read needs a token; live effects go into debt for up to another second's
 * worth, others for half of it, which the reads pay for: no effect waits because of reads, no live one because of a
 * drill's, and over time the rate holds.
 * @param perSecond above 0
 */
export function createPace(perSecond: number, clock: PaceClock = machineClock): Pace {
  if (!(perSecond > 0)) throw new RangeError('requestsPerSecond must be above 0');
  const capacity = Math.max(1, perSecond);
  const least: Readonly<Record<Lane, number>> = {
    'live-effect': 1 - capacity,
    effect: 1 - capacity / 2,
    'live-read': 1,
    read: 1,
  };
  const waiting = new Map<Lane, Set<() => void>>(lanes.map(lane => [lane, new Set()]));
  let level = capacity;
  let filledAt = clock.now();
  let forget: (() => void) | undefined;

  /** Lets through whoever may go, in order, and comes back for the next. */
  function admit(): void {
    forget?.();
    forget = undefined;
    const now = clock.now();
    level = Math.min(capacity, level + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    for (;;) {
      const [lane, queue] = [...waiting].find(([, { size }]) => size > 0) ?? [];
      const [first] = queue ?? [];
      if (lane === undefined || first === undefined) return;
      // A hair less will do: fractions of tokens do not add up exactly.
      const missing = least[lane] - level;
      if (missing > 1e-6) {
        forget = clock.after(Math.ceil((missing / perSecond) * 1000), admit);
        return;
      }
      queue?.delete(first);
      level -= 1;
      first();
    }
  }

  return {
    enter: (lane, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const leave = () => {
          waiting.get(lane)?.delete(go);
          reject(signal?.reason as Error);
        };
        const go = () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting.get(lane)?.add(go);
        admit();
      }),
  };
}

/** The same, as one of a site's sign-ins: nothing goes on without them. */
export function paced(http: Http, pace: Pace): Http {
  return {
    ...http,
    async send(request) {
      await pace.enter('live-effect', request.signal);
      return http.send(request);
    },
  };
}
