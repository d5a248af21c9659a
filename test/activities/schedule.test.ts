import { describe, expect, it } from 'vitest';
import type { ScheduleTerms } from '../../actions/schedule-terms.ts';
import { type Calendars, judge } from '../../activities/schedule.ts';
import type { AdmissionQuestion } from '../../engine/admission.ts';
import type { People } from '../../engine/entitlement.ts';
import { newKey } from '../../control/signing.ts';
import { startOf } from '../../control/schedules/start.ts';
import { whyNotItsTime } from '../../control/schedules/own-time.ts';
import type { Wanted } from '../../control/schedules/wanted.ts';
import { signsWith } from '../temporal/signs.ts';

const key = newKey();
const now = Date.UTC(2026, 10, 28, 3, 30);
const people = (more: Partial<People> = {}): People => ({
  unverified: 'drills',
  personOf: login => (['ana', 'bo'].includes(login) ? login : undefined),
  isAmong: () => false,
  unknowable: () => [],
  rolesOf: () => undefined,
  mayTrigger: () => false,
  keyOf: publicKey => (publicKey === key.publicKey ? { id: 'ana-1', person: 'ana' } : undefined),
  ...more,
});
const noBlackout: Calendars = {
  blackoutAt: () => Promise.resolve(undefined),
  whyNotItsTime,
  whyNotStanding: () => Promise.resolve(undefined),
};

const terms: ScheduleTerms = {
  ...{ cron: '30 3 * * *', timeZone: 'UTC', blackouts: [], catchUpMs: 600_000, jitterMs: 0, overlap: 'skip' },
};
const halfYearLater = now + 180 * 86_400_000;

/** What a schedule's run asks, which was applied by Ana half a year ago, signed or not. `time`: as Temporal puts it in the run's name. */
function asked(
  signed: boolean,
  more: Partial<ScheduleTerms> = {},
  time = new Date(halfYearLater).toISOString().replace('.000', ''),
): AdmissionQuestion {
  const given = { ...terms, ...more };
  const wanted = {
    id: 'payments/weekly',
    draft: { ...given, cron: { text: given.cron } },
    plan: { hash: 'abc' },
  } as unknown as Wanted;
  const applier = { requester: 'ana', at: now, ...(signed && { sign: signsWith(key) }) };
  const { proof } = startOf(wanted, applier, { queues: { sites: {}, probes: {} }, searchable: false });
  return {
    ...{ schedule: 'payments/weekly', runbook: 'payments', plan: 'abc', by: 'ana', terms: given },
    ...(proof === undefined ? {} : { proof }),
    ...{ run: `payments.weekly-${time}`, startedAt: Date.parse(time), at: Date.parse(time) },
  };
}

const admit = (question: AdmissionQuestion, known = people(), calendars = noBlackout) =>
  judge(question, known, calendars, halfYearLater);

describe('a drill by schedule begins', () => {
  it('unsigned, where unverified names may start drills', async () => {
    expect(await admit(asked(false))).toEqual({});
    expect((await admit(asked(false), people({ unverified: 'refuse' }))).refused).toContain(
      'nothing proves that this is ana',
    );
  });

  it('signed, as long as the key counts, however old the signature is', async () => {
    const strict = people({ unverified: 'refuse' });
    expect(await admit(asked(true), strict)).toEqual({ verified: true });
    const ended = people({ keyOf: () => ({ id: 'ana-1', person: 'ana', until: '2026-12-31' }) });
    expect((await admit(asked(true), ended)).refused).toBe('the key ana-1 was valid until 2026-12-31');
    expect((await admit(asked(true), people({ keyOf: () => undefined }))).refused).toContain('is not listed');
  });

  it('with this signature no other schedule, Plan or person', async () => {
    for (const more of [{ schedule: 'payments/daily' }, { plan: 'def' }])
      expect((await admit({ ...asked(true), ...more })).refused).toBe(
        'the signature by the key ana-1 is not of this word',
      );
    expect((await admit({ ...asked(true), by: 'bo' })).refused).toContain('signs for ana, not for bo');
  });

  it('with this signature at no other times, and none less careful', async () => {
    const others: readonly Partial<ScheduleTerms>[] = [
      ...[{ cron: '* * * * *' }, { timeZone: 'Asia/Tokyo' }, { blackouts: ['none'] }, { catchUpMs: 864e5 }],
      ...[{ jitterMs: 864e5 }, { withinMs: 1 }, { overlap: 'wait' as const }],
    ];
    for (const more of others)
      expect((await admit({ ...asked(true), terms: { ...terms, ...more } })).refused).toBe(
        'the signature by the key ana-1 is not of this word',
      );
  });

  it('at its times, once for each: whatever else starts it, Temporal by hand too', async () => {
    const why = async (run: string, late = 0) => {
      const startedAt = Date.parse(run.slice(-20)) + late;
      return (await admit({ ...asked(true), run, startedAt })).refused;
    };
    const name = 'payments.weekly-2027-05-27T03:30:00Z';
    expect(await why(name)).toBeUndefined();
    // Temporal was away for eleven minutes: ten are its catch-up, one is ours.
    expect(await why(name, 660_000)).toBeUndefined();
    expect(await why(name, 661_000)).toContain('it was started 11m1s after its time, 2027-05-27T03:30Z');
    expect(await why(name, -61_000)).toBe('it was started before its time, 2027-05-27T03:30Z');
    expect(await why('payments.weekly-2027-05-27T14:37:12Z')).toBe(
      '2027-05-27T14:37:12Z is no time of "30 3 * * *" (UTC): "drillbook schedule trigger payments/weekly" starts it at any time, at your word',
    );
    for (const run of [
      'payments.weekly-2027-05-27',
      'payments.daily-2027-05-27T03:30:00Z',
      'mine-2027-05-27T03:30:00Z',
    ])
      expect(await why(run)).toContain(`Temporal has not named ${run} for payments/weekly`);
    const jitter = asked(false, { jitterMs: 300_000 });
    const drawn = Date.parse('2027-05-27T03:34:10Z');
    expect((await admit({ ...jitter, startedAt: drawn, at: drawn })).refused).toBeUndefined();
    const late = { startedAt: halfYearLater + 3 * 3_600_000 };
    expect((await admit({ ...asked(false, { overlap: 'wait' }), ...late })).refused).toBeUndefined();
    expect((await admit({ ...asked(false), ...late })).refused).toContain('which is too late');
  });

  it('a copied start has one name for a time: no other second of its minute, none within its jitter', async () => {
    for (const second of ['03:30:01', '03:30:59', '03:31:00', '03:29:59', '03:34:10'])
      for (const jitterMs of [0, 300_000]) {
        const { refused } = await admit(asked(true, { jitterMs }, `2027-05-27T${second}Z`));
        expect(refused).toContain(`2027-05-27T${second.replace(/:00$/, '')}Z is no time of "30 3 * * *" (UTC)`);
      }
    expect((await admit(asked(true, { jitterMs: 300_000 }))).refused).toBeUndefined();
  });

  it('while whoever applied it is an admin', async () => {
    const roles = (role: 'admin' | 'operator') => people({ rolesOf: () => new Set([role]) });
    expect(await admit(asked(false), roles('admin'))).toEqual({});
    expect((await admit(asked(false), roles('operator'))).refused).toContain('ana may not schedule here');
  });

  it('outside blackouts; one that cannot be read counts as one', async () => {
    const until = Date.UTC(2027, 0, 6);
    const question = asked(false, { blackouts: ['freeze'] });
    const frozen: Calendars = { ...noBlackout, blackoutAt: () => Promise.resolve({ calendar: 'freeze', until }) };
    expect(await admit(question, people(), frozen)).toEqual({ refused: 'blackout freeze, until 2027-01-06T00:00Z' });
    const broken: Calendars = { ...noBlackout, blackoutAt: () => Promise.reject(new Error('uk.ics cannot be read')) };
    expect((await admit(question, people(), broken)).refused).toBe(
      'whether this is a blackout cannot be found out: uk.ics cannot be read',
    );
    expect(await admit(asked(false), people(), broken)).toEqual({});
    // Of a surprise it is asked for when its time has come.
    expect(await admit({ ...question, early: true }, people(), frozen)).toEqual({});
  });

  it('defect: a surprise began though its schedule was paused or taken away while it waited', async () => {
    const standing = (whyNotStanding: Calendars['whyNotStanding'], early?: true) =>
      admit({ ...asked(true), ...(early && { early }) }, people(), { ...noBlackout, whyNotStanding });
    const paused = (id: string) => Promise.resolve(`${id} is paused`);
    expect((await standing(paused)).refused).toBe('payments/weekly is paused');
    expect((await standing(paused, true)).refused).toBe('payments/weekly is paused');
    expect((await standing(() => Promise.reject(new Error('UNAVAILABLE')))).refused).toBe(
      'whether its schedule is paused cannot be found out: UNAVAILABLE',
    );
  });

  it('once in the repeated hour: at its second pass', async () => {
    const timeZone = 'America/New_York';
    const at = (time: string) => asked(false, { timeZone, cron: '* * * * *' }, time);
    expect((await admit(at('2027-11-07T05:30:00Z'))).refused).toBe(
      'the clocks of America/New_York show this time twice, and it begins at the second pass, 2027-11-07T06:30Z',
    );
    for (const time of ['2027-11-07T04:59:00Z', '2027-11-07T06:30:00Z', '2027-11-07T07:00:00Z', '2027-03-14T07:00:00Z'])
      expect(await admit(at(time))).toEqual({});
  });

  it('not at a time over which the clocks leap, also where Temporal gives it half an hour later', async () => {
    const at = (cron: string, time: string) => admit(asked(false, { cron, timeZone: 'Australia/Lord_Howe' }, time));
    expect((await at('0 2 * * 0', '2027-10-02T15:30:00Z')).refused).toBe(
      'the clocks of Australia/Lord_Howe leap over 2027-10-03 02:00',
    );
    expect(await at('30 2 * * 0', '2027-10-02T15:30:00Z')).toEqual({});
    expect(await at('0,30 2 * * 0', '2027-10-02T15:30:00Z')).toEqual({});
    expect(await at('0 2 * * 0', '2027-10-09T15:00:00Z')).toEqual({});
  });

  it('not while nobody can say who may: drillbook.yaml cannot be read', async () => {
    const answer = await judge(asked(false), { unreadable: 'drillbook.yaml has mistakes' }, noBlackout, now);
    expect(answer.refused).toBe('who may schedule cannot be found out: drillbook.yaml has mistakes');
  });
});
