import { describe, expect, test } from 'vitest';
import { changeSettings } from '../../zerto/settings/change.ts';
import type { Desired } from '../../zerto/settings/desired.ts';
import { compareSettings } from '../../zerto/settings/difference.ts';
import type { SettingsNames } from '../../zerto/settings/names.ts';
import { resolveSettings } from '../../zerto/settings/resolve.ts';
import type { SettingsDocument } from '../../zerto/settings-types.ts';
import { scripted } from './scripted-zvm.ts';

const named = (...names: string[]) => names.map(name => ({ id: `id-${name}`, name }));
const names: SettingsNames = {
  networks: named('lan', 'bubble'),
  members: [{ id: 'vm-1', name: 'db' }],
  unprotected: [],
  datastores: named('ds-1', 'ds-2'),
  datastoreClusters: named('dsc'),
  hosts: named('esx'),
  hostClusters: named('prod'),
  devices: named('naa.1'),
  orgVdcs: named('dr-vdc'),
  storagePolicies: named('gold'),
  vapps: named('shop'),
  protectedNetworks: named('app-net'),
};

const document: SettingsDocument = {
  VpgIdentifier: 'v',
  Basic: { Name: 'shop', ProtectedSiteIdentifier: 'a', RecoverySiteIdentifier: 'b' },
  BootGroups: { BootGroups: [{ BootGroupIdentifier: 'g0', Name: 'Default', BootDelayInSeconds: 0 }] },
  Journal: { Limitation: { HardLimitInMB: 1024, HardLimitInPercent: 0 }, DatastoreIdentifier: null },
  Recovery: { DefaultHostClusterIdentifier: 'id-prod', DefaultDatastoreIdentifier: 'id-ds-1', VCD: null },
  Networks: { Failover: {}, FailoverTest: {} },
  Scripting: { PreRecovery: { Command: 'a.ps1', Parameters: '-x', TimeoutInSeconds: 300 } },
  Vms: [
    {
      VmIdentifier: 'vm-1',
      BootGroupIdentifier: 'g0',
      Recovery: { HostClusterIdentifier: 'id-prod', DatastoreIdentifier: null },
      Journal: { DatastoreIdentifier: 'id-ds-1', Limitation: { HardLimitInMB: 1024 } },
      Volumes: [
        { VolumeIdentifier: 'scsi:0:0', Datastore: { DatastoreIdentifier: 'id-ds-1', IsThin: true }, Other: 1 },
        { VolumeIdentifier: 'scsi:0:1', Datastore: null, RDM: { DeviceIdentifier: 'old', IsPhysical: true } },
      ],
      Nics: [],
    },
  ],
};

function change(desired: Omit<Desired, 'vpg'>, from = document) {
  const after = changeSettings(from, resolveSettings({ vpg: 'shop', ...desired }, from, names));
  return { after, vm: after.Vms[0], lines: compareSettings(from, after, names).map(c => `${c.path}: ${c.after}`) };
}

describe('places', () => {
  test('one that is named replaces the other of its pair, at the VPG and wherever a VM has its own', () => {
    const { after, vm } = change({ recovery: { host: 'esx', datastoreCluster: 'dsc' } });
    expect(after.Recovery).toMatchObject({
      DefaultHostIdentifier: 'id-esx',
      DefaultHostClusterIdentifier: null,
      DefaultDatastoreIdentifier: null,
      DefaultDatastoreClusterIdentifier: 'id-dsc',
    });
    // The VM follows the VPG's datastore, and goes on to.
    expect(vm?.Recovery).toEqual({ HostIdentifier: 'id-esx', HostClusterIdentifier: null, DatastoreIdentifier: null });
    expect(vm?.Volumes?.[0]).toMatchObject({
      Datastore: { DatastoreIdentifier: null, DatastoreClusterIdentifier: 'id-dsc' },
    });
    expect(vm?.Volumes?.[1]).toEqual(document.Vms[0]?.Volumes?.[1]);
  });

  test("a VM's own comes before the VPG's", () => {
    const vms = [{ name: 'db', recovery: { datastore: 'ds-2' } }];
    const { vm } = change({ recovery: { datastore: 'ds-1' }, vms });
    expect(vm?.Recovery?.DatastoreIdentifier).toBe('id-ds-2');
    expect(vm?.Volumes?.[0]?.Datastore).toEqual({
      DatastoreIdentifier: 'id-ds-2',
      DatastoreClusterIdentifier: null,
      IsThin: true,
    });
  });
});

test('a limit in one unit ends the one in the other', () => {
  const { after, vm, lines } = change({ journal: { limit: { percent: 20 }, warning: { mb: 500 } } });
  expect(after.Journal?.Limitation).toEqual({
    HardLimitInMB: 0,
    HardLimitInPercent: 20,
    WarningThresholdInMB: 500,
    WarningThresholdInPercent: 0,
  });
  expect(vm?.Journal?.Limitation).toMatchObject({ HardLimitInMB: 0, HardLimitInPercent: 20 });
  expect(lines).toContain('journal-limit: 20%');
  expect(change({ journal: { limit: 'unlimited' } }).lines).toContain('journal-limit: ');
});

describe('volumes', () => {
  const volumes = (volume: NonNullable<NonNullable<Desired['vms']>[number]['volumes']>[number]) =>
    change({ vms: [{ name: 'db', volumes: [volume] }] });

  test('a preseed stands beside its datastore, and ends a raw device', () => {
    const { vm, lines } = volumes({ volume: 'scsi:0:1', preseed: { datastore: 'ds-2', path: 'a/b.vmdk' } });
    expect(vm?.Volumes?.[1]).toMatchObject({
      Preseed: { DatastoreIdentifier: 'id-ds-2', Path: 'a/b.vmdk' },
      RDM: null,
    });
    expect(vm?.Volumes?.[0]).toEqual(document.Vms[0]?.Volumes?.[0]);
    expect(lines).toEqual(['vms[db].volumes[scsi:0:1].rdm: ', 'vms[db].volumes[scsi:0:1].preseed: ds-2 a/b.vmdk']);
  });

  test('a raw device by its name', () => {
    const { vm, lines } = volumes({ volume: 'scsi:0:0', rdm: { device: 'naa.1', physical: true } });
    expect(vm?.Volumes?.[0]).toMatchObject({
      Datastore: null,
      Preseed: null,
      RDM: { DeviceIdentifier: 'id-naa.1', IsPhysical: true },
      Other: 1,
    });
    expect(lines).toContain('vms[db].volumes[scsi:0:0].rdm: naa.1 (physical)');
  });

  test('thin or thick', () => {
    expect(volumes({ volume: 'scsi:0:0', thin: false }).vm?.Volumes?.[0]?.Datastore?.IsThin).toBe(false);
  });

  test('not both', () => {
    const both = { volume: 'scsi:0:0', preseed: { datastore: 'ds-1', path: 'x' }, rdm: { device: 'naa.1' } };
    expect(() => volumes(both)).toThrow('leave one of them out');
  });
});

test('scripts: what is not named of one stays; none is none', () => {
  const { after } = change({ scripts: { preRecovery: { command: 'b.ps1' }, postRecovery: 'none' } });
  expect(after.Scripting).toEqual({
    PreRecovery: { Command: 'b.ps1', Parameters: '-x', TimeoutInSeconds: 300 },
    PostRecovery: { Command: null, Parameters: null },
  });
});

describe('vCD', () => {
  const side = {
    VCD: { IpMode: 'POOL', IpAddress: null, RecoveryOrgVdcNetworkIdentifier: 'id-lan' },
    Hypervisor: null,
  };
  const vcd: SettingsDocument = {
    ...document,
    Networks: { Failover: { Hypervisor: null, VCD: { Mapping: [] } }, FailoverTest: { Hypervisor: null, VCD: null } },
    Vms: [{ VmIdentifier: 'vm-1', Nics: [{ NicIdentifier: 'NIC 0', Failover: side, FailoverTest: side }] }],
  };

  test('org VDC, vApp, networks and their mapping, storage policy', () => {
    const { after, vm, lines } = change(
      {
        vcd: {
          orgVdc: 'dr-vdc',
          vapp: 'shop',
          protectedOrgVdc: 'shop-vdc',
          guestCustomization: true,
          mapping: { failover: [{ from: 'app-net', to: 'lan' }] },
        },
        networks: { test: 'bubble' },
        vms: [{ name: 'db', recovery: { storagePolicy: 'gold' } }],
      },
      vcd,
    );
    expect(after.Recovery?.VCD).toEqual({ OrgVdcIdentifier: 'id-dr-vdc' });
    expect(after.Protected).toEqual({ VCD: { VcdVappIdentifier: 'id-shop' } });
    expect(after.Networks.Failover.VCD).toEqual({
      IsEnableGuestCustomization: true,
      Mapping: [{ ProtectedOrgVdcNetworkIdentifier: 'id-app-net', RecoveryOrgVdcNetworkIdentifier: 'id-lan' }],
    });
    expect(after.Networks.FailoverTest.VCD?.DefaultRecoveryOrgVdcNetworkIdentifier).toBe('id-bubble');
    expect(vm?.Recovery?.VCD).toEqual({ StoragePolicyIdentifier: 'id-gold' });
    // Its NIC has a network of its own in tests, which takes the VPG's.
    expect(vm?.Nics[0]?.FailoverTest?.VCD?.RecoveryOrgVdcNetworkIdentifier).toBe('id-bubble');
    expect(lines).toContain('vcd.mapping.failover[app-net]: lan');
  });

  const nic = (failover: object) => change({ vms: [{ name: 'db', nics: [{ nic: 'NIC 0', failover }] }] }, vcd);

  test('an address of a NIC', () => {
    expect(nic({ ip: '10.1.1.5/24', mac: 'new' }).vm?.Nics[0]?.Failover?.VCD).toMatchObject({
      IpMode: 'MANUAL',
      IpAddress: '10.1.1.5',
      IsResetMacAddress: true,
    });
    expect(nic({ ip: 'dhcp' }).lines).toEqual(['vms[db].nics[NIC 0].failover.ip: dhcp']);
    expect(() => nic({ ip: '10.1.1.5/24', gateway: '10.1.1.1' })).toThrow('those of the network');
    expect(() => nic({ ip: 'keep' })).toThrow('not keep');
  });

  test('a pool is for vCD only', () => {
    const hypervisor: SettingsDocument = {
      ...document,
      Vms: [{ VmIdentifier: 'vm-1', Nics: [{ NicIdentifier: 'NIC 0' }] }],
    };
    const vms = [{ name: 'db', nics: [{ nic: 'NIC 0', test: { ip: 'pool' } }] }];
    expect(() => change({ vms }, hypervisor)).toThrow('only a network of vCD');
  });
});

test('boot groups: named ones in their order, others behind, members by name', () => {
  const { after, vm, lines } = change({
    bootGroups: [{ name: 'db', delaySeconds: 60 }, { name: 'app' }],
    vms: [{ name: 'db', bootGroup: 'db' }],
  });
  expect(after.BootGroups.BootGroups.map(group => group.Name)).toEqual(['Default', 'db', 'app']);
  expect(vm?.BootGroupIdentifier).toBe(after.BootGroups.BootGroups[1]?.BootGroupIdentifier);
  expect(lines).toEqual(['boot-groups: Default, db (1m), app', 'vms[db].boot-group: db']);
});

describe('is not for this API', () => {
  const wire = { ...document, VpgSettingsIdentifier: 's1' };
  const refusal = async (more: object) => {
    const { zvm, seen } = scripted(({ method, path }) => {
      if (path === 'vpgs?name=shop') {
        return { body: [{ VpgIdentifier: 'v', VpgName: 'shop', Status: 1, SubStatus: 0 }] };
      }
      if (path === 'vpgSettings') return { body: 's1' };
      if (path !== 'vpgSettings/s1') return undefined;
      return method === 'GET' ? { body: { ...wire, ...more } } : {};
    });
    const plan = zvm.vpgSettings.plan({ vpg: 'shop', rpoSeconds: 60 });
    await expect(plan).rejects.toMatchObject({ name: 'SettingsRefused', happened: 'no', site: 'site-b' });
    expect(seen.at(-1)?.method).toBe('DELETE');
    return plan.catch((error: unknown) => (error as Error).message);
  };

  test('Azure and AWS', async () => {
    const networks = { Failover: {}, FailoverTest: { PublicCloud: { SubnetIdentifier: 'subnet-1' } } };
    expect(await refusal({ Networks: networks })).toContain('public cloud (Azure or AWS)');
    expect(await refusal({ Recovery: { PublicCloud: { ResourceGroup: 'x' } } })).toContain('public cloud');
  });

  test('backup', async () => {
    expect(await refusal({ LongTermRetention: { Enabled: true } })).toContain('keeps backups');
  });
});
