import { expect, test } from 'vitest';
import { spansOfICalendar } from '../../../control/schedules/icalendar.ts';

const lines = (...all: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...all, 'END:VCALENDAR', ''].join('\r\n');
const event = (uid: string, ...all: string[]): string[] => ['BEGIN:VEVENT', `UID:${uid}`, ...all, 'END:VEVENT'];

/** The spans that touch a year, in order, as `from → to` in UTC. */
function spans(text: string, zone = 'Europe/London', year = 2027): string[] {
  const touched = { from: Date.UTC(year, 0, 1), to: Date.UTC(year + 1, 0, 1) };
  const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);
  return spansOfICalendar(text)(touched, zone)
    .filter(({ from, to }) => from < touched.to && touched.from < to)
    .map(({ from, to }) => `${iso(from)} → ${iso(to)}`)
    .sort();
}

test('whole days are those of whoever asks', () => {
  const text = lines(...event('a', 'DTSTART;VALUE=DATE:20270503', 'DTEND;VALUE=DATE:20270504', 'SUMMARY:May Day'));
  expect(spans(text)).toEqual(['2027-05-02T23:00 → 2027-05-03T23:00']);
  expect(spans(text, 'America/New_York')).toEqual(['2027-05-03T04:00 → 2027-05-04T04:00']);
});

test('a day without an end lasts that day', () => {
  expect(spans(lines(...event('a', 'DTSTART;VALUE=DATE:20271225')), 'UTC')).toEqual([
    '2027-12-25T00:00 → 2027-12-26T00:00',
  ]);
});

test('a rule, its exceptions, and one that was moved', () => {
  const text = lines(
    ...event(
      'w',
      'DTSTART:20270104T200000Z',
      'DTEND:20270104T220000Z',
      'RRULE:FREQ=WEEKLY;COUNT=4',
      'EXDATE:20270111T200000Z',
    ),
    ...event('w', 'RECURRENCE-ID:20270118T200000Z', 'DTSTART:20270119T060000Z', 'DTEND:20270119T070000Z'),
  );
  expect(spans(text)).toEqual([
    '2027-01-04T20:00 → 2027-01-04T22:00',
    '2027-01-19T06:00 → 2027-01-19T07:00',
    '2027-01-25T20:00 → 2027-01-25T22:00',
  ]);
});

test('a yearly one without an end is found in later years', () => {
  const text = lines(...event('y', 'DTSTART;VALUE=DATE:20001225', 'RRULE:FREQ=YEARLY'));
  expect(spans(text, 'UTC', 2035)).toEqual(['2035-12-25T00:00 → 2035-12-26T00:00']);
});

test('a zone of the file, one that everybody knows, and a floating time', () => {
  const own = [
    'BEGIN:VTIMEZONE',
    'TZID:Office',
    ...['BEGIN:STANDARD', 'DTSTART:19701025T030000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'],
    ...['TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100', 'END:STANDARD'],
    ...['BEGIN:DAYLIGHT', 'DTSTART:19700329T020000', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'],
    ...['TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'END:DAYLIGHT'],
    'END:VTIMEZONE',
  ];
  const text = lines(
    ...own,
    ...event('a', 'DTSTART;TZID=Office:20270115T080000', 'DTEND;TZID=Office:20270115T090000'),
    ...event('b', 'DTSTART;TZID=Office:20270715T080000', 'DURATION:PT1H'),
    ...event('c', 'DTSTART;TZID=America/New_York:20270715T080000', 'DURATION:PT1H'),
    ...event('d', 'DTSTART:20270815T080000', 'DURATION:PT1H'),
  );
  expect(spans(text, 'Europe/London')).toEqual([
    '2027-01-15T07:00 → 2027-01-15T08:00',
    '2027-07-15T06:00 → 2027-07-15T07:00',
    '2027-07-15T12:00 → 2027-07-15T13:00',
    '2027-08-15T07:00 → 2027-08-15T08:00',
  ]);
});

test('what was cancelled is none', () => {
  expect(spans(lines(...event('a', 'DTSTART;VALUE=DATE:20270503', 'STATUS:CANCELLED')))).toEqual([]);
});

test('another text is refused', () => {
  expect(() => spansOfICalendar('hello')).toThrow();
  expect(() => spansOfICalendar('')).toThrow();
});

test('an event with more times than are counted is refused: what comes after them would be no blackout', () => {
  const text = lines(
    ...event('a', 'DTSTART:20200101T000000Z', 'DURATION:PT1M', 'RRULE:FREQ=HOURLY', 'SUMMARY:each hour'),
  );
  expect(() => spans(text)).toThrow('the event "each hour" has more than 50000 times: give its rule a later start');
});
