import ICAL from 'ical.js';
import { checkZone, offsetsOf } from '../../compiler/triggers/zone.ts';
import { exceptionOf, type Moment, type Series, seriesSpans, type Time } from './icalendar-series.ts';
import type { SpansOf } from './spans.ts';
import { instantOf } from './wall-time.ts';

type Component = InstanceType<typeof ICAL.Component>;
type Property = InstanceType<typeof ICAL.Property>;
type Zones = ReadonlyMap<string, InstanceType<typeof ICAL.Timezone>>;

/**
 * The events of an iCalendar file (RFC 5545): with their rules, further dates, exceptions and own zones; whole days are those of whoever
 * asks. What is marked cancelled is none, also one occurrence of a series. An occurrence without its series, as a single one is
 * exported, counts. Throws where the text is no such file, or an event's times cannot be told: then, or when it is asked.
 */
export function spansOfICalendar(text: string): SpansOf {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  if (calendar.name !== 'vcalendar') throw new Error('it is no iCalendar file');
  const zones = new Map<string, InstanceType<typeof ICAL.Timezone>>();
  for (const zone of calendar.getAllSubcomponents('vtimezone')) {
    const timezone = new ICAL.Timezone(zone);
    zones.set(timezone.tzid, timezone);
  }
  const events = calendar
    .getAllSubcomponents('vevent')
    .filter(event => event.hasProperty('recurrence-id') || !isCancelled(event))
    .map(event => readEvent(event, zones));
  const exceptions = events.flatMap(event => (event.replaces === undefined ? [] : [exceptionOf(event)]));
  const series = events.filter(({ replaces }) => replaces === undefined);
  const own = ({ uid }: Series) => exceptions.filter(other => other.uid === uid);
  return (touched, timeZone) => [
    ...exceptions.flatMap(one => (one.isCancelled ? [] : [one.spanIn(timeZone)])),
    ...series.flatMap(one => seriesSpans(one, own(one), touched, timeZone)),
  ];
}

const isCancelled = (event: Component): boolean => event.getFirstPropertyValue('status') === 'CANCELLED';

function readEvent(component: Component, zones: Zones): Series {
  const event = new ICAL.Event(component, { exceptions: [] });
  const name = event.summary || event.uid || 'without a name';
  const property = (key: string): Property | undefined => component.getFirstProperty(key) ?? undefined;
  const moment = (of: Property | undefined): Moment => momentsOf(of, zones, name);
  const start = property('dtstart');
  if (start === undefined || (event.startDate as Time | null) === null)
    throw new Error(`the event "${name}" has no beginning (DTSTART)`);
  const replaces = property('recurrence-id');
  const end = property('dtend');
  const dates = (key: string) =>
    component
      .getAllProperties(key)
      .flatMap(of => of.getValues().map((value: unknown) => ({ value, moment: moment(of) })));
  const further = dates('rdate').map(({ value, moment: at }) =>
    value instanceof ICAL.Period
      ? { start: value.start, end: value.getEnd(), moment: at }
      : { start: value as Time, moment: at },
  );
  const without = dates('exdate').map(({ value, moment: at }) => ({ time: value as Time, moment: at }));
  // What is left to the library is the rule alone: it compares times of zones that it does not know.
  component.removeAllProperties('rdate');
  component.removeAllProperties('exdate');
  untilAsTheStart(component, start, zones);
  return {
    uid: event.uid,
    ...{ name, event, further, without },
    isCancelled: isCancelled(component),
    moment: moment(start),
    endMoment: end === undefined ? undefined : moment(end),
    ...(replaces !== undefined && {
      replaces: {
        time: replaces.getFirstValue() as Time,
        moment: moment(replaces),
        andLater: replaces.getParameter('range') === 'THISANDFUTURE',
      },
    }),
  };
}

/** How its times become moments: a zone of the file, one that everybody knows, UTC, or that of whoever asks. */
function momentsOf(property: Property | undefined, zones: Zones, name: string): Moment {
  const written = property?.getParameter('tzid');
  const tzid = typeof written === 'string' ? written : undefined;
  const own = tzid === undefined ? undefined : zones.get(tzid);
  if (tzid !== undefined && own === undefined && !isKnown(tzid))
    throw new Error(
      `the event "${name}" has the time zone "${tzid}", which is no IANA name and which the file does not define: export it with its zones (VTIMEZONE)`,
    );
  return (time, timeZone) => {
    const { year, month, day, hour, minute, second } = time;
    const wall = Date.UTC(year, month - 1, day, hour, minute, second);
    if (Number.isNaN(wall)) throw new Error(`the event "${name}" has a time that is none`);
    if (time.isDate) return instantOf(wall, timeZone);
    if (time.zone.tzid === 'UTC') return wall;
    if (own === undefined) return instantOf(wall, tzid ?? timeZone);
    return wall - own.utcOffset(time) * 1_000;
  };
}

const isKnown = (tzid: string): boolean => tzid === 'GMT' || checkZone(tzid).ok;

/** The end of a rule is in UTC. Of a zone that the library does not know it would take its clock for that of UTC, and lose the last time. */
function untilAsTheStart(component: Component, start: Property, zones: Zones): void {
  const tzid = start.getParameter('tzid');
  if (typeof tzid !== 'string' || zones.has(tzid)) return;
  for (const rule of component.getAllProperties('rrule')) {
    const recur = rule.getFirstValue() as { until?: Time | null };
    const { until } = recur;
    if (!until || until.isDate || until.zone.tzid !== 'UTC') continue;
    const at = until.toUnixTime() * 1_000;
    const local = new Date(at + offsetsOf(tzid)(at));
    recur.until = ICAL.Time.fromDateTimeString(local.toISOString().slice(0, 19));
  }
}
