import { formatDuration } from '../../expressions/duration.ts';

/** Of a wait that its step's time-out would always cut short. */
export const longerThan = (timeoutMs: number): string =>
  `longer than the time-out of the step (${formatDuration(timeoutMs)})`;
