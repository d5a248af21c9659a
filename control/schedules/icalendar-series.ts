import type ICAL from 'ical.js';
import type { Span } from './spans.ts';

export type Time = InstanceType<typeof ICAL.Time>;

/** When a time is, ms since 1970; `timeZone`: whose days, and floating times, those of the file are. */
export type Moment = (time: Time, timeZone: string) => number;

/** Of one event; more is a slip of whoever wrote its rule. */
const mostOccurrences = 50_000;
const day = 86_400_000;

/** An event of the file; one with a rule stands for many. */
export interface Series {
  readonly uid: string;
  /** For people. */
  readonly name: string;
  readonly event: InstanceType<typeof ICAL.Event>;
  readonly isCancelled: boolean;
  readonly moment: Moment;
  /** Of DTEND; undefined: it lasts so long, or has no end. */
  readonly endMoment: Moment | undefined;
  /** RDATE. */
  readonly further: readonly { readonly start: Time; readonly end?: Time; readonly moment: Moment }[];
  /** EXDATE. */
  readonly without: readonly Replaced[];
  /** RECURRENCE-ID: which occurrence of its series this one is instead of. */
  readonly replaces?: Replaced & { readonly andLater: boolean };
}

interface Replaced {
  readonly time: Time;
  readonly moment: Moment;
}

/** What stands instead of one occurrence, or of this and all later ones. */
interface Exception extends Series {
  readonly replaces: NonNullable<Series['replaces']>;
  readonly spanIn: (timeZone: string) => Span;
}

export function exceptionOf(series: Series): Exception {
  const { replaces, event } = series;
  if (replaces === undefined) throw new Error('it replaces none');
  return { ...series, replaces, spanIn: timeZone => spanOf(series, event.startDate, timeZone) };
}

/** Those of a series that may touch a span, without what stands instead of some. Throws where there are too many. */
export function seriesSpans(
  series: Series,
  exceptions: readonly Exception[],
  touched: Span,
  timeZone: string,
): readonly Span[] {
  const { event, further, moment, name } = series;
  const isReplaced = replacedBy([...series.without, ...exceptions.map(({ replaces }) => replaces)], timeZone);
  const moved = laterOnes(exceptions, timeZone);
  const found: Span[] = [];
  for (const { start, end, moment: own } of further) {
    const from = own(start, timeZone);
    if (isReplaced(start, from)) continue;
    found.push(
      end === undefined ? spanOf({ ...series, moment: own }, start, timeZone) : { from, to: own(end, timeZone) },
    );
  }
  if (!event.isRecurring()) {
    const from = moment(event.startDate, timeZone);
    return isReplaced(event.startDate, from) ? found : [...found, spanOf(series, event.startDate, timeZone)];
  }
  const iterator = event.iterator();
  for (let n = 0; n < mostOccurrences; n++) {
    const next = iterator.next() as Time | null | undefined;
    if (next === undefined || next === null) return found;
    const at = moment(next, timeZone);
    if (!isReplaced(next, at)) {
      const span = moved.spanFor(next, at) ?? (moved.isCancelled(at) ? undefined : spanOf(series, next, timeZone));
      if (span !== undefined && span.to >= touched.from) found.push(span);
    }
    // Those that are all moved may be moved back; a day is more than any zone is away.
    if (at > touched.to + day + moved.farMs) return found;
  }
  // What comes after them would silently be no blackout.
  throw new Error(`the event "${name}" has more than ${mostOccurrences} times: give its rule a later start`);
}

/** Whether an occurrence is left out, or replaced. A day without a time means that of the day. */
function replacedBy(all: readonly Replaced[], timeZone: string): (time: Time, at: number) => boolean {
  const moments = new Set(all.map(({ time, moment }) => moment(time, timeZone)));
  const days = new Set(all.filter(({ time }) => time.isDate).map(({ time }) => dayOf(time)));
  return (time, at) => moments.has(at) || days.has(dayOf(time));
}

const dayOf = ({ year, month, day: of }: Time): string => `${year}-${month}-${of}`;

/** RANGE=THISANDFUTURE: from one occurrence on all are moved by as much, or cancelled. */
function laterOnes(exceptions: readonly Exception[], timeZone: string) {
  const ranges = exceptions
    .filter(({ replaces }) => replaces.andLater)
    .map(exception => ({ exception, from: exception.replaces.moment(exception.replaces.time, timeZone) }))
    .sort((a, b) => b.from - a.from);
  const after = (at: number) => ranges.find(({ from }) => from <= at)?.exception;
  const byHowMuch = ({ event, replaces }: Exception) => {
    const original = replaces.time.clone();
    original.zone = event.startDate.zone;
    return event.startDate.subtractDate(original);
  };
  return {
    farMs: Math.max(0, ...ranges.map(({ exception }) => Math.abs(byHowMuch(exception).toSeconds()) * 1_000)),
    isCancelled: (at: number): boolean => after(at)?.isCancelled === true,
    spanFor(time: Time, at: number): Span | undefined {
      const exception = after(at);
      if (exception === undefined || exception.isCancelled) return undefined;
      const start = time.clone();
      start.zone = exception.event.startDate.zone;
      start.addDuration(byHowMuch(exception));
      return spanOf(exception, start, timeZone);
    },
  };
}

/** An event of one day without an end lasts that day; one of a time without an end no time at all. */
function spanOf({ event, moment, endMoment }: Series, start: Time, timeZone: string): Span {
  const from = moment(start, timeZone);
  if (start.isDate || endMoment === undefined) {
    const end = start.clone();
    end.addDuration(event.duration);
    return { from, to: Math.max(from, moment(end, timeZone)) };
  }
  // Its end may be of another zone.
  const lasts = endMoment(event.endDate, timeZone) - moment(event.startDate, timeZone);
  return { from, to: from + Math.max(0, lasts) };
}
