import type { Entry } from './entry.ts';
import type { EngineState } from './state.ts';
import type { Progress } from './types.ts';

type Line = Pick<Entry, 'key' | 'place' | 'status'>;

/** At least this many lines are kept, at most twice as many. */
const keptProgress = 1_000;

export function note(state: EngineState, at: number, entry: Line, text?: string): void {
  const { progress } = state;
  const { key, place, status } = entry;
  progress.lines.push({ seq: ++progress.last, at, key, place, status, ...(text === undefined ? {} : { text }) });
  if (progress.lines.length >= 2 * keptProgress) progress.lines.splice(0, keptProgress);
}

/** A line of the run itself: it has no key, and no place in the Plan. */
export function noteRun(state: EngineState, at: number, status: Entry['status'], text: string): void {
  note(state, at, { key: '', place: -1, status }, text);
}

/** The lines numbered above `seq`, as far as they are still kept: a first number above `seq + 1` shows a gap. */
export function progressSince(state: EngineState, seq: number): readonly Progress[] {
  const { last, lines } = state.progress;
  const first = last - lines.length + 1;
  return lines.slice(Math.max(0, seq + 1 - first));
}
