import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { type Client, send, signIn, simulate } from './harness.ts';

async function ready(name: 'payments' | 'hundred-vpgs' | 'vcd' = 'payments') {
  const simulator = await simulate({ clock: steppedClock(), scenario: shippedScenario(name) });
  return { simulator, client: await signIn(simulator) };
}

const siteId = async (client: Client) => (await client.get('localsite')).at('SiteIdentifier').word();

describe('without a session', () => {
  const open = async (path: string) => {
    const { simulator } = await ready();
    return simulator.fetchFor('site-b')(`https://x/${path}`);
  };

  it('lists the APIs', async () => {
    const listed = (await (await open('v1/')).json()) as { href: string; rel: string; type: string }[];
    expect(listed.map(({ rel }) => rel)).toEqual(expect.arrayContaining(['vpgs', 'tasks', 'license', 'volumes']));
    expect(listed[0]?.href).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v1\/vpgs$/);
  });

  it('helps with each resource', async () => {
    const answer = await open('v1/vpgs/help');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const page = await answer.text();
    expect(page).toContain('/v1/vpgs/{vpg}/failovertest</td><td>POST');
    expect(page).not.toContain('/v1/tasks');
  });

  it('knows no help of what is not there', async () => {
    expect((await open('v1/nothing/help')).status).toBe(401);
  });

  it('gives the older resources report, in pages', async () => {
    const path = 'ZvmService/ResourcesReport/getSamples?fromTimeString=2026-01-15 06:00:00&toTimeString=2026-01-15';
    expect(await (await open(path)).json()).toEqual([]);
    const three = path.replace('toTimeString=2026-01-15', 'toTimeString=2026-01-15 08:30:00');
    const all = (await (await open(three)).json()) as object[];
    expect(all).toHaveLength(3 * 4);
    expect(all[0]).toMatchObject({
      SampleTime: '2026-01-15T06:00:00.000Z',
      Vpg: { VpgName: 'payments-db' },
      ProtectedSite: { SiteName: 'London', VmInfo: { VmName: 'payments-db' } },
      RecoverySite: { SiteName: 'Slough', Storage: { DatastoreName: 'B-DS-01' } },
    });
    expect(await (await open(`${three}&startIndex=10&count=5`)).json()).toEqual(all.slice(10));
  });

  it('wants its times', async () => {
    const answer = await open('zvmservice/resourcesreport/getsamples');
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { Message: "The value '' is not valid for fromtimestring." },
    ]);
  });
});

describe('the wire', () => {
  it('answers 404 where nothing is, 405 for another method, 400 for what is no JSON, and ignores what it does not know', async () => {
    const { simulator, client } = await ready();
    expect(await client.get('nothing')).toMatchObject({ status: 404, json: { Message: expect.any(String) as string } });
    expect(await client.call('PUT', 'vpgs')).toMatchObject({ status: 405 });
    expect(await client.call('DELETE', 'license')).toMatchObject({ status: 405 });
    const id = await client.vpg('crm');
    const broken = await simulator.fetchFor('site-b')(`https://x/v1/vpgs/${id}/FailoverTest`, {
      method: 'POST',
      headers: { 'x-zerto-session': client.token },
      body: '{ "CheckpointIdentifier"',
    });
    expect([broken.status, await broken.json()]).toEqual([400, { Message: 'The request body is not valid JSON.' }]);
    expect((await client.get('vpgs?vpgname=nobody&x=1')).items()).toHaveLength(5);
  });

  it.each(['/v1/VPGS', '//v1//vpgs/', '/V1/Vpgs'])('takes %s for the VPGs', async path => {
    const { simulator, client } = await ready();
    const headers = { 'x-zerto-session': client.token };
    expect((await simulator.fetchFor('site-b')(`https://x${path}`, { headers })).status).toBe(200);
  });

  it('has a license with its usage', async () => {
    const { client } = await ready();
    expect((await client.get('license')).json).toMatchObject({
      Details: { MaxVms: 1000, ExpiryTime: '2027-01-15T09:00:00.000Z' },
      Usage: { TotalVmsCount: 5, SitesUsage: [{ SiteName: 'Slough', ProtectedVmsCount: 1 }, { ProtectedVmsCount: 4 }] },
    });
  });

  it('tells its time, and how it reads a date', async () => {
    const { simulator, client } = await ready();
    simulator.clock.advance(60_000);
    expect((await client.get('serverDateTime/serverDateTimeUtc')).word()).toBe('2026-01-15T09:01:00.000Z');
    expect((await client.get('serverDateTime/dateTimeArgument?dateTime=2026-02-01T10:00:00%2B02:00')).word()).toBe(
      '2026-02-01T08:00:00.000Z',
    );
    expect((await client.get('serverDateTime/dateTimeArgument?dateTime=soon')).status).toBe(400);
  });

  it('has resources reports of the last week, in pages, by their filters', async () => {
    const { client } = await ready('hundred-vpgs');
    const first = (await client.get('reports/resources?pageSize=5000')).items();
    expect(first).toHaveLength(1000);
    expect(first[0]?.json).toMatchObject({ SampleTime: '2026-01-08T09:00:00.000Z' });
    const last = await client.get('reports/resources?pageSize=1000&pageNumber=34');
    expect(last.items()).toHaveLength(169 * 200 - 33_000);
    const one = await client.get('reports/resources?vpgName=app-042&vmName=APP-042-DB&startTime=2026-01-15T08:30:00Z');
    expect(one.items()).toHaveLength(1);
    expect(one.at(0, 'ProtectedSite', 'Storage').json).toEqual({
      NumberOfVolumes: 2,
      VolumesProvisionedStorageInGB: 200,
      VolumesUsedStorageInGB: 200,
    });
    expect((await client.get('reports/resources?recoveryClusterName=elsewhere')).items()).toEqual([]);
  });

  it('has volumes and datastores that agree', async () => {
    const { client } = await ready('hundred-vpgs');
    const volumes = await client.get('volumes');
    expect(volumes.items()).toHaveLength(100 * (2 + 1) + 200);
    const vpg = await client.vpg('app-007');
    const journals = await client.get(`volumes?volumeType=journal&vpgIdentifier=${vpg}`);
    expect(journals.items().map(volume => volume.at('ProtectedVm', 'Name').word())).toEqual([
      'app-007-db',
      'app-007-web',
    ]);
    const datastores = (await client.get('datastores')).items();
    expect(datastores[0]?.json).toMatchObject({
      DatastoreName: 'B-DS-01',
      Stats: { NumIncomingVMs: 200, NumOutgoingVMs: 0 },
    });
    const used = volumes.items().reduce((sum, volume) => sum + Number(volume.at('Size', 'UsedInBytes').json), 0);
    expect(datastores[0]?.at('Stats', 'Usage', 'Datastore', 'UsedInBytes').json).toBe(used);
    const id = datastores[1]?.at('DatastoreIdentifier').word() ?? '';
    expect((await client.get(`datastores/${id}`)).json).toMatchObject({ DatastoreName: 'B-DS-02' });
    expect((await client.get('datastores/none')).status).toBe(404);
  });

  it('has hosts one by one, and devices by name', async () => {
    const { client } = await ready();
    const site = `virtualizationsites/${await siteId(client)}`;
    const host = (await client.get(`${site}/hosts`)).at(1, 'HostIdentifier').word();
    expect((await client.get(`${site}/hosts/${host}`)).json).toMatchObject({
      VirtualizationHostName: 'b-esx-02',
      AssociatedDatastores: [{ DatastoreName: 'B-DS-01' }, {}, {}],
    });
    expect((await client.get(`${site}/hosts/x`)).status).toBe(404);
    expect((await client.get(`${site}/devices?deviceName=none`)).json).toEqual([]);
    expect((await client.get(`${site}/publiccloud/virtualNetworks`)).json).toEqual([]);
  });

  it('has points in time of a VM', async () => {
    const { client } = await ready();
    const vm = (await client.get('vms?vmName=crm-db-01')).at(0, 'VmIdentifier').word();
    const stats = await client.get(`vms/${vm}/pointsInTime/stats`);
    const points = await client.get(`vms/${vm}/pointsInTime?startDate=2026-01-15T08:59:00Z`);
    expect(points.items().at(-1)?.json).toEqual(stats.at('Latest').json);
    expect(points.items().length).toBeGreaterThan(10);
    expect((await client.get('vms/none/pointsInTime')).status).toBe(404);
  });

  it('has organisations and service profiles where the scenario has', async () => {
    const { client } = await ready('vcd');
    expect((await client.get('zorgs')).at(0, 'ZorgName').json).toBe('Payments Ltd');
    const profiles = (await client.get('serviceprofiles?siteIdentifier=x')).items();
    expect(profiles.map(profile => profile.at('ServiceProfileName').json)).toEqual(['Gold', 'Silver']);
  });

  it.each(['flrs', 'zsspsessions', 'encryptionDetection/suspected/vms'])('has an empty list of %s', async path => {
    expect((await (await ready()).client.get(path)).json).toEqual([]);
  });

  it('needs a session for all of that', async () => {
    const { simulator } = await ready();
    for (const path of ['license', 'volumes', 'reports/resources', 'vras', 'statistics/vms'])
      expect((await send(simulator, 'site-b', 'GET', path)).status).toBe(401);
  });
});
