import type { ScheduleDescription, ScheduleOptions } from '@temporalio/client';
import type { Cron } from '../../compiler/triggers/cron.ts';
import type { ScheduleDraft } from '../../compiler/model.ts';
import { leastCatchUpMs } from '../../actions/schedule-terms.ts';

type Spec = NonNullable<ScheduleOptions['spec']>;
type Calendar = NonNullable<Spec['calendars']>[number];
type SpecSeen = ScheduleDescription['spec'];
type CalendarSeen = NonNullable<SpecSeen['calendars']>[number];

const months = [
  ...(['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE'] as const),
  ...(['JULY', 'AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'] as const),
];
const days = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;

/**
 * A schedule's times as Temporal takes them: as lists of numbers, so that what it answers can be compared. Blackouts and `within` are
 * not in it: those are the run's business (docs/decisions/0013).
 */
export function specOf({ cron, timeZone, jitterMs }: ScheduleDraft): Spec {
  return {
    calendars: [calendarOf(cron)],
    timezone: timeZone,
    ...(jitterMs > 0 && { jitter: jitterMs }),
  };
}

function calendarOf({ text, minutes, hours, daysOfMonth, months: inMonths, daysOfWeek }: Cron): Calendar {
  return {
    minute: [...minutes],
    hour: [...hours],
    dayOfMonth: [...daysOfMonth],
    month: inMonths.flatMap(month => months.slice(month - 1, month)),
    dayOfWeek: daysOfWeek.flatMap(day => days.slice(day, day + 1)),
    comment: text,
  };
}

/** Never Temporal's own catch-up of a year. */
export function policiesOf({ overlap, catchUpMs }: ScheduleDraft) {
  return {
    overlap: overlap === 'wait' ? 'BUFFER_ONE' : 'SKIP',
    catchupWindow: Math.max(catchUpMs, leastCatchUpMs),
    // What went wrong is told; a schedule that stops by itself is forgotten.
    pauseOnFailure: false,
  } as const;
}

/** What of a schedule's times is not as wanted, in words of the runbook; empty: all is. */
export function differenceOfTimes(
  wanted: ScheduleDraft,
  { spec, policies }: Pick<ScheduleDescription, 'spec' | 'policies'>,
): readonly string[] {
  const { overlap, catchupWindow, pauseOnFailure } = policiesOf(wanted);
  const differs = [
    ...(sameTimes(wanted.cron, spec) ? [] : ['cron']),
    ...((spec.timezone ?? 'UTC') === wanted.timeZone ? [] : ['time-zone']),
    ...((spec.jitter ?? 0) === wanted.jitterMs ? [] : ['jitter']),
    ...(policies.overlap === overlap ? [] : ['overlap']),
    ...(policies.catchupWindow === catchupWindow ? [] : ['catch-up']),
  ];
  return policies.pauseOnFailure === pauseOnFailure ? differs : [...differs, 'pause on failure'];
}

function sameTimes(cron: Cron, { calendars = [], intervals = [], skip = [], startAt, endAt }: SpecSeen): boolean {
  const [only, ...more] = calendars;
  if (only === undefined || more.length + intervals.length + skip.length > 0) return false;
  if (startAt !== undefined || endAt !== undefined) return false;
  const isPlain = only.year.length === 0 && numbers(only.second).join() === '0';
  return isPlain && textOf(timesSeen(only)) === textOf(cron);
}

type Times = Pick<Cron, 'minutes' | 'hours' | 'daysOfMonth' | 'months' | 'daysOfWeek'>;

const textOf = ({ minutes, hours, daysOfMonth, months: inMonths, daysOfWeek }: Times): string =>
  JSON.stringify([minutes, hours, daysOfMonth, inMonths, daysOfWeek]);

function timesSeen(seen: CalendarSeen): Times {
  return {
    minutes: numbers(seen.minute),
    hours: numbers(seen.hour),
    daysOfMonth: numbers(seen.dayOfMonth),
    months: numbers(seen.month.map(range => by(range, name => months.indexOf(name) + 1))),
    daysOfWeek: numbers(seen.dayOfWeek.map(range => by(range, name => days.indexOf(name)))),
  };
}

interface Range<Unit> {
  readonly start: Unit;
  readonly end: Unit;
  readonly step: number;
}

function by<Unit>({ start, end, step }: Range<Unit>, number: (unit: Unit) => number): Range<number> {
  return { start: number(start), end: number(end), step };
}

function numbers(ranges: readonly Range<number>[]): readonly number[] {
  const found = new Set<number>();
  for (const { start, end, step } of ranges)
    for (let n = start; n <= Math.max(start, end); n += Math.max(1, step)) found.add(n);
  return [...found].sort((a, b) => a - b);
}
