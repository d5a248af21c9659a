import { describe, expect, test } from 'vitest';
import { judgeReadiness } from '../../activities/vpg-readiness.ts';
import { checkVpgs } from '../../activities/zerto-check-vpgs.ts';
import { changeVpg, type Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import type { Vpg } from '../../zerto/vpgs.ts';
import { callOf, endingFrom, quick, setStage } from './stage.ts';

const now = Date.parse('2026-11-21T02:00:00Z');
const well: Vpg = {
  id: 'v',
  name: 'crm',
  status: 'MeetingSLA',
  subStatus: 'None',
  protectedSite: { identifier: 'a', name: 'London' },
  recoverySite: { identifier: 'b', name: 'Slough' },
  entities: { protected: 'VCVpg', recovery: 'VCVpg' },
  priority: 'Medium',
  organization: '',
  zorgId: '',
  serviceProfile: { identifier: '', name: '' },
  testStage: undefined,
  lastTest: undefined,
  configuredRpoSeconds: 300,
  actualRpo: 0,
  history: { actualMinutes: 1_440, configuredMinutes: 1_440 },
  vmsCount: 1,
  progressPercentage: 0,
  alertStatus: 'Normal',
  raw: {},
};
const newest = { id: '9', time: '2026-11-21T01:59:30Z', tag: undefined, type: 0 };
const seen = { vpg: well, newest, alerts: [], now };
const judge = (rules: 'drill' | 'live', vpg: Partial<Vpg>, more: Partial<Parameters<typeof judgeReadiness>[0]> = {}) =>
  judgeReadiness({ ...seen, vpg: { ...well, ...vpg }, ...more }, rules);

describe('ready or not', () => {
  test('a VPG that is well', () => {
    expect(judge('drill', {})).toEqual({ refused: [], told: [], rpoMs: 30_000 });
  });

  test('a fresh journal is told, never refused', () => {
    expect(judge('drill', { status: 'HistoryNotMeetingSLA' })).toMatchObject({
      refused: [],
      told: [expect.any(String)],
    });
  });

  test.each([
    [{ status: 'RpoNotMeetingSLA' }, 'does not meet its SLA'],
    [{ subStatus: 'BitmapSync' }, 'does not meet its SLA (MeetingSLA, BitmapSync)'],
    [{ subStatus: 'ReplicationPausedUserInitiated' }, 'does not meet its SLA'],
    [{ testStage: 'InTest' }, 'has a failover test running'],
    [
      { status: 'NotMeetingSLA', subStatus: 'RecoveryPossible' },
      'is not connected to its other site (NotMeetingSLA, R',
    ],
    [{ subStatus: 'DisconnectedFromPeer' }, 'is not connected to its other site'],
    [{ status: 'HistoryNotMeetingSLA', subStatus: 'DisconnectedFromPeerNoRecoveryPoints' }, 'is not connected'],
  ])('%j refuses a drill, and is told in a disaster', (vpg, text) => {
    expect(judge('drill', vpg).refused).toEqual([expect.stringContaining(text)]);
    expect(judge('live', vpg)).toMatchObject({ refused: [], told: [expect.stringContaining(text)] });
  });

  test.each([
    [{ status: 'Initializing', subStatus: 'InitialSync', progressPercentage: 12 }, 'initial synchronisation'],
    [{ status: 'FailingOver', subStatus: 'FailingOverBeforeCommit' }, 'another operation'],
    [{ status: 'Moving' }, 'another operation'],
    [{ subStatus: 'Deleting' }, 'another operation'],
    [{ status: 'Recovered', subStatus: 'NeedsConfiguration' }, 'failed over already'],
    [{ testStage: 'Stopping' }, 'failover test that is stopping'],
  ])('%j refuses in every mode', (vpg, text) => {
    expect(judge('drill', vpg).refused).toEqual([expect.stringContaining(text)]);
    expect(judge('live', vpg).refused).toEqual([expect.stringContaining(text)]);
  });

  test.each([
    'DeltaSync',
    'FullSync',
    'VolumeDeltaSync',
    'VolumeFullSync',
    'NeedsConfiguration',
    'EmptyProtectionGroup',
  ])('A5: %s cannot be recovered, so a live run is refused too, whichever the status', subStatus => {
    for (const status of ['MeetingSLA', 'NotMeetingSLA']) {
      expect(judge('live', { status, subStatus }).refused).toEqual([
        expect.stringContaining(`(${status}, ${subStatus}`),
      ]);
      expect(judge('drill', { status, subStatus }).refused).toEqual([
        expect.stringContaining(`(${status}, ${subStatus}`),
      ]);
    }
    expect(judge('drill', { status: 'NotMeetingSLA', subStatus }).refused[0]).toContain('does not meet its SLA');
  });

  test.each(['BitmapSync', 'Sync'])('A5: %s does not stop a live run', subStatus => {
    expect(judge('live', { subStatus }).refused).toEqual([]);
    expect(judge('live', { status: 'NotMeetingSLA', subStatus }).refused).toEqual([]);
  });

  test.each(['Unknown', '#1', 'Rehearsing'])('A6: a test in the unknown stage %s is told in a live run', testStage => {
    expect(judge('live', { testStage })).toMatchObject({ refused: [], told: [expect.stringContaining(testStage)] });
    expect(judge('drill', { testStage }).refused).toEqual([expect.stringContaining(testStage)]);
  });

  test('without a checkpoint there is nothing to recover', () => {
    expect(judge('live', {}, { newest: undefined })).toMatchObject({
      refused: ['has no checkpoint'],
      rpoMs: undefined,
    });
  });

  test('the RPO is the age of the newest checkpoint, never ActualRPO', () => {
    expect(judge('drill', { actualRpo: 0 }, { maxRpoMs: 29_000 }).refused).toEqual([
      'misses the RPO of 29s: its newest checkpoint 9 is 30s old',
    ]);
    expect(judge('drill', { actualRpo: 9_999 }, { maxRpoMs: 30_000 }).refused).toEqual([]);
    expect(judge('live', {}, { maxRpoMs: 29_000 })).toMatchObject({ refused: [], told: [expect.any(String)] });
    expect(judge('drill', { configuredRpoSeconds: 10 }).told).toEqual([
      expect.stringContaining('misses its own RPO of 10s'),
    ]);
  });

  test('clocks that differ are told', () => {
    expect(judge('drill', {}, { now: now - 600_000 })).toMatchObject({
      rpoMs: 0,
      told: [expect.stringContaining('clocks differ')],
    });
  });

  test('an open error alert refuses a drill; a warning is told; a dismissed one is nothing', () => {
    const alert = {
      id: 'a',
      level: 'Error',
      entity: 'Vpg',
      help: 'VPG0005',
      description: 'error state',
      turnedOn: undefined,
      dismissed: false,
      siteId: '',
      vpgIds: ['v'],
      zorgIds: [],
      raw: {},
    };
    expect(judge('drill', {}, { alerts: [alert] }).refused).toEqual(['has the alert VPG0005: error state']);
    expect(judge('live', {}, { alerts: [alert] }).refused).toEqual([]);
    expect(judge('drill', {}, { alerts: [{ ...alert, level: 'Warning' }] })).toMatchObject({
      refused: [],
      told: [expect.any(String)],
    });
    expect(judge('drill', {}, { alerts: [{ ...alert, dismissed: true }] })).toMatchObject({ refused: [], told: [] });
  });
});

describe('on a ZVM', () => {
  const check = async (scenario: Scenario, given: object, mode: 'drill' | 'failover' = 'drill') => {
    const stage = await setStage({ scenario: quick(scenario) });
    const call = callOf('zerto/check-vpgs', given, { vpgs: stage.vpgs, mode });
    return { ...stage, work: checkVpgs(call, stage.context) };
  };

  test('all is well, and a drill has its proof', async () => {
    const { work, simulator } = await check(healthy(), { vpgs: ['payments-db', 'crm'], 'max-rpo': 300_000 });
    const { outputs, evidence } = await work;
    expect(outputs).toMatchObject({ recovers_to: 'site-b', last_test: '', never_tested: ['crm'] });
    expect(outputs.worst_rpo).toBeGreaterThanOrEqual(0);
    expect(evidence?.map(e => e.kind === 'isolation' && e.vpg)).toEqual(['payments-db', 'crm']);
    expect(simulator.openSettings()).toBe(0);
  });

  test('says when the test longest ago was, where all were tested', async () => {
    const { work, context } = await check(healthy(), { vpgs: ['payments-db', 'payments-app'] });
    const { outputs } = await work;
    expect(outputs.never_tested).toEqual([]);
    expect((context.clock() - Date.parse(outputs.last_test)) / 86_400_000).toBeCloseTo(92, 1);
  });

  test('all that is wrong is told at one go, with the proof', async () => {
    const scenario = changeVpg(
      {
        ...healthy(),
        alerts: [{ vpg: 'payments-db', level: 'Error', help: 'VPG0005', description: 'VPG is in error state' }],
      },
      'crm',
      vpg => ({ ...vpg, networks: { failover: 'B-VLAN120', test: 'B-VLAN130' } }),
    );
    const { work } = await check(scenario, { vpgs: ['payments-db', 'crm'] });
    const ending = await endingFrom(work);
    expect(ending.type).toBe('failed');
    expect(ending.message).toBe(
      'payments-db has the alert VPG0005: VPG is in error state; ' +
        'a failover test of crm is not isolated: crm-db-01 Network adapter 1 "B-VLAN130" does not stand in test-networks of the site',
    );
    expect(ending.record.evidence).toHaveLength(2);
  });

  test('in a disaster isolation is not asked for, and alerts do not block', async () => {
    const scenario = {
      ...changeVpg(healthy(), 'crm', vpg => ({ ...vpg, networks: { failover: 'B-VLAN120', test: null } })),
      alerts: [{ vpg: 'crm', level: 'Error', help: 'VPG0005', description: 'VPG is in error state' } as const],
    };
    const { work } = await check(scenario, { vpgs: ['crm'] }, 'failover');
    const { told, evidence } = await work;
    expect(told).toEqual(['crm has the alert VPG0005: VPG is in error state']);
    expect(evidence).toEqual([]);
  });

  test('A5: what the simulator refuses to fail over is refused before', async () => {
    const { simulator, context, sites, vpgs } = await setStage({ scenario: healthy() });
    const zvm = await sites.zvm('site-b', 'failover');
    await zvm.vpgs.forceSync(vpgs['crm'] ?? '', { notAfter: context.clock() + 60_000 });
    // The task of forcesync takes a second, and the synchronisation after it another.
    simulator.clock.advance(1_500);
    const call = callOf('zerto/check-vpgs', { vpgs: ['crm'] }, { vpgs, mode: 'failover' });
    expect(await endingFrom(checkVpgs(call, context))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/^crm is synchronising \(.*DeltaSync/) as string,
    });
  });

  test('a VPG that recovers the other way is refused in every mode; recovers-to says where to', async () => {
    const { work, context, vpgs } = await check(healthy(), { vpgs: ['files', 'crm'] }, 'failover');
    expect(await endingFrom(work)).toMatchObject({
      type: 'failed',
      message: 'files recovers to site-a, not to site-b (reverse protection?)',
    });
    const there = callOf('zerto/check-vpgs', { vpgs: ['files'], 'recovers-to': 'site-a' }, { vpgs, mode: 'failover' });
    expect((await checkVpgs(there, context)).outputs.recovers_to).toBe('site-a');
  });

  test('looks again until it holds', async () => {
    const { context, vpgs, sites, simulator } = await setStage({
      scenario: { ...healthy(), durations: { ...healthy().durations, failoverTest: 0, stopFailoverTest: 40 } },
    });
    const zvm = await sites.zvm('site-b', 'drill');
    const id = vpgs['crm'] ?? '';
    await zvm.vpgs.failoverTest(id, {}, { notAfter: context.clock() + 1_000 });
    simulator.clock.advance(10);
    await zvm.vpgs.stopFailoverTest(id, { success: true, summary: '' }, { notAfter: context.clock() + 1_000 });
    const call = callOf(
      'zerto/check-vpgs',
      { vpgs: ['crm'] },
      { vpgs, until: { everyMs: 30, backoff: 1, forMs: 3_000 } },
    );
    const { tries, attempts } = await checkVpgs(call, context);
    expect(tries).toBeGreaterThan(1);
    expect(attempts?.[0]).toMatchObject({ n: 1, ok: false, saw: 'crm has a failover test that is stopping' });
    expect(attempts?.at(-1)).toMatchObject({ n: tries, ok: true });
  });
});
