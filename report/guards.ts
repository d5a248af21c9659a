import type { JournalGuard } from './journal.ts';
import { formatClock } from './times.ts';

/** That guards were lost and others took over, a line each; none where the first came to its end. `day`: ms since 1970. */
export function describeGuards(guards: readonly JournalGuard[], day: number): readonly string[] {
  return guards.flatMap(({ ended, until, why }, index) => {
    if (ended === 'completed' || ended === 'running') return [];
    const next = guards[index + 1];
    const then =
      next === undefined ? 'no other has taken over' : `guard ${index + 2} took over at ${formatClock(next.from, day)}`;
    const when = until === undefined ? '' : ` at ${formatClock(until, day)}`;
    return [`Guard ${index + 1} of this run was ${ended}${when}${why === '' ? '' : ` (${why})`}: ${then}.`];
  });
}
