import { describe, expect, test } from 'vitest';
import { type Cron, parseCron } from '../../compiler/triggers/cron.ts';
import { cronTimes, firstGap } from '../../compiler/triggers/cron-times.ts';
import { checkZone } from '../../compiler/triggers/zone.ts';
import { compile } from '../../compiler/compile.ts';

function cronOf(text: string): Cron {
  const read = parseCron(text);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.cron;
}

function refusal(text: string): string {
  const read = parseCron(text);
  if (!('problems' in read)) throw new Error(`"${text}" is taken`);
  return read.problems.map(p => `[${text.slice(p.start, p.end)}] ${p.why}`).join('\n');
}

/** `local → UTC mark`. */
function times(cron: string, zone: string, from: string, to: string): readonly string[] {
  return [...cronTimes(cronOf(cron), zone, Date.parse(from), Date.parse(to))].map(t => {
    const mark = t.gap === true ? ' gap' : t.repeated === true ? ' repeated' : '';
    return `${t.local} → ${new Date(t.at).toISOString().slice(0, 16)}Z${mark}`;
  });
}

describe('cron', () => {
  test('lists, ranges, steps and names', () => {
    expect(cronOf('*/20 9-17/4,22 1,15-16 JAN,jul-september mon-fri')).toEqual({
      text: '*/20 9-17/4,22 1,15-16 JAN,jul-september mon-fri',
      minutes: [0, 20, 40],
      hours: [9, 13, 17, 22],
      daysOfMonth: [1, 15, 16],
      months: [1, 7, 8, 9],
      daysOfWeek: [1, 2, 3, 4, 5],
      bothDays: true,
    });
    expect(cronOf(' 30  3 10 1,4,7,10 * ').text).toBe('30 3 10 1,4,7,10 *');
    expect(cronOf('0 0 * * 7').daysOfWeek).toEqual([0]);
    expect(cronOf('0 0 * * fri-sun').daysOfWeek).toEqual([0, 5, 6]);
    expect(cronOf('0 0 */1 * 0-6').bothDays).toBe(false);
    expect(cronOf('0 0 29 2 *').months).toEqual([2]);
  });

  test.each([
    [
      '30 9 * * 2#1',
      '[2#1] day of week: "2#1" is refused: the first Tuesday of a month is 1-7 as day of month and 2 as day of week',
    ],
    ['0 0 L * *', '[L] day of month: "L" is refused: the last day is not part of it; 28 comes in every month'],
    ['0 0 * * 5L', '[5L] day of week: "5L" is refused: the last day is not part of it; 28 comes in every month'],
    ['0 0 15W * *', '[15W] day of month: "15W" is refused: the nearest weekday is not part of it'],
    ['0 0 ? * 1', '[?] day of month: "?" is refused: write *'],
    ['@daily', '[@daily] "@daily" is refused: write 0 0 * * *'],
    ['@every 5m', '[@every 5m] "@every 5m" is refused: write the five fields'],
    [
      'CRON_TZ=Europe/London 0 3 * * *',
      '[CRON_TZ=Europe/London] "CRON_TZ=Europe/London" does not stand here: the zone stands in `time-zone`',
    ],
    ['TZ=UTC 0 3 * * *', '[TZ=UTC] "TZ=UTC" does not stand here: the zone stands in `time-zone`'],
    [
      '0 0 3 * * *',
      '[0 0 3 * * *] five fields are wanted (minute, hour, day of month, month, day of week), these are 6; seconds and years are not part of it',
    ],
    ['0 3 * *', '[0 3 * *] five fields are wanted (minute, hour, day of month, month, day of week), these are 4'],
    [
      '60 24 0 13 8',
      '[60] minute: 60 is not between 0 and 59\n[24] hour: 24 is not between 0 and 23\n[0] day of month: 0 is not between 1 and 31\n[13] month: 13 is not between 1 and 12\n[8] day of week: 8 is not between 0 and 7',
    ],
    ['0 22-2 * * *', '[22-2] hour: "22-2" runs backwards: write two ranges, 22-23,0-2'],
    ['5/15 * * * *', '[5/15] minute: "5/15" can be read in two ways: write 5-59/15 or 5'],
    ['*/0 * * * *', '[*/0] minute: "0" is no step: a whole number from 1 is wanted'],
    ['*/90 * * * *', '[*/90] minute: a step of 90 is longer than the field'],
    ['0 0 * jna *', '[jna] month: "jna" is none of 1 to 12 or jan to dec: did you mean "jan"?'],
    ['0 0 1,,2 * *', '[,] day of month: nothing stands between two commas'],
    ['0 0 1- * *', '[1-] day of month: a value is missing'],
    ['0 0 30 2 *', '[30 2 *] it never fires: no year has such a day'],
    ['0 0 31 2,4,6,9,11 1', '[31 2,4,6,9,11 1] it never fires: no year has such a day'],
  ])('%s is refused in its own words', (text, words) => {
    expect(refusal(text)).toBe(words);
  });

  test('whatever the text, it answers quickly', () => {
    for (const text of ['* '.repeat(5_000), '1,'.repeat(50_000), '9'.repeat(10_000), '/-,'.repeat(1_000), '', '\t'])
      expect('problems' in parseCron(text)).toBe(true);
  });
});

describe('times over the changes of the clocks', () => {
  test('Europe/London: an hour is missing in March', () => {
    expect(times('30 0,1,2 * * *', 'Europe/London', '2027-03-28T00:00Z', '2027-03-29T00:00Z')).toEqual([
      '2027-03-28T00:30 → 2027-03-28T00:30Z',
      '2027-03-28T01:30 → 2027-03-28T01:00Z gap',
      '2027-03-28T02:30 → 2027-03-28T01:30Z',
      '2027-03-29T00:30 → 2027-03-28T23:30Z',
    ]);
  });

  test('Europe/London: an hour comes twice in October, and fires at its second pass', () => {
    expect(times('30 0,1,2 * * *', 'Europe/London', '2027-10-30T22:00Z', '2027-10-31T12:00Z')).toEqual([
      '2027-10-31T00:30 → 2027-10-30T23:30Z',
      '2027-10-31T01:30 → 2027-10-31T01:30Z repeated',
      '2027-10-31T02:30 → 2027-10-31T02:30Z',
    ]);
  });

  test('America/New_York', () => {
    expect(times('0,30 1-3 14 3 *', 'America/New_York', '2027-01-01T00:00Z', '2028-01-01T00:00Z')).toEqual([
      '2027-03-14T01:00 → 2027-03-14T06:00Z',
      '2027-03-14T01:30 → 2027-03-14T06:30Z',
      '2027-03-14T02:00 → 2027-03-14T07:00Z gap',
      '2027-03-14T02:30 → 2027-03-14T07:00Z gap',
      '2027-03-14T03:00 → 2027-03-14T07:00Z',
      '2027-03-14T03:30 → 2027-03-14T07:30Z',
    ]);
    expect(times('0,30 0-2 7 11 *', 'America/New_York', '2027-01-01T00:00Z', '2028-01-01T00:00Z')).toEqual([
      '2027-11-07T00:00 → 2027-11-07T04:00Z',
      '2027-11-07T00:30 → 2027-11-07T04:30Z',
      '2027-11-07T01:00 → 2027-11-07T06:00Z repeated',
      '2027-11-07T01:30 → 2027-11-07T06:30Z repeated',
      '2027-11-07T02:00 → 2027-11-07T07:00Z',
      '2027-11-07T02:30 → 2027-11-07T07:30Z',
    ]);
  });

  test('Australia/Lord_Howe changes by half an hour', () => {
    expect(times('*/15 1,2 3 10 *', 'Australia/Lord_Howe', '2027-10-02T15:00Z', '2027-10-02T17:00Z')).toEqual([
      '2027-10-03T01:30 → 2027-10-02T15:00Z',
      '2027-10-03T01:45 → 2027-10-02T15:15Z',
      '2027-10-03T02:00 → 2027-10-02T15:30Z gap',
      '2027-10-03T02:15 → 2027-10-02T15:30Z gap',
      '2027-10-03T02:30 → 2027-10-02T15:30Z',
      '2027-10-03T02:45 → 2027-10-02T15:45Z',
    ]);
    expect(times('*/15 1,2 4 4 *', 'Australia/Lord_Howe', '2027-04-03T14:00Z', '2027-04-03T16:00Z')).toEqual([
      '2027-04-04T01:00 → 2027-04-03T14:00Z',
      '2027-04-04T01:15 → 2027-04-03T14:15Z',
      '2027-04-04T01:30 → 2027-04-03T15:00Z repeated',
      '2027-04-04T01:45 → 2027-04-03T15:15Z repeated',
      '2027-04-04T02:00 → 2027-04-03T15:30Z',
      '2027-04-04T02:15 → 2027-04-03T15:45Z',
    ]);
  });

  test('zones without a change, far from UTC on either side', () => {
    for (const [zone, hours] of [
      ['Asia/Kolkata', 5.5],
      ['Pacific/Kiritimati', 14],
      ['Pacific/Pago_Pago', -11],
      ['UTC', 0],
    ] as const) {
      const all = [...cronTimes(cronOf('30 2 * * *'), zone, Date.UTC(2027, 0, 1), Date.UTC(2028, 0, 1))];
      expect(all).toHaveLength(365);
      expect(all.every(t => t.gap === undefined && t.repeated === undefined)).toBe(true);
      expect(all.every(t => t.at === Date.parse(`${t.local}Z`) - hours * 3_600_000)).toBe(true);
    }
  });

  test('a whole day can be missing', () => {
    expect(times('0 12 29-31 12 *', 'Pacific/Apia', '2011-12-01T00:00Z', '2012-01-01T00:00Z')).toEqual([
      '2011-12-29T12:00 → 2011-12-29T22:00Z',
      '2011-12-30T12:00 → 2011-12-30T10:00Z gap',
      '2011-12-31T12:00 → 2011-12-30T22:00Z',
    ]);
  });

  test('each time comes once whatever the span is cut into', () => {
    const cron = cronOf('*/10 * * * *');
    const [from, to] = [Date.UTC(2027, 9, 30), Date.UTC(2027, 10, 2)];
    const whole = [...cronTimes(cron, 'Europe/London', from, to)];
    const cut = Array.from({ length: 72 }, (_, i) => [
      ...cronTimes(cron, 'Europe/London', from + i * 3_600_000, from + (i + 1) * 3_600_000),
    ]).flat();
    expect(cut).toEqual(whole);
    // Of 72 hours one comes a second time; its first pass does not count.
    expect(whole).toHaveLength(71 * 6);
    expect(whole.every((t, i) => i === 0 || t.at > (whole[i - 1]?.at ?? 0))).toBe(true);
  });

  test('the first gap of two years is found without going through a million minutes', () => {
    const start = performance.now();
    expect(firstGap(cronOf('* * * * *'), 'Europe/London', Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1))?.local).toBe(
      '2026-03-29T01:00',
    );
    expect(firstGap(cronOf('* * * * *'), 'Asia/Tokyo', Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1))).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

test.each([
  ['Europe/London', undefined],
  ['America/Argentina/Buenos_Aires', undefined],
  ['UTC', undefined],
  ['Asia/Kolkata', undefined],
  ['US/Eastern', undefined],
  ['europe/london', 'Europe/London'],
  ['Europe/Lodnon', 'Europe/London'],
  ['London', 'Europe/London'],
  ['new york', 'America/New_York'],
  ['utc', 'UTC'],
  ['+01:00', null],
  ['Mars/Olympus', null],
  ['', null],
])('the zone "%s"', (zone, suggestion) => {
  const checked = checkZone(zone);
  expect(checked.ok).toBe(suggestion === undefined);
  if (typeof suggestion === 'string') expect(checked).toMatchObject({ suggestion });
});

describe('defect: abbreviations of ICU, of which BST is that of Asia/Dhaka, were taken for zones', () => {
  test.each([
    ['BST', 'Europe/London'],
    ['IST', 'Asia/Kolkata'],
    ['PST', 'America/Los_Angeles'],
    ['JST', 'Asia/Tokyo'],
    ['CST', 'America/Chicago'],
    ['AST', 'America/Halifax'],
    ['GMT', 'UTC'],
    ['Singapore', 'Asia/Singapore'],
  ])('%s, and %s is near', (zone, suggestion) => {
    expect(checkZone(zone)).toEqual({ ok: false, suggestion });
  });
  test.each(['SystemV/PST8', 'US/Pacific-New'])('%s, which only ICU has', zone => {
    expect(checkZone(zone).ok).toBe(false);
  });
  test.each(['Europe/Kyiv', 'Europe/Kiev', 'Asia/Calcutta', 'Etc/GMT+5', 'Etc/UTC', 'America/Port-au-Prince'])(
    '%s is one',
    zone => {
      expect(checkZone(zone)).toEqual({ ok: true });
    },
  );
});

describe('in a runbook', () => {
  const head = 'apiVersion: drillbook/v1\nname: payments\nsite: site-b\nmodes: [drill]\n';
  const steps = 'steps: [ { id: a, uses: check/tcp, with: { host: db, port: 1 } } ]\n';
  const codes = (trigger: string, now?: number): readonly string[] =>
    compile(
      { file: 'x', text: `${head}triggers:\n  - schedule: ${trigger}\n${steps}` },
      now === undefined ? {} : { now },
    ).diagnostics.map(d => d.code);

  test('whether a time lies in a gap depends on from when one looks, never on the clock', () => {
    const only2027 = '{ mode: drill, cron: "30 1 28 3 *", time-zone: Europe/London }';
    expect(codes(only2027)).toEqual(['DB7010']);
    expect(codes(only2027, Date.UTC(2027, 3, 1))).toEqual([]);
  });

  test('a schedule that only ever meets the gap never fires', () => {
    expect(codes('{ mode: drill, cron: "30 1 25-31 3 0", time-zone: Europe/London }')).toEqual(['DB2040']);
  });
});
