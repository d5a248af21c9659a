import { describe, expect, it } from 'vitest';
import { realClock, steppedClock } from '../../simulator/clock.ts';
import { changeVpg } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { signIn, simulate, siteOf, through } from './harness.ts';

describe('simulators', () => {
  it('live side by side', async () => {
    const [one, two] = [await simulate({ clock: steppedClock() }), await simulate({ clock: steppedClock() })];
    const [first, second] = [await signIn(one), await signIn(two)];
    await first.post(`vpgs/${await first.vpg('payments-db')}/FailoverTest`);
    one.clock.advance(10_000);
    expect([one.testsRunning(), two.testsRunning()]).toEqual([['payments-db'], []]);
    expect(await through(siteOf(one, 'site-b').doors.bubble, '10.99.1.10', 5432)).toBe('connected');
    expect(await through(siteOf(two, 'site-b').doors.bubble, '10.99.1.10', 5432)).toMatch(/ConnectionRefused/);
    await one.close();
    expect((await second.get('localsite')).status).toBe(200);
  });

  it('may share a clock; closing one forgets only its own future', async () => {
    const clock = steppedClock();
    const [one, two] = [await simulate({ clock }), await simulate({ clock })];
    for (const simulator of [one, two]) {
      const client = await signIn(simulator);
      await client.post(`vpgs/${await client.vpg('crm')}/FailoverTest`);
    }
    await one.close();
    clock.advance(10_000);
    expect([one.openGuests(), two.openGuests()]).toEqual([0, 1]);
  });

  it('lets 30 idle minutes pass at once on the machine’s clock', async () => {
    const simulator = await simulate({ clock: realClock() });
    const client = await signIn(simulator);
    const id = await client.vpg('crm');
    const task = (await client.post(`vpgs/${id}/FailoverTest`)).word();
    simulator.clock.advance(30 * 60_000);
    expect((await client.get(`tasks/${task}`)).status).toBe(401);
    const again = await signIn(simulator);
    const ended = await again.get(`tasks/${task}`);
    expect(ended.at('Status', 'State').json).toBe(6);
    expect(Date.parse(ended.at('Completed').word()) - Date.parse(ended.at('Started').word())).toBe(2500);
    expect((await again.get(`vpgs/${id}`)).at('ActualRPO').json).toBeLessThanOrEqual(5);
  });

  it('records every request that arrived', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const client = await signIn(simulator);
    await client.get('Tasks?type=Move');
    expect(simulator.requests).toEqual([
      { site: 'site-b', method: 'POST', path: '/v1/session/add', status: 200, at: simulator.clock.now() },
      { site: 'site-b', method: 'GET', path: '/v1/Tasks', status: 200, at: simulator.clock.now(), by: 'svc-drillbook' },
    ]);
  });

  it('shows every task and every settings object, and whose they are', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const client = await signIn(simulator);
    const id = await client.vpg('crm');
    const started = simulator.clock.now();
    const task = (await client.post(`vpgs/${id}/FailoverTest`)).word();
    const test = { id: task, site: 'site-b', type: 'FailOverTest', vpg: 'crm', by: 'svc-drillbook', started };
    expect(simulator.tasks()).toEqual([{ ...test, state: 'running' }]);
    simulator.clock.advance(2500);
    const crm = simulator.vpgs().find(vpg => vpg.name === 'crm');
    const inTest = { by: 'svc-drillbook', stage: 'InTest', started };
    expect(crm).toEqual({ id, name: 'crm', from: 'site-a', to: 'site-b', test: inTest });
    expect(simulator.tasks()).toEqual([{ ...test, ended: started + 2500, state: 'completed' }]);

    const settings = (await client.post('vpgSettings', { VpgIdentifier: id })).word();
    const now = simulator.clock.now();
    expect(simulator.settingsObjects()).toEqual([
      { id: settings, site: 'site-b', by: 'svc-drillbook', lastUsed: now, sessionUsed: now },
    ]);
    simulator.dropSettings();
    expect(simulator.settingsObjects()).toEqual([]);
  });

  it('says what is wrong with a scenario', async () => {
    const scenario = changeVpg(healthy(), 'crm', vpg => ({ ...vpg, networks: { failover: 'B-VLAN999', test: null } }));
    await expect(simulate({ scenario })).rejects.toThrow('Scenario payments has no network B-VLAN999 at site-b.');
    expect(() => changeVpg(healthy(), 'crn', vpg => vpg)).toThrow('Scenario payments has no VPG crn.');
  });

  it('is healthy: names occur once, every task ends within 10 s, all VPGs meet their RPO', async () => {
    const { vpgs, durations } = healthy();
    expect(new Set(vpgs.map(vpg => vpg.name)).size).toBe(vpgs.length);
    expect(Math.max(...Object.values<number>({ ...durations }))).toBeLessThan(10_000);
    const client = await signIn(await simulate());
    for (const vpg of (await client.get('vpgs')).items()) {
      expect(vpg.at('ActualRPO').json).toBeLessThan(Number(vpg.at('ConfiguredRpoSeconds').json));
    }
    expect((await client.get('alerts')).json).toEqual([]);
  });
});
