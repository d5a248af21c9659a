import { describe, expect, test } from 'vitest';
import { readAddress } from '../../actions/settings-address.ts';
import { judge } from './judge.ts';

const hour = 3_600_000;

/** The example of docs/language.md. */
const example = {
  vpg: 'crm',
  'protected-site': 'site-a',
  rpo: 300_000,
  journal: 24 * hour,
  'test-interval': 180 * 24 * hour,
  priority: 'high',
  recovery: {
    'host-cluster': 'B-Prod',
    datastore: 'B-DS-07',
    folder: 'Recovered',
    'resource-pool': 'DR',
    'journal-datastore': 'B-J1',
  },
  networks: { failover: 'B-VLAN130', test: 'B-Bubble-130' },
  'boot-groups': [{ name: 'db', delay: 180_000 }, { name: 'app', delay: 60_000 }, { name: 'web' }],
  vms: [
    {
      name: 'crm-db-01',
      'boot-group': 'db',
      nics: [
        {
          nic: 'Network adapter 1',
          failover: {
            network: 'B-VLAN130',
            ip: '10.20.30.10/24',
            gateway: '10.20.30.1',
            dns: ['10.20.0.53'],
            'dns-suffix': 'corp.example.com',
          },
          test: { network: 'B-Bubble-130', ip: '10.99.30.10/24', gateway: '10.99.30.1', dns: ['10.99.0.53'] },
        },
      ],
      volumes: [{ volume: 'scsi:0:1', preseed: { datastore: 'B-DS-07', path: 'crm/crm-db-01_1.vmdk' } }],
    },
  ],
};

const without = (...keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(example).filter(([key]) => !keys.includes(key)));
const create = (more: object): readonly string[] => judge('zerto/create-vpg', { ...example, ...more });
const edit = (set: object): readonly string[] => judge('zerto/edit-vpg', { vpg: 'crm', set });
const side = (test: object): readonly string[] =>
  edit({ vms: [{ name: 'db', nics: [{ nic: 'n1', test }] }] }).map(text => text.replace('set.vms.0.nics.0.', ''));

test('the example of the language, to create and to edit', () => {
  expect(create({})).toEqual([]);
  expect(edit(without('vpg'))).toEqual([]);
  expect(judge('zerto/create-vpg', { vpg: 'crm', vms: [{ name: 'a' }] })).toEqual([]);
  expect(judge('zerto/create-vpg', { vpg: 'crm' })).toEqual([expect.stringMatching(/^vms: /)]);
});

describe('spans', () => {
  test.each([
    [hour, []],
    [720 * hour, []],
    [90 * 60_000, ['journal: whole hours are wanted']],
    [721 * hour, ['journal: 1h to 30d are possible']],
  ])('journal %d', (journal, wrong) => {
    expect(create({ journal })).toEqual(wrong);
  });

  test('of other fields', () => {
    expect(create({ rpo: 1_500 })).toEqual(['rpo: whole seconds are wanted']);
    expect(create({ 'test-interval': 90_000 })).toEqual(['test-interval: whole minutes are wanted']);
    expect(create({ 'boot-groups': [{ name: 'db', delay: 1 }] })).toEqual([
      'boot-groups.0.delay: whole seconds are wanted',
    ]);
  });
});

test('a service profile stands instead of what it sets', () => {
  const rest = without('rpo', 'journal', 'test-interval');
  expect(judge('zerto/create-vpg', { ...rest, 'service-profile': 'Gold' })).toEqual([]);
  expect(create({ 'service-profile': 'Gold' })).toEqual([
    'rpo: at most one of "service-profile" and "rpo"',
    'journal: at most one of "service-profile" and "journal"',
    'test-interval: at most one of "service-profile" and "test-interval"',
  ]);
});

test('a host or a cluster', () => {
  expect(create({ recovery: { host: 'esx-1' } })).toEqual([]);
  expect(create({ recovery: { host: 'esx-1', 'host-cluster': 'B' } })).toEqual([
    'recovery.host: at most one of "host-cluster" and "host"',
  ]);
});

test('sizes', () => {
  expect(create({ 'journal-limit': '50GiB', 'journal-warning': '40960MiB' })).toEqual([]);
  expect(create({ 'journal-limit': '50GiB', 'journal-warning': '80%' })).toEqual([]);
  expect(create({ 'journal-limit': '50GiB', 'journal-warning': '60GiB' })).toEqual([
    'journal-warning: a warning from 60GiB never comes: the journal ends at 50GiB',
  ]);
  for (const size of ['50', '50GB', '50 GiB', '0GiB', '1.5GiB', '-1%'])
    expect(create({ 'journal-limit': size })).toEqual(['journal-limit: a size like 500MiB, 10GiB or 20% is wanted']);
});

describe('names stand once', () => {
  test.each([
    [{ 'boot-groups': [{ name: 'db' }, { name: 'db' }] }, ['boot-groups.1.name: the boot group "db" stands twice']],
    [{ vms: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] }, ['vms.2.name: the VM "a" stands twice']],
    [{ vms: [{ name: 'a', nics: [{ nic: 'n1' }, { nic: 'n1' }] }] }, ['vms.0.nics.1.nic: the NIC "n1" stands twice']],
    [
      {
        vms: [
          {
            name: 'a',
            volumes: [
              { volume: 'scsi:0:1', rdm: { device: 'naa.6' } },
              { volume: 'scsi:0:1', rdm: { device: 'naa.7' } },
            ],
          },
        ],
      },
      ['vms.0.volumes.1.volume: the volume "scsi:0:1" stands twice'],
    ],
  ])('%j', (more, wrong) => {
    expect(create(more)).toEqual(wrong);
  });

  test('of VMs that join or leave', () => {
    expect(
      judge('zerto/edit-vpg', { vpg: 'crm', 'add-vms': ['a', { name: 'a' }], 'remove-vms': ['b', 'b', 'a'] }),
    ).toEqual([
      'add-vms.1.name: the VM "a" stands twice',
      'remove-vms.1: the VM "b" stands twice',
      'remove-vms.2: a is under `add-vms` too',
    ]);
  });
});

describe('boot groups', () => {
  const vms = [{ name: 'a', 'boot-group': 'bd' }];

  test('of a new VPG are all in its text', () => {
    expect(create({ vms })).toEqual(['vms.0.boot-group: there is no boot group "bd": `boot-groups` has db, app, web']);
    expect(create({ vms, 'boot-groups': undefined })).toEqual([
      'vms.0.boot-group: there is no boot group "bd": `boot-groups` is missing',
    ]);
    expect(create({ vms: [{ name: 'a', 'boot-group': 'Default' }] })).toEqual([]);
  });

  test('of an existing one may be there already', () => {
    expect(edit({ vms, 'boot-groups': [{ name: 'db' }] })).toEqual([]);
  });
});

describe('addresses', () => {
  test.each(['10.20.30.10/24', '0.0.0.1/0', '10.0.0.0/31', '10.0.0.1/32', '255.255.255.254/30', 'dhcp', 'keep'])(
    '%s',
    ip => {
      expect(side({ ip })).toEqual([]);
    },
  );

  const shape = 'an address with prefix like 10.20.30.10/24 is wanted, or dhcp, or keep';
  const part = (text: string): string => `"${text}" is no part of an IPv4 address: 0 to 255, without a leading zero`;
  test.each([
    ['10.20.30.10', shape],
    ['10.20.30/24', shape],
    ['10.20.30.10/24 ', shape],
    ['10.20.30.10/255.255.255.0', shape],
    ['fe80::1/64', shape],
    ['DHCP', shape],
    ['10.20.256.10/24', part('256')],
    ['10.020.30.10/24', part('020')],
    ['10.20.30.10/33', '/33 is no prefix: 0 to 32'],
    ['10.20.30.0/24', "10.20.30.0/24 is the network's own address, none of a VM"],
    ['10.20.31.255/23', "10.20.31.255/23 is the network's broadcast address"],
  ])('%s is none', (ip, why) => {
    expect(side({ ip })).toEqual([`test.ip: ${why}`]);
  });

  test('are read as numbers', () => {
    expect(readAddress('10.99.30.10/24')).toEqual({ bits: 0x0a631e0a, prefix: 24 });
  });

  test.each([
    [{ ip: '10.99.30.10/23', gateway: '10.99.31.254' }, []],
    [{ ip: '192.168.0.5/0', gateway: '10.0.0.1' }, []],
    [{ ip: 'dhcp', dns: ['10.99.0.53'] }, []],
    [{ gateway: '10.99.30.1' }, []],
    [
      { ip: '10.99.30.10/24', gateway: '10.99.31.1' },
      ['test.gateway: 10.99.31.1 is not in the network of 10.99.30.10/24'],
    ],
    [{ ip: '10.99.30.10/24', gateway: '10.99.30.10' }, ["test.gateway: 10.99.30.10 is the VM's own address"]],
    [
      { ip: 'dhcp', gateway: '10.99.30.1' },
      ['test.gateway: with `ip: dhcp` the gateway comes with the address: leave it out'],
    ],
    [
      { ip: 'keep', gateway: '10.99.30.1', dns: ['10.99.0.53'] },
      [
        'test.gateway: with `ip: keep` the VM keeps all it has: leave one of them out',
        'test.dns: with `ip: keep` the VM keeps all it has: leave one of them out',
      ],
    ],
    [{ gateway: '10.99.30.256' }, ['test.gateway: an IPv4 address is wanted']],
    [{ dns: ['dns1'] }, ['test.dns.0: an IPv4 address is wanted']],
  ])('%j', (given, wrong) => {
    expect(side(given)).toEqual(wrong);
  });

  test('of a new VPG: a gateway or DNS needs one', () => {
    const nics = [{ nic: 'n1', test: { gateway: '10.99.30.1', dns: ['10.99.0.53'] } }];
    expect(create({ vms: [{ name: 'a', nics }] })).toEqual([
      'vms.0.nics.0.test.gateway: it comes with an address: say `ip` too',
      'vms.0.nics.0.test.dns: it comes with an address: say `ip` too',
    ]);
  });

  test('stand once in a network', () => {
    const vm = (name: string, network: string, ip: string) => ({
      name,
      nics: [{ nic: 'n1', failover: { ip: '10.20.30.9/24' }, test: { network, ip } }],
    });
    const twice = 'another NIC has 10.20.30.9 already';
    expect(edit({ vms: [vm('a', 'x', '10.99.0.9/24'), vm('b', 'y', '10.99.0.9/24')] })).toEqual([
      `set.vms.1.nics.0.failover.ip: ${twice}`,
    ]);
    expect(edit({ vms: [vm('a', 'x', 'dhcp'), vm('b', 'x', 'dhcp')] })).toEqual([
      `set.vms.1.nics.0.failover.ip: ${twice}`,
    ]);
    const same = edit({ vms: [vm('a', 'x', '10.99.0.9/24'), vm('b', 'x', '10.99.0.9/16')] });
    expect(same).toContain('set.vms.1.nics.0.test.ip: another NIC has 10.99.0.9 already');
  });
});

test('a volume is a preseed or a raw device', () => {
  const volume = (more: object): readonly string[] =>
    create({ vms: [{ name: 'a', volumes: [{ volume: 'scsi:0:1', ...more }] }] });
  const both = 'vms.0.volumes.0: exactly one of "preseed" and "rdm"';
  const preseed = { datastore: 'B', path: 'a.vmdk' };
  expect(volume({ preseed })).toEqual([]);
  expect(volume({ rdm: { device: 'naa.6', physical: true } })).toEqual([]);
  expect(volume({})).toEqual([both]);
  expect(volume({ preseed, rdm: { device: 'naa.6' } })).toEqual([both]);
});

test('an edit changes something', () => {
  const nothing = ': nothing is to be changed: name it under `set`, `add-vms` or `remove-vms`';
  expect(judge('zerto/edit-vpg', { vpg: 'crm' })).toEqual([nothing]);
  expect(edit({})).toEqual([nothing]);
  expect(judge('zerto/edit-vpg', { vpg: 'crm', 'add-vms': ['a'] })).toEqual([]);
});
