import ICAL from 'ical.js';
import { checkZone } from '../../compiler/triggers/zone.ts';
import type { Span, SpansOf } from './spans.ts';
import { instantOf } from './wall-time.ts';

/** Of one event; more is a slip of whoever wrote its rule. */
const mostOccurrences = 50_000;

type Component = InstanceType<typeof ICAL.Component>;
type Event = InstanceType<typeof ICAL.Event>;
type Time = InstanceType<typeof ICAL.Time>;
type Moment = (time: Time) => number;

/**
 * The events of an iCalendar file (RFC 5545): with their rules, exceptions and own zones; whole days are those of whoever asks.
 * Cancelled events are none. Throws where the text is no such file.
 */
export function spansOfICalendar(text: string): SpansOf {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  if (calendar.name !== 'vcalendar') throw new Error('it is no iCalendar file');
  const zones = new Map<string, InstanceType<typeof ICAL.Timezone>>();
  for (const zone of calendar.getAllSubcomponents('vtimezone')) {
    const timezone = new ICAL.Timezone(zone);
    zones.set(timezone.tzid, timezone);
  }
  const events = eventsOf(calendar);
  return (touched, timeZone) => events.flatMap(event => spansOf(event, touched, momentsOf(event, zones, timeZone)));
}

/** Each with the exceptions of its own. */
function eventsOf(calendar: Component): readonly Event[] {
  const all = calendar
    .getAllSubcomponents('vevent')
    .filter(event => event.getFirstPropertyValue('status') !== 'CANCELLED');
  const exceptions = all.filter(event => event.hasProperty('recurrence-id'));
  const uid = (event: Component): unknown => event.getFirstPropertyValue('uid');
  return all
    .filter(event => !exceptions.includes(event))
    .map(event => new ICAL.Event(event, { exceptions: exceptions.filter(other => uid(other) === uid(event)) }));
}

/** How its times become moments: a zone of the file, one that everybody knows, UTC, or that of whoever asks. */
function momentsOf(
  event: Event,
  zones: ReadonlyMap<string, InstanceType<typeof ICAL.Timezone>>,
  timeZone: string,
): Moment {
  const written = event.component.getFirstProperty('dtstart')?.getParameter('tzid');
  const tzid = typeof written === 'string' ? written : undefined;
  const own = tzid === undefined ? undefined : zones.get(tzid);
  const known = tzid !== undefined && checkZone(tzid).ok ? tzid : timeZone;
  return time => {
    const { year, month, day, hour, minute, second } = time;
    const wall = Date.UTC(year, month - 1, day, hour, minute, second);
    if (time.isDate) return instantOf(wall, timeZone);
    if (time.zone.tzid === 'UTC') return wall;
    if (own === undefined) return instantOf(wall, known);
    return wall - own.utcOffset(time) * 1_000;
  };
}

function spansOf(event: Event, touched: Span, moment: Moment): readonly Span[] {
  if (!event.isRecurring()) return [spanOf(event.startDate, event.endDate, moment)];
  const found: Span[] = [];
  const iterator = event.iterator();
  for (let n = 0; n < mostOccurrences; n++) {
    const next = iterator.next() as Time | null | undefined;
    if (next === undefined || next === null) return found;
    const { startDate, endDate } = event.getOccurrenceDetails(next) as { startDate: Time; endDate: Time };
    const span = spanOf(startDate, endDate, moment);
    if (span.to >= touched.from) found.push(span);
    // An exception may lie before its place in the rule; a day is more than any zone is away.
    if (moment(next) > touched.to + 86_400_000) return found;
  }
  // What comes after them would silently be no blackout.
  throw new Error(`the event "${event.summary}" has more than ${mostOccurrences} times: give its rule a later start`);
}

/** An event of one day without an end lasts that day; one of a time without an end no time at all. */
function spanOf(start: Time, end: Time, moment: Moment): Span {
  return { from: moment(start), to: Math.max(moment(start), moment(end)) };
}
