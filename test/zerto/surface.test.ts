import { describe, expect, test } from 'vitest';
import type { EffectCall } from '../../zerto/types.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import { rejection, scripted, type Seen } from './scripted-zvm.ts';

const soon: EffectCall = { notAfter: Date.now() + 60_000 };
const last = (seen: readonly Seen[]) => seen.at(-1);

/** A ZVM that has what these paths give (query cut off) and takes every effect. */
function zvmWith(bodies: Readonly<Record<string, unknown>> = {}) {
  return scripted(({ method, path }) => {
    if (path.startsWith('session')) return undefined;
    const key = path.split('?')[0] ?? '';
    if (key in bodies) return { body: bodies[key] };
    return method === 'GET' ? undefined : { body: 'task-1.site' };
  });
}

describe('every action says what the API calls it', () => {
  test.each<[string, (zvm: Zvm) => Promise<unknown>, string, unknown]>([
    ['test', z => z.vpgs.failoverTest('v', {}, soon), 'POST vpgs/v/FailoverTest', {}],
    [
      'test of a checkpoint and some VMs',
      z => z.vpgs.failoverTest('v', { checkpointId: '166834', vmIds: ['a.vm-1'] }, soon),
      'POST vpgs/v/FailoverTest',
      { CheckpointIdentifier: '166834', VmIdentifiers: ['a.vm-1'] },
    ],
    [
      'stop of a test',
      z => z.vpgs.stopFailoverTest('v', { success: false, summary: 'no' }, soon),
      'POST vpgs/v/FailoverTestStop',
      { FailoverTestSuccess: false, FailoverTestSummary: 'no' },
    ],
    [
      'failover',
      z =>
        z.vpgs.failover(
          'v',
          {
            checkpointId: '1',
            commitPolicy: 'None',
            commitAfterSeconds: 3600,
            shutdownPolicy: 'ForceShutdown',
            reverseProtection: false,
            vmIds: ['a.vm-1'],
          },
          soon,
        ),
      'POST vpgs/v/Failover',
      {
        CheckpointIdentifier: '1',
        CommitPolicy: 'None',
        TimeToWaitBeforeShutdownInSec: 3600,
        ShutdownPolicy: 'ForceShutdown',
        IsReverseProtection: false,
        VmIdentifiers: ['a.vm-1'],
      },
    ],
    ['failover as the ZVM has it', z => z.vpgs.failover('v', {}, soon), 'POST vpgs/v/Failover', {}],
    [
      'commit',
      z => z.vpgs.commitFailover('v', { reverseProtection: true }, soon),
      'POST vpgs/v/FailoverCommit',
      { IsReverseProtection: true },
    ],
    ['roll-back', z => z.vpgs.rollBackFailover('v', soon), 'POST vpgs/v/FailoverRollback', undefined],
    [
      'move',
      z =>
        z.vpgs.move(
          'v',
          {
            commitPolicy: 'Rollback',
            commitAfterSeconds: 600,
            forceShutdown: true,
            reverseProtection: true,
            keepSourceVms: false,
            continueOnPreScriptFailure: false,
          },
          soon,
        ),
      'POST vpgs/v/Move',
      {
        CommitPolicy: 'Rollback',
        CommitPolicyTimeout: 600,
        ForceShutdown: true,
        ReverseProtection: true,
        KeepSourceVms: false,
        ContinueOnPreScriptFailure: false,
      },
    ],
    [
      'commit of a move: both or none',
      z => z.vpgs.commitMove('v', { reverseProtection: true, keepSourceVms: false }, soon),
      'POST vpgs/v/MoveCommit',
      { ReverseProtection: true, KeepSourceVms: false },
    ],
    ['commit of a move as it was told', z => z.vpgs.commitMove('v', undefined, soon), 'POST vpgs/v/MoveCommit', {}],
    ['roll-back of a move', z => z.vpgs.rollBackMove('v', soon), 'POST vpgs/v/moveRollback', undefined],
    [
      'clone: CheckpointId, and no other name',
      z => z.vpgs.startClone('v', { checkpointId: '1', datastoreId: 'd', vmIds: ['a'] }, soon),
      'POST vpgs/v/CloneStart',
      { CheckpointId: '1', DatastoreIdentifier: 'd', VmIdentifiers: ['a'] },
    ],
    ['end of a clone', z => z.vpgs.abortClone('v', soon), 'POST vpgs/v/CloneAbort', undefined],
    ['pause', z => z.vpgs.pause('v', soon), 'POST vpgs/v/pause', undefined],
    ['resume', z => z.vpgs.resume('v', soon), 'POST vpgs/v/resume', undefined],
    ['synchronise', z => z.vpgs.forceSync('v', soon), 'POST vpgs/v/forcesync', undefined],
    [
      'delete',
      z => z.vpgs.delete('v', { keepRecoveryVolumes: true, force: false }, soon),
      'DELETE vpgs/v',
      { KeepRecoveryVolumes: true, Force: false },
    ],
    [
      'retention of a checkpoint',
      z => z.vpgs.startRetention('v', { checkpointId: '1' }, soon),
      'POST ltr/vpgs/v/retentionstart',
      { CheckpointId: '1' },
    ],
    ['retention', z => z.vpgs.startRetention('v', {}, soon), 'POST ltr/vpgs/v/retentionstart', {}],
    ['end of a retention', z => z.vpgs.abortRetention('v', soon), 'POST ltr/vpgs/v/retentionabort', undefined],
    [
      'settings of a retention',
      z => z.vpgSettings.addRetention('s', { Enabled: true }),
      'POST vpgSettings/s/ltr',
      { Enabled: true },
    ],
    ['dismiss', z => z.alerts.dismiss('a', soon), 'POST alerts/a/dismiss', undefined],
    ['undismiss', z => z.alerts.undismiss('a', soon), 'POST alerts/a/undismiss', undefined],
    ['settings for a new VPG', z => z.vpgSettings.create({}), 'POST vpgSettings', {}],
    [
      'settings that are read anew',
      z => z.vpgSettings.create({ vpgId: 'v', repopulate: true }),
      'POST vpgSettings?repopulateSettings=true',
      { VpgIdentifier: 'v' },
    ],
    ['copy', z => z.vpgSettings.copy('v'), 'POST vpgSettings/copyVpgSettings', { VpgIdentifier: 'v' }],
    ['part reset', z => z.vpgSettings.part('s', 'journal').delete(), 'DELETE vpgSettings/s/journal', undefined],
    [
      'part',
      z => z.vpgSettings.part('s', 'bootgroup').put({ BootGroups: [] }),
      'PUT vpgSettings/s/bootgroup',
      { BootGroups: [] },
    ],
    [
      'volume: its colons are one segment',
      z => z.vpgSettings.vms('s').volumes('a.vm-1').put('scsi:0:1', { VolumeIdentifier: 'scsi:0:1' }),
      'PUT vpgSettings/s/vms/a.vm-1/volumes/scsi%3A0%3A1',
      { VolumeIdentifier: 'scsi:0:1' },
    ],
    [
      'NIC reset',
      z => z.vpgSettings.vms('s').nics('a.vm-1').delete('Network adapter 1'),
      'DELETE vpgSettings/s/vms/a.vm-1/nics/Network%20adapter%201',
      undefined,
    ],
    ['VM out', z => z.vpgSettings.vms('s').delete('a.vm-1'), 'DELETE vpgSettings/s/vms/a.vm-1', undefined],
  ])('%s', async (_, act, call, body) => {
    const { zvm, seen } = zvmWith();
    await act(zvm);
    expect(`${last(seen)?.method ?? ''} ${last(seen)?.path ?? ''}`).toBe(call);
    expect(last(seen)?.body).toEqual(body);
  });

  test('an effect past its time is not sent, whichever it is', async () => {
    const { zvm, seen } = zvmWith();
    const past = { notAfter: Date.now() - 1 };
    for (const call of [
      zvm.vpgs.failover('v', {}, past),
      zvm.vpgs.delete('v', { keepRecoveryVolumes: true, force: false }, past),
      zvm.alerts.dismiss('a', past),
      zvm.vpgSettings.exports.import([], [], past),
    ]) {
      expect(await rejection(call)).toMatchObject({ name: 'TooLate', happened: 'no' });
    }
    expect(seen).toEqual([]);
  });
});

const event = {
  EventIdentifier: 'e1',
  OccurredOn: '2024-05-01T10:00:00.000Z',
  EventType: 4,
  EventCategory: 'Events',
  EventCompletedSuccessfully: true,
  EntityType: 0,
  UserName: 'administrator',
  SiteName: 'Slough',
  RelatedEntities: { Vpgs: [{ identifier: 'v1' }], Sites: [], Zorgs: null },
  SomethingNew: 7,
};

test('events: filters are sent and applied, unknown types and fields are kept', async () => {
  const { zvm, seen } = zvmWith({
    events: [
      event,
      { ...event, EventIdentifier: 'e2', EventType: 72 },
      { ...event, EventIdentifier: 'e3', UserName: 'System' },
      { ...event, EventIdentifier: 'e4', RelatedEntities: null },
      { ...event, EventIdentifier: 'e5', OccurredOn: '/Date(1714471200000)/' },
    ],
  });
  const all = await zvm.events.list();
  expect(all.map(({ type }) => type)).toEqual(['FailOverTest', '#72', 'FailOverTest', 'FailOverTest', 'FailOverTest']);
  expect(all[0]).toMatchObject({ category: 'Events', entity: 'VPG', succeeded: true, raw: { SomethingNew: 7 } });
  const filter = { vpgId: 'v1', type: 'FailOverTest', user: 'administrator', from: '2024-05-01T00:00:00Z' };
  expect((await zvm.events.list(filter)).map(({ id }) => id)).toEqual(['e1']);
  const query = new URLSearchParams(last(seen)?.path.split('?')[1]);
  expect(Object.fromEntries(query)).toEqual({
    startDate: '2024-05-01T00:00:00Z',
    vpgIdentifier: 'v1',
    eventType: 'FailOverTest',
    userName: 'administrator',
  });
  await zvm.events.list({ type: '#72' });
  expect(last(seen)?.path).toBe('events?eventType=72');
});

test('VPGs: what a ZVM states is filtered here, what it does not state is left to it', async () => {
  const vpg = (id: string, more: object) => ({ VpgIdentifier: id, VpgName: id, Status: 1, SubStatus: 0, ...more });
  const { zvm, seen } = zvmWith({
    vpgs: [
      vpg('a', { Priority: 2, Zorg: { identifier: 'z1' }, Entities: { Protected: 0, Recovery: 4 } }),
      vpg('b', { Priority: 'High', Zorg: { identifier: 'z2' } }),
      vpg('c', { Priority: 0 }),
    ],
  });
  const found = await zvm.vpgs.list({ priority: 'High', zorgIdentifier: 'z1' });
  expect(found.map(({ id }) => id)).toEqual(['a']);
  expect(last(seen)?.path).toBe('vpgs?zorgIdentifier=z1&priority=High');
  expect(found[0]?.entities).toEqual({ protected: 'VCVpg', recovery: 'HyperV' });
  expect((await zvm.vpgs.list({ recoverySiteType: 'HyperV' })).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(await zvm.vpgs.list({ name: 'A' })).toEqual([]);
});

describe('status 3 and 4', () => {
  const vpg = (Status: unknown, more: object = {}) => ({
    VpgIdentifier: 'v',
    VpgName: 'v',
    SubStatus: 0,
    Status,
    ...more,
  });
  const swapped = ['Initializing', 'MeetingSLA', 'NotMeetingSLA', 'HistoryNotMeetingSLA', 'RpoNotMeetingSLA'];
  const asks = (seen: readonly Seen[]) => seen.filter(({ path }) => path === 'vpgs/statuses').length;

  test("are settled by the ZVM's own list, which is asked once and only when needed", async () => {
    const bodies: Record<string, unknown> = { vpgs: [vpg(1)], 'vpgs/statuses': swapped };
    const { zvm, seen } = zvmWith(bodies);
    await zvm.vpgs.list();
    expect(asks(seen)).toBe(0);
    bodies['vpgs'] = [vpg(3), vpg(4), vpg('4'), vpg('RpoNotMeetingSLA')];
    const words = ['HistoryNotMeetingSLA', 'RpoNotMeetingSLA', 'RpoNotMeetingSLA', 'RpoNotMeetingSLA'];
    expect((await zvm.vpgs.list()).map(({ status }) => status)).toEqual(words);
    await zvm.limitedTo({ whose: 'a test', rules: [{ method: 'GET', path: '**' }] }).vpgs.list();
    expect(asks(seen)).toBe(1);
  });

  test('are not asked about where the description tells', async () => {
    const { zvm, seen } = zvmWith({ vpgs: [vpg(3, { StatusDescription: 'History Not Meeting SLA' })] });
    expect((await zvm.vpgs.list())[0]?.status).toBe('HistoryNotMeetingSLA');
    expect(asks(seen)).toBe(0);
  });

  test('are what most sources say where the ZVM has no list; a ZVM that is away is asked again', async () => {
    const { zvm, seen } = zvmWith({ vpgs: [vpg(3)] });
    expect((await zvm.vpgs.list())[0]?.status).toBe('RpoNotMeetingSLA');
    await zvm.vpgs.list();
    expect(asks(seen)).toBe(1);
    let away = true;
    const flaky = scripted(({ path }) => {
      if (path === 'vpgs') return { body: [vpg(3)] };
      return path === 'vpgs/statuses' ? (away ? 'reset' : { body: swapped }) : undefined;
    });
    expect(await rejection(flaky.zvm.vpgs.list())).toMatchObject({ name: 'Unreachable' });
    away = false;
    expect((await flaky.zvm.vpgs.list())[0]?.status).toBe('HistoryNotMeetingSLA');
  });
});

test('what a site holds, in whatever casing', async () => {
  const at = 'virtualizationsites/s';
  const { zvm, seen } = zvmWith({
    [`${at}/datastores`]: [{ datastoreIdentifier: 'd1', DatastoreName: 'DS', OwningDatastoreCluster: null }],
    [`${at}/resourcepools`]: [{ ResourcePoolIdentifier: 'r1', ResourcepoolName: 'DR', More: 1 }],
    [`${at}/resourcePools`]: [],
    [`${at}/hostclusters`]: [{ ClusterIdentifier: 'c1', VirtualizationClusterName: 'Prod', AssociatedHosts: [] }],
    [`${at}/hosts/h1`]: { HostIdentifier: 'h1', VirtualizationHostName: 'esx' },
    [`${at}/devices`]: [
      { DeviceIdentifier: 'x', DeviceName: 'naa.1', HostIdentifiers: ['h1'], SizeInBytes: '1024' },
      { DeviceIdentifier: 'y', DeviceName: 'naa.1', HostIdentifiers: ['h2'] },
    ],
    [`${at}/orgvdcs/o1/storagepolicies`]: [
      { StoragePolicyIdentifier: 'p', StoragePolicyName: 'Gold', IsEnabled: 'true' },
    ],
    [`${at}/vcdvapps`]: [{ VcdVappIdentifier: 'a', VcdName: 'shop' }],
    [`${at}/repositories`]: [{ RepositoryIdentifier: 'r', RepositoryName: 'NAS', ConnectionType: 0, Path: null }],
  });
  const v = zvm.virtualizationSites;
  expect(await v.datastores('s')).toMatchObject([{ id: 'd1', name: 'DS', clusterId: '' }]);
  expect(await v.resourcePools('s')).toMatchObject([{ id: 'r1', name: 'DR', raw: { More: 1 } }]);
  expect(await v.hostClusters('s')).toMatchObject([{ id: 'c1', name: 'Prod' }]);
  expect(await v.host('s', 'h1')).toMatchObject({ name: 'esx' });
  expect(await v.devices('s', { hostId: 'h1', name: 'naa.1' })).toMatchObject([{ id: 'x', sizeBytes: 1024 }]);
  expect(last(seen)?.path).toBe(`${at}/devices?hostIdentifier=h1&deviceName=naa.1`);
  expect(await v.orgVdcStoragePolicies('s', 'o1')).toMatchObject([{ name: 'Gold', enabled: true }]);
  expect(await v.vcdVapps('s')).toMatchObject([{ id: 'a', name: 'shop' }]);
  expect(await v.repositories('s')).toMatchObject([{ name: 'NAS', path: '', connectionType: '0' }]);
});

test('organisations, service profiles and peers', async () => {
  const { zvm, seen } = zvmWith({
    zorgs: [{ ZorgIdentifier: null, ZorgName: 'Acme', Link: { href: 'https://x/v1/zorgs/z1', identifier: null } }],
    serviceprofiles: [{ ServiceProfileName: 'Gold', Link: { identifier: 'g1' }, MaxJournalSizeInPercent: 80 }],
    peersites: [{ SiteIdentifier: 'p', PeerSiteName: 'London', PairingStatus: 'Paired', Port: '9071' }],
  });
  expect(await zvm.zorgs.list()).toMatchObject([{ id: 'z1', name: 'Acme' }]);
  expect(await zvm.serviceProfiles.list({ siteId: 's' })).toMatchObject([{ id: 'g1', journalLimitPercent: 80 }]);
  expect(last(seen)?.path).toBe('serviceprofiles?siteIdentifier=s&site=s');
  expect(await zvm.sites.peers({ name: 'London', pairing: 'Paired', port: 9071 })).toHaveLength(1);
  expect(last(seen)?.path).toBe('peersites?peerName=London&pairingStatus=Paired&port=9071');
  expect(await zvm.sites.peers({ name: 'london' })).toEqual([]);
});

test('the clock of the ZVM', async () => {
  let now = 1_000_000;
  const { zvm } = scripted(
    ({ path }) => {
      if (path !== 'serverDateTime/serverDateTimeUtc') return undefined;
      now += 200;
      return { body: new Date(now - 100 + 5_000).toISOString() };
    },
    { clock: () => now },
  );
  expect(await zvm.server.clockSkew()).toEqual({ aheadMs: 5_000, uncertainMs: 100 });
});

describe('without a session', () => {
  test('the list of APIs and a help page', async () => {
    const { zvm, seen } = scripted(({ path }) =>
      path === '' ? { body: [{ href: 'https://x/v1/vpgs', rel: 'vpgs', type: null }] } : { text: '<html>vpgs</html>' },
    );
    expect(await zvm.server.apis()).toMatchObject([{ href: 'https://x/v1/vpgs', rel: 'vpgs', type: '' }]);
    expect(await zvm.server.help('vpgs')).toBe('<html>vpgs</html>');
    expect(seen.map(({ method, path, headers }) => [method, path, headers['x-zerto-session']])).toEqual([
      ['GET', '', undefined],
      ['GET', 'vpgs/help', undefined],
    ]);
  });

  test('a ZVM that wants one all the same is given it', async () => {
    const { zvm, seen } = scripted(({ path, headers }) => {
      if (path.startsWith('session')) return undefined;
      return headers['x-zerto-session'] === undefined ? { status: 401 } : { body: [] };
    });
    expect(await zvm.server.apis()).toEqual([]);
    expect(seen.map(({ path }) => path)).toEqual(['', 'session/add', '']);
  });

  test('the old resources report, page by page from outside /v1/', async () => {
    const sample = (n: number) => ({ SampleTime: '2024-05-01T10:00:00Z', Vpg: { VpgName: `vpg-${n}` } });
    const all = Array.from({ length: 700 }, (_, n) => sample(n));
    const { zvm, seen } = scripted(({ path }) => {
      const query = new URLSearchParams(path.split('?')[1]);
      const from = Number(query.get('startIndex'));
      return { body: all.slice(from, from + Number(query.get('count'))) };
    });
    const pages: number[] = [];
    const period = { from: '2024-05-01T00:00:00Z', to: '2024-05-02T00:00:00Z' };
    for await (const page of zvm.reports.resourceSamples(period)) pages.push(page.length);
    expect(pages).toEqual([500, 200]);
    expect(seen.map(({ path }) => path.split('?')[0])).toEqual(
      Array.from({ length: 2 }, () => '/ZvmService/ResourcesReport/getSamples'),
    );
    expect(seen[0]?.path).toContain('fromTimeString=2024-05-01+00%3A00%3A00');
    const none = zvm.limitedTo({ whose: 'nobody', rules: [] }).reports.resourceSamples(period);
    expect(await rejection(none.next())).toMatchObject({ name: 'NotAllowed' });
  });
});

test('the old resources report with a filter: its text goes out as it is', async () => {
  const { zvm, seen } = scripted(() => ({ body: [] }));
  const period = { from: '2024-05-01T00:00:00Z', to: '2024-05-02T00:00:00Z', filter: 'a & b' };
  for await (const page of zvm.reports.resourceSamples(period)) expect(page).toBe('none');
  const [path, query] = seen[0]?.path.split('?') ?? [];
  expect(path).toBe('/ZvmService/ResourcesReport/getSamplesWithFilter');
  expect(new URLSearchParams(query).get('filter')).toBe('a & b');
});

test('points in time of a VM: of its journal and of its retention, newest last', async () => {
  const kept = {
    checkpoint: null,
    retentionSet: { retentionSetIdentifier: 's', repositoryIdentifier: 'r', timeStamp: '2024-05-01T02:00:00Z' },
    canMount: { isAllowed: false, reason: 'in use' },
  };
  const point = { Checkpoint: { CheckpointIdentifier: 7, TimeStamp: '2024-05-02T02:00:00Z', Tag: null, Type: 0 } };
  const { zvm, seen } = zvmWith({
    'vms/a.vm-1/pointsInTime': [point, kept],
    'vms/a.vm-1/pointsInTime/stats': { Earliest: kept, Latest: null },
  });
  const set = {
    checkpoint: undefined,
    retentionSet: { id: 's', repositoryId: 'r', time: '2024-05-01T02:00:00.000Z' },
    canMount: { isAllowed: false, reason: 'in use' },
  };
  expect(await zvm.vms.pointsInTime('a.vm-1', { vpgId: 'v' })).toEqual([
    set,
    {
      checkpoint: { id: '7', time: '2024-05-02T02:00:00.000Z', tag: undefined, type: 0 },
      retentionSet: undefined,
      canMount: { isAllowed: undefined, reason: '' },
    },
  ]);
  expect(last(seen)?.path).toBe('vms/a.vm-1/pointsInTime?vpgIdentifier=v');
  expect(await zvm.vms.pointsInTime('a.vm-1', { from: '2024-05-03T00:00:00Z' })).toEqual([]);
  expect(await zvm.vms.pointsInTimeStats('a.vm-1')).toEqual({ earliest: set, latest: undefined });
});

test('how a ZVM reads a time, and its words for pairing', async () => {
  const { zvm, seen } = zvmWith({
    'serverDateTime/dateTimeArgument': '2024-05-01T10:00:00',
    'peersites/pairingstatuses': ['Paired'],
  });
  expect(await zvm.server.readsTime('2024-05-01T12:00:00+02:00')).toBe('2024-05-01T10:00:00.000Z');
  expect(last(seen)?.path).toContain('dateTime=2024-05-01T12%3A00%3A00%2B02%3A00');
  expect(await zvm.sites.pairingStatuses()).toEqual(['Paired']);
});

test('the resources report of /v1/ is asked until a page brings nothing new', async () => {
  const { zvm, seen } = zvmWith({ 'reports/resources': [{ Vpg: { VpgName: 'a' } }, { Vpg: { VpgName: 'b' } }] });
  expect(await zvm.reports.resources({ vpgName: 'A' })).toMatchObject([{ vpgName: 'a' }]);
  expect(seen.filter(({ path }) => path.startsWith('reports'))).toHaveLength(2);
});

test('recovery reports come page by page, and one by its id', async () => {
  const report = { RecoveryOperationIdentifier: 'r', General: { VpgName: 'a', RecoveryType: 'Move', Status: '3' } };
  const { zvm } = zvmWith({ 'reports/recovery': [report], 'reports/recovery/r': report });
  const pages: number[] = [];
  for await (const page of zvm.reports.recoveryPages()) pages.push(page.length);
  expect(pages).toEqual([1]);
  expect(await zvm.reports.recoveryOne('r')).toMatchObject({ id: 'r', type: 'Move', status: 'PassedByUser' });
});

test('exported settings', async () => {
  const { zvm, seen } = zvmWith({
    'vpgSettings/exportSettings': { TimeStamp: 't1', ExportResult: { Result: 'Success', Message: null } },
    'vpgSettings/exportedSettings': [{ timeStamp: 't1' }],
    'vpgSettings/exportedSettings/t1': { ExportedVpgSettingsApi: [{ Basic: { Name: 'a' } }], ErrorMessage: null },
    'vpgSettings/exportedSettings/t1/vpgsinfo': [{ VpgName: 'a', SourceSiteName: 'L', TargetSiteName: 'S' }],
    'vpgSettings/import': {
      validationFailedResults: [{ vpgName: 'b', errorMessages: ['no'] }],
      importFailedResults: null,
      importTaskIdentifiers: [{ vpgName: 'a', taskIdentifier: 't.1' }],
    },
  });
  const { exports } = zvm.vpgSettings;
  expect(await exports.create(['a'])).toEqual({ timeStamp: 't1', result: 'Success', message: '' });
  expect(last(seen)?.body).toEqual({ VpgNames: ['a'] });
  expect(await exports.list()).toEqual(['t1']);
  expect(await exports.vpgs('t1')).toEqual([{ vpgName: 'a', protectedSite: 'L', recoverySite: 'S' }]);
  const { settings, error } = await exports.settings('t1', ['a']);
  expect([settings, error]).toEqual([[{ Basic: { Name: 'a' } }], '']);
  expect(await exports.import(settings, ['a', 'b'], soon)).toEqual({
    invalid: [{ vpgName: 'b', reasons: ['no'] }],
    failed: [],
    started: [{ vpgName: 'a', taskId: 't.1' }],
  });
  expect(last(seen)?.body).toEqual({ ExportedVpgSettingsApi: settings, VpgNames: ['a', 'b'] });
});
