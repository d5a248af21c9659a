import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import type { SettingsDocument } from '../../simulator/settings-document.ts';
import { type Client, signIn, simulate } from './harness.ts';

async function named(client: Client, zertoName: string, kind: 'networks' | 'vms', name: string): Promise<string> {
  const sites = (await client.get('virtualizationsites')).items();
  const site = sites.find(candidate => candidate.at('VirtualizationSiteName').json === zertoName);
  const inventory = await client.get(`virtualizationsites/${site?.at('SiteIdentifier').word() ?? ''}/${kind}`);
  const found = inventory.items().find(item => Object.values(item.json as object).includes(name));
  return found?.at(kind === 'vms' ? 'VmIdentifier' : 'NetworkIdentifier').word() ?? 'none';
}

async function edit(name = 'crm') {
  const simulator = await simulate({ clock: steppedClock() });
  const client = await signIn(simulator);
  const vpg = await client.vpg(name);
  const id = (await client.post('vpgSettings', { VpgIdentifier: vpg })).word();
  return { simulator, client, vpg, path: `vpgSettings/${id}` };
}

describe('a settings object', () => {
  it('changes a VPG: network, added VM, commit, read back', async () => {
    const { simulator, client, vpg, path } = await edit();
    const network = await named(client, 'Slough', 'networks', 'B-Bubble-130');
    const vm = await named(client, 'London', 'vms', 'crm-web-01');
    const document = (await client.get(path)).json as SettingsDocument;
    expect(document.VpgSettingsIdentifier).not.toBe(vpg);
    document.Networks.FailoverTest.Hypervisor = { DefaultNetworkIdentifier: network };
    document.Basic.RpoInSeconds = 600;
    document.Basic.Priority = 'High';
    expect(await client.call('PUT', path, document)).toMatchObject({ status: 200, text: '' });
    expect((await client.post(`${path}/vms`, { VmIdentifier: vm })).status).toBe(200);
    const nics = await client.get(`${path}/vms/${vm}/nics`);
    expect(nics.at(0, 'FailoverTest', 'Hypervisor', 'NetworkIdentifier').json).toBe(network);

    const committed = await client.post(`${path}/commit`);
    expect(committed.text).toMatch(/^"[0-9a-f-]{36}\.[0-9a-f-]{36}"$/);
    expect([(await client.get(path)).status, simulator.openSettings(), simulator.commits()]).toEqual([404, 0, 1]);
    expect((await client.get(`vpgs/${vpg}`)).at('VmsCount').json).toBe(1);
    simulator.clock.advance(1500);
    expect((await client.get(`tasks/${committed.word()}`)).json).toMatchObject({
      Type: 'UpdateProtectionGroup',
      Status: { State: 6 },
    });
    expect((await client.get(`vpgs/${vpg}`)).json).toMatchObject({
      VmsCount: 2,
      ConfiguredRpoSeconds: 600,
      Priority: 2,
    });
    expect(await named(client, 'London', 'vms', 'crm-web-01')).toBe('none');
    expect((await client.get('vms?vpgName=crm')).json).toHaveLength(2);
  });

  it('reads property names in any case and keeps what a PUT leaves out', async () => {
    const { client, path } = await edit();
    const before = (await client.get(path)).json as SettingsDocument;
    expect((await client.call('PUT', `${path}/basic`, { rpoinseconds: 900 })).status).toBe(200);
    expect((await client.get(path)).json).toEqual({ ...before, Basic: { ...before.Basic, RpoInSeconds: 900 } });
    expect((await client.call('DELETE', `${path}/BASIC`)).status).toBe(200);
    expect((await client.get(path)).json).toEqual(before);
  });

  it('has the parts with paths of their own', async () => {
    const { client, path } = await edit();
    const whole = (await client.get(path)).json as SettingsDocument;
    expect((await client.get(`${path}/bootgroup`)).json).toEqual(whole.BootGroups);
    expect((await client.get(`${path}/scripting`)).at('PreRecovery').json).toMatchObject({ Command: null });
    expect((await client.get(`${path}/priority`)).json).toBe('Medium');
    const [vm] = whole.Vms;
    const nicPath = `${path}/vms/${vm?.VmIdentifier ?? ''}/nics/${encodeURIComponent('Network adapter 1')}`;
    expect((await client.get(nicPath)).json).toEqual(vm?.Nics[0]);
    const change = { FailoverTest: { Hypervisor: { IpConfig: { StaticIp: '10.99.30.99' } } } };
    expect((await client.call('PUT', nicPath, change)).status).toBe(200);
    expect((await client.get(nicPath)).at('FailoverTest', 'Hypervisor', 'IpConfig').json).toMatchObject({
      StaticIp: '10.99.30.99',
      SubnetMask: '255.255.255.0',
    });
    expect((await client.call('DELETE', nicPath)).status).toBe(200);
    expect((await client.get(nicPath)).json).toEqual(vm?.Nics[0]);
    expect((await client.get(`${path}/vms/${vm?.VmIdentifier ?? ''}/volumes/scsi:0:0`)).json).toEqual(vm?.Volumes[0]);
    expect((await client.call('DELETE', `${path}/vms/${vm?.VmIdentifier ?? ''}`)).status).toBe(200);
    expect((await client.post(`${path}/commit`)).status).toBe(400);
  });

  it.each([
    [
      'a network of another site',
      { Networks: { Failover: { Hypervisor: { DefaultNetworkIdentifier: 'x.network-1' } } } },
    ],
    ['Vms that are no list', { Vms: { VmIdentifier: 'x' } }],
    ['an unknown VM', { Vms: [{ VmIdentifier: 'x.vm-1' }] }],
    ['a name that is taken', { Basic: { Name: 'Payments-DB' } }],
    ['a journal of no hours', { Basic: { JournalHistoryInHours: 0 } }],
    ['a priority that is a number', { Basic: { Priority: 1 } }],
    ['other sites', { Basic: { RecoverySiteIdentifier: 'b72a53d2-31fc-43c1-8369-89655fd553fe' } }],
  ])('refuses %s', async (_, body) => {
    const { client, path } = await edit();
    const before = (await client.get(path)).json;
    const answer = await client.call('PUT', path, body);
    expect([answer.status, typeof answer.at('Message').json]).toEqual([400, 'string']);
    expect((await client.get(path)).json).toEqual(before);
  });

  it('is gone by DELETE, after 30 unused minutes, and with its session', async () => {
    const { simulator, client, vpg, path } = await edit();
    expect((await client.get('vpgSettings')).json).toHaveLength(1);
    expect((await client.call('DELETE', path)).status).toBe(200);
    expect((await client.call('DELETE', path)).status).toBe(404);

    const idle = (await client.post('vpgSettings', { VpgIdentifier: vpg })).word();
    for (let n = 1; n <= 3; n++) {
      simulator.clock.advance(10 * 60_000);
      expect((await client.get('localsite')).status).toBe(200); // the session lives on
    }
    expect((await client.get(`vpgSettings/${idle}`)).status).toBe(404);

    await client.post('vpgSettings', {});
    expect(simulator.openSettings()).toBe(1);
    await client.call('DELETE', 'session');
    expect(simulator.openSettings()).toBe(0);

    const again = await signIn(simulator);
    const dropped = (await again.post('vpgSettings', {})).word();
    simulator.dropSettings();
    expect((await again.get(`vpgSettings/${dropped}`)).status).toBe(404);
  });

  it('cannot be committed while the VPG is in test, nor twice at once, and holds a test off', async () => {
    const { simulator, client, vpg, path } = await edit();
    await client.post(`vpgs/${vpg}/FailoverTest`);
    simulator.clock.advance(2500);
    expect((await client.post(`${path}/commit`)).status).toBe(500);
    await client.post(`vpgs/${vpg}/FailoverTestStop`);
    simulator.clock.advance(1500);
    expect([simulator.commits(), simulator.openSettings()]).toEqual([0, 1]);

    const other = (await client.post('vpgSettings', { VpgIdentifier: vpg })).word();
    expect((await client.post(`${path}/commit`)).status).toBe(200);
    expect((await client.post(`vpgSettings/${other}/commit`)).status).toBe(500);
    expect((await client.post(`vpgs/${vpg}/FailoverTest`)).status).toBe(500);
    simulator.clock.advance(1500);
    expect((await client.post(`vpgSettings/${other}/commit`)).status).toBe(200);
    expect(simulator.commits()).toBe(2);
  });

  it('makes a new VPG', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const client = await signIn(simulator, 'site-a');
    const id = (await client.post('vpgSettings', {})).word();
    const vm = await named(client, 'London', 'vms', 'crm-web-01');
    expect((await client.post(`vpgSettings/${id}/commit`)).status).toBe(400);
    await client.call('PUT', `vpgSettings/${id}/basic`, { Name: 'web' });
    await client.post(`vpgSettings/${id}/vms`, { VmIdentifier: vm });
    expect((await client.post(`vpgSettings/${id}/vms`, { VmIdentifier: vm })).status).toBe(400);
    expect((await client.post(`vpgSettings/${id}/commit`)).status).toBe(200);
    expect((await client.get('vpgs?name=web')).json).toHaveLength(0);
    simulator.clock.advance(1500);
    expect((await client.get('vpgs?name=web')).json).toMatchObject([{ VmsCount: 1, SourceSite: 'London' }]);
  });
});
