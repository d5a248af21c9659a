import { describe, expect, test } from 'vitest';
import { actions, type Input } from '../../actions/index.ts';
import { desiredByEdit } from '../../activities/settings-desired.ts';
import { boundDifference } from '../../activities/settings-difference.ts';
import { changeSettings } from '../../zerto/settings/change.ts';
import { compareSettings } from '../../zerto/settings/difference.ts';
import { resolveSettings } from '../../zerto/settings/resolve.ts';
import type { NicSide, SettingsDocument } from '../../zerto/settings-types.ts';

const names = {
  networks: [
    { id: 'n1', name: 'B-VLAN130' },
    { id: 'n2', name: 'B-Bubble-120' },
    { id: 'n3', name: 'B-Bubble-130' },
  ],
  members: [
    { id: 'vm-1', name: 'crm-db-01' },
    { id: 'vm-2', name: 'crm-app-01' },
  ],
  unprotected: [{ id: 'vm-9', name: 'crm-web-01' }],
};

const nic = 'Network adapter 1';
const side = (network: string | null, ip?: string): NicSide => ({
  Hypervisor: {
    NetworkIdentifier: network,
    ShouldReplaceMacAddress: true,
    DnsSuffix: null,
    ShouldReplaceIpConfiguration: ip !== undefined,
    IpConfig:
      ip === undefined
        ? null
        : {
            StaticIp: ip,
            SubnetMask: '255.255.255.0',
            Gateway: '10.99.30.1',
            PrimaryDns: null,
            SecondaryDns: null,
            IsDhcp: false,
          },
  },
  VCD: null,
});

const document: SettingsDocument = {
  VpgIdentifier: 'v',
  Basic: {
    Name: 'crm',
    RpoInSeconds: 300,
    TestIntervalInMinutes: 262_080,
    Priority: 'Medium',
    ProtectedSiteIdentifier: 'a',
    RecoverySiteIdentifier: 'b',
    UseWanCompression: true,
  },
  BootGroups: {
    BootGroups: [
      { BootGroupIdentifier: 'g0', Name: 'Default', BootDelayInSeconds: 0 },
      { BootGroupIdentifier: 'g1', Name: 'Databases', BootDelayInSeconds: 60 },
    ],
  },
  Networks: {
    Failover: { Hypervisor: { DefaultNetworkIdentifier: 'n1' }, VCD: null },
    FailoverTest: { Hypervisor: { DefaultNetworkIdentifier: 'n2' }, VCD: null },
  },
  Scripting: {},
  Vms: [
    {
      VmIdentifier: 'vm-1',
      BootGroupIdentifier: 'g0',
      Nics: [{ NicIdentifier: nic, Failover: side('n1', '10.20.30.10'), FailoverTest: side('n2', '10.99.30.10') }],
    },
    {
      VmIdentifier: 'vm-2',
      BootGroupIdentifier: 'g0',
      Nics: [{ NicIdentifier: nic, Failover: side('n1'), FailoverTest: side(null) }],
    },
  ],
  Journal: { unknown: 'kept' },
};

const desired = (input: Input<'zerto/edit-vpg'>) => desiredByEdit(input, site => site);

/** Past the contract, which refuses some of it too. */
function change(given: object) {
  const input: Input<'zerto/edit-vpg'> = { vpg: 'crm', 'restore-on-failure': false, ...given };
  const after = changeSettings(document, resolveSettings(desired(input), document, names));
  return { after, difference: compareSettings(document, after, names) };
}
const change_ = (given: object) => change(given).difference;

describe('only what is named changes', () => {
  test('nothing', () => {
    expect(change({})).toEqual({ after: document, difference: [] });
    expect(change_({ set: { rpo: 300_000, priority: 'medium', networks: { test: 'B-Bubble-120' } } })).toEqual([]);
  });

  test('what we do not know stays as it came', () => {
    const { after } = change({ set: { rpo: 600_000, networks: { test: 'B-Bubble-130' } } });
    expect(after['Journal']).toEqual({ unknown: 'kept' });
    expect(after.Basic['UseWanCompression']).toBe(true);
    expect(after.Vms[0]?.Nics[0]?.FailoverTest).toMatchObject({
      VCD: null,
      Hypervisor: { ShouldReplaceMacAddress: true },
    });
    expect(document.Basic.RpoInSeconds).toBe(300);
  });

  test('basics, in the units of Zerto', () => {
    const { after, difference } = change({ set: { rpo: 600_000, 'test-interval': 86_400_000, priority: 'high' } });
    expect(after.Basic).toMatchObject({ RpoInSeconds: 600, TestIntervalInMinutes: 1_440, Priority: 'High' });
    expect(difference).toEqual([
      { path: 'rpo', before: '5m', after: '10m' },
      { path: 'test-interval', before: '182d', after: '1d' },
      { path: 'priority', before: 'medium', after: 'high' },
    ]);
  });

  test('a network of the VPG is that of every NIC that has one and is not told otherwise', () => {
    const vms = [{ name: 'crm-db-01', nics: [{ nic, test: { network: 'B-Bubble-120' } }] }];
    const { after, difference } = change({
      set: { networks: { failover: 'B-Bubble-130', test: 'B-Bubble-130' }, vms },
    });
    expect(difference.map(c => `${c.path} ${c.before} → ${c.after}`)).toEqual([
      'networks.failover B-VLAN130 → B-Bubble-130',
      'networks.test B-Bubble-120 → B-Bubble-130',
      `vms[crm-db-01].nics[${nic}].failover.network B-VLAN130 → B-Bubble-130`,
      `vms[crm-app-01].nics[${nic}].failover.network B-VLAN130 → B-Bubble-130`,
    ]);
    expect(after.Vms[1]?.Nics[0]?.FailoverTest?.Hypervisor?.NetworkIdentifier).toBeNull();
  });
});

describe('a NIC', () => {
  const test_ = (test: object, vm = 'crm-db-01') => change({ set: { vms: [{ name: vm, nics: [{ nic, test }] }] } });

  test('is given an address, and told to take it', () => {
    const { after, difference } = test_(
      { ip: '10.99.30.77/22', dns: ['10.99.0.53', '10.99.0.54'], 'dns-suffix': 'corp' },
      'crm-app-01',
    );
    expect(after.Vms[1]?.Nics[0]?.FailoverTest?.Hypervisor).toMatchObject({
      ShouldReplaceIpConfiguration: true,
      DnsSuffix: 'corp',
      IpConfig: {
        StaticIp: '10.99.30.77',
        SubnetMask: '255.255.252.0',
        IsDhcp: false,
        PrimaryDns: '10.99.0.53',
        SecondaryDns: '10.99.0.54',
      },
    });
    expect(difference.map(c => `${c.path.split('.').at(-1) ?? ''} ${c.before}→${c.after}`)).toEqual([
      'ip keep→10.99.30.77/22',
      'dns →10.99.0.53, 10.99.0.54',
      'dns-suffix →corp',
    ]);
  });

  test('takes DHCP, or keeps its own', () => {
    expect(test_({ ip: 'dhcp' }).difference.map(c => [c.before, c.after])).toEqual([
      ['10.99.30.10/24', 'dhcp'],
      ['10.99.30.1', ''],
    ]);
    expect(test_({ ip: 'keep' }).after.Vms[0]?.Nics[0]?.FailoverTest?.Hypervisor?.ShouldReplaceIpConfiguration).toBe(
      false,
    );
  });

  test('cannot be given nonsense', () => {
    expect(() => test_({ ip: '10.99.300.1/24' })).toThrow(
      'crm-db-01 Network adapter 1: 10.99.300.1/24 is no IPv4 address',
    );
    expect(() => test_({ ip: 'keep', gateway: '10.99.30.1' })).toThrow('leave one of them out');
    expect(() => test_({ gateway: '10.99.30.1' }, 'crm-app-01')).toThrow('has no address: say ip too');
    expect(() => change({ set: { vms: [{ name: 'crm-db-01', nics: [{ nic: 'Network adapter 2' }] }] } })).toThrow(
      'There is no NIC of crm-db-01 "Network adapter 2"; did you mean "Network adapter 1"?',
    );
  });
});

describe('VMs', () => {
  test('join by name, and leave by name', () => {
    const input = actions['zerto/edit-vpg'].input.parse({
      vpg: 'crm',
      'add-vms': ['crm-web-01'],
      'remove-vms': ['crm-app-01'],
    });
    const wanted = resolveSettings(desired(input), document, names);
    expect(wanted.add).toEqual([{ id: 'vm-9', name: 'crm-web-01' }]);
    expect(changeSettings(document, wanted).Vms.map(vm => vm.VmIdentifier)).toEqual(['vm-1']);
  });

  test('one that has joined or left already changes nothing', () => {
    expect(change_({ 'add-vms': ['crm-db-01'], 'remove-vms': ['crm-web-01'] })).toEqual([]);
  });

  test('boot group by name', () => {
    const vms = [{ name: 'crm-db-01', 'boot-group': 'Databases' }];
    expect(change_({ set: { vms } })).toEqual([
      { path: 'vms[crm-db-01].boot-group', before: 'Default', after: 'Databases' },
    ]);
  });

  test.each([
    [
      { set: { networks: { test: 'B-Bubble-103' } } },
      'There is no network "B-Bubble-103"; did you mean "B-Bubble-120" or "B-Bubble-130"',
    ],
    [{ 'add-vms': ['crm-wen-01'] }, 'There is no unprotected VM "crm-wen-01"; did you mean "crm-web-01"'],
    [{ 'remove-vms': ['crm-dd-01'] }, 'There is no VM of this VPG "crm-dd-01"; did you mean "crm-db-01"'],
    [{ set: { vms: [{ name: 'crm-web-01' }] } }, 'There is no VM of this VPG "crm-web-01"'],
    [
      { set: { vms: [{ name: 'crm-db-01', 'boot-group': 'Database' }] } },
      'There is no boot group "Database"; did you mean "Databases"?',
    ],
    [
      { 'add-vms': ['crm-db-01'], 'remove-vms': ['crm-db-01'] },
      'crm-db-01 is named under add-vms and under remove-vms',
    ],
  ])('%j is refused', (given, message) => {
    expect(() => change(given)).toThrow(message);
  });
});

test('a long difference is cut so that it fits into outputs', () => {
  const long = Array.from({ length: 100 }, (_, i) => ({
    path: `vms[crm-${i}].boot-group`,
    before: 'Default',
    after: 'Databases',
  }));
  const bounded = boundDifference(long);
  expect(JSON.stringify(bounded).length).toBeLessThan(2_048 - 100);
  expect(bounded.at(-1)?.after).toBe(`${100 - bounded.length + 1} more in the report`);
  expect(boundDifference(long.slice(0, 3))).toHaveLength(3);
});
