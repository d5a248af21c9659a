import type { JournalGuard } from '../report/journal.ts';
import type { Control } from './connection.ts';
import { chainOf, type HistoryEvent, readChain } from './history.ts';
import { guardIdOf } from '../workflows/names.ts';

/** One guard of a run, with all that it continued as. */
export interface GuardHistory {
  readonly id: string;
  readonly events: readonly HistoryEvent[];
}

/** The guards of a run in their order: the first, and those that took over from a lost one. */
export async function readGuards(control: Pick<Control, 'client'>, firstRunId: string): Promise<GuardHistory[]> {
  const guards: GuardHistory[] = [];
  for (let generation = 1; ; generation++) {
    const id = guardIdOf(firstRunId, generation);
    const events = await readChain(control, id);
    if (events === undefined) return guards;
    guards.push({ id, events });
  }
}

/** All events of all guards, numbered on, and whose each is. */
export function allOf(guards: readonly GuardHistory[]): {
  readonly events: readonly HistoryEvent[];
  /** The guard in whose history an event stands, by the event's id. */
  readonly guardOf: (eventId: number) => string;
} {
  const events = chainOf(guards.map(guard => guard.events));
  const ends: { readonly last: number; readonly id: string }[] = [];
  for (const guard of guards) {
    const last = (guard.events.at(-1)?.id ?? 0) + (ends.at(-1)?.last ?? 0);
    ends.push({ last, id: guard.id });
  }
  return { events, guardOf: eventId => ends.find(({ last }) => eventId <= last)?.id ?? '' };
}

/** For the report: which guards there were, and how each ended. */
export function foldGuards(guards: readonly GuardHistory[]): JournalGuard[] {
  return guards.map(({ id, events }) => {
    const end = events.findLast(event => event.kind === 'completed' || event.kind === 'ended');
    return {
      id,
      from: events[0]?.at ?? 0,
      ...(end === undefined ? {} : { until: end.at }),
      ended: end === undefined ? 'running' : end.kind === 'ended' ? end.how : 'completed',
      why: end?.kind === 'ended' ? end.why : '',
    };
  });
}
