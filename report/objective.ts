import type { JournalObjective } from './journal.ts';
import { formatDuration, formatExactDuration } from './times.ts';

/** RTO or RPO in words. */
interface ObjectiveWords {
  /** `5m12s`, or `–` where it was not measured: never a time that nobody has measured. */
  readonly value: string;
  /** `30m`; absent without an objective. */
  readonly objective?: string;
  readonly state: 'met' | 'missed' | 'not judged';
  readonly note: string;
}

/** Puts a measured time and its objective into words; to the millisecond where rounding would hide that they differ. */
export function describeObjective(measured: JournalObjective): ObjectiveWords {
  const { ms, objectiveMs, met } = measured;
  const against = objectiveMs === undefined ? {} : { objective: formatDuration(objectiveMs) };
  if (ms === undefined) return { value: '–', ...against, state: 'not judged', note: whyUnmeasured(measured.note) };
  const state = met === undefined ? 'not judged' : met ? 'met' : 'missed';
  const note = [waitsOf(measured), measured.note ?? ''].filter(text => text !== '').join('; ');
  if (objectiveMs === undefined) return { value: formatDuration(ms), state, note };
  const objective = formatDuration(objectiveMs);
  const alike = ms !== objectiveMs && formatDuration(ms) === objective;
  return alike
    ? { value: formatExactDuration(ms), objective: formatExactDuration(objectiveMs), state, note }
    : { value: formatDuration(ms), objective, state, note };
}

/** The same as one sentence: `5m12s of 30m, met`. */
export function sentenceOfObjective(measured: JournalObjective): string {
  const words = describeObjective(measured);
  const note = words.note === '' ? '' : ` (${words.note})`;
  if (words.objective === undefined) return `${words.value}, no objective${note}`;
  if (measured.ms !== undefined) return `${words.value} of ${words.objective}, ${words.state}${note}`;
  return `${words.value}, objective ${words.objective}${note}`;
}

/** Why there is no time, in words that begin with it. */
export function whyUnmeasured(note = ''): string {
  if (note === '') return 'not measured';
  return /^not (measured|judged)/.test(note) ? note : `not measured: ${note}`;
}

function waitsOf({ humanMs = 0 }: JournalObjective): string {
  return humanMs === 0 ? '' : `without ${formatDuration(humanMs)} in which people alone were waited for`;
}
