import { describe, expect, test } from 'vitest';
import { readOnly } from '../../zerto/client.ts';
import type { Desired } from '../../zerto/settings/desired.ts';
import { rejection } from './scripted-zvm.ts';
import { simulated, type Simulated } from './simulated.ts';

const nic = 'Network adapter 1';
const pace = { readBackMs: 5, settleMs: 5 };

/** A new VPG for the one VM of the scenario that nobody protects. */
const web: Desired = {
  vpg: 'crm-web',
  protectedSite: 'London',
  recoverySite: 'Slough',
  rpoSeconds: 600,
  journalHours: 48,
  priority: 'High',
  recovery: { hostCluster: 'B-Prod', datastore: 'B-DS-07', folder: 'Recovered' },
  journal: { datastore: 'B-J1', limit: { mb: 51_200 }, warning: { mb: 40_960 } },
  networks: { failover: 'B-VLAN130', test: 'B-Bubble-130' },
  bootGroups: [{ name: 'web', delaySeconds: 180 }],
  scripts: { preRecovery: { command: 'pre.ps1', parameters: '-Quick', timeoutSeconds: 60 } },
  vms: [
    {
      name: 'crm-web-01',
      bootGroup: 'web',
      nics: [
        {
          nic,
          failover: { ip: '10.20.30.20/24', gateway: '10.20.30.1', dns: ['10.20.0.53'] },
          test: { network: 'B-Bubble-120', ip: 'dhcp', mac: 'new' },
        },
      ],
      volumes: [{ volume: 'scsi:0:0', preseed: { datastore: 'B-DS-01', path: 'crm/web.vmdk' } }],
    },
  ],
};

const options = ({ simulator }: Simulated) => ({ notAfter: simulator.clock.now() + 60_000, pace });

async function idOf({ zvm }: Simulated, name: string) {
  const [vpg] = await zvm.vpgs.list({ name });
  if (vpg === undefined) throw new Error(`no VPG ${name}`);
  return vpg.id;
}

describe('a new VPG', () => {
  test('is made by names, read back, and told setting by setting', async () => {
    const stage = await simulated();
    const { zvm, simulator } = stage;
    const { vpgId, changed, difference } = await zvm.vpgSettings.apply(web, options(stage));
    expect(changed).toBe(true);
    const told = Object.fromEntries(difference.map(({ path, before, after }) => [path, [before, after]]));
    expect(told).toMatchObject({
      name: ['', 'crm-web'],
      'protected-site': ['', 'London'],
      'recovery-site': ['', 'Slough'],
      rpo: ['', '10m'],
      journal: ['', '2d'],
      'journal-datastore': ['', 'B-J1'],
      'journal-limit': ['', '50GiB'],
      'journal-warning': ['', '40GiB'],
      priority: ['', 'high'],
      'recovery.host-cluster': ['', 'B-Prod'],
      'recovery.datastore': ['', 'B-DS-07'],
      'recovery.folder': ['', 'Recovered'],
      'networks.test': ['', 'B-Bubble-130'],
      'boot-groups': ['', 'Default, web (3m)'],
      'scripts.pre-recovery': ['', 'pre.ps1 -Quick (1m)'],
      'vms[crm-web-01]': ['', 'protected'],
      'vms[crm-web-01].boot-group': ['', 'web'],
      [`vms[crm-web-01].nics[${nic}].failover.network`]: ['', 'B-VLAN130'],
      [`vms[crm-web-01].nics[${nic}].failover.ip`]: ['', '10.20.30.20/24'],
      [`vms[crm-web-01].nics[${nic}].test.network`]: ['', 'B-Bubble-120'],
      [`vms[crm-web-01].nics[${nic}].test.ip`]: ['', 'dhcp'],
      [`vms[crm-web-01].nics[${nic}].test.mac`]: ['', 'new'],
      'vms[crm-web-01].recovery.datastore': ['', 'B-DS-07'],
      'vms[crm-web-01].volumes[scsi:0:0].preseed': ['', 'B-DS-01 crm/web.vmdk'],
    });
    const document = await zvm.vpgSettings.read(vpgId);
    expect(document.Vms[0]?.Nics[0]?.Failover?.Hypervisor).toMatchObject({
      ShouldReplaceIpConfiguration: true,
      IpConfig: { StaticIp: '10.20.30.20', SubnetMask: '255.255.255.0', IsDhcp: false },
    });
    expect(simulator.openSettings()).toBe(0);
    expect(simulator.commits()).toBe(1);
  });

  test('that is there already as it is wanted is left alone; one that differs is refused where only a new one is wanted', async () => {
    const stage = await simulated();
    const { zvm, simulator } = stage;
    const first = await zvm.vpgSettings.apply(web, options(stage));
    const again = await zvm.vpgSettings.apply(web, { ...options(stage), only: 'new' });
    expect(again).toEqual({ vpgId: first.vpgId, changed: false, difference: [] });
    const other = zvm.vpgSettings.apply({ ...web, rpoSeconds: 900 }, { ...options(stage), only: 'new' });
    const error = await rejection(other);
    expect(error).toMatchObject({ name: 'SettingsRefused', happened: 'no', site: 'site-b' });
    expect((error as Error).message).toContain('exists already, and it differs: rpo is "10m", not "15m"');
    expect(simulator.commits()).toBe(1);
  });

  test.each([
    ['when it is filled', 'PUT', 'vpgsettings/*'],
    ['when a VM joins', 'POST', 'vpgsettings/*/vms'],
    ['at its commit', 'POST', 'vpgsettings/*/commit'],
  ])('whose object is lost %s is built anew', async (_, method, path) => {
    const stage = await simulated();
    stage.simulator.faults.add({ method, path, then: { kind: 'lose-settings' } });
    expect((await stage.zvm.vpgSettings.apply(web, options(stage))).changed).toBe(true);
    expect(stage.simulator.commits()).toBe(1);
    expect(stage.simulator.openSettings()).toBe(0);
  });

  test.each(['before', 'after'] as const)('is made once where the answer to the commit is lost %s it', async kind => {
    const stage = await simulated();
    stage.meet('POST', /\/commit$/, { kind });
    const { changed, vpgId } = await stage.zvm.vpgSettings.apply(web, options(stage));
    expect(changed).toBe(true);
    expect((await stage.zvm.vpgs.get(vpgId)).name).toBe('crm-web');
    expect(stage.simulator.commits()).toBe(1);
    expect(stage.simulator.openSettings()).toBe(0);
  });

  test('whose commit arrives late finds no object to commit', async () => {
    const stage = await simulated();
    stage.meet('POST', /\/commit$/, { kind: 'late', ms: 60 });
    expect((await stage.zvm.vpgSettings.apply(web, options(stage))).changed).toBe(true);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(stage.simulator.commits()).toBe(1);
  });

  test('that Zerto fails to make is told with its reason', async () => {
    const stage = await simulated();
    const then = { kind: 'fail-task', reason: 'datastore is full' } as const;
    stage.simulator.faults.add({ method: 'POST', path: 'vpgsettings/*/commit', then });
    expect(await rejection(stage.zvm.vpgSettings.apply(web, options(stage)))).toMatchObject({
      name: 'SettingsFailed',
      message: 'Zerto did not make crm-web: datastore is full',
      vendorMessage: 'datastore is full',
      happened: 'no',
    });
    expect(stage.simulator.openSettings()).toBe(0);
  });

  test('is only looked at by a plan', async () => {
    const stage = await simulated();
    const { vpgId, missing } = await stage.zvm.limitedTo(readOnly).vpgSettings.plan(web);
    expect(vpgId).toBeUndefined();
    expect(missing).toContainEqual({ path: 'vms[crm-web-01]', before: '', after: 'protected' });
    expect(missing).toContainEqual({ path: 'recovery.datastore', before: '', after: 'B-DS-07' });
    expect(stage.simulator.openSettings()).toBe(0);
    expect(stage.simulator.commits()).toBe(0);
  });
});

describe('names', () => {
  test.each<[string, Desired, string, string]>([
    ['network', { vpg: 'crm', networks: { test: 'B-Bubble-131' } }, 'NameNotFound', 'did you mean "B-Bubble-130"'],
    ['datastore', { vpg: 'crm', recovery: { datastore: 'B-DS-1' } }, 'NameNotFound', 'did you mean "B-DS-01"'],
    ['host', { vpg: 'crm', recovery: { host: 'b-esx-09' } }, 'NameNotFound', 'There is no host "b-esx-09"'],
    ['folder', { vpg: 'crm', recovery: { folder: 'recovered' } }, 'NameNotFound', 'did you mean "Recovered"'],
    ['resource pool', { vpg: 'crm', recovery: { resourcePool: 'zz' } }, 'NameNotFound', 'no resource pool "zz"'],
    ['VM to join', { vpg: 'crm', addVms: [{ name: 'crm-wen-01' }] }, 'NameNotFound', 'did you mean "crm-web-01"'],
    ['site', { vpg: 'new', protectedSite: 'Londn', vms: [] }, 'NameNotFound', 'There is no site "Londn"'],
    ['other site', { vpg: 'crm', protectedSite: 'Slough' }, 'SettingsRefused', 'has London as its protected site'],
    ['both', { vpg: 'crm', recovery: { host: 'b-esx-01', hostCluster: 'B-Prod' } }, 'SettingsRefused', 'Both host and'],
    [
      'volume',
      { vpg: 'crm', vms: [{ name: 'crm-db-01', volumes: [{ volume: 'scsi:0:9' }] }] },
      'NameNotFound',
      'scsi:0:0',
    ],
  ])('%s that is not there is refused with nothing made', async (_, desired, name, text) => {
    const stage = await simulated();
    const error = await rejection(stage.zvm.vpgSettings.apply(desired, options(stage)));
    expect(error).toMatchObject({ name, happened: 'no' });
    expect((error as Error).message).toContain(text);
    if (name === 'NameNotFound') {
      expect(error).toMatchObject({ site: 'site-b', operation: expect.stringMatching(/^GET /) as string });
      expect((error as Error).message).toMatch(/site "site-b".*\(GET .*: \S/);
    }
    expect(stage.simulator.openSettings()).toBe(0);
    expect(stage.simulator.commits()).toBe(0);
  });

  test('an edit of a VPG that is not there says what may have been meant', async () => {
    const stage = await simulated();
    const desired = { vpg: 'crn', rpoSeconds: 600 };
    const error = await rejection(stage.zvm.vpgSettings.apply(desired, { ...options(stage), only: 'existing' }));
    expect(error).toMatchObject({ name: 'NameNotFound', nearest: ['crm'], site: 'site-b' });
  });
});

describe('an existing VPG', () => {
  test('changes only in what is named', async () => {
    const stage = await simulated();
    const { zvm } = stage;
    const before = await zvm.vpgSettings.read(await idOf(stage, 'crm'));
    const desired = { vpg: 'crm', recovery: { datastore: 'B-DS-07' }, bootGroups: [{ name: 'Web', delaySeconds: 60 }] };
    const { difference } = await zvm.vpgSettings.apply(desired, { ...options(stage), only: 'existing' });
    expect(difference).toEqual([
      { path: 'recovery.datastore', before: 'B-DS-01', after: 'B-DS-07' },
      { path: 'boot-groups', before: 'Default, Databases', after: 'Default, Web (1m), Databases' },
      { path: 'vms[crm-db-01].recovery.datastore', before: 'B-DS-01', after: 'B-DS-07' },
      { path: 'vms[crm-db-01].volumes[scsi:0:0].datastore', before: 'B-DS-01', after: 'B-DS-07' },
    ]);
    const after = await zvm.vpgSettings.read(await idOf(stage, 'crm'));
    expect(after.Basic).toEqual(before.Basic);
    expect(after.Networks).toEqual(before.Networks);
  });

  test('whose commit was lost by a worker that died is not changed twice', async () => {
    const stage = await simulated();
    const desired = { vpg: 'crm', rpoSeconds: 900 };
    let kept: unknown;
    stage.meet('POST', /\/commit$/, { kind: 'after' });
    const keep = (state: unknown) => {
      kept = state;
      // The settling cannot go on, as when the worker dies there.
      const then = { kind: 'status', status: 503 } as const;
      stage.simulator.faults.add({ method: 'DELETE', path: 'vpgsettings/*', then });
    };
    const first = stage.zvm.vpgSettings.apply(desired, { ...options(stage), keep });
    expect(await rejection(first)).toMatchObject({ retryable: true });
    const planned = [{ path: 'rpo', before: '5m', after: '15m' }];
    expect(kept).toMatchObject({
      settingsId: expect.any(String) as string,
      planned,
      before: { Basic: { Name: 'crm' } },
    });
    const next = await stage.zvm.vpgSettings.apply(desired, { ...options(stage), resume: kept as never });
    expect(next).toMatchObject({ changed: true, difference: planned });
    expect(stage.simulator.commits()).toBe(1);
    expect(stage.simulator.openSettings()).toBe(0);
  });

  test('past its time nothing is committed, and no object stays', async () => {
    const stage = await simulated();
    const late = { notAfter: stage.simulator.clock.now() - 1, pace };
    expect(await rejection(stage.zvm.vpgSettings.apply({ vpg: 'crm', rpoSeconds: 900 }, late))).toMatchObject({
      name: 'TooLate',
      happened: 'no',
    });
    expect(stage.simulator.commits()).toBe(0);
    expect(stage.simulator.openSettings()).toBe(0);
  });

  test('an object whose very creation got no answer does not stay either', async () => {
    const stage = await simulated();
    const id = await idOf(stage, 'crm');
    stage.meet('POST', /^vpgsettings$/, { kind: 'after' });
    expect(await rejection(stage.zvm.vpgSettings.read(id))).toMatchObject({ happened: 'unknown' });
    expect(stage.simulator.openSettings()).toBe(0);
  });
});
