import { describe, expect, test } from 'vitest';
import { assertIsolated, proveIsolation } from '../../activities/isolation.ts';
import { StepFailed } from '../../activities/outcome.ts';
import { changeVpg, type VpgSpec } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import type { NicSide, SettingsDocument } from '../../zerto/settings-types.ts';
import { quick, setStage, testNetworks } from './stage.ts';

const names = {
  networks: [
    { id: 'n-live', name: 'B-VLAN120' },
    { id: 'n-live2', name: 'B-VLAN130' },
    { id: 'n-bubble', name: 'B-Bubble-120' },
  ],
  vms: [
    { id: 'vm-1', name: 'db' },
    { id: 'vm-2', name: 'app' },
  ],
};
const site = { testNetworks, allowedScripts: ['/opt/allowed.ps1'] };

const side = (network: string | null): NicSide => ({ Hypervisor: { NetworkIdentifier: network } });

function settings(
  nics: [live: string | null, test: string | null][],
  more: Partial<SettingsDocument> = {},
): SettingsDocument {
  return {
    Basic: { Name: 'crm', ProtectedSiteIdentifier: 'a', RecoverySiteIdentifier: 'b' },
    BootGroups: { BootGroups: [] },
    Networks: {
      Failover: { Hypervisor: { DefaultNetworkIdentifier: 'n-live' } },
      FailoverTest: { Hypervisor: { DefaultNetworkIdentifier: 'n-bubble' } },
    },
    Scripting: {},
    Vms: nics.map(([live, test_], i) => ({
      VmIdentifier: `vm-${i + 1}`,
      Nics: [{ NicIdentifier: 'Network adapter 1', Failover: side(live), FailoverTest: side(test_) }],
    })),
    ...more,
  };
}

const prove = (document: SettingsDocument, networks = names.networks, at = site) =>
  proveIsolation(document, { ...names, networks }, at);

describe('a NIC', () => {
  test('is isolated in a test network that is no failover network', () => {
    expect(prove(settings([['n-live', 'n-bubble']]))).toEqual([
      { vm: 'db', item: 'Network adapter 1', value: 'B-Bubble-120', isolated: true, why: 'stands in test-networks' },
    ]);
  });

  test('without a network of its own follows the default of the VPG', () => {
    expect(prove(settings([['n-live', null]]))[0]).toMatchObject({ value: 'B-Bubble-120', isolated: true });
    const bare = settings([['n-live', null]], {
      Networks: { Failover: {}, FailoverTest: { Hypervisor: { DefaultNetworkIdentifier: null } } },
    });
    expect(prove(bare)[0]).toMatchObject({ value: '', isolated: false, why: 'has no test network' });
  });

  test('without any statement of a test side is not isolated where the VPG has no default', () => {
    const document = settings([], {
      Networks: { Failover: {}, FailoverTest: {} },
      Vms: [{ VmIdentifier: 'vm-1', Nics: [{ NicIdentifier: 'Network adapter 1', FailoverTest: null }] }],
    });
    expect(prove(document)[0]).toMatchObject({ isolated: false });
  });

  test('is not isolated in a network that does not stand in test-networks', () => {
    expect(prove(settings([['n-live', 'n-live2']]))[0]).toMatchObject({ value: 'B-VLAN130', isolated: false });
  });

  test('is not isolated in a failover network of another NIC of the same VPG, even where that is a test network', () => {
    const facts = prove(
      settings([
        ['n-bubble', 'n-live2'],
        ['n-live', 'n-bubble'],
      ]),
    );
    expect(facts[1]).toMatchObject({ vm: 'app', isolated: false, why: 'is a failover network of the same VPG' });
  });

  test('is not isolated in the default failover network', () => {
    const facts = prove(settings([[null, 'n-live']]), names.networks, { ...site, testNetworks: ['B-VLAN120'] });
    expect(facts[0]).toMatchObject({ isolated: false, why: 'is a failover network of the same VPG' });
  });

  test('is not isolated in a network that the site does not list, or whose name several have', () => {
    expect(prove(settings([['n-live', 'n-gone']]))[0]).toMatchObject({ value: 'n-gone', isolated: false });
    const twins = [...names.networks, { id: 'n-other', name: 'B-Bubble-120' }];
    expect(prove(settings([['n-live', 'n-bubble']]), twins)[0]).toMatchObject({ isolated: false });
  });

  test('that is not stated proves nothing, and neither does a VPG without VMs', () => {
    const noNics = settings([], { Vms: [{ VmIdentifier: 'vm-1', Nics: [] }] });
    expect(prove(noNics)).toEqual([expect.objectContaining({ vm: 'db', item: 'NICs', isolated: false })]);
    expect(prove(settings([]))).toEqual([expect.objectContaining({ isolated: false })]);
  });
});

describe('a script', () => {
  const scripted = (command: string | null) =>
    prove(settings([['n-live', 'n-bubble']], { Scripting: { PreRecovery: { Command: command }, PostRecovery: null } }));

  test('must stand in allowed-scripts', () => {
    expect(scripted('/opt/allowed.ps1')[1]).toMatchObject({ item: 'pre-recovery script', isolated: true });
    expect(scripted('/opt/other.ps1')[1]).toMatchObject({ value: '/opt/other.ps1', isolated: false });
  });

  test('without a command is none', () => {
    expect(scripted('')).toHaveLength(1);
    expect(scripted(' ')).toHaveLength(1);
    expect(scripted(null)).toHaveLength(1);
  });
});

describe('the proof from a ZVM', () => {
  async function prove(change: (vpg: VpgSpec) => VpgSpec) {
    const stage = await setStage({ scenario: quick(changeVpg(healthy(), 'crm', change)) });
    const zvm = await stage.sites.zvm('site-b', 'drill');
    const proof = assertIsolated(zvm, stage.vpgs['crm'] ?? '', stage.sites.settings('site-b'));
    return { ...stage, proof };
  }

  test('names the VM, and leaves no settings object behind', async () => {
    const { proof, simulator } = await prove(vpg => vpg);
    expect(await proof).toEqual([
      {
        vm: 'crm-db-01',
        item: 'Network adapter 1',
        value: 'B-Bubble-120',
        isolated: true,
        why: 'stands in test-networks',
      },
    ]);
    expect(simulator.openSettings()).toBe(0);
  });

  test('refuses a test network that is the failover network', async () => {
    const { proof, simulator } = await prove(vpg => ({
      ...vpg,
      networks: { failover: 'B-VLAN120', test: 'B-VLAN120' },
    }));
    await expect(proof).rejects.toThrow(
      'a failover test of crm is not isolated: crm-db-01 Network adapter 1 "B-VLAN120" is a failover network of the same VPG',
    );
    expect(simulator.openSettings()).toBe(0);
  });

  test('refuses an unset one', async () => {
    const { proof } = await prove(vpg => ({ ...vpg, networks: { failover: 'B-VLAN120', test: null } }));
    await expect(proof).rejects.toThrow('crm-db-01 Network adapter 1 has no test network');
  });

  test('refuses a script that is not allowed, with the whole proof as evidence', async () => {
    const { proof } = await prove(vpg => ({ ...vpg, scripts: { postRecovery: { command: 'C:\\join-domain.ps1' } } }));
    const error = await proof.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StepFailed);
    const { message, record } = error as StepFailed;
    expect(message).toBe(
      'a failover test of crm is not isolated: post-recovery script "C:\\join-domain.ps1" does not stand in allowed-scripts of the site',
    );
    expect(record.evidence).toEqual([
      {
        kind: 'isolation',
        vpg: 'crm',
        proof: [expect.objectContaining({ isolated: true }), expect.objectContaining({ isolated: false })],
      },
    ]);
  });
});
