import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import { changeVpg } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Client, signIn, simulate, siteOf, through } from './harness.ts';

const stage = async (client: Client, id: string): Promise<unknown> =>
  (await client.get(`vpgs/${id}`)).at('ActiveProcessesApi', 'RunningFailOverTestApi').json;

describe('a failover test', () => {
  it('starts, is in test, stops, and leaves its traces', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const { clock } = simulator;
    const client = await signIn(simulator);
    const id = await client.vpg('payments-db');
    const before = await client.get(`vpgs/${id}`);
    const chosen = (await client.get(`vpgs/${id}/checkpoints`)).at(-3);
    const time = chosen.at('TimeStamp').word();

    const started = await client.post(`vpgs/${id}/FailoverTest`, {
      CheckpointIdentifier: chosen.at('CheckpointIdentifier').word(),
    });
    expect(started.text).toMatch(/^"[0-9a-f-]{36}\.[0-9a-f-]{36}"$/);
    expect(started.word().split('.')[1]).toBe((await client.get('localsite')).at('SiteIdentifier').json);
    expect(await stage(client, id)).toEqual({ Stage: 'Starting' });
    clock.advance(1000);
    const task = await client.get(`tasks/${started.word()}`);
    expect(task.json).toMatchObject({
      Type: 'FailOverTest',
      Status: { State: 1, Progress: 40 },
      InitiatedBy: 'svc-drillbook',
      Completed: null,
    });
    expect(task.at('RelatedEntities', 'Vpgs').json).toMatchObject([{ identifier: id, type: 'VpgApi' }]);

    clock.advance(1500);
    expect((await client.get(`tasks/${started.word()}`)).at('Status').json).toEqual({ State: 6, Progress: 100 });
    expect(await stage(client, id)).toEqual({ Stage: 'InTest' });
    expect((await client.get(`vpgs/${id}`)).at('Status').json).toBe(1);
    expect([simulator.testsRunning(), simulator.testsStarted('payments-db')]).toEqual([['payments-db'], 1]);

    clock.advance(60_000);
    const body = { FailoverTestSuccess: true, FailoverTestSummary: 'quarterly' };
    const stopped = await client.post(`vpgs/${id}/FailoverTestStop`, body);
    expect(await stage(client, id)).toEqual({ Stage: 'Stopping' });
    clock.advance(1500);
    expect((await client.get(`tasks/${stopped.word()}`)).json).toMatchObject({
      Type: 'StopFailOverTest',
      Status: { State: 6 },
    });
    expect([await stage(client, id), simulator.testsRunning()]).toEqual([null, []]);

    const lastTest = (await client.get(`vpgs/${id}`)).at('LastTest').word();
    expect(Date.parse(lastTest)).toBe(clock.now());
    expect(lastTest).not.toBe(before.at('LastTest').word());
    const { json: points } = await client.get(`vpgs/${id}/checkpoints?startDate=${time}&endDate=${time}`);
    expect(points).toEqual([{ ...(chosen.json as object), Tag: expect.stringMatching(/^Tested at 2026-/) as string }]);
    const reports = await client.get('reports/recovery?vpgName=payments-db&recoveryType=FailoverTest');
    expect(reports.items()).toHaveLength(1);
    const general = reports.at(0, 'General');
    expect(general.json).toMatchObject({
      VpgName: 'payments-db',
      RecoveryType: 'FailoverTest',
      ProtectedSiteName: 'London',
      RecoverySiteName: 'Slough',
      RTOInSeconds: '3',
      Status: 'Success',
      Notes: 'quarterly',
    });
    expect(Date.parse(general.at('PointInTime').word())).toBe(Date.parse(time));
    expect(Object.values(general.json as object).every(value => typeof value === 'string')).toBe(true);
    expect(reports.at(0, 'RecoverySettings', 'Vms').json).toMatchObject([
      { VmName: 'payments-db - testing recovery', NetworkNames: ['B-Bubble-120'] },
    ]);
  });

  it('is refused by the POST itself while one runs, and a stop without one', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const client = await signIn(simulator);
    const id = await client.vpg('crm');
    const refusedStop = await client.post(`vpgs/${id}/FailoverTestStop`, {});
    expect([refusedStop.status, typeof refusedStop.at('Message').json]).toEqual([500, 'string']);
    await client.post(`vpgs/${id}/FailoverTest`);
    // Neither starting nor in test takes a second one; a starting one cannot be stopped.
    expect((await client.post(`vpgs/${id}/FailoverTestStop`, {})).status).toBe(500);
    for (const ms of [0, 10_000]) {
      simulator.clock.advance(ms);
      expect((await client.post(`vpgs/${id}/failovertest`, {})).status).toBe(500);
    }
    expect(simulator.testsStarted('crm')).toBe(1);
    expect((await client.get('tasks?type=FailOverTest')).json).toHaveLength(1);
  });

  it.each(['abc', '999999999', 'latest'])('refuses checkpoint %s', async CheckpointIdentifier => {
    const simulator = await simulate();
    const client = await signIn(simulator);
    const answer = await client.post(`vpgs/${await client.vpg('crm')}/FailoverTest`, { CheckpointIdentifier });
    expect([answer.status, answer.json]).toEqual([400, { Message: 'failed parsing as a valid CheckPoint Identifier' }]);
    expect(simulator.testsRunning()).toEqual([]);
  });

  it('may be sent to either site', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const [a, b] = [await signIn(simulator, 'site-a'), await signIn(simulator, 'site-b')];
    const id = await a.vpg('crm');
    await a.post(`vpgs/${id}/FailoverTest`);
    simulator.clock.advance(2500);
    expect(await stage(b, id)).toEqual({ Stage: 'InTest' });
    expect((await b.post(`vpgs/${id}/FailoverTestStop`)).status).toBe(200);
  });

  it('opens the VM’s services in the bubble, a moment later, and nowhere else', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const { bubble, lan } = siteOf(simulator, 'site-b').doors;
    const client = await signIn(simulator);
    const id = await client.vpg('payments-app');
    const door = (path?: string): Promise<string> => through(bubble, '10.99.1.20', 8080, path);
    expect(await door()).toMatch(/ConnectionRefused/);
    await client.post(`vpgs/${id}/FailoverTest`);
    simulator.clock.advance(2500);
    expect(simulator.testsRunning()).toEqual(['payments-app']);
    expect([await door(), simulator.openGuests()]).toEqual([expect.stringMatching(/ConnectionRefused/), 0]);
    simulator.clock.advance(2000);
    const page = await door('/health');
    expect(page).toContain('HTTP/1.1 200');
    expect(page).toContain('{"status":"up"}');
    expect(await door('/nothing')).toContain('HTTP/1.1 404');
    expect(await through(bubble, 'payments-app', 8080)).toBe('connected');
    expect(await through(bubble, '10.99.1.20', 8081)).toMatch(/ConnectionRefused/);
    expect(await through(bubble, '10.99.1.77', 8080)).toMatch(/HostUnreachable/);
    expect(await through(bubble, '10.20.1.20', 8080)).toMatch(/HostUnreachable/);
    expect(await through(lan, '10.20.1.20', 8080)).toMatch(/ConnectionRefused/);
    expect(await through(lan, '10.99.1.20', 8080)).toMatch(/HostUnreachable/);
    expect(await through(siteOf(simulator, 'site-a').doors.bubble, '10.99.1.20', 8080)).toMatch(/HostUnreachable/);

    await client.post(`vpgs/${id}/FailoverTestStop`, {});
    expect(await door()).toMatch(/ConnectionRefused/);
    simulator.clock.advance(1500);
    expect([simulator.openGuests(), simulator.testsRunning()]).toEqual([0, []]);
  });

  it('brings up only the VMs that are asked for', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const client = await signIn(simulator);
    const id = await client.vpg('crm');
    const vms = await client.get('vms?vpgName=files');
    const stranger = await client.post(`vpgs/${id}/FailoverTest`, { VmIdentifiers: [vms.at(0, 'VmIdentifier').json] });
    expect([stranger.status, stranger.at('Message').json]).toEqual([400, expect.stringContaining('is not in VPG crm')]);
    const own = (await client.get('vms?vpgName=crm')).at(0, 'VmIdentifier').json;
    expect((await client.post(`vpgs/${id}/FailoverTest`, { VmIdentifiers: [own] })).status).toBe(200);
  });

  it('comes up on the LAN side where the test network is the failover network', async () => {
    const scenario = changeVpg(healthy(), 'crm', vpg => ({
      ...vpg,
      networks: { failover: 'B-VLAN130', test: 'B-VLAN130' },
    }));
    const simulator = await simulate({ clock: steppedClock(), scenario });
    const client = await signIn(simulator);
    await client.post(`vpgs/${await client.vpg('crm')}/FailoverTest`);
    simulator.clock.advance(5000);
    expect(await through(siteOf(simulator, 'site-b').doors.lan, '10.99.30.10', 5432)).toBe('connected');
    expect(await through(siteOf(simulator, 'site-b').doors.bubble, '10.99.30.10', 5432)).toMatch(/ConnectionRefused/);
  });

  it('runs by itself on the machine’s clock', async () => {
    const base = healthy();
    const scenario = { ...base, durations: { ...base.durations, failoverTest: 40, stopFailoverTest: 30 } };
    const simulator = await simulate({ scenario });
    const client = await signIn(simulator);
    const id = await client.vpg('crm');
    const started = (await client.post(`vpgs/${id}/FailoverTest`)).word();
    await expect.poll(async () => (await client.get(`tasks/${started}`)).at('Status', 'State').json).toBe(6);
    simulator.clock.advance(5000);
    const { bubble } = siteOf(simulator, 'site-b').doors;
    expect(await through(bubble, '10.99.30.10', 5432)).toBe('connected');
    await client.post(`vpgs/${id}/FailoverTestStop`);
    await expect.poll(() => simulator.testsRunning()).toEqual([]);
    expect(await through(bubble, '10.99.30.10', 5432)).toMatch(/ConnectionRefused/);
  });
});
