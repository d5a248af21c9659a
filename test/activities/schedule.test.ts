import { describe, expect, it } from 'vitest';
import { type Calendars, judge } from '../../activities/schedule.ts';
import type { AdmissionQuestion } from '../../engine/admission.ts';
import type { People } from '../../engine/entitlement.ts';
import { newKey } from '../../control/signing.ts';
import { startOf } from '../../control/schedules/start.ts';
import { whyNotByClocks } from '../../control/schedules/clocks.ts';
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
  keyOf: publicKey => (publicKey === key.publicKey ? { id: 'ana-1', person: 'ana' } : undefined),
  ...more,
});
const noBlackout: Calendars = { blackoutAt: () => Promise.resolve(undefined), whyNotByClocks };

/** What a schedule asks that was applied by Ana half a year ago, signed or not. */
function asked(signed: boolean, more: Partial<AdmissionQuestion> = {}): AdmissionQuestion {
  const wanted = {
    id: 'payments/weekly',
    draft: { cron: { text: '30 3 * * *' }, blackouts: [], timeZone: 'UTC', catchUpMs: 600_000 },
    plan: { hash: 'abc' },
  } as unknown as Wanted;
  const applier = { requester: 'ana', at: now, ...(signed && { sign: signsWith(key) }) };
  const { proof } = startOf(wanted, applier, { queues: { sites: {}, probes: {} }, searchable: false });
  return {
    schedule: 'payments/weekly',
    runbook: 'payments',
    plan: 'abc',
    by: 'ana',
    ...(proof === undefined ? {} : { proof }),
    blackouts: [],
    cron: '30 3 * * *',
    timeZone: 'UTC',
    at: now + 180 * 86_400_000,
    scheduledAt: now + 180 * 86_400_000,
    ...more,
  };
}

const admit = (question: AdmissionQuestion, known = people(), calendars = noBlackout) =>
  judge(question, known, calendars, now + 180 * 86_400_000);

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
      expect((await admit(asked(true, more))).refused).toBe('the signature by the key ana-1 is not of this word');
    expect((await admit(asked(true, { by: 'bo' }))).refused).toContain('signs for ana, not for bo');
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
  });

  it('once in the repeated hour: at its second pass', async () => {
    const timeZone = 'America/New_York';
    const at = (time: string) => asked(false, { timeZone, scheduledAt: Date.parse(time) });
    expect((await admit(at('2027-11-07T05:30:00Z'))).refused).toBe(
      'the clocks of America/New_York show this time twice, and it begins at the second pass, 2027-11-07T06:30Z',
    );
    for (const time of ['2027-11-07T04:59:00Z', '2027-11-07T06:30:00Z', '2027-11-07T07:00:00Z', '2027-03-14T07:00:00Z'])
      expect(await admit(at(time))).toEqual({});
  });

  it('not at a time over which the clocks leap, also where Temporal gives it half an hour later', async () => {
    const at = (cron: string, time: string) =>
      admit(asked(false, { cron, timeZone: 'Australia/Lord_Howe', scheduledAt: Date.parse(time) }));
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
