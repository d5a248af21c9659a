import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { signIn, simulate } from './harness.ts';

describe('the API', () => {
  it('reads paths in any case and doubled slashes as one', async () => {
    const client = await signIn(await simulate());
    for (const path of ['LocalSite', '/localsite', 'localsite/', '//localsite?nothing=1']) {
      expect((await client.get(path)).at('SiteName').json).toBe('Slough');
    }
  });

  it('refuses with a Message what it does not know', async () => {
    const client = await signIn(await simulate());
    const id = await client.vpg('crm');
    const refusals = [
      [await client.get('nothing'), 404],
      [await client.get('vpgs/00000000-0000-0000-0000-000000000000'), 404],
      [await client.get('tasks/x.y'), 404],
      [await client.call('PUT', 'vpgs'), 405],
      [await client.post(`vpgs/${id}/checkpoints`, {}), 400],
      [await client.post(`vpgs/${id}/FailoverCommit`, {}), 500],
      [await client.post(`vpgs/${id}/CloneAbort`), 500],
      [await client.get('tasks?startedAfterDate=yesterday'), 400],
    ] as const;
    for (const [answer, status] of refusals) {
      expect([answer.status, typeof answer.at('Message').json]).toEqual([status, 'string']);
    }
  });

  it('refuses a body that is not JSON', async () => {
    const simulator = await simulate();
    const { token } = await signIn(simulator);
    const answer = await simulator.fetchFor('site-b')('https://x/v1/vpgsettings', {
      method: 'POST',
      body: '{',
      headers: { 'x-zerto-session': token },
    });
    expect([answer.status, await answer.json()]).toEqual([400, { Message: expect.stringContaining('JSON') as string }]);
  });

  it('shows VPGs in PascalCase with the odd keys, filters what it knows and ignores the rest', async () => {
    const client = await signIn(await simulate());
    const all = await client.get('vpgs?vpgname=x&colour=red');
    expect(all.items().map(vpg => vpg.at('VpgName').json)).toEqual([
      'payments-db',
      'payments-app',
      'payments-web',
      'crm',
      'files',
    ]);
    const site = (await client.get('localsite')).at('SiteIdentifier').word();
    const { json: other } = await client.get(`vpgs?protectedSiteIdentifier=${site}`);
    expect(other).toMatchObject([{ VpgName: 'files', TargetSite: 'London' }]);
    expect((await client.get('vpgs?status=RpoNotMeetingSLA')).json).toEqual([]);
    expect((await client.get('vpgs?name=CRM')).at(0).json).toMatchObject({
      VpgName: 'crm',
      Status: 1,
      SubStatus: 0,
      LastTest: null,
      ActiveProcessesApi: { RunningFailOverTestApi: null },
      'Link_{0}': { rel: 'self' },
      IOPs: 8,
      RecoverySite: { identifier: site, type: 'LocalSiteApi' },
      ProtectedSite: { type: 'PeerSiteApi' },
      HistoryStatusApi: { ActualHistoryInMinutes: 1440, ConfiguredHistoryInMinutes: 1440 },
    });
    expect(
      (await client.get('vpgs/statuses'))
        .items()
        .map(status => status.json)
        .slice(3, 5),
    ).toEqual(['RpoNotMeetingSLA', 'HistoryNotMeetingSLA']);
  });

  it('knows its peer, and what is at the sites by name', async () => {
    const client = await signIn(await simulate());
    const peer = (await client.get('peersites?peerName=London')).at(0);
    expect(peer.json).toMatchObject({ PeerSiteName: 'London', PairingStatus: 0, Port: 9081 });
    expect((await client.get('peersites?peerName=london')).json).toEqual([]);
    const at = `virtualizationsites/${peer.at('SiteIdentifier').word()}`;
    expect((await client.get(`${at}/vms`)).at(0, 'VmName').json).toBe('crm-web-01');
    expect((await client.get(`${at}/networks`)).at(0).json).toMatchObject({ VirtualizationNetworkName: 'A-VLAN120' });
    expect((await client.get(`${at}/resourcepools`)).json).toMatchObject([{ ResourcepoolName: 'DR' }]);
    expect((await client.get('virtualizationsites')).json).toHaveLength(2);
    expect((await client.get('serverDateTime/serverDateTimeUtc')).json).toMatch(/^\d{4}-.*Z$/);
  });

  it('inserts a tagged checkpoint by a task and lists it', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const client = await signIn(simulator);
    const id = await client.vpg('crm');
    const before = simulator.clock.now();
    const task = (await client.post(`vpgs/${id}/checkpoints`, { checkpointname: 'before the drill' })).word();
    simulator.clock.advance(1000);
    expect((await client.get(`tasks/${task}`)).json).toMatchObject({ Type: 'InsertTaggedCP', Status: { State: 6 } });
    const points = await client.get(`vpgs/${id}/checkpoints?startDate=${new Date(before).toISOString()}`);
    expect(
      points
        .items()
        .map(point => point.json)
        .filter(point => (point as { Tag: unknown }).Tag !== null),
    ).toMatchObject([{ Tag: 'before the drill', Type: 1 }]);
  });

  it('filters tasks by type, state and time', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const client = await signIn(simulator);
    await client.post(`vpgs/${await client.vpg('crm')}/FailoverTest`);
    simulator.clock.advance(60_000);
    const later = new Date(simulator.clock.now()).toISOString();
    await client.post(`vpgs/${await client.vpg('files')}/FailoverTest`);
    const count = async (query: string): Promise<number> => (await client.get(`tasks?${query}`)).items().length;
    expect(await count('')).toBe(2);
    expect(await count('type=FailoverTest')).toBe(2);
    expect(await count('type=Move')).toBe(0);
    expect(await count('status=6')).toBe(1);
    expect(await count('status=InProgress')).toBe(1);
    expect(await count(`startedAfterDate=${later}`)).toBe(1);
    expect(await count(`completedBeforeDate=${later}`)).toBe(1);
  });

  it('pages and filters recovery reports', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const client = await signIn(simulator);
    for (const [name, FailoverTestSuccess] of [
      ['crm', true],
      ['files', false],
      ['crm', true],
    ] as const) {
      const path = `vpgs/${await client.vpg(name)}`;
      await client.post(`${path}/FailoverTest`);
      simulator.clock.advance(3000);
      await client.post(`${path}/FailoverTestStop`, { FailoverTestSuccess });
      simulator.clock.advance(3000);
    }
    const names = async (query: string): Promise<string[]> =>
      (await client.get(`reports/recovery?${query}`)).items().map(report => report.at('General', 'VpgName').word());
    expect(await names('')).toEqual(['crm', 'files', 'crm']);
    expect(await names('pageNumber=2&pageSize=2')).toEqual(['crm']);
    expect(await names('vpgName=files,crm&state=Fail')).toEqual(['files']);
    expect(await names('recoveryType=Move')).toEqual([]);
    expect(await names('recoveryType=Failover%20Test&vpgName=CRM')).toHaveLength(2);
  });

  it('lists the alerts of a scenario and dismisses them', async () => {
    const alert = { vpg: 'crm', level: 'Error', help: 'VPG0005', description: 'in error' } as const;
    const client = await signIn(await simulate({ scenario: { ...healthy(), alerts: [alert] } }));
    expect((await client.get(`alerts?vpgIdentifier=${await client.vpg('files')}`)).json).toEqual([]);
    const found = (await client.get('alerts?level=error&isDismissed=false')).at(0);
    expect(found.json).toMatchObject({
      Level: 'Error',
      HelpIdentifier: 'VPG0005',
      AffectedVpgs: [{ identifier: await client.vpg('crm') }],
    });
    await client.post(`alerts/${found.at('Link', 'identifier').word()}/dismiss`);
    expect((await client.get('alerts?isDismissed=false')).json).toEqual([]);
  });
});
