import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../simulator/scenario.ts';
import type { SettingsDocument } from '../../simulator/settings-document.ts';
import type { Client, Seen } from './harness.ts';
import { siteOf, through } from './harness.ts';
import { alertsOf, minute, refusal, second, stage, stateOf, withChoices } from './stage.ts';

const rich = (scenario: Scenario): Scenario => ({
  ...scenario,
  zorgs: ['Acme'],
  serviceProfiles: [{ name: 'Gold', rpoSeconds: 60, journalHours: 48, testIntervalMinutes: 43_200 }],
  sites: scenario.sites.map(site => ({ ...site, devices: [{ name: 'naa.6001', sizeInMb: 1024 }] })),
  vms: scenario.vms.map(vm => ({
    ...vm,
    volumes: [
      { id: 'scsi:0:0', sizeInMb: 1000 },
      { id: 'scsi:0:1', sizeInMb: 2000, isSwap: true },
    ],
  })),
});

/** Identifiers at a site by its Zerto name. */
async function look(client: Client, zertoName: string) {
  const site = (await client.get('virtualizationsites'))
    .items()
    .find(one => one.at('VirtualizationSiteName').json === zertoName)
    ?.at('SiteIdentifier')
    .word();
  return {
    site,
    async id(kind: string, name: string, key: string): Promise<string> {
      const items = (await client.get(`virtualizationsites/${site ?? ''}/${kind}`)).items();
      const found = items.find(item => Object.values(item.json as object).includes(name));
      if (found === undefined) throw new Error(`no ${name} among ${kind}`);
      return found.at(key).word();
    },
  };
}

const document = (answer: Seen) => answer.json as SettingsDocument;

describe('a new VPG', () => {
  it('is made of an empty object, synchronises, and protects', async () => {
    const { simulator, clock, b, a } = await stage(rich);
    const home = await a();
    const [london, slough] = [await look(home, 'London'), await look(home, 'Slough')];
    const vm = await london.id('vms', 'crm-web-01', 'VmIdentifier');
    const network = await slough.id('networks', 'B-VLAN130', 'NetworkIdentifier');
    const bubble = await slough.id('networks', 'B-Bubble-130', 'NetworkIdentifier');
    const store = await slough.id('datastores', 'B-DS-07', 'DatastoreIdentifier');
    const journal = await slough.id('datastores', 'B-J1', 'DatastoreIdentifier');
    const host = await slough.id('hosts', 'b-esx-02', 'HostIdentifier');
    const device = await slough.id('devices', 'naa.6001', 'DeviceIdentifier');
    const settings = `vpgSettings/${(await b.post('vpgSettings', {})).word()}`;
    const blank = document(await b.get(settings));
    expect(blank).toMatchObject({
      VpgIdentifier: null,
      Vms: [],
      Basic: { Name: '', RecoverySiteIdentifier: london.site },
    });

    const profile = (await b.get('serviceprofiles')).at(0, 'ServiceProfileIdentifier').word();
    const zorg = (await b.get('zorgs')).at(0, 'ZorgIdentifier').word();
    const put = await b.call('PUT', settings, {
      ...blank,
      Basic: {
        ...blank.Basic,
        Name: 'web',
        ProtectedSiteIdentifier: london.site,
        RecoverySiteIdentifier: slough.site,
        ServiceProfileIdentifier: profile,
        ZorgIdentifier: zorg,
      },
      BootGroups: { BootGroups: [{ BootGroupIdentifier: 'b0', Name: 'web', BootDelayInSeconds: 30 }] },
      Journal: { ...blank.Journal, DatastoreIdentifier: journal },
      Networks: {
        Failover: { Hypervisor: { DefaultNetworkIdentifier: network } },
        FailoverTest: { Hypervisor: { DefaultNetworkIdentifier: bubble } },
      },
      Recovery: {
        ...blank.Recovery,
        DefaultHostIdentifier: host,
        DefaultHostClusterIdentifier: null,
        DefaultFolderIdentifier: null,
        DefaultDatastoreIdentifier: store,
      },
      Vms: [{ VmIdentifier: vm, BootGroupIdentifier: 'b0' }],
    });
    expect([put.status, put.text]).toEqual([200, '']);
    const vmPath = `${settings}/vms/${vm}`;
    expect((await b.get(`${vmPath}/volumes`)).json).toMatchObject([
      { VolumeIdentifier: 'scsi:0:0', Datastore: { DatastoreIdentifier: store }, IsSwap: false },
      { VolumeIdentifier: 'scsi:0:1', IsSwap: true },
    ]);
    const rdm = { Datastore: null, RDM: { DeviceIdentifier: device, IsPhysical: true } };
    expect((await b.call('PUT', `${vmPath}/volumes/scsi:0:1`, rdm)).status).toBe(200);
    const address = { Hypervisor: { IpConfig: { StaticIp: '10.99.30.66' } } };
    await b.call('PUT', `${vmPath}/nics/Network%20adapter%201`, { FailoverTest: address });

    const task = (await b.post(`${settings}/commit`)).word();
    clock.advance(1500);
    expect((await b.get(`tasks/${task}`)).json).toMatchObject({ Type: 'CreateProtectionGroup', Status: { State: 6 } });
    const id = await b.vpg('web');
    expect(await stateOf(b, id)).toBe('Initializing/InitialSync');
    expect((await b.post(`vpgs/${id}/FailoverTest`)).status).toBe(500);
    clock.advance(4 * second);
    expect([await stateOf(b, id), await alertsOf(b)]).toEqual(['HistoryNotMeetingSLA/None', ['VPG0003 Warning']]);
    expect((await b.get(`vpgs/${id}`)).json).toMatchObject({
      VmsCount: 1,
      ConfiguredRpoSeconds: 60,
      ServiceProfileName: 'Gold',
      OrganizationName: 'Acme',
      SourceSite: 'London',
    });
    await b.post(`vpgs/${id}/FailoverTest`);
    clock.advance(10 * second);
    // The address was set without ShouldReplaceIpConfiguration: nothing said so, nothing came of it.
    const door = siteOf(simulator, 'site-b').doors.bubble;
    expect(await through(door, '10.99.30.66', 80)).toMatch(/HostUnreachable/);
    expect(await through(door, '10.10.30.20', 80)).toBe('connected');
  });

  it('is only synchronised by the difference where its volumes are there', async () => {
    const { clock, b, a } = await stage();
    const home = await a();
    const [london, slough] = [await look(home, 'London'), await look(home, 'Slough')];
    const vm = await london.id('vms', 'crm-web-01', 'VmIdentifier');
    const store = await slough.id('datastores', 'B-DS-07', 'DatastoreIdentifier');
    const settings = `vpgSettings/${(await home.post('vpgSettings', {})).word()}`;
    await home.call('PUT', `${settings}/basic`, { Name: 'web' });
    await home.post(`${settings}/vms`, { VmIdentifier: vm });
    const volume = `${settings}/vms/${vm}/volumes/scsi:0:0`;
    const halves = [{ DatastoreIdentifier: store }, { DatastoreIdentifier: 'x', Path: 'a.vmdk' }];
    for (const Preseed of halves) expect((await home.call('PUT', volume, { Preseed })).status).toBe(400);
    const Preseed = { DatastoreIdentifier: store, Path: 'crm/crm-web-01.vmdk' };
    expect((await home.call('PUT', volume, { Preseed })).status).toBe(200);
    await home.post(`${settings}/commit`);
    clock.advance(1500);
    expect(await stateOf(b, await b.vpg('web'))).toBe('NotMeetingSLA/DeltaSync');
  });

  it('has a name of its own, also while it is being made', async () => {
    const { clock, a } = await stage(scenario => ({
      ...scenario,
      vms: [...scenario.vms, ...scenario.vms.slice(4, 5).map(vm => ({ ...vm, name: 'crm-web-02' }))],
    }));
    const home = await a();
    const london = await look(home, 'London');
    const make = async (vm: string) => {
      const settings = `vpgSettings/${(await home.post('vpgSettings', { Basic: { Name: 'web' } })).word()}`;
      await home.post(`${settings}/vms`, { VmIdentifier: await london.id('vms', vm, 'VmIdentifier') });
      return settings;
    };
    const [one, two] = [await make('crm-web-01'), await make('crm-web-02')];
    expect((await home.post(`${one}/commit`)).status).toBe(200);
    expect((await home.post(`${two}/commit`)).status).toBe(500);
    clock.advance(2 * second);
    expect((await home.post(`${two}/commit`)).status).toBe(400);
    expect((await home.get(two)).status).toBe(200); // a refused commit leaves the object
  });

  it('may begin with nothing, and then needs all of it', async () => {
    const { b } = await stage(withChoices({ blankSettings: 'empty' }));
    const [london, slough] = [await look(b, 'London'), await look(b, 'Slough')];
    const vm = await london.id('vms', 'crm-web-01', 'VmIdentifier');
    const settings = `vpgSettings/${(await b.post('vpgSettings', {})).word()}`;
    const refused = async () => refusal(await b.post(`${settings}/commit`))[1];
    expect((await b.post(`${settings}/vms`, { VmIdentifier: vm })).status).toBe(400);
    expect(await refused()).toBe('The VPG has no name.');
    await b.call('PUT', `${settings}/basic`, { Name: 'web' });
    expect(await refused()).toBe('VPG web has no protected site.');
    await b.call('PUT', `${settings}/basic`, {
      ProtectedSiteIdentifier: london.site,
      RecoverySiteIdentifier: slough.site,
    });
    expect(await refused()).toBe('VPG web has no virtual machines.');
    const none = { DefaultHostClusterIdentifier: null, DefaultDatastoreIdentifier: null };
    await b.call('PUT', `${settings}/recovery`, none);
    await b.post(`${settings}/vms`, { VmIdentifier: vm });
    expect(await refused()).toBe('VM crm-web-01 has no recovery host.');
    const host = await slough.id('hosts', 'b-esx-02', 'HostIdentifier');
    await b.call('PUT', `${settings}/recovery`, { DefaultHostIdentifier: host });
    expect(await refused()).toBe('VM crm-web-01 has no recovery datastore.');
    const DatastoreIdentifier = await slough.id('datastores', 'B-DS-07', 'DatastoreIdentifier');
    await b.call('PUT', `${settings}/vms/${vm}`, { Recovery: { DatastoreIdentifier } });
    expect((await b.post(`${settings}/commit`)).status).toBe(200);
  });

  it('cannot be made while the other site is away', async () => {
    const { simulator, b } = await stage();
    const settings = (await b.post('vpgSettings', { VpgIdentifier: await b.vpg('crm') })).word();
    simulator.silence('site-a');
    const answer = await b.post(`vpgSettings/${settings}/commit`);
    expect(refusal(answer)).toEqual([500, 'The Zerto Virtual Manager is not connected to site London.']);
  });
});

describe('an edit', () => {
  async function edit(options?: Parameters<typeof stage>[0]) {
    const s = await stage(options, 'crm');
    const slough = await look(s.b, 'Slough');
    const object = (await s.b.post('vpgSettings', { VpgIdentifier: s.id })).word();
    const path = `vpgSettings/${object}`;
    const points = async () => (await s.b.get(`vpgs/${s.id}/checkpoints`)).items().length;
    const commit = async () => {
      expect((await s.b.post(`${path}/commit`)).status).toBe(200);
      s.clock.advance(1500);
    };
    return { ...s, slough, settings: path, points, commit };
  }
  const webId = async (client: Client) => (await look(client, 'London')).id('vms', 'crm-web-01', 'VmIdentifier');

  it.each([
    [undefined, 17_000],
    [withChoices({ addedVmKeepsCheckpoints: false }), 0],
  ])('that adds a VM synchronises it', async (options, least) => {
    const { b, clock, id, settings, points, commit } = await edit(options);
    await b.post(`${settings}/vms`, { VmIdentifier: await webId(b) });
    await commit();
    expect(await stateOf(b, id)).toMatch(/\/VolumeInitialSync$/);
    expect(await points()).toBeGreaterThanOrEqual(least);
    if (least === 0) expect(await points()).toBe(0);
    clock.advance(10 * second);
    expect(await stateOf(b, id)).toMatch(/\/None$/);
  });

  it('that takes a VM away, or moves the journal or a volume, takes the checkpoints away', async () => {
    const two = await edit();
    await two.b.post(`${two.settings}/vms`, { VmIdentifier: await webId(two.b) });
    await two.commit();
    two.clock.advance(10 * second);
    const again = `vpgSettings/${(await two.b.post('vpgSettings', { VpgIdentifier: two.id })).word()}`;
    const [, web] = (await two.b.get(`${again}/vms`)).items();
    await two.b.call('DELETE', `${again}/vms/${web?.at('VmIdentifier').word() ?? ''}`);
    expect((await two.b.post(`${again}/commit`)).status).toBe(200);
    two.clock.advance(10 * second);
    expect(await two.points()).toBeLessThan(5);

    for (const part of ['journal', 'volume'] as const) {
      const { b, id, slough, settings, points, commit } = await edit();
      const DatastoreIdentifier = await slough.id('datastores', 'B-J1', 'DatastoreIdentifier');
      const [vm] = (await b.get(`${settings}/vms`)).items();
      const volume = `vms/${vm?.at('VmIdentifier').word() ?? ''}/volumes/scsi:0:0`;
      const put =
        part === 'journal'
          ? await b.call('PUT', `${settings}/journal`, { DatastoreIdentifier })
          : await b.call('PUT', `${settings}/${volume}`, { Datastore: { DatastoreIdentifier } });
      expect(put.status).toBe(200);
      await commit();
      expect([await stateOf(b, id), await points()]).toEqual(['NotMeetingSLA/VolumeInitialSync', 0]);
    }
  });

  it('that changes no more than names and times takes nothing away', async () => {
    const { b, id, settings, points, commit } = await edit();
    await b.call('PUT', `${settings}/basic`, { Name: 'crm2', JournalHistoryInHours: 12 });
    await commit();
    expect([await points(), await stateOf(b, id)]).toEqual([8640, 'MeetingSLA/None']);
    expect(await b.vpg('crm2')).toBe(id);
  });

  it('may turn a recovered VPG round', async () => {
    const { b, clock, id } = await stage(undefined, 'crm');
    await b.post(`vpgs/${id}/Failover`, { CommitPolicy: 2 });
    clock.advance(5 * second);
    await b.post(`vpgs/${id}/FailoverCommit`, {});
    clock.advance(5 * second);
    const [london, slough] = [await look(b, 'London'), await look(b, 'Slough')];
    const vm = await slough.id('vms', 'crm-db-01', 'VmIdentifier');
    const settings = `vpgSettings/${(await b.post('vpgSettings', { VpgIdentifier: id })).word()}`;
    const cluster = await london.id('hostclusters', 'A-Prod', 'ClusterIdentifier');
    const store = await london.id('datastores', 'A-DS-01', 'DatastoreIdentifier');
    const network = await london.id('networks', 'A-VLAN130', 'NetworkIdentifier');
    const side = { Hypervisor: { DefaultNetworkIdentifier: network } };
    const put = await b.call('PUT', settings, {
      Basic: { ProtectedSiteIdentifier: slough.site, RecoverySiteIdentifier: london.site },
      Recovery: {
        DefaultHostClusterIdentifier: cluster,
        DefaultDatastoreIdentifier: store,
        DefaultFolderIdentifier: null,
      },
      Networks: { Failover: side, FailoverTest: side },
      Vms: [{ VmIdentifier: vm, Recovery: { HostClusterIdentifier: cluster, FolderIdentifier: null } }],
    });
    expect(put.status).toBe(200);
    await b.post(`${settings}/commit`);
    clock.advance(10 * second);
    expect((await b.get(`vpgs/${id}`)).json).toMatchObject({ SourceSite: 'Slough', TargetSite: 'London' });
    expect(await stateOf(b, id)).toBe('HistoryNotMeetingSLA/None');
  });
});

describe('settings objects', () => {
  it('are forgotten with sessions when the ZVM is started again; tasks go on', async () => {
    const { simulator, clock, b, a, act } = await stage();
    const task = (await act('FailoverTest')).word();
    const path = `vpgSettings/${(await b.post('vpgSettings', {})).word()}`;
    const home = await a();
    const other = `vpgSettings/${(await home.post('vpgSettings', {})).word()}`;
    simulator.restart('site-b');
    expect(simulator.openSettings()).toBe(1);
    expect((await b.get(path)).status).toBe(404); // after signing in again
    expect((await home.get(other)).status).toBe(200);
    clock.advance(10 * second);
    expect((await b.get(`tasks/${task}`)).at('Status', 'State').json).toBe(6);
  });

  it('come as a copy that lacks name and VMs', async () => {
    const { b, id } = await stage();
    const path = `vpgSettings/${(await b.post('vpgSettings/copyVpgSettings', { VpgIdentifier: id })).word()}`;
    expect(document(await b.get(path))).toMatchObject({
      VpgIdentifier: null,
      Vms: [],
      Basic: { Name: '', RpoInSeconds: 300 },
    });
    expect((await b.post('vpgSettings/copyVpgSettings', {})).status).toBe(400);
  });

  it.each([
    ['Recovery', { Recovery: { DefaultHostIdentifier: 'x.host-1' } }],
    ['Recovery', { Recovery: { DefaultFolderIdentifier: 'x' } }],
    ['Journal', { Journal: { DatastoreIdentifier: 'x' } }],
    ['profile', { Basic: { ServiceProfileIdentifier: 'x' } }],
    ['zorg', { Basic: { ZorgIdentifier: 'x' } }],
    ['cloud', { Recovery: { PublicCloud: {} } }],
  ])('refuse an identifier that is nobody’s: %s', async (_, body) => {
    const { b, id } = await stage();
    const path = `vpgSettings/${(await b.post('vpgSettings', { VpgIdentifier: id })).word()}`;
    const answer = await b.call('PUT', path, body);
    expect([answer.status, typeof answer.at('Message').json]).toEqual([400, 'string']);
  });

  it('are exported at a time, and imported as edits or as new VPGs', async () => {
    const { b, clock } = await stage();
    const made = await b.post('vpgSettings/exportSettings', { VpgNames: ['crm', 'files'] });
    expect(made.at('ExportResult').json).toEqual({ Result: 'Success', Message: '' });
    const time = made.at('TimeStamp').word();
    expect((await b.get('vpgSettings/exportedSettings')).json).toEqual([{ TimeStamp: time }]);
    expect((await b.get(`vpgSettings/exportedSettings/${time}/vpgsinfo`)).json).toMatchObject([
      { VpgName: 'crm', SourceSiteName: 'London', TargetSiteName: 'Slough' },
      { VpgName: 'files' },
    ]);
    const kept = await b.post(`vpgSettings/exportedSettings/${time}`, { VpgNames: ['crm'] });
    const [crm] = kept.at('ExportedVpgSettingsApi').items();
    expect(crm?.json).toMatchObject({ SourceSiteName: 'London', Basic: { Name: 'crm' } });
    expect((await b.post('vpgSettings/exportedSettings/2020-01-01T00:00:00Z')).status).toBe(404);

    await b.call('DELETE', `vpgs/${await b.vpg('crm')}`);
    clock.advance(5 * second);
    const changed = { ...(crm?.json as object), Vms: [{ VmIdentifier: 'x' }] };
    const bad = await b.post('vpgSettings/import', { exportedVpgSettingsApi: [changed] });
    expect(bad.at('ValidationFailedResults').items()).toHaveLength(1);
    const done = await b.post('vpgSettings/import', { ExportedVpgSettingsApi: [crm?.json] });
    expect(done.at('ImportTaskIdentifiers').json).toMatchObject([{ VpgName: 'crm' }]);
    clock.advance(minute);
    expect(await stateOf(b, await b.vpg('crm'))).toBe('HistoryNotMeetingSLA/None');
  });
});
