import { describe, expect, test } from 'vitest';
import { localTime, renderMoment } from '../../console/pages/moments.ts';
import { renderSchedule } from '../../console/pages/schedule-lines.ts';
import { parseCron } from '../../compiler/triggers/cron.ts';
import { comingTimes } from '../../control/schedules/preview.ts';
import { textOf } from '../report/page.ts';

const t = (text: string): number => Date.parse(text);

describe('defect: 00:30 beside 23:30Z was the site’s next day, and nothing said so', () => {
  test.each<readonly [string, string, string, string, string]>([
    ['the same day', '2026-11-21T02:10:00Z', 'Europe/Berlin', '2026-11-21T03:00:00Z', '03:10 CET'],
    [
      'already the next day there',
      '2026-11-21T23:30:00Z',
      'Europe/Berlin',
      '2026-11-21T23:40:00Z',
      '2026-11-22 00:30 CET',
    ],
    [
      'still the day before there',
      '2026-11-21T02:10:00Z',
      'America/New_York',
      '2026-11-21T03:00:00Z',
      '2026-11-20 21:10 GMT-5',
    ],
    ['far ahead', '2026-11-21T11:00:00Z', 'Pacific/Kiritimati', '2026-11-21T12:00:00Z', '2026-11-22 01:00 GMT+14'],
    ['half an hour', '2026-11-21T18:29:00Z', 'Asia/Kolkata', '2026-11-21T18:00:00Z', '23:59 GMT+5:30'],
    [
      'half an hour, and midnight',
      '2026-11-21T18:30:00Z',
      'Asia/Kolkata',
      '2026-11-21T18:00:00Z',
      '2026-11-22 00:00 GMT+5:30',
    ],
    // UTC has no date where it is today's, and there today is tomorrow.
    [
      'yesterday there, today in UTC',
      '2026-11-21T22:00:00Z',
      'Europe/Berlin',
      '2026-11-21T23:30:00Z',
      '2026-11-21 23:00 CET',
    ],
    ['another day, which stands in UTC', '2026-11-19T12:00:00Z', 'Europe/Berlin', '2026-11-21T23:30:00Z', '13:00 CET'],
    ['before the clocks leap', '2027-03-28T00:59:00Z', 'Europe/Berlin', '2027-03-28T00:00:00Z', '01:59 CET'],
    ['after it', '2027-03-28T01:00:00Z', 'Europe/Berlin', '2027-03-28T00:00:00Z', '03:00 CEST'],
    [
      'the first pass of the repeated hour',
      '2026-10-25T00:30:00Z',
      'Europe/Berlin',
      '2026-10-25T00:00:00Z',
      '02:30 CEST',
    ],
    ['the second', '2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-25T00:00:00Z', '02:30 CET'],
    ['clocks that show UTC', '2026-11-21T23:30:00Z', 'Europe/London', '2026-11-21T23:00:00Z', ''],
    [
      'the same zone in summer',
      '2026-07-21T23:30:00Z',
      'Europe/London',
      '2026-07-21T23:00:00Z',
      '2026-07-22 00:30 BST',
    ],
    ['no such zone', '2026-11-21T23:30:00Z', 'Europe/Atlantis', '2026-11-21T23:00:00Z', ''],
  ])('%s', (_, at, zone, now, local) => {
    expect(localTime(t(at), zone, t(now))).toBe(local);
    const text = textOf(renderMoment(t(at), { zone, at: t(now) }).markup);
    const day = at.slice(0, 10) === now.slice(0, 10) ? at.slice(11) : at;
    expect(text).toBe(local === '' ? day : `${day} ${local}`);
  });
});

describe('the coming times of a schedule on pages', () => {
  const linesOf = (cron: string, timeZone: string, from: string, zone?: string): readonly string[] => {
    const parsed = parseCron(cron);
    if ('problems' in parsed) throw new Error(cron);
    const times = comingTimes({ cron: parsed.cron, timeZone, blackouts: [], jitterMs: 0 }, t(from), 2, () => undefined);
    const html = renderSchedule({ id: 'payments/weekly', timeZone, times }, { zone, at: t(from) }).markup;
    return [...html.matchAll(/<li>(.*?)<\/li>/g)].map(([, line = '']) => textOf(line));
  };

  test('in the house’s zone and in its own, each with its day where that is another', () => {
    expect(linesOf('30 3 * * *', 'Asia/Tokyo', '2026-11-21T02:00:00Z', 'Europe/Berlin')).toEqual([
      'next 18:30:00Z 19:30 CET 2026-11-22 03:30 GMT+9 (Asia/Tokyo)',
      'next 2026-11-22T18:30:00Z 19:30 CET 2026-11-23 03:30 GMT+9 (Asia/Tokyo)',
    ]);
    expect(linesOf('30 0 * * *', 'Europe/Berlin', '2026-11-21T02:00:00Z', 'Europe/Berlin')[0]).toBe(
      'next 23:30:00Z 2026-11-22 00:30 CET',
    );
  });

  test('defect: a time over which the clocks leap was shown as the moment after it', () => {
    expect(linesOf('30 2 * * *', 'Europe/Berlin', '2027-03-27T12:00:00Z')).toEqual([
      'left out 2027-03-28 02:30 Europe/Berlin ! does not happen: the clocks leap over it',
      'next 2027-03-29T00:30:00Z 02:30 CEST (Europe/Berlin)',
      'next 2027-03-30T00:30:00Z 02:30 CEST (Europe/Berlin)',
    ]);
  });
});
