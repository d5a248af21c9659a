import type { Caller } from './caller.ts';
import { NotFound, Refused, SignInRefused, TaskVanished, ZvmError } from './errors.ts';
import { readTask, readTasks, type Task } from './tasks.ts';

/** One loop for all who wait on a site: requests grow with time, not with the number of waiters. */
export interface TaskWatcher {
  /** See `Tasks.wait`. */
  wait(
    id: string,
    options: { readonly signal: AbortSignal; readonly onProgress?: (task: Task) => void },
  ): Promise<Task>;
}

export interface WatchPace {
  /** How long to wait between two polls while the youngest waiter is `ageMs` old. */
  intervalFor(ageMs: number): number;
  /** How long a task may be missing before it counts as vanished. */
  readonly missingMs: number;
}

/** A task may be 404 right after its creation (docs/zerto.md §7). */
const usualPace: WatchPace = {
  intervalFor: ageMs => (ageMs < 10_000 ? 500 : ageMs < 60_000 ? 2000 : 5000),
  missingMs: 30_000,
};

interface Waiter {
  readonly id: string;
  readonly since: number;
  /** When the ZVM last knew the task; until then, when the waiting began. */
  known: number;
  /** The ZVM's time of the task's start, once seen. */
  started: string | undefined;
  readonly seen: (task: Task) => void;
  readonly fail: (error: Error) => void;
}

// How far back the list reaches for tasks whose start is not known yet: an activity that waits again, and clock skew.
const reachBackMs = 60 * 60_000;
/** Tasks that the list does not show are asked for one by one, this many a poll. */
const singlesPerPoll = 4;

export function createTaskWatcher(
  caller: Caller,
  site: string,
  clock: () => number,
  pace: WatchPace = usualPace,
): TaskWatcher {
  const waiters = new Set<Waiter>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let polling: AbortController | undefined;
  let lastPoll = Number.NEGATIVE_INFINITY;
  let nextPoll = 0;
  /** Polls in a row that a transport fault ended. */
  let faults = 0;

  function wait(
    id: string,
    { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: (task: Task) => void },
  ): Promise<Task> {
    return new Promise<Task>((resolve, reject) => {
      signal.throwIfAborted();
      const leave = () => {
        waiters.delete(waiter);
        signal.removeEventListener('abort', abort);
        if (waiters.size === 0) stop();
      };
      const abort = () => {
        leave();
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        id,
        since: clock(),
        known: clock(),
        started: undefined,
        seen(task) {
          try {
            onProgress?.(task);
          } catch (error) {
            waiter.fail(error as Error);
            return;
          }
          if (!task.terminal) return;
          leave();
          resolve(task);
        },
        fail(error) {
          leave();
          reject(error);
        },
      };
      signal.addEventListener('abort', abort);
      waiters.add(waiter);
      // A newcomer may bring the next poll forward, but never closer to the last one than the shortest interval.
      nextPoll = Math.min(nextPoll, lastPoll + pace.intervalFor(0));
      schedule();
    });
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    polling?.abort();
  }

  function schedule(): void {
    if (polling !== undefined || waiters.size === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => void poll(), Math.max(0, nextPoll - performance.now()));
  }

  async function poll(): Promise<void> {
    timer = undefined;
    const current = new AbortController();
    polling = current;
    try {
      await (waiters.size === 1 ? pollOne(current.signal) : pollList(current.signal));
      faults = 0;
    } catch (error) {
      if (!current.signal.aborted) {
        if (livedThrough(error)) faults++;
        else for (const waiter of [...waiters]) waiter.fail(error as Error);
      }
    }
    polling = undefined;
    const youngest = Math.min(...[...waiters].map(waiter => clock() - waiter.since));
    lastPoll = performance.now();
    nextPoll = lastPoll + Math.max(pauseAfter(faults), waiters.size === 0 ? 0 : pace.intervalFor(youngest));
    schedule();
  }

  /** A ZVM that is away is asked less and less often, down to the longest interval. */
  function pauseAfter(count: number): number {
    return count === 0
      ? 0
      : Math.min(pace.intervalFor(0) * 2 ** (count - 1), pace.intervalFor(Number.POSITIVE_INFINITY));
  }

  async function pollOne(signal: AbortSignal): Promise<void> {
    for (const waiter of [...waiters]) await ask(waiter, signal);
  }

  async function pollList(signal: AbortSignal): Promise<void> {
    const tasks = new Map(
      (await readTasks(caller, { startedAfter: floor() }, { signal })).map(task => [task.id, task]),
    );
    const missing: Waiter[] = [];
    for (const waiter of [...waiters]) {
      const task = tasks.get(waiter.id);
      if (task === undefined) missing.push(waiter);
      else see(waiter, task);
    }
    for (const waiter of missing.slice(0, singlesPerPoll)) {
      if (!waiters.delete(waiter)) continue;
      // To the end of the line, so that the next poll asks for the others.
      waiters.add(waiter);
      await ask(waiter, signal);
    }
  }

  async function ask(waiter: Waiter, signal: AbortSignal): Promise<void> {
    try {
      see(waiter, await readTask(caller, waiter.id, { signal }));
    } catch (error) {
      // Which status a ZVM gives for a task that it does not know (yet) is not documented.
      const absent = error instanceof NotFound || error instanceof Refused;
      if (!absent) throw error;
      if (clock() - waiter.known < pace.missingMs) return;
      waiter.fail(error instanceof NotFound ? vanished(waiter.id) : error);
    }
  }

  function see(waiter: Waiter, task: Task): void {
    if (!waiters.has(waiter)) return;
    waiter.known = clock();
    waiter.started = task.started;
    waiter.seen(task);
  }

  function floor(): string {
    const starts = [...waiters].map(waiter => Date.parse(waiter.started ?? ''));
    const earliest = Math.min(...starts.map(start => (Number.isNaN(start) ? clock() - reachBackMs : start - 1000)));
    return new Date(earliest).toISOString();
  }

  function vanished(id: string): TaskVanished {
    return new TaskVanished(`Site "${site}" no longer knows the task ${id}; how it ended must be read from the VPG.`, {
      operation: `GET tasks/${id}`,
      site,
      status: 404,
      retryable: false,
      happened: 'no',
    });
  }

  return { wait };
}

/** A ZVM that is away, or that does not let us in for now, does not end a wait: the task goes on without us. */
function livedThrough(error: unknown): boolean {
  return error instanceof ZvmError && (error.retryable || error instanceof SignInRefused);
}
