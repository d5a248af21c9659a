import { describe, expect, it } from 'vitest';
import type { VpgSubStatus } from '../../simulator/enums.ts';
import { alertsOf, minute, refusal, second, stage, withChoices, withVpg } from './stage.ts';

describe('the replication of a VPG', () => {
  it('pauses, misses its RPO, resumes by a delta sync', async () => {
    const { clock, b, act, done, state } = await stage();
    expect((await act('resume')).status).toBe(500);
    await done('pause');
    expect([await state(), await alertsOf(b)]).toEqual([
      'MeetingSLA/ReplicationPausedUserInitiated',
      ['VPG0007 Warning'],
    ]);
    expect((await act('pause')).status).toBe(500);
    expect((await act('forcesync')).status).toBe(500);
    clock.advance(6 * minute);
    expect([await state(), await alertsOf(b)]).toEqual([
      'RpoNotMeetingSLA/ReplicationPausedUserInitiated',
      ['VPG0007 Warning', 'VPG0009 Warning'],
    ]);
    clock.advance(5 * minute);
    expect(await alertsOf(b, 'level=Error')).toEqual(['VPG0010 Error']);
    expect((await b.get('events?eventType=AlertTurnedOff')).json).toMatchObject([{ EventCategory: 'Alerts' }]);
    // A test and a failover are possible still.
    await done('FailoverTest');
    await done('FailoverTestStop');
    await act('resume');
    clock.advance(second);
    expect(await state()).toBe('NotMeetingSLA/DeltaSync');
    expect(refusal(await act('Failover'))).toEqual([500, 'VPG payments-db is synchronizing (DeltaSync).']);
    expect((await act('FailoverTest')).status).toBe(500);
    clock.advance(10 * second);
    expect([await state(), await alertsOf(b)]).toEqual(['MeetingSLA/None', []]);
  });

  it('is synchronised by force, which does not touch the SLA', async () => {
    const { clock, b, act, done, state } = await stage();
    await done('forcesync', undefined, second);
    expect(await state()).toBe('MeetingSLA/DeltaSync');
    expect((await act('forcesync')).status).toBe(500);
    clock.advance(second);
    expect(await state()).toBe('MeetingSLA/None');
    expect((await b.get('tasks?type=InitFullSync')).json).toHaveLength(1);
  });

  it.each<[VpgSubStatus, string, number]>([
    ['InitialSync', 'Initializing/InitialSync', 500],
    ['DeltaSync', 'NotMeetingSLA/DeltaSync', 500],
    ['VolumeInitialSync', 'MeetingSLA/VolumeInitialSync', 500],
    ['BitmapSync', 'MeetingSLA/BitmapSync', 200],
  ])('may begin in %s', async (subStatus, word, recovery) => {
    const { act, state, vpg, clock } = await stage(
      withVpg('payments-db', { state: { kind: 'syncing', subStatus, seconds: 100 } }),
    );
    clock.advance(25 * second);
    expect([await state(), (await vpg()).at('ProgressPercentage').json]).toEqual([word, 25]);
    expect((await act('FailoverTest')).status).toBe(recovery);
  });

  it('may begin out of order, or without VMs', async () => {
    const trouble = { kind: 'trouble', subStatus: 'RecoveryStorageError' } as const;
    const broken = await stage(withVpg('payments-db', { state: trouble }));
    expect([await broken.state(), await alertsOf(broken.b)]).toEqual([
      'NotMeetingSLA/RecoveryStorageError',
      ['VPG0005 Error'],
    ]);
    expect((await broken.act('pause')).status).toBe(500);

    const unset = await stage(withVpg('payments-db', { state: { kind: 'trouble', subStatus: 'NeedsConfiguration' } }));
    expect([await unset.state(), await alertsOf(unset.b)]).toEqual([
      'NotMeetingSLA/NeedsConfiguration',
      ['VPG0006 Error'],
    ]);
    expect(refusal(await unset.act('Failover'))).toEqual([500, 'VPG payments-db needs configuration.']);

    const empty = await stage(withVpg('payments-db', { vms: [] }));
    expect([await empty.state(), (await empty.act('FailoverTest')).status]).toEqual([
      'NotMeetingSLA/EmptyProtectionGroup',
      500,
    ]);
    const paused = await stage(withVpg('payments-db', { state: { kind: 'paused', by: 'system' } }));
    expect([await paused.state(), await alertsOf(paused.b)]).toEqual([
      'MeetingSLA/ReplicationPausedSystemInitiated',
      ['VPG0017 Warning'],
    ]);
  });

  it('loses a VM behind the ZVM’s back', async () => {
    const { simulator, b, state } = await stage();
    simulator.loseVm('payments-db');
    expect(await state()).toBe('NotMeetingSLA/EmptyProtectionGroup');
    expect((await b.get('vms?vpgName=payments-db')).json).toEqual([]);
  });

  it('has a journal that fills, and tells how far', async () => {
    const { clock, b, state, vpg } = await stage(
      withVpg('payments-db', { journalFilledHours: 6, journalHours: 8, appConsistentEveryMinutes: 60 }),
    );
    expect([await state(), await alertsOf(b)]).toEqual(['HistoryNotMeetingSLA/None', []]);
    expect((await vpg()).at('HistoryStatusApi').json).toMatchObject({ ActualHistoryInMinutes: 360 });
    clock.advance(2 * 60 * minute);
    expect(await state()).toBe('MeetingSLA/None');
    const types = (await b.get(`vpgs/${await b.vpg('payments-db')}/checkpoints`)).items().map(p => p.at('Type').json);
    expect(types.filter(type => type === 2).length).toBeGreaterThanOrEqual(8);
    const young = await stage(withVpg('payments-db', { journalFilledHours: 1 }));
    expect(await alertsOf(young.b)).toEqual(['VPG0003 Warning']);
  });

  it('has checkpoints as often as the scenario says', async () => {
    const { b, path } = await stage(withChoices({ checkpointEverySeconds: 60 }));
    expect((await b.get(`${path}/checkpoints`)).items().length).toBeLessThan(1442);
  });
});

describe('a clone', () => {
  it('leaves VMs behind that are off and unprotected', async () => {
    const { simulator, b, act, done, state, path } = await stage();
    const site = (await b.get('localsite')).at('SiteIdentifier').word();
    const store = (await b.get(`virtualizationsites/${site}/datastores`)).at(1, 'DatastoreIdentifier').json;
    const point = (await b.get(`${path}/checkpoints`)).at(-10, 'CheckpointIdentifier').json;
    const body = { CheckpointId: point, DatastoreIdentifier: store };
    expect((await act('CloneStart', { CheckpointIdentifier: point, DatastoreIdentifier: store })).status).toBe(400);
    expect((await act('CloneStart', { CheckpointId: point, DatastoreIdentifier: 'x' })).status).toBe(400);
    expect((await act('CloneAbort')).status).toBe(500);
    const aborted = (await act('CloneStart', body)).word();
    expect([(await act('Failover')).status, await state()]).toEqual([500, 'MeetingSLA/None']);
    expect(await act('CloneAbort')).toMatchObject({ status: 200, text: '' });
    expect((await b.get(`tasks/${aborted}`)).at('Status', 'State').json).toBe(5);
    await done('CloneStart', body);
    expect(simulator.vms('site-b')).toEqual([
      { name: 'files-01', on: true },
      { name: expect.stringMatching(/^payments-db - 2026-01-15 \d\d:\d\d:\d\d$/) as string, on: false },
    ]);
    expect((await b.get(`virtualizationsites/${site}/vms`)).json).toHaveLength(1);
  });
});

describe('deleting a VPG', () => {
  const remove = (s: Awaited<ReturnType<typeof stage>>, body: unknown = {}) => s.b.call('DELETE', s.path, body);

  it('takes it away by a task', async () => {
    const s = await stage();
    const task = (await remove(s, { KeepRecoveryVolumes: true })).word();
    expect([await s.state(), (await remove(s)).status]).toEqual(['Deleting/Deleting', 500]);
    s.clock.advance(2 * second);
    expect((await s.b.get(`tasks/${task}`)).json).toMatchObject({
      Type: 'RemoveProtectionGroup',
      Status: { State: 6 },
    });
    expect([(await s.vpg()).status, (await s.b.get('vpgs')).items().length]).toEqual([404, 4]);
    const site = (await (await s.a()).get('localsite')).at('SiteIdentifier').word();
    const free = (await s.b.get(`virtualizationsites/${site}/vms`)).items().map(vm => vm.at('VmName').json);
    expect(free).toContain('payments-db');
  });

  it('needs force during a test, a failover, or without the peer', async () => {
    const s = await stage();
    await s.done('FailoverTest');
    expect((await remove(s)).status).toBe(500);
    await remove(s, { Force: true });
    s.clock.advance(2 * second);
    expect([(await s.vpg()).status, s.simulator.openGuests(), s.simulator.testsRunning()]).toEqual([404, 0, []]);

    const lost = await stage();
    await lost.act('Failover', { CommitPolicy: 2 });
    await remove(lost, { Force: true });
    lost.simulator.silence('site-a');
    lost.clock.advance(20 * second);
    expect([(await lost.vpg()).status, lost.simulator.openGuests()]).toEqual([404, 0]);
    const crm = await lost.b.vpg('crm');
    expect((await lost.b.call('DELETE', `vpgs/${crm}`)).status).toBe(500);
    expect((await lost.b.call('DELETE', `vpgs/${crm}`, { Force: true })).status).toBe(200);
  });
});
