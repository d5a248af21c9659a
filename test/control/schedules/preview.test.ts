import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compile } from '../../../compiler/compile.ts';
import type { ScheduleDraft } from '../../../compiler/model.ts';
import { parseConfig } from '../../../control/config/config.ts';
import { blackoutsOf, type FindBlackout, readCalendars } from '../../../control/schedules/calendars.ts';
import { comingTimes } from '../../../control/schedules/preview.ts';
import { config as siteConfig } from '../../cli/sample-config.ts';

const dir = mkdtempSync(join(tmpdir(), 'drillbook-calendars-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

function draftOf(cron: string, zone: string, more = ''): ScheduleDraft {
  const text = `apiVersion: drillbook/v1
name: p
site: site-b
modes: [drill]
triggers:
  - schedule: { mode: drill, cron: "${cron}", time-zone: ${zone}${more} }
steps:
  - { id: t, uses: zerto/failover-test, with: { vpg: db } }
`;
  const { runbook, diagnostics } = compile({ file: 'p.yaml', text });
  const [draft] = runbook?.triggers.schedules ?? [];
  if (draft === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return draft;
}

const configText = `${siteConfig}calendars:
  freeze: { time-zone: Europe/London, periods: [ { from: "2026-12-15", to: "2027-01-05" } ] }
  month-end: { time-zone: Europe/London, cron: "0 0 28-31 * *", lasts: 24h }
  holidays: { file: uk.ics }
`;

async function calendars(): Promise<FindBlackout> {
  writeFileSync(
    join(dir, 'uk.ics'),
    'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20270503\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
  );
  const { config, diagnostics } = parseConfig(configText, 'drillbook.yaml');
  if (config === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return readCalendars(config, dir);
}

const none: FindBlackout = () => undefined;
const told = (draft: ScheduleDraft, from: string, count: number, find: FindBlackout = none): string[] =>
  comingTimes(draft, Date.parse(from), count, find).map(({ at, local, offset, gap, repeated, blackout }) =>
    [
      `${local} ${offset} ${new Date(at).toISOString().slice(0, 16)}Z`,
      ...(gap === true ? ['gap'] : []),
      ...(repeated === true ? ['second pass'] : []),
      ...(blackout === undefined ? [] : [`${blackout.partly === true ? 'partly ' : ''}${blackout.calendar}`]),
    ].join(' '),
  );

test('a time in the gap is shown and does not count; the repeated hour is at its second pass', () => {
  expect(told(draftOf('30 1 * * *', 'Europe/London'), '2027-03-27T00:00:00Z', 2)).toEqual([
    '2027-03-27T01:30 +00:00 2027-03-27T01:30Z',
    '2027-03-28T01:30 +01:00 2027-03-28T01:00Z gap',
    '2027-03-29T01:30 +01:00 2027-03-29T00:30Z',
  ]);
  expect(told(draftOf('30 1 * * *', 'Europe/London'), '2026-10-24T12:00:00Z', 1)).toEqual([
    '2026-10-25T01:30 +00:00 2026-10-25T01:30Z second pass',
  ]);
});

test('periods hold both days whole, a cron its span, a file its days', async () => {
  const find = await calendars();
  const daily = draftOf('0 0 * * *', 'Europe/London', ', blackouts: [freeze]');
  expect(told(daily, '2026-12-13T12:00:00Z', 2, find).map(line => line.slice(0, 10))).toEqual([
    ...Array.from({ length: 24 }, (_, i) => new Date(Date.UTC(2026, 11, 14 + i)).toISOString().slice(0, 10)),
  ]);
  expect(told(daily, '2026-12-13T12:00:00Z', 1, find)).toEqual(['2026-12-14T00:00 +00:00 2026-12-14T00:00Z']);
  expect(told(daily, '2027-01-05T00:00:00Z', 1, find)).toEqual([
    '2027-01-05T00:00 +00:00 2027-01-05T00:00Z freeze',
    '2027-01-06T00:00 +00:00 2027-01-06T00:00Z',
  ]);
  const late = draftOf('59 23 * * *', 'Europe/London', ', blackouts: [month-end, holidays]');
  expect(told(late, '2027-04-27T12:00:00Z', 2, find)).toEqual([
    '2027-04-27T23:59 +01:00 2027-04-27T22:59Z',
    '2027-04-28T23:59 +01:00 2027-04-28T22:59Z month-end',
    '2027-04-29T23:59 +01:00 2027-04-29T22:59Z month-end',
    '2027-04-30T23:59 +01:00 2027-04-30T22:59Z month-end',
    '2027-05-01T23:59 +01:00 2027-05-01T22:59Z',
  ]);
  expect(told(late, '2027-05-03T00:00:00Z', 1, find)[0]).toBe('2027-05-03T23:59 +01:00 2027-05-03T22:59Z holidays');
});

test('a surprise shows its span, and a blackout that covers some of it', async () => {
  const find = await calendars();
  const draft = draftOf('0 23 * * *', 'Europe/London', ', within: 2h, jitter: 30m, blackouts: [freeze]');
  const [first] = comingTimes(draft, Date.UTC(2026, 11, 14, 12), 1, find);
  expect(first).toMatchObject({ at: Date.UTC(2026, 11, 14, 23), until: Date.UTC(2026, 11, 15, 1, 30) });
  expect(first?.blackout).toMatchObject({ calendar: 'freeze', partly: true });
});

test('the worker reads the calendars of its drillbook.yaml anew each time, and says what it cannot read', async () => {
  const path = join(dir, 'drillbook.yaml');
  writeFileSync(path, configText);
  const blackoutAt = blackoutsOf(path);
  const at = Date.UTC(2026, 11, 20);
  expect(await blackoutAt(['freeze'], 'UTC', at)).toEqual({ calendar: 'freeze', until: Date.UTC(2027, 0, 6) });
  writeFileSync(path, configText.replace('2026-12-15', '2026-12-22'));
  expect(await blackoutAt(['freeze'], 'UTC', at)).toBeUndefined();
  await expect(blackoutAt(['gone'], 'UTC', at)).rejects.toThrow('drillbook.yaml has no calendar "gone"');
  rmSync(join(dir, 'uk.ics'), { force: true });
  await expect(blackoutAt(['holidays'], 'UTC', at)).rejects.toThrow(
    /the calendar "holidays" cannot be read: .*there is no such file/,
  );
});
