import type { NicTarget, Scenario, ServiceSpec, SiteSpec, VmSpec, VpgSpec, VpgVmSpec } from '../scenario.ts';

const nic = 'Network adapter 1';

/** Two paired sites, everything in order: payments and crm recover to site B, files to site A. */
export function healthy(): Scenario {
  return {
    name: 'healthy',
    sites: [siteA, siteB],
    vms: [
      vm('payments-db', 'site-a', 'A-VLAN120', '10.10.1.10', [{ kind: 'tcp', port: 5432 }], 0),
      vm('payments-app', 'site-a', 'A-VLAN120', '10.10.1.20', [web(8080)], 500),
      vm('payments-web', 'site-a', 'A-VLAN120', '10.10.1.30', [web(80)], 500),
      vm('crm-db-01', 'site-a', 'A-VLAN130', '10.10.30.10', [{ kind: 'tcp', port: 5432 }], 800),
      vm('crm-web-01', 'site-a', 'A-VLAN130', '10.10.30.20', [web(80)], 600),
      vm('files-01', 'site-b', 'B-VLAN120', '10.20.40.10', [{ kind: 'tcp', port: 445 }], 600),
    ],
    vpgs: [
      payments('payments-db', 10, 'High', 92),
      payments('payments-app', 20, 'High', 92),
      payments('payments-web', 30, 'Medium', 92),
      {
        ...toSiteB('crm', [protectedVm('crm-db-01', '10.20.30.10/24', '10.99.30.10/24')]),
        bootGroups: [{ name: 'Databases', delaySeconds: 0 }],
      },
      {
        ...toSiteB('files', [protectedVm('files-01', '10.10.40.10/24', '10.98.40.10/24')]),
        from: 'site-b',
        to: 'site-a',
        networks: { failover: 'A-VLAN120', test: 'A-Bubble-120' },
        priority: 'Low',
      },
    ],
    alerts: [],
    durations: { failoverTest: 2500, stopFailoverTest: 1500, insertCheckpoint: 1000, commitSettings: 1500 },
  };
}

const siteA: SiteSpec = {
  name: 'site-a',
  zertoName: 'London',
  version: '9.7.40',
  ipAddress: '10.10.0.5',
  account: { username: 'svc-drillbook' },
  networks: [
    { name: 'A-VLAN120', door: 'lan' },
    { name: 'A-VLAN130', door: 'lan' },
    { name: 'A-Bubble-120', door: 'bubble' },
  ],
  datastores: ['A-DS-01', 'A-DS-02'],
  hosts: ['a-esx-01', 'a-esx-02'],
  hostClusters: ['A-Prod'],
  resourcePools: ['DR'],
  folders: ['/', 'Recovered'],
};

const siteB: SiteSpec = {
  name: 'site-b',
  zertoName: 'Slough',
  version: '9.7.40',
  ipAddress: '10.20.0.5',
  account: { username: 'svc-drillbook' },
  networks: [
    { name: 'B-VLAN120', door: 'lan' },
    { name: 'B-VLAN130', door: 'lan' },
    { name: 'B-Bubble-120', door: 'bubble' },
    { name: 'B-Bubble-130', door: 'bubble' },
  ],
  datastores: ['B-DS-01', 'B-DS-07', 'B-J1'],
  hosts: ['b-esx-01', 'b-esx-02'],
  hostClusters: ['B-Prod'],
  resourcePools: ['DR'],
  folders: ['/', 'Recovered'],
};

function payments(name: string, host: number, priority: VpgSpec['priority'], lastTestDaysAgo: number): VpgSpec {
  return {
    ...toSiteB(name, [protectedVm(name, `10.20.1.${host}/24`, `10.99.1.${host}/24`)]),
    priority,
    lastTestDaysAgo,
  };
}

function toSiteB(name: string, vms: readonly VpgVmSpec[]): VpgSpec {
  return {
    name,
    from: 'site-a',
    to: 'site-b',
    rpoSeconds: 300,
    journalHours: 24,
    journalFilledHours: 24,
    priority: 'Medium',
    testIntervalMinutes: 262_080,
    networks: { failover: 'B-VLAN120', test: 'B-Bubble-120' },
    bootGroups: [],
    vms,
  };
}

function protectedVm(name: string, failover: string, test: string): VpgVmSpec {
  return { name, nics: [{ nic, failover: target(failover), test: target(test) }] };
}

function target(address: string): NicTarget {
  return { address, gateway: address.replace(/\d+\/\d+$/, '1'), dns: address.replace(/\.\d+\.\d+\/\d+$/, '.0.53') };
}

function web(port: number): ServiceSpec {
  return {
    kind: 'http',
    port,
    pages: { '/': { status: 200, text: 'Welcome' }, '/health': { status: 200, json: { status: 'up' } } },
  };
}

function vm(
  name: string,
  site: string,
  network: string,
  address: string,
  services: readonly ServiceSpec[],
  readyAfterMs: number,
): VmSpec {
  return { name, site, nics: [{ name: nic, network, address }], services, readyAfterMs, sizeInMb: 40_960 };
}
