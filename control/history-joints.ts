import type { RunStart } from '../workflows/messages.ts';
import type { HistoryEvent } from './history.ts';

type Scheduled = Extract<HistoryEvent, { kind: 'scheduled' }>;

/**
 * A run's chain as if it had been one execution: a read that was taken back at a joint and begun again is one call, which
 * ends as it ended in the end. Pure.
 */
export function withoutJoints(chain: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const joints = new Set(chain.filter((event, i) => event.kind === 'started' && i > 0));
  if (joints.size === 0) return chain;
  const again = findAgain(chain);
  const origin = (of: number): number => {
    const before = again.get(of);
    return before === undefined ? of : origin(before);
  };
  const cutShort = new Set(again.values());
  return chain.flatMap((event): HistoryEvent[] => {
    if (joints.has(event) || event.kind === 'continued') return [];
    if (event.kind === 'scheduled') return again.has(event.id) ? [] : [event];
    if (event.kind === 'failed' && cutShort.has(event.of)) return [];
    if (event.kind === 'attempted' || event.kind === 'succeeded' || event.kind === 'failed')
      return [{ ...event, of: origin(event.of) }];
    return [event];
  });
}

/** Of calls that were begun again: the later scheduling → the one before. Their activity id is the same. */
function findAgain(chain: readonly HistoryEvent[]): ReadonlyMap<number, number> {
  const latest = new Map<string, Scheduled>();
  const again = new Map<number, number>();
  let expected = new Set<string>();
  for (const event of chain) {
    if (event.kind === 'started') expected = takenBack(event.input);
    if (event.kind !== 'scheduled') continue;
    const before = latest.get(event.activityId);
    if (expected.delete(event.activityId) && before !== undefined) again.set(event.id, before.id);
    latest.set(event.activityId, event);
  }
  return again;
}

/** Activity ids of the reads that an execution begins again. */
function takenBack(input: unknown): Set<string> {
  const { carried } = (input ?? {}) as Partial<RunStart>;
  return new Set(carried?.calls.map(({ id }) => id));
}
