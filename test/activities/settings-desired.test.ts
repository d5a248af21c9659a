import { expect, test } from 'vitest';
import { actions } from '../../actions/index.ts';
import { desiredNew } from '../../activities/settings-desired.ts';
import { setStage } from './stage.ts';

test('a new VPG as a runbook words it is made as it says', async () => {
  const { sites, simulator } = await setStage();
  const nic = 'Network adapter 1';
  const input = actions['zerto/create-vpg'].input.parse({
    vpg: 'crm-web',
    'protected-site': 'site-a',
    rpo: 300_000,
    journal: 86_400_000,
    'journal-limit': '150GiB',
    'journal-warning': '75%',
    'test-interval': 7_776_000_000,
    priority: 'high',
    recovery: { 'host-cluster': 'B-Prod', datastore: 'B-DS-07', folder: 'Recovered', 'journal-datastore': 'B-J1' },
    networks: { failover: 'B-VLAN130', test: 'B-Bubble-130' },
    'boot-groups': [{ name: 'web', delay: 180_000 }],
    vms: [
      {
        name: 'crm-web-01',
        'boot-group': 'web',
        nics: [{ nic, failover: { ip: '10.20.30.20/24', gateway: '10.20.30.1', dns: ['10.20.0.53'] } }],
      },
    ],
  });
  const desired = desiredNew(input, 'Slough', site => sites.settings(site).zertoName);
  const zvm = await sites.zvm('site-b', 'change');
  const { difference } = await zvm.vpgSettings.apply(desired, {
    notAfter: simulator.clock.now() + 60_000,
    only: 'new',
    pace: { readBackMs: 5, settleMs: 5 },
  });
  expect(Object.fromEntries(difference.map(({ path, after }) => [path, after]))).toMatchObject({
    'protected-site': 'London',
    rpo: '5m',
    journal: '1d',
    'journal-limit': '150GiB',
    'journal-warning': '75%',
    'journal-datastore': 'B-J1',
    'test-interval': '90d',
    priority: 'high',
    'recovery.datastore': 'B-DS-07',
    'boot-groups': 'Default, web (3m)',
    'vms[crm-web-01].boot-group': 'web',
    [`vms[crm-web-01].nics[${nic}].failover.ip`]: '10.20.30.20/24',
  });
  expect(simulator.openSettings()).toBe(0);
});
