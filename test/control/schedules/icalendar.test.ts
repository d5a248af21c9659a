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
  // Whatever else it says.
  expect(spans(lines(...event('a', 'DTSTART;TZID=Nowhere:20270503T080000', 'STATUS:CANCELLED')))).toEqual([]);
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

const office = (...all: string[]): string[] =>
  event('w', 'DTSTART;TZID=Europe/London:20261205T200000', 'DURATION:PT2H', 'RRULE:FREQ=WEEKLY', ...all);

test('defect: one exported occurrence, without its series, was no blackout', () => {
  const alone = event('w', 'RECURRENCE-ID:20270118T200000Z', 'DTSTART:20270119T060000Z', 'DTEND:20270119T070000Z');
  expect(spans(lines(...alone))).toEqual(['2027-01-19T06:00 → 2027-01-19T07:00']);
});

test('defect: an occurrence that was moved past others was not found', () => {
  const moved = (to: string) =>
    event('w', 'RECURRENCE-ID;TZID=Europe/London:20261219T200000', `DTSTART;TZID=Europe/London:${to}`, 'DURATION:PT1H');
  const at = (text: string, from: number) =>
    spansOfICalendar(text)({ from, to: from }, 'UTC').filter(span => span.from <= from && from < span.to).length;
  const text = lines(...office(), ...moved('20261202T030000'));
  expect(at(text, Date.UTC(2026, 11, 2, 3, 30))).toBe(1);
  expect(at(text, Date.UTC(2026, 11, 19, 20, 30))).toBe(0);
  const later = lines(...office(), ...moved('20270401T030000'));
  expect(at(later, Date.UTC(2027, 3, 1, 2, 30))).toBe(1);
});

test('defect: a zone of Windows that the file does not define was taken for that of the schedule', () => {
  const pacific = event('a', 'DTSTART;TZID=Pacific Standard Time:20270115T080000', 'DURATION:PT1H', 'SUMMARY:Freeze');
  expect(() => spansOfICalendar(lines(...pacific))).toThrow(
    'the event "Freeze" has the time zone "Pacific Standard Time", which is no IANA name and which the file does not define: export it with its zones (VTIMEZONE)',
  );
});

test('defect: one occurrence that was cancelled was still a blackout', () => {
  const cancelled = event(
    'w',
    'RECURRENCE-ID;TZID=Europe/London:20270102T200000',
    'STATUS:CANCELLED',
    'DTSTART;TZID=Europe/London:20270102T200000',
  );
  const found = spans(lines(...office('EXDATE:20270116T200000Z'), ...cancelled)).slice(0, 3);
  expect(found.map(span => span.slice(0, 10))).toEqual(['2027-01-09', '2027-01-23', '2027-01-30']);
});

test('defect: further dates as periods ended in an unexpected error', () => {
  const periods = [
    'RDATE;VALUE=PERIOD:20270301T100000Z/20270301T120000Z,20270302T100000Z/PT30M',
    'RDATE:20270303T100000Z',
  ];
  expect(spans(lines(...event('a', 'DTSTART:20270201T100000Z', 'DURATION:PT1H', ...periods)))).toEqual([
    '2027-02-01T10:00 → 2027-02-01T11:00',
    '2027-03-01T10:00 → 2027-03-01T12:00',
    '2027-03-02T10:00 → 2027-03-02T10:30',
    '2027-03-03T10:00 → 2027-03-03T11:00',
  ]);
});

test('from one occurrence on all are moved, or cancelled', () => {
  const range = (...all: string[]) =>
    event('w', 'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/London:20270123T200000', 'DURATION:PT1H', ...all);
  const moved = range('DTSTART;TZID=Europe/London:20270121T180000');
  expect(spans(lines(...office(), ...moved)).slice(1, 5)).toEqual([
    '2027-01-09T20:00 → 2027-01-09T22:00',
    '2027-01-16T20:00 → 2027-01-16T22:00',
    '2027-01-21T18:00 → 2027-01-21T19:00',
    '2027-01-28T18:00 → 2027-01-28T19:00',
  ]);
  const cancelled = range('DTSTART;TZID=Europe/London:20270123T200000', 'STATUS:CANCELLED');
  expect(spans(lines(...office(), ...cancelled))).toHaveLength(3);
});

test('the last time of a rule that ends at it is one, in a zone east of Greenwich that the file does not define', () => {
  const text = lines(
    ...event(
      'a',
      'DTSTART;TZID=Asia/Tokyo:20270108T090000',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;UNTIL=20270110T000000Z',
    ),
  );
  expect(spans(text)).toHaveLength(3);
});

test('an end in another zone than the beginning', () => {
  const flight = ['DTSTART;TZID=Europe/London:20270108T090000', 'DTEND;TZID=America/New_York:20270108T120000'];
  expect(spans(lines(...event('a', ...flight)))).toEqual(['2027-01-08T09:00 → 2027-01-08T17:00']);
});

test('an event without a beginning is refused', () => {
  expect(() => spansOfICalendar(lines(...event('a', 'SUMMARY:x')))).toThrow('the event "x" has no beginning (DTSTART)');
});
