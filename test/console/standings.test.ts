import { expect, it } from 'vitest';
import { standingsOf } from '../../console/standings.ts';
import { baseConfig, fakeSchedule, listedToken, startStage, tokenOf } from './stage.ts';

const people = 'people: { ana: { name: Ana } }\nroles: [ { role: viewer, to: [ana], runbooks: [payments] } ]\n';
const calendars =
  'calendars: { freeze: { time-zone: UTC, periods: [{ from: "2026-11-27", to: "2026-11-29" }] }, gone: { file: no.ics } }\n';
const config = `${baseConfig}${people}${calendars}identity: { tokens: [${listedToken('ana')}] }\n`;
const clock = () => Date.parse('2026-11-21T12:00:00Z');

it('the page of runbooks has pauses and blackouts of what was applied; the API too', async () => {
  const schedules = [
    fakeSchedule('payments/weekly', { paused: 'paused by bo: audit week', blackouts: ['freeze'] }),
    fakeSchedule('ledger/weekly'),
  ];
  const stage = await startStage(config, { schedules, clock });
  const page = await (await stage.call('GET', '/runbooks', tokenOf('ana'))).text();
  expect(page).toContain('! paused: paused by bo: audit week');
  expect(page).toContain('! not started: blackout freeze, until 2026-11-30 00:00Z');
  expect(page).not.toContain('ledger');
  const [listed, ...more] = (await (await stage.call('GET', '/api/v1/schedules', tokenOf('ana'))).json()) as unknown[];
  expect(more).toEqual([]);
  expect(listed).toMatchObject({
    ...{ id: 'payments/weekly', project: 'bank', paused: 'paused by bo: audit week', missed: 1, skipped: 2 },
    times: [
      {
        at: '2026-11-28T03:30:00.000Z',
        happens: false,
        marks: ['not started: blackout freeze, until 2026-11-30 00:00Z'],
      },
      ...['2026-12-05', '2026-12-12', '2026-12-19', '2026-12-26', '2027-01-02'].map(day => ({
        ...{ at: `${day}T03:30:00.000Z`, happens: true, marks: [] },
      })),
    ],
  });
  stage.close();
});

it('a calendar that cannot be read is said; a Temporal that does not say its schedules keeps no page away', async () => {
  const schedules = [fakeSchedule('payments/weekly', { blackouts: ['gone'] })];
  const stage = await startStage(config, { schedules, clock });
  const [found] = (await standingsOf(stage.deps)('payments')) ?? [];
  expect(found?.times).toHaveLength(3);
  expect(found?.unreadable).toMatch(/^the calendar "gone" cannot be read: .*no\.ics \(there is no such file\)$/);
  const silent = { ...stage.deps, control: { ...stage.deps.control, client: {} as never } };
  expect(await standingsOf(silent)('payments')).toBeUndefined();
  stage.close();
});
