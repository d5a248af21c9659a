import { expect, test } from 'vitest';
import { rejection, scripted } from './scripted-zvm.ts';

/** A client whose ZVM answers one path. */
function answering(path: string, body: unknown) {
  return scripted(request => (request.path.split('?')[0] === path ? { body } : undefined));
}

const vpg = {
  VpgIdentifier: 'v1',
  VpgName: 'Payments-DB',
  Status: 1,
  SubStatus: 0,
  ProtectedSite: { identifier: 'a', href: 'https://x/v1/localsite', rel: null, type: 'LocalSiteApi' },
  RecoverySite: { identifier: null, href: 'https://x/v1/peersites/b', rel: null, type: 'PeerSiteApi' },
  SourceSite: 'London',
  TargetSite: 'Slough',
  ActiveProcessesApi: { RunningFailOverTestApi: null },
  LastTest: null,
  ActualRPO: 6,
  ConfiguredRpoSeconds: 300,
  VmsCount: 2,
  ProgressPercentage: 0,
  'Link_{0}': {},
};

test('a VPG', async () => {
  expect(await answering('vpgs', [vpg]).zvm.vpgs.list()).toMatchObject([
    {
      id: 'v1',
      name: 'Payments-DB',
      status: 'MeetingSLA',
      subStatus: 'None',
      protectedSite: { identifier: 'a', name: 'London' },
      recoverySite: { identifier: 'b', name: 'Slough' },
      testStage: undefined,
      lastTest: undefined,
      configuredRpoSeconds: 300,
      actualRpo: 6,
      vmsCount: 2,
      progressPercentage: 0,
    },
  ]);
});

test('camelCase is read like PascalCase', async () => {
  const camel = JSON.parse(
    JSON.stringify(vpg).replaceAll(
      /"([A-Z])(\w*)":/g,
      (_, first: string, rest: string) => `"${first.toLowerCase()}${rest}":`,
    ),
  ) as unknown;
  const { raw, ...read } = await answering('vpgs/v1', camel).zvm.vpgs.get('v1');
  expect(await answering('vpgs/v1', vpg).zvm.vpgs.get('v1')).toMatchObject(read);
  // What is kept beside it stays as it came.
  expect(raw).toEqual(camel);
});

test.each([
  [{ Status: 3 }, 'RpoNotMeetingSLA'],
  [{ Status: 4 }, 'HistoryNotMeetingSLA'],
  [{ Status: 3, StatusDescription: 'History Not Meeting SLA' }, 'HistoryNotMeetingSLA'],
  [{ Status: 4, StatusDescription: 'RpoNotMeetingSLA' }, 'RpoNotMeetingSLA'],
  [{ Status: 3, StatusDescription: 'something else' }, 'RpoNotMeetingSLA'],
  [{ Status: 1, StatusDescription: 'History Not Meeting SLA' }, 'MeetingSLA'],
  [{ Status: 'meetingSla' }, 'MeetingSLA'],
  [{ Status: '2' }, 'NotMeetingSLA'],
  [{ Status: 42 }, '#42'],
])('the status of %j is %s', async (change, status) => {
  expect(await answering('vpgs/v1', { ...vpg, ...change }).zvm.vpgs.get('v1')).toMatchObject({ status });
});

test.each([
  [{ Stage: 'InTest' }, 'InTest'],
  [{ stage: 'stopping' }, 'Stopping'],
  [{ Stage: 1 }, '#1'],
  [{}, 'Unknown'],
])('a running test %j has the stage %s', async (running, testStage) => {
  const body = { ...vpg, ActiveProcessesApi: { RunningFailOverTestApi: running } };
  expect(await answering('vpgs/v1', body).zvm.vpgs.get('v1')).toMatchObject({ testStage });
});

test('checkpoints come newest last, whatever the date format and order', async () => {
  const { zvm, seen } = answering('vpgs/v1/checkpoints', [
    { CheckpointIdentifier: '3', TimeStamp: '2024-05-01T10:00:00Z', Tag: 'before', Type: 1 },
    { CheckpointIdentifier: '1', TimeStamp: '/Date(1714554000000)/', Tag: null, Type: 0 },
    { CheckpointIdentifier: 2, TimeStamp: '2024-05-01T09:30:00', Tag: '', Type: 0 },
  ]);
  const found = await zvm.vpgs.checkpoints('v1', { from: '2024-05-01T00:00:00Z' });
  expect(found).toEqual([
    { id: '1', time: '2024-05-01T09:00:00.000Z', tag: undefined, type: 0 },
    { id: '2', time: '2024-05-01T09:30:00.000Z', tag: '', type: 0 },
    { id: '3', time: '2024-05-01T10:00:00.000Z', tag: 'before', type: 1 },
  ]);
  expect(seen.at(-1)?.path).toBe('vpgs/v1/checkpoints?startDate=2024-05-01T00%3A00%3A00Z');
});

test('a checkpoint without a time is not understood, and the message says where', async () => {
  const { zvm } = answering('vpgs/v1/checkpoints', [{ CheckpointIdentifier: '1', TimeStamp: 'yesterday', Type: 0 }]);
  const error = await rejection(zvm.vpgs.checkpoints('v1'));
  expect(error).toMatchObject({ name: 'NotUnderstood' });
  expect((error as Error).message).toContain('0.TimeStamp: is not a time');
});

const task = (id: string, change: object = {}) => ({
  TaskIdentifier: id,
  Type: 'FailOverTest',
  Status: { State: 6, Progress: 60 },
  InitiatedBy: 'administrator',
  Started: '2024-05-01T10:00:00.000Z',
  Completed: '2024-05-01T10:02:41.000Z',
  CompleteReason: null,
  RelatedEntities: { Vpgs: [{ identifier: 'v1' }], Sites: [] },
  ...change,
});

test('a completed task need not read 100', async () => {
  expect(await answering('tasks/t', task('t')).zvm.tasks.get('t')).toMatchObject({
    id: 't',
    type: 'FailOverTest',
    state: 'Completed',
    terminal: true,
    progress: 60,
    initiatedBy: 'administrator',
    started: '2024-05-01T10:00:00.000Z',
    completed: '2024-05-01T10:02:41.000Z',
    reason: '',
    vpgIds: ['v1'],
  });
});

test.each([
  [0, '#0', false],
  [1, 'InProgress', false],
  [2, 'WaitingForUserInput', false],
  [3, 'Paused', false],
  [4, 'Failed', true],
  [5, 'Stopped', true],
  [7, 'Cancelling', false],
  [9, '#9', false],
  ['completed', 'Completed', true],
  ['Odd', '#0', false],
])('task state %s is %s, terminal: %s', async (State, state, terminal) => {
  const body = task('t', { Status: { State, Progress: 0 }, Completed: '0001-01-01T00:00:00' });
  expect(await answering('tasks/t', body).zvm.tasks.get('t')).toMatchObject({ state, terminal, completed: undefined });
});

test('tasks are filtered here too, since a ZVM ignores what it does not know', async () => {
  const { zvm, seen } = answering('tasks', [
    task('right'),
    task('other-type', { Type: 'Failover' }),
    task('other-vpg', { RelatedEntities: { Vpgs: [{ identifier: 'v2' }] } }),
    task('no-vpg', { RelatedEntities: null }),
    task('earlier', { Started: '2024-05-01T09:59:58Z' }),
  ]);
  const filter = { type: 'FailOverTest', vpgId: 'v1', startedAfter: '2024-05-01T10:00:00.400Z' };
  expect((await zvm.tasks.list(filter)).map(({ id }) => id)).toEqual(['right']);
  expect(seen.at(-1)?.path).toBe('tasks?type=FailOverTest&startedAfterDate=2024-05-01T10%3A00%3A00.400Z');
});

test('alerts of one VPG', async () => {
  const alert = { Level: 'Error', HelpIdentifier: 'VPG0010', Description: 'late', IsDismissed: false };
  const { zvm } = answering('alerts', [
    { ...alert, AffectedVpgs: [{ identifier: 'v1' }] },
    { ...alert, AffectedVpgs: null },
  ]);
  expect(await zvm.alerts.list({ vpgId: 'v1' })).toMatchObject([
    { level: 'Error', help: 'VPG0010', description: 'late', dismissed: false, vpgIds: ['v1'] },
  ]);
  expect(await zvm.alerts.list({})).toHaveLength(2);
});

const report = (id: string, general: object = {}) => ({
  RecoveryOperationIdentifier: id,
  General: {
    VpgIdentifier: 'v1',
    VpgName: 'Payments, DB',
    RecoveryType: 'Failover Test',
    StartTime: '2024-05-01T10:00:00.000Z',
    EndTime: '2024-05-01T10:31:00.000Z',
    PointInTime: '2024-05-01T09:59:45.000Z',
    RTOInSeconds: '161',
    Status: 'Success',
    InitiatedBy: 'administrator',
    Notes: null,
    ...general,
  },
  RecoverySettings: { steps: [] },
});

test('recovery reports: texts become numbers, and the original stays for the evidence', async () => {
  const { zvm, seen } = answering('reports/recovery', [
    report('r1'),
    report('r2', { VpgName: 'Payments' }),
    report('r3', { RecoveryType: 'Move' }),
    report('r4', { StartTime: '2024-04-01T10:00:00Z' }),
    report('r5', { RTOInSeconds: 'n/a', RecoveryType: 2 }),
  ]);
  const filter = { vpgName: 'Payments, DB', recoveryType: 'FailoverTest', startTime: '2024-05-01T00:00:00Z' };
  const found = await zvm.reports.recovery(filter);
  expect(found.map(({ id, rtoSeconds, type }) => [id, rtoSeconds, type])).toEqual([
    ['r1', 161, 'FailoverTest'],
    ['r5', -1, 'FailoverTest'],
  ]);
  expect(found[0]?.raw).toEqual(report('r1'));
  expect(seen.at(-1)?.path).not.toContain('vpgName');
});

test('all pages of reports are read; a ZVM without pages is not asked for ever', async () => {
  const all = Array.from({ length: 2300 }, (_, i) => report(`r${i}`));
  const paged = scripted(({ path }) => {
    if (!path.startsWith('reports')) return undefined;
    const page = Number(new URLSearchParams(path.split('?')[1]).get('pageNumber'));
    return { body: all.slice((page - 1) * 1000, page * 1000) };
  });
  expect(await paged.zvm.reports.recovery({})).toHaveLength(2300);
  const flat = answering('reports/recovery', all);
  expect(await flat.zvm.reports.recovery({})).toHaveLength(2300);
  expect(flat.seen.filter(({ path }) => path.startsWith('reports'))).toHaveLength(2);
});

test('sites, networks and VMs', async () => {
  const bodies: Readonly<Record<string, unknown>> = {
    localsite: { SiteIdentifier: 's', SiteName: 'London', Version: '9.7.0', SiteType: 'VCenter' },
    peersites: [{ SiteIdentifier: 'p', PeerSiteName: 'Slough', PairingStatus: 0 }],
    'virtualizationsites/s/networks': [{ NetworkIdentifier: 'x.network-20', VirtualizationNetworkName: 'Bubble' }],
    'virtualizationsites/s/vms': [{ VmIdentifier: 'x.vm-1', VmName: 'new-app' }],
    vms: [
      { VmIdentifier: 'x.vm-2', VmName: 'db', VpgIdentifier: 'v1', VpgName: 'Payments' },
      { VmIdentifier: 'x.vm-3', VmName: 'db', VpgIdentifier: 'v2', VpgName: 'payments' },
    ],
  };
  const { zvm } = scripted(({ path }) => {
    const body = bodies[path.split('?')[0] ?? ''];
    return body === undefined ? undefined : { body };
  });
  expect(await zvm.sites.local()).toMatchObject({ identifier: 's', name: 'London', version: '9.7.0' });
  expect(await zvm.sites.peers()).toMatchObject([{ identifier: 'p', name: 'Slough', pairing: 'Paired' }]);
  expect(await zvm.virtualizationSites.networks('s')).toMatchObject([{ id: 'x.network-20', name: 'Bubble' }]);
  expect(await zvm.virtualizationSites.vms('s')).toMatchObject([{ id: 'x.vm-1', name: 'new-app' }]);
  expect(await zvm.vms.list({ vpgName: 'Payments' })).toMatchObject([
    { id: 'x.vm-2', name: 'db', vpgId: 'v1', vpgName: 'Payments' },
  ]);
});

test('A18: a time may be a number, a linked object text or null', async () => {
  const odd = {
    ...vpg,
    LastTest: 1_520_423_877_045,
    RecoverySite: 'b',
    ProtectedSite: null,
    Zorg: 'https://x/v1/zorgs/z',
  };
  expect(await answering('vpgs', [odd]).zvm.vpgs.list()).toMatchObject([
    {
      lastTest: '2018-03-07T11:57:57.045Z',
      recoverySite: { identifier: 'b' },
      protectedSite: { identifier: '' },
      zorgId: 'z',
    },
  ]);
  expect((await answering('vpgs/v1', { ...vpg, LastTest: 0 }).zvm.vpgs.get('v1')).lastTest).toBeUndefined();
  const point = { CheckpointIdentifier: 1, TimeStamp: 1_520_423_877_045, Tag: null, Type: 0 };
  expect(await answering('vpgs/v1/checkpoints', [point]).zvm.vpgs.checkpoints('v1')).toMatchObject([
    { time: '2018-03-07T11:57:57.045Z' },
  ]);
});

test('A18: one odd VPG does not hide the others, and is never taken for well', async () => {
  const odd = {
    ...vpg,
    vpgName: undefined,
    VpgName: 'odd',
    RecoverySite: 17,
    LastTest: { at: 'noon' },
    status: null,
    Status: undefined,
    SubStatus: null,
    ActiveProcessesApi: 'none',
  };
  const read = await answering('vpgs', [odd, vpg]).zvm.vpgs.list();
  expect(read).toMatchObject([
    {
      name: 'odd',
      status: 'Unknown',
      subStatus: 'Unknown',
      testStage: 'Unknown',
      recoverySite: { identifier: '' },
      lastTest: undefined,
      raw: { LastTest: { at: 'noon' } },
    },
    { name: 'Payments-DB', status: 'MeetingSLA' },
  ]);
  // One VPG that is looked at by itself, or of which it is not known which it is, is not guessed at.
  expect(await rejection(answering('vpgs/v1', odd).zvm.vpgs.get('v1'))).toMatchObject({ name: 'NotUnderstood' });
  const nameless = { ...vpg, VpgName: 3 };
  expect(await rejection(answering('vpgs', [nameless]).zvm.vpgs.list())).toMatchObject({ name: 'NotUnderstood' });
});
