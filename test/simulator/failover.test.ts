import { describe, expect, it } from 'vitest';
import { siteOf, through } from './harness.ts';
import { alertsOf, minute, refusal, second, stage, stateOf, withChoices, withVm } from './stage.ts';

const none = { CommitPolicy: 2 };

describe('a failover', () => {
  it('waits for its commit, tells so, and its VM answers at the recovery site', async () => {
    const { simulator, clock, b, act, state, vpg, path } = await stage();
    const { lan, bubble } = siteOf(simulator, 'site-b').doors;
    const begun = (await act('Failover', none)).word();
    expect(begun.split('.')[1]).toBe((await b.get('localsite')).at('SiteIdentifier').json);
    expect(await state()).toBe('FailingOver/None');
    clock.advance(1500);
    expect((await b.get(`tasks/${begun}`)).json).toMatchObject({
      Type: 'FailOver',
      Status: { State: 1, Progress: 50 },
    });
    clock.advance(1500);
    expect((await b.get(`tasks/${begun}`)).at('Status', 'State').json).toBe(6);
    expect([await state(), await alertsOf(b)]).toEqual(['FailingOver/FailingOverBeforeCommit', ['VPG0014 Warning']]);
    expect(await through(lan, '10.20.1.10', 5432)).toBe('connected');
    expect(await through(bubble, '10.99.1.10', 5432)).toMatch(/ConnectionRefused/);
    const newest = (await b.get(`${path}/checkpoints/stats`)).at('Latest', 'CheckpointIdentifier').json;
    clock.advance(2 * 24 * 60 * minute);
    expect((await vpg()).at('SubStatus').json).toBe(15); // None: nothing commits by itself
    expect((await b.get(`${path}/checkpoints/stats`)).at('Latest', 'CheckpointIdentifier').json).toBe(newest);
  });

  it('rolls back by hand: source, journal and network are as before', async () => {
    const { simulator, clock, b, act, done, state, path } = await stage(withChoices({ productionListens: true }));
    const doors = { a: siteOf(simulator, 'site-a').doors.lan, b: siteOf(simulator, 'site-b').doors.lan };
    expect(await through(doors.a, '10.10.1.10', 5432)).toBe('connected');
    await done('Failover', { ...none, ShutdownPolicy: 1 });
    expect(await through(doors.a, '10.10.1.10', 5432)).toMatch(/ConnectionRefused/);
    expect(simulator.vms('site-a')).toContainEqual({ name: 'payments-db', on: false });
    await act('FailoverRollback');
    expect(await state()).toBe('FailingOver/FailingOverRollingBack');
    clock.advance(2 * second);
    expect(await state()).toBe('NotMeetingSLA/DeltaSync');
    clock.advance(second);
    expect(await state()).toBe('MeetingSLA/None');
    expect(await through(doors.a, '10.10.1.10', 5432)).toBe('connected');
    expect(await through(doors.b, '10.20.1.10', 5432)).toMatch(/ConnectionRefused/);
    expect(simulator.vms('site-b').map(vm => vm.name)).toEqual(['files-01']);
    expect((await b.get('tasks?type=FailoverRollback')).json).toHaveLength(1);
    const reports = await b.get('reports/recovery?recoveryType=Failover');
    expect(reports.at(0, 'General', 'Status').json).toBe('FailedByUser');
    clock.advance(10 * second);
    const points = (await b.get(`${path}/checkpoints`)).items().map(point => Date.parse(point.at('TimeStamp').word()));
    const gaps = points.slice(1).map((time, index) => time - (points[index] ?? 0));
    expect([gaps.filter(gap => gap > 5000).length, points.length > 17_000]).toEqual([1, true]);
  });

  it('commits by hand without reverse protection: the VPG needs configuration', async () => {
    const { simulator, b, done, act, state, path } = await stage();
    await done('Failover', none);
    const committed = await done('FailoverCommit', { IsReverseProtection: false });
    expect(committed.json).toMatchObject({ Type: 'FailoverCommit', Status: { State: 6 } });
    expect([await state(), await alertsOf(b)]).toEqual(['Recovered/NeedsConfiguration', ['VPG0006 Error']]);
    expect(simulator.vms('site-b').map(vm => vm.name)).toContain('payments-db');
    expect(simulator.vms('site-a').map(vm => vm.name)).toContain('payments-db');
    expect(await through(siteOf(simulator, 'site-b').doors.lan, '10.20.1.10', 5432)).toBe('connected');
    for (const action of ['FailoverTest', 'Failover', 'Move', 'FailoverCommit', 'FailoverRollback', 'pause']) {
      expect((await act(action)).status).toBe(500);
    }
    expect((await b.get(`${path}/checkpoints/stats`)).status).toBe(200);
    const [report] = (await b.get('reports/recovery?vpgName=payments-db')).items();
    expect(report?.at('General').json).toMatchObject({
      RecoveryType: 'Failover',
      Status: 'Success',
      RTOInSeconds: '3',
    });
    expect(report?.at('RecoverySettings', 'Vms').json).toMatchObject([
      { VmName: 'payments-db', NetworkNames: ['B-VLAN120'] },
    ]);
  });

  it('commits with reverse protection: bitmap sync the other way, then back again', async () => {
    const { simulator, clock, b, a, id, done, act, state, vpg } = await stage();
    const [siteA, siteB] = [siteOf(simulator, 'site-a'), siteOf(simulator, 'site-b')];
    await done('Failover', { ...none, IsReverseProtection: true });
    await act('FailoverCommit');
    expect(await state()).toBe('FailingOver/FailingOverCommitting');
    clock.advance(2 * second);
    expect(await state()).toBe('NotMeetingSLA/BitmapSync');
    expect((await vpg()).json).toMatchObject({ SourceSite: 'Slough', TargetSite: 'London', VpgName: 'payments-db' });
    expect(simulator.vms('site-a').map(vm => vm.name)).not.toContain('payments-db');
    const early = await (await a()).post(`vpgs/${id}/FailoverTest`);
    expect(refusal(early)).toEqual([400, 'failed parsing as a valid CheckPoint Identifier']);
    clock.advance(3 * second);
    expect(await state()).toBe('HistoryNotMeetingSLA/None');
    expect(await alertsOf(b)).toEqual(['VPG0003 Warning']);

    const home = await a();
    const vm = (await home.get('vms?vpgName=payments-db')).at(0);
    expect(vm.json).toMatchObject({ VmName: 'payments-db', IsVmExists: true, SourceSite: 'Slough' });
    const settings = (await home.post('vpgSettings', { VpgIdentifier: id })).word();
    expect(
      (await home.get(`vpgSettings/${settings}/vms`)).at(0, 'Nics', 0, 'Failover', 'Hypervisor').json,
    ).toMatchObject({
      ShouldReplaceIpConfiguration: true,
      IpConfig: { StaticIp: '10.10.1.10' },
    });
    expect((await home.get(`vpgSettings/${settings}/vms`)).at(0, 'Volumes', 0).json).toMatchObject({
      Preseed: { Path: 'payments-db/payments-db_0.vmdk' },
    });
    await home.call('DELETE', `vpgSettings/${settings}`);

    await home.post(`vpgs/${id}/Move`, { CommitPolicy: 'None', ReverseProtection: true, KeepSourceVms: false });
    clock.advance(4 * second);
    expect(await stateOf(home, id)).toBe('Moving/MovingBeforeCommit');
    expect(await through(siteB.doors.lan, '10.20.1.10', 5432)).toMatch(/ConnectionRefused/);
    expect(await through(siteA.doors.lan, '10.10.1.10', 5432)).toBe('connected');
    await home.post(`vpgs/${id}/MoveCommit`);
    clock.advance(10 * second);
    expect((await vpg()).json).toMatchObject({ SourceSite: 'London', TargetSite: 'Slough' });
    expect(simulator.vms('site-a').map(({ name, on }) => [name, on])).toContainEqual(['payments-db', true]);
    expect(simulator.vms('site-b').map(({ name }) => name)).toEqual(['files-01']);
  });

  it.each([
    [0, 'MeetingSLA/None', 'FailoverRollback'],
    ['Commit', 'Recovered/NeedsConfiguration', 'FailoverCommit'],
  ])('with policy %s ends by itself when its time has passed', async (CommitPolicy, end, type) => {
    const { clock, b, act, state } = await stage();
    await act('Failover', { CommitPolicy, TimeToWaitBeforeShutdownInSec: 300 });
    clock.advance(3 * second + 299 * second);
    expect(await state()).toBe('FailingOver/FailingOverBeforeCommit');
    clock.advance(10 * second);
    expect(await state()).toBe(end);
    expect((await b.get(`tasks?type=${type}`)).json).toMatchObject([{ InitiatedBy: 'System' }]);
  });

  it('waits an hour and rolls back where nothing is said, and a hand that was quicker is not undone', async () => {
    const { clock, done, state } = await stage();
    await done('Failover', {}, 3 * second);
    await done('FailoverCommit', {}, 5 * second);
    clock.advance(2 * 60 * minute);
    expect(await state()).toBe('Recovered/NeedsConfiguration');
    const other = await stage();
    await other.done('Failover', undefined, 3 * second);
    other.clock.advance(60 * minute - second);
    expect(await other.state()).toBe('FailingOver/FailingOverBeforeCommit');
    other.clock.advance(10 * second);
    expect(await other.state()).toBe('MeetingSLA/None');
  });

  it.each([
    [{ TimeToWaitBeforeShutdownInSec: 299 }, 400],
    [{ TimeToWaitBeforeShutdownInSec: 86_401 }, 400],
    [{ CommitPolicy: 3 }, 400],
    [{ ShutdownPolicy: 'Maybe' }, 400],
    [{ IsReverseProtection: 'perhaps' }, 400],
    [{ CheckpointIdentifier: '999999999' }, 400],
    [{ VmIdentifiers: ['x.vm-1'] }, 400],
  ])('refuses %j', async (body, status) => {
    const { act, state } = await stage();
    const answer = await act('Failover', body);
    expect([answer.status, typeof answer.at('Message').json]).toEqual([status, 'string']);
    expect(await state()).toBe('MeetingSLA/None');
  });

  it('fails to shut a VM down gracefully that has no guest tools, and forces it after five minutes', async () => {
    const { simulator, clock, b, done, act, state } = await stage(withVm('payments-db', { guestTools: false }));
    const failed = await done('Failover', { ...none, ShutdownPolicy: 'Shutdown' }, 3 * second);
    expect(failed.json).toMatchObject({
      Status: { State: 4 },
      CompleteReason: 'Failed to shut down payments-db: guest tools are not running.',
    });
    clock.advance(second);
    expect([await state(), simulator.openGuests()]).toEqual(['MeetingSLA/None', 0]);
    const forced = (await act('Failover', { ...none, ShutdownPolicy: 'ForceShutdown' })).word();
    clock.advance(5 * minute);
    expect((await b.get(`tasks/${forced}`)).at('Status', 'State').json).toBe(1);
    clock.advance(3 * second);
    expect(await state()).toBe('FailingOver/FailingOverBeforeCommit');
    expect(simulator.vms('site-a')).toContainEqual({ name: 'payments-db', on: false });
  });

  it('takes some of the VMs only', async () => {
    const { simulator, b, clock } = await stage(scenario => ({
      ...scenario,
      vpgs: scenario.vpgs.map(vpg =>
        vpg.name === 'crm' ? { ...vpg, vms: [...vpg.vms, { name: 'crm-web-01', nics: [] }] } : vpg,
      ),
    }));
    const id = await b.vpg('crm');
    const [first] = (await b.get('vms?vmName=crm-db-01')).items();
    const body = { ...none, VmIdentifiers: [first?.at('VmIdentifier').json], IsReverseProtection: true };
    await b.post(`vpgs/${id}/Failover`, body);
    clock.advance(3 * second);
    await b.post(`vpgs/${id}/FailoverCommit`);
    clock.advance(10 * second);
    expect(simulator.vms('site-b').map(vm => vm.name)).toEqual(['files-01', 'crm-db-01']);
    expect((await b.get(`vpgs/${id}`)).json).toMatchObject({ VmsCount: 1, TargetSite: 'London' });
    expect(simulator.vms('site-a').map(vm => vm.name)).toContain('crm-web-01');
  });

  it('ends a test that runs, and is refused while one starts or stops', async () => {
    const { simulator, clock, b, act, done, state, vpg } = await stage();
    const before = (await vpg()).at('LastTest').json;
    await act('FailoverTest');
    expect((await act('Failover', none)).status).toBe(500);
    clock.advance(2500);
    await act('Failover', none);
    clock.advance(3 * second);
    expect([await state(), simulator.testsRunning()]).toEqual(['FailingOver/FailingOverBeforeCommit', []]);
    expect((await b.get('reports/recovery?recoveryType=FailoverTest&state=Fail')).at(0, 'General', 'Status').json).toBe(
      'AbortedByFailoverCommand',
    );
    expect((await vpg()).at('LastTest').json).toBe(before);
    await done('FailoverRollback');
    await done('FailoverTest', undefined, 3 * second);
    await act('FailoverTestStop');
    expect((await act('Failover', none)).status).toBe(500);
  });

  it('is as if it had not been when its task fails, and a failed commit can be repeated', async () => {
    const { simulator, clock, done, act, state } = await stage();
    const fail = (path: string) => {
      simulator.faults.add({ method: 'POST', path, then: { kind: 'fail-task', reason: 'no space' } });
    };
    fail('vpgs/*/failover');
    expect((await done('Failover', { ShutdownPolicy: 1 }, 3 * second)).json).toMatchObject({
      CompleteReason: 'no space',
    });
    expect(simulator.vms('site-a')).toContainEqual({ name: 'payments-db', on: true });
    clock.advance(second);
    await done('Failover', none);
    fail('vpgs/*/failovercommit');
    await act('FailoverCommit', {});
    expect((await act('FailoverCommit', {})).status).toBe(500);
    clock.advance(2 * second);
    expect(await state()).toBe('FailingOver/FailingOverBeforeCommit');
    await done('FailoverCommit', {});
    expect(await state()).toBe('Recovered/NeedsConfiguration');
  });

  it('may leave its task waiting for a person', async () => {
    const { b, act, clock, done } = await stage(
      withChoices({ waitingTask: 'WaitingForUserInput', failoverTask: 'FailoverBeforeCommit' }),
    );
    const task = (await act('Failover', none)).word();
    clock.advance(3 * second);
    expect((await b.get(`tasks/${task}`)).json).toMatchObject({
      Type: 'FailoverBeforeCommit',
      Status: { State: 2 },
      Completed: null,
    });
    await done('FailoverRollback');
    expect((await b.get(`tasks/${task}`)).at('Status', 'State').json).toBe(6);
  });
});
