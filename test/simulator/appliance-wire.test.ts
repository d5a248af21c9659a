import { expect, test } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { accountOf } from '../zerto/generations.ts';
import { createZvm } from '../../zerto/client.ts';
import { simulate, siteOf } from './harness.ts';

async function look(generation: 'windows' | 'appliance') {
  const simulator = await simulate({ clock: steppedClock(), scenario: shippedScenario('payments', generation) });
  const site = siteOf(simulator, 'site-b');
  const fetch = simulator.fetchFor('site-b');
  const zvm = createZvm({ site: 'site-b', url: site.url, account: accountOf(site), tls: { kind: 'system' }, fetch });
  const [vpg] = await zvm.vpgs.list({ name: 'payments-db' });
  const { headers } = await fetch('https://zvm.invalid/v1/vpgs');
  return { server: headers.get('server'), local: (await zvm.sites.local()).raw, vpg: vpg?.raw ?? {} };
}

test('an appliance tells what 10.x has, by its names', async () => {
  const { server, local, vpg } = await look('appliance');
  expect(server).toBeNull();
  expect(local).toMatchObject({ Version: '10.0.60', DisplayVersion: '10.0 U6', ZvmApiVersion: '10.0.60' });
  expect(vpg).toMatchObject({
    VpgType: 'Remote',
    StatusDescription: 'MeetingSLA',
    SubStatusDescription: 'None',
    ProtectedSiteName: 'London',
    RecoverySiteName: 'Slough',
    AlertStatus: 0,
  });
  expect(vpg).not.toHaveProperty('SourceSite');
});

test('a Windows ZVM has nothing of it', async () => {
  const { server, local, vpg } = await look('windows');
  expect(server).toBe('Microsoft-HTTPAPI/2.0');
  expect(local).not.toHaveProperty('DisplayVersion');
  expect(vpg).toMatchObject({ SourceSite: 'London', TargetSite: 'Slough' });
  for (const name of ['StatusDescription', 'ProtectedSiteName', 'AlertStatus', 'VpgType']) {
    expect(vpg).not.toHaveProperty(name);
  }
});
