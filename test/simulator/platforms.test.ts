import { describe, expect, it } from 'vitest';
import type { Platform, Scenario } from '../../simulator/scenario.ts';
import type { SettingsDocument } from '../../simulator/settings-document.ts';
import { siteOf, through } from './harness.ts';
import { second, stage, stateOf } from './stage.ts';

const at =
  (platform: Platform, more: Partial<Scenario['sites'][number]> = {}) =>
  (scenario: Scenario): Scenario => ({
    ...scenario,
    sites: scenario.sites.map(site => ({ ...site, ...more, platform })),
  });

const vcd = at('VCD', {
  vApps: ['payments'],
  orgVdcs: [
    {
      name: 'Gold',
      networks: ['A-VLAN120', 'A-Bubble-120', 'B-VLAN120', 'B-Bubble-120'],
      storagePolicies: ['Fast', 'Slow'],
    },
  ],
});

describe('a site with Hyper-V', () => {
  it('names things by guids and says what it is', async () => {
    const { b, vpg, done } = await stage(at('SCVMM'));
    const local = await b.get('localsite');
    expect(local.json).toMatchObject({ SiteType: 'SCVMM' });
    const networks = await b.get(`virtualizationsites/${local.at('SiteIdentifier').word()}/networks`);
    expect(networks.at(0, 'NetworkIdentifier').json).toMatch(/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/);
    expect((await vpg()).at('Entities').json).toEqual({ Protected: 4, Recovery: 4, Source: 4, Target: 4 });
    expect((await b.get('vpgs?recoverySiteType=HyperV')).items()).toHaveLength(5);
    expect((await b.get('vpgs?recoverySiteType=VCVpg')).json).toEqual([]);
    expect((await done('FailoverTest')).at('Status', 'State').json).toBe(6);
  });
});

describe('a site with vCloud Director', () => {
  it('has org vDCs, their networks and storage policies', async () => {
    const { b } = await stage(vcd);
    const at = `virtualizationsites/${(await b.get('localsite')).at('SiteIdentifier').word()}`;
    const [vdc] = (await b.get(`${at}/orgvdcs`)).items();
    expect(vdc?.json).toMatchObject({ OrgVdcName: 'Gold' });
    const path = `${at}/orgvdcs/${vdc?.at('Identifier').word() ?? ''}`;
    expect((await b.get(`${path}/networks`)).json).toMatchObject([
      { VirtualizationNetworkName: 'B-VLAN120' },
      { VirtualizationNetworkName: 'B-Bubble-120' },
    ]);
    expect((await b.get(`${path}/storagepolicies`)).json).toMatchObject([
      { StoragePolicyName: 'Fast', IsEnabled: true },
      { StoragePolicyName: 'Slow' },
    ]);
    expect((await b.get(`${at}/orgvdcs/x/networks`)).status).toBe(404);
    expect((await b.get(`${at}/vcdvapps`)).json).toMatchObject([{ VcdName: 'payments' }]);
  });

  it('has settings of its own shape, and VMs that answer where these say, there and back', async () => {
    const { simulator, b, clock, id, done, act } = await stage(vcd);
    const settings = `vpgSettings/${(await b.post('vpgSettings', { VpgIdentifier: id })).word()}`;
    const document = (await b.get(settings)).json as SettingsDocument;
    expect(document.Recovery.VCD?.OrgVdcIdentifier).toMatch(/\./);
    expect(document.Networks.FailoverTest).toMatchObject({ Hypervisor: null, VCD: { CopyNATRules: 'false' } });
    expect(document.Vms[0]).toMatchObject({
      Recovery: { VCD: {} },
      Volumes: [{ Datastore: null, VCD: { IsThin: true } }],
      Nics: [{ FailoverTest: { Hypervisor: null, VCD: { IpMode: 'StaticManual', IpAddress: '10.99.1.10' } } }],
    });
    const bad = { Recovery: { VCD: { OrgVdcIdentifier: 'x' } } };
    expect((await b.call('PUT', settings, bad)).status).toBe(400);
    await b.call('DELETE', settings);
    const doors = siteOf(simulator, 'site-b').doors;
    await done('FailoverTest');
    expect(await through(doors.bubble, '10.99.1.10', 5432)).toBe('connected');
    await done('Failover', { CommitPolicy: 2, IsReverseProtection: true });
    expect(await through(doors.lan, '10.20.1.10', 5432)).toBe('connected');
    await act('FailoverCommit', {});
    clock.advance(20 * second);
    expect(await stateOf(b, id)).toBe('HistoryNotMeetingSLA/None');
    await done('Move', { CommitPolicy: 2 });
    expect(await through(siteOf(simulator, 'site-a').doors.lan, '10.10.1.10', 5432)).toBe('connected');
  });
});
