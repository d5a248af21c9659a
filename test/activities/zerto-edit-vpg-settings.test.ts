import { describe, expect, test } from 'vitest';
import { editAt } from '../../activities/zerto-edit-vpg.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import type { SettingsDocument } from '../../zerto/settings-types.ts';
import { callOf, endingFrom, quick, setStage } from './stage.ts';

const pace = { readBackMs: 5, settleMs: 5 };

/** With what the shipped scenario has no need of: a service profile, a raw device, a second volume. */
const rich: Scenario = {
  ...healthy(),
  serviceProfiles: [{ name: 'Gold', rpoSeconds: 60, journalHours: 48, testIntervalMinutes: 43_200 }],
  sites: healthy().sites.map(site => ({ ...site, devices: [{ name: 'naa.6001', sizeInMb: 4096 }] })),
  vms: healthy().vms.map(vm => ({
    ...vm,
    volumes: [
      { id: 'scsi:0:0', sizeInMb: 1000 },
      { id: 'scsi:0:1', sizeInMb: 2000 },
    ],
  })),
};

async function prepare(given: object) {
  const stage = await setStage({ scenario: quick(rich) });
  const call = callOf('zerto/edit-vpg', { vpg: 'crm', ...given }, { vpgs: stage.vpgs, mode: 'change' });
  const read = async () => (await stage.sites.zvm('site-b', 'plan')).vpgSettings.read(stage.vpgs['crm'] ?? '');
  return { ...stage, call, read, run: (context = stage.context) => editAt(pace, call, context) };
}

const db = (more: object) => ({ set: { vms: [{ name: 'crm-db-01', ...more }] } });
const volume = 'vms[crm-db-01].volumes[scsi:0:1]';

describe('each setting is changed, read back, told, and nothing else is', () => {
  test.each<[string, object, readonly (keyof SettingsDocument)[], readonly [string, string, string][]]>([
    [
      'service-profile',
      { set: { 'service-profile': 'Gold' } },
      ['Basic'],
      [
        ['rpo', '5m', '1m'],
        ['service-profile', '', 'Gold'],
        ['journal', '1d', '2d'],
        ['test-interval', '182d', '30d'],
      ],
    ],
    ['journal', { set: { journal: 48 * 3_600_000 } }, ['Basic'], [['journal', '1d', '2d']]],
    [
      'journal-limit',
      { set: { 'journal-limit': '150GiB' } },
      ['Journal', 'Vms'],
      [
        ['journal-limit', '', '150GiB'],
        ['vms[crm-db-01].journal-limit', '', '150GiB'],
      ],
    ],
    [
      'journal-warning',
      { set: { 'journal-warning': '75%' } },
      ['Journal', 'Vms'],
      [
        ['journal-warning', '', '75%'],
        ['vms[crm-db-01].journal-warning', '', '75%'],
      ],
    ],
    [
      'recovery, on a host',
      { set: { recovery: { host: 'b-esx-02', datastore: 'B-DS-07', folder: 'Recovered', 'resource-pool': 'DR' } } },
      ['Recovery', 'Vms'],
      [
        ['recovery.host', '', 'b-esx-02'],
        ['recovery.datastore', 'B-DS-01', 'B-DS-07'],
        ['recovery.folder', '/', 'Recovered'],
        ['recovery.resource-pool', '', 'DR'],
        ['vms[crm-db-01].recovery.host', '', 'b-esx-02'],
        ['vms[crm-db-01].recovery.datastore', 'B-DS-01', 'B-DS-07'],
        ['vms[crm-db-01].recovery.folder', '/', 'Recovered'],
        [`${volume}.datastore`, 'B-DS-01', 'B-DS-07'],
      ],
    ],
    [
      'recovery.journal-datastore',
      { set: { recovery: { 'journal-datastore': 'B-J1' } } },
      ['Journal'],
      [['journal-datastore', '', 'B-J1']],
    ],
    [
      'boot-groups',
      {
        set: {
          'boot-groups': [
            { name: 'Web', delay: 60_000 },
            { name: 'Databases', delay: 180_000 },
          ],
        },
      },
      ['BootGroups'],
      [['boot-groups', 'Default, Databases', 'Default, Web (1m), Databases (3m)']],
    ],
    [
      'a boot group and its VM',
      { set: { 'boot-groups': [{ name: 'Web' }], vms: [{ name: 'crm-db-01', 'boot-group': 'Web' }] } },
      ['BootGroups', 'Vms'],
      [
        ['boot-groups', 'Default, Databases', 'Default, Web, Databases'],
        ['vms[crm-db-01].boot-group', 'Default', 'Web'],
      ],
    ],
    [
      'volumes: a preseed',
      db({ volumes: [{ volume: 'scsi:0:1', preseed: { datastore: 'B-DS-07', path: 'crm/db_1.vmdk' } }] }),
      ['Vms'],
      [[`${volume}.preseed`, '', 'B-DS-07 crm/db_1.vmdk']],
    ],
    [
      'volumes: a raw device',
      db({ volumes: [{ volume: 'scsi:0:1', rdm: { device: 'naa.6001', physical: true } }] }),
      ['Vms'],
      [[`${volume}.rdm`, '', 'naa.6001 (physical)']],
    ],
    [
      'protected-site, as it is',
      { set: { 'protected-site': 'site-a', rpo: 600_000 } },
      ['Basic'],
      [['rpo', '5m', '10m']],
    ],
  ])('%s', async (_, given, parts, expected) => {
    const stage = await prepare(given);
    const before = await stage.read();
    const { outputs, evidence } = await stage.run();
    expect(outputs.changed).toBe(true);
    const told = (evidence?.[0] as { seen: unknown } | undefined)?.seen;
    for (const [path, was, is] of expected) expect(told).toContainEqual({ path, before: was, after: is });
    const after = await stage.read();
    for (const part of Object.keys(before).filter(key => key !== 'VpgSettingsIdentifier')) {
      if (parts.includes(part)) expect(after[part]).not.toEqual(before[part]);
      else expect([part, after[part]]).toEqual([part, before[part]]);
    }
    expect((await stage.run()).outputs).toEqual({ changed: false, difference: [] });
    expect(stage.simulator.commits()).toBe(1);
    expect(stage.simulator.openSettings()).toBe(0);
  });
});

describe('VMs', () => {
  test('one leaves, and a repeat finds that it has left', async () => {
    const stage = await prepare({ 'add-vms': ['crm-web-01'], 'remove-vms': ['crm-db-01'] });
    const { outputs } = await stage.run();
    expect(outputs.difference).toContainEqual({ path: 'vms[crm-db-01]', before: 'protected', after: '' });
    expect(outputs.difference).toContainEqual({ path: 'vms[crm-web-01]', before: '', after: 'protected' });
    const { Vms, ...after } = await stage.read();
    expect(Vms).toHaveLength(1);
    expect(after.Basic.Name).toBe('crm');
    expect((await stage.run()).outputs).toEqual({ changed: false, difference: [] });
    expect(stage.simulator.commits()).toBe(1);
  });

  test('one joins with volumes of its own', async () => {
    const volumes = [{ volume: 'scsi:0:1', preseed: { datastore: 'B-DS-07', path: 'web.vmdk' } }];
    const stage = await prepare({ 'add-vms': [{ name: 'crm-web-01', volumes }] });
    const { evidence } = await stage.run();
    expect(JSON.stringify(evidence)).toContain('B-DS-07 web.vmdk');
    expect((await stage.run()).outputs.changed).toBe(false);
  });
});

test.each<[string, object, string]>([
  [
    'its protected site',
    { set: { 'protected-site': 'site-b' } },
    "crm has London as its protected site, not Slough; a VPG's sites cannot be changed",
  ],
  ['a profile that is not there', { set: { 'service-profile': 'Silver' } }, 'There is no service profile "Silver"'],
  ['a host that is not there', { set: { recovery: { host: 'b-esx-03' } } }, 'There is no host "b-esx-03"'],
  [
    'a volume that is not there',
    db({ volumes: [{ volume: 'scsi:0:2', rdm: { device: 'naa.6001' } }] }),
    'There is no volume of crm-db-01 "scsi:0:2"',
  ],
  [
    'a device that is not there',
    db({ volumes: [{ volume: 'scsi:0:1', rdm: { device: 'naa.6' } }] }),
    'There is no raw device "naa.6"',
  ],
  ['a VM that is not in it', { 'remove-vms': ['crm-dd-01'] }, 'There is no VM of this VPG "crm-dd-01"'],
  ['its last VM', { 'remove-vms': ['crm-db-01'] }, 'has no virtual machines'],
])('%s cannot be changed', async (_, given, message) => {
  const stage = await prepare(given);
  const before = await stage.read();
  const ending = await endingFrom(stage.run());
  expect(ending.type).toBe('failed');
  expect(ending.message).toContain(message);
  expect({ ...(await stage.read()), VpgSettingsIdentifier: '' }).toEqual({ ...before, VpgSettingsIdentifier: '' });
  expect(stage.simulator.commits()).toBe(0);
  expect(stage.simulator.openSettings()).toBe(0);
});
