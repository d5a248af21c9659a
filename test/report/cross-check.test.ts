import { describe, expect, it } from 'vitest';
import { crossCheck } from '../../report/cross-check.ts';
import type { Journal } from '../../report/journal.ts';
import { failedDrill, opening, passedDrill, runningDrill, zertoReport } from './sample.ts';

/** A drill with only these openings and reports. */
function drill(given: Partial<Journal>): Journal {
  return { ...passedDrill(), ...given };
}

function kinds(journal: Journal): readonly string[] {
  return crossCheck(journal).map(finding => `${finding.kind} ${finding.vpg}`);
}

const one = [opening('payments-db', 6_000, 300_000)];

describe('crossCheck', () => {
  it('agrees with a drill that passed and one that failed', () => {
    expect(kinds(passedDrill())).toEqual(['agrees payments-db', 'agrees payments-app', 'agrees payments-web']);
    expect(kinds(failedDrill())).toEqual(['agrees payments-db']);
  });

  it('has nothing to say of what is still open', () => {
    expect(kinds(runningDrill())).toEqual([]);
  });

  it('misses a report of what was closed', () => {
    expect(kinds(drill({ openings: one, zertoReports: [] }))).toEqual(['missing payments-db']);
  });

  it('does not take the report of another VPG, kind or time', () => {
    const others = [
      zertoReport('payments-db', 6_000, 300_000, { VpgName: 'crm' }),
      zertoReport('payments-db', 6_001, 300_000, { RecoveryType: 'Move' }),
      zertoReport('payments-db', -900_000, 300_000),
    ];
    expect(kinds(drill({ openings: one, zertoReports: others })).toSorted()).toEqual([
      'missing payments-db',
      'stranger crm',
      'stranger payments-db',
      'stranger payments-db',
    ]);
  });

  it('bears clocks that are a little apart, and the older spelling of the kind', () => {
    const report = zertoReport('payments-db', 6_000 - 400_000, 300_000, { RecoveryType: 'Failover Test' });
    expect(kinds(drill({ openings: one, zertoReports: [report] }))).toEqual(['agrees payments-db']);
  });

  it('finds a status that is not the verdict that was sent', () => {
    const zertoReports = [zertoReport('payments-db', 6_000, 300_000, { Status: 'FailedByUser' })];
    const [finding] = crossCheck(drill({ openings: one, zertoReports }));
    expect(finding).toMatchObject({ kind: 'differs', step: 'db' });
    expect(finding?.text).toBe("payments-db (db): the recovery verdict is passed, Zerto's report says FailedByUser.");
    expect(kinds(drill({ openings: one, zertoReports, recoveryVerdict: 'inconclusive' }))).toEqual([
      'agrees payments-db',
    ]);
    expect(kinds(drill({ openings: one, zertoReports, recoveryVerdict: 'running' }))).toEqual(['agrees payments-db']);
  });

  it('does not guess a status that it does not know', () => {
    const zertoReports = [zertoReport('payments-db', 6_000, 300_000, { Status: 'Banana' })];
    expect(kinds(drill({ openings: one, zertoReports }))).toEqual(['unclear payments-db']);
  });

  it('finds another point in time than the checkpoint', () => {
    const zertoReports = [zertoReport('payments-db', 6_000, 300_000, { PointInTime: '2026-11-21T02:04:51Z' })];
    const [finding] = crossCheck(drill({ openings: one, zertoReports }));
    expect(finding?.kind).toBe('differs');
    expect(finding?.text).toContain("5m from the checkpoint's 2026-11-21T02:09:51.000Z");
  });

  it('finds a test that we say never started, or that is still open for us', () => {
    const zertoReports = [zertoReport('payments-db', 6_000, 200_000)];
    const never = [opening('payments-db', 6_000, 300_000, { state: 'did-not-happen' })];
    const stuck = [opening('payments-db', 6_000, 300_000, { state: 'stuck' })];
    expect(kinds(drill({ openings: never, zertoReports }))).toEqual(['differs payments-db']);
    expect(kinds(drill({ openings: stuck, zertoReports }))).toEqual(['differs payments-db']);
    expect(kinds(drill({ openings: never, zertoReports: [] }))).toEqual([]);
  });

  it('gives the report of a second try to that try, not to the one that never happened', () => {
    const never = opening('payments-db', 0, 7_000, { state: 'did-not-happen' });
    const zertoReports = [zertoReport('payments-db', 6_000, 300_000)];
    expect(kinds(drill({ openings: [never, ...one], zertoReports }))).toEqual(['agrees payments-db']);
  });

  it('gives each of two tests of one VPG its own report, once', () => {
    const openings = [opening('payments-db', 0, 100_000), opening('payments-db', 110_000, 100_000)];
    const second = zertoReport('payments-db', 111_000, 98_000);
    const first = zertoReport('payments-db', 1_000, 98_000);
    const findings = crossCheck(drill({ openings, zertoReports: [second, first, second] }));
    expect(findings.map(finding => finding.kind)).toEqual(['agrees', 'agrees']);
    expect(findings[0]?.text).toContain('from 2026-11-21T02:10:01Z');
  });

  it('of a live failover compares a pass only, and of a pause nothing', () => {
    const openings = [opening('payments-db', 6_000, 300_000, { action: 'zerto/failover' })];
    const fine = [zertoReport('payments-db', 6_000, 300_000, { RecoveryType: 'Failover' })];
    const bad = [zertoReport('payments-db', 6_000, 300_000, { RecoveryType: 'Failover', Status: 'Fail' })];
    expect(kinds(drill({ openings, zertoReports: fine, recoveryVerdict: 'failed' }))).toEqual(['agrees payments-db']);
    expect(kinds(drill({ openings, zertoReports: bad }))).toEqual(['differs payments-db']);
    const paused = [opening('payments-db', 6_000, 300_000, { action: 'zerto/pause' })];
    expect(kinds(drill({ openings: paused, zertoReports: [] }))).toEqual([]);
  });

  it('takes a committed and a rolled back failover as ended; of a roll-back no status is expected', () => {
    const live = (state: string) => [opening('payments-db', 6_000, 300_000, { action: 'zerto/failover', state })];
    const report = (Status: string) => [
      zertoReport('payments-db', 6_000, 300_000, { RecoveryType: 'Failover', Status }),
    ];
    expect(kinds(drill({ openings: live('committed'), zertoReports: report('Success') }))).toEqual([
      'agrees payments-db',
    ]);
    expect(kinds(drill({ openings: live('committed'), zertoReports: report('Fail') }))).toEqual([
      'differs payments-db',
    ]);
    expect(kinds(drill({ openings: live('rolled-back'), zertoReports: report('RolledBack') }))).toEqual([
      'agrees payments-db',
    ]);
    expect(kinds(drill({ openings: live('open'), zertoReports: report('Success') }))).toEqual(['differs payments-db']);
  });

  it.each([
    ['nothing in it', {}],
    ['General without a value', { General: null, RecoverySettings: [] }],
    ['times that are none', { General: { VpgName: 'payments-db', StartTime: 7, EndTime: {} } }],
  ])('reads a report with %s as unclear', (_, report) => {
    const zertoReports = [{ at: 0, vpg: 'payments-db', report }];
    expect(kinds(drill({ openings: one, zertoReports }))).toEqual(['unclear payments-db']);
  });
});
