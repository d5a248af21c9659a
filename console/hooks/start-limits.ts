import type { Control } from '../../control/connection.ts';
import { readRun } from '../../control/run-list.ts';
import { startsBy } from '../../control/trigger-starts.ts';

/** A trigger has started as many runs as it may. */
class TooManyStarts extends Error {
  override readonly name = 'TooManyStarts';
}

/** `at-most` of each trigger. */
export interface StartLimits {
  /**
   * Starts the run of this id, unless it would be one too many within an hour; what was started before is none more. Throws
   * TooManyStarts, or what `act` does.
   */
  start<T>(start: StartUnderLimit<T>): Promise<T>;
}

interface StartUnderLimit<T> {
  readonly via: string;
  /** An hour; undefined: as many as come. */
  readonly atMost: number | undefined;
  readonly run: string;
  readonly act: () => Promise<T>;
}

const hourMs = 3_600_000;

/** Temporal's list is what is counted, so that neither a restart nor a second console starts the hour anew. */
export function createStartLimits(control: Control, clock: () => number): StartLimits {
  const turns = new Map<string, Promise<unknown>>();
  /** When, by trigger and run: what Temporal's list may still lack. */
  const recent = new Map<string, Map<string, number>>();

  const mustBeFree = async (via: string, atMost: number, run: string): Promise<void> => {
    const since = clock() - hourMs;
    const own = recent.get(via) ?? new Map<string, number>();
    for (const [id, at] of own) if (at <= since) own.delete(id);
    const known = new Set([...own.keys(), ...(await startsBy(control, via, since))]);
    if (known.has(run) || known.size < atMost || (await isRun(control, run))) return;
    throw new TooManyStarts(
      `${via} has started ${known.size} runs within an hour, and triggers.${via}.at-most of drillbook.yaml lets it start ${atMost}.`,
    );
  };

  const startNow = async <T>({ via, atMost, run, act }: StartUnderLimit<T>): Promise<T> => {
    if (atMost !== undefined) await mustBeFree(via, atMost, run);
    const done = await act();
    const own = recent.get(via) ?? new Map<string, number>();
    recent.set(via, own);
    if (!own.has(run)) own.set(run, clock());
    return done;
  };

  return {
    start(wanted) {
      if (wanted.atMost === undefined) return wanted.act();
      // One after the other: two that come at once must not both be the last.
      const before = turns.get(wanted.via) ?? Promise.resolve();
      const mine = before.then(() => startNow(wanted));
      turns.set(
        wanted.via,
        mine.catch(() => undefined),
      );
      return mine;
    },
  };
}

async function isRun(control: Control, run: string): Promise<boolean> {
  try {
    await readRun(control, run);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'RunNotFound') return false;
    throw error;
  }
}
