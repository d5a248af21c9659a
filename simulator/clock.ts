/** The time of a simulation. Everything that happens later is put on it, so that 30 idle minutes can pass at once. */
export interface SimClock {
  /** ms since 1970. */
  now(): number;
  /** Runs once the clock reads `time` or later, with `time` as its argument; gives a function that forgets it. */
  at(time: number, run: (time: number) => void): () => void;
  /** Lets `ms` pass at once; what became due has run when it returns, in order of time. */
  advance(ms: number): void;
  /** Runs what is due already: the timers of a busy process come late, a reader must not notice. */
  settle(): void;
}

/**
 * The machine's time plus what was advanced; with a factor of 60 a minute passes in a second from now on. Its timers do not
 * keep a process alive.
 */
export function realClock(factor = 1): SimClock {
  const begun = Date.now();
  let offset = 0;
  let timer: NodeJS.Timeout | undefined;
  const agenda = createAgenda();
  // Whole ms: times of the API have no more.
  const now = (): number => begun + Math.floor((Date.now() - begun) * factor) + offset;
  const settle = (): void => {
    agenda.runUntil(now());
    rearm();
  };
  const rearm = (): void => {
    clearTimeout(timer);
    const next = agenda.next();
    if (next === undefined) return;
    // A delay beyond 31 bits would fire at once.
    timer = setTimeout(settle, Math.min(Math.max(Math.ceil((next - now()) / factor), 0), 2 ** 31 - 1));
    timer.unref();
  };
  return {
    now,
    at(time, run) {
      const forget = agenda.add(time, run);
      rearm();
      return () => {
        forget();
        rearm();
      };
    },
    advance(ms) {
      offset += ms;
      settle();
    },
    settle,
  };
}

/** A clock that stands still until it is advanced. `startMs`: ms since 1970. */
export function steppedClock(startMs = Date.UTC(2026, 0, 15, 9)): SimClock {
  let current = startMs;
  const agenda = createAgenda();
  return {
    now: () => current,
    at: (time, run) => agenda.add(time, run),
    advance(ms) {
      const end = current + ms;
      agenda.runUntil(end, time => {
        current = Math.max(current, time);
      });
      current = end;
    },
    settle: () => {
      agenda.runUntil(current);
    },
  };
}

interface Entry {
  readonly time: number;
  readonly run: (time: number) => void;
}

function createAgenda() {
  const entries: Entry[] = [];
  return {
    add(time: number, run: (time: number) => void): () => void {
      const entry = { time, run };
      const place = entries.findIndex(other => other.time > time);
      entries.splice(place === -1 ? entries.length : place, 0, entry);
      return () => {
        const index = entries.indexOf(entry);
        if (index !== -1) entries.splice(index, 1);
      };
    },
    next: (): number | undefined => entries[0]?.time,
    runUntil(end: number, before?: (time: number) => void): void {
      for (let entry = entries[0]; entry !== undefined && entry.time <= end; entry = entries[0]) {
        entries.shift();
        before?.(entry.time);
        entry.run(entry.time);
      }
    },
  };
}
