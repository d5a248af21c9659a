import type {
  Generation,
  OrgVdcSpec,
  Scenario,
  ServiceSpec,
  SiteSpec,
  VmSpec,
  VpgSpec,
  VpgState,
} from '../scenario.ts';
import { entriesOf } from './repeat.ts';
import type { ScenarioFile } from './schema.ts';
import { platforms } from './site-schema.ts';
import { welcome } from './vm-schema.ts';

const versions = { windows: '9.7.40', appliance: '10.0.60' } as const;

/** A scenario file that was checked, as the simulator takes it; `generation` wins over what stands in it. */
export function scenarioOf(file: ScenarioFile, generation?: Generation): Scenario {
  const vms = entriesOf('vms', file.vms).map(({ name, value }) => vmOf(name, value));
  const { durations, choices, zorgs } = file;
  const profiles = file['service-profiles'];
  return {
    name: file.scenario,
    sites: Object.entries(file.sites).map(([name, site]) => siteOf(name, site, file, generation)),
    vms,
    vpgs: entriesOf('vpgs', file.vpgs).map(({ name, value }) => vpgOf(name, value, vms)),
    alerts: file.alerts,
    durations: durations ?? {},
    ...(choices !== undefined && { choices }),
    ...(zorgs !== undefined && { zorgs }),
    ...(profiles !== undefined && {
      serviceProfiles: Object.entries(profiles).map(([name, profile]) => ({
        name,
        rpoSeconds: profile.rpo / 1000,
        journalHours: profile.journal / 3_600_000,
        testIntervalMinutes: profile['test-interval'] / 60_000,
      })),
    }),
  };
}

function siteOf(name: string, site: ScenarioFile['sites'][string], file: ScenarioFile, wanted?: Generation): SiteSpec {
  const generation = wanted ?? site.generation ?? file.generation;
  const [account = { username: '' }, ...accounts] = site.accounts;
  const { port, clients, silent, peers, repositories, devices, vapps } = site;
  const clusters = site['datastore-clusters'];
  const vdcs = site['org-vdcs'];
  return {
    name,
    zertoName: site['zerto-name'],
    generation,
    version: site.version ?? file.version ?? versions[generation],
    ipAddress: site.address,
    platform: platforms[site.platform],
    account,
    networks: Object.entries(site.networks).map(([network, door]) => ({ name: network, door })),
    datastores: site.datastores,
    hosts: site.hosts,
    hostClusters: site.clusters,
    resourcePools: site['resource-pools'],
    folders: site.folders,
    ...(port !== undefined && { port }),
    ...(accounts.length > 0 && { accounts }),
    ...(clients !== undefined && {
      clients: clients.map(({ id, ...client }) => ({ clientId: id, ...client })),
    }),
    ...(silent !== undefined && { silent }),
    ...(peers !== undefined && { peers }),
    ...(clusters !== undefined && { datastoreClusters: clusters }),
    ...(repositories !== undefined && { repositories }),
    ...(devices !== undefined && {
      devices: devices.map(({ name: device, size }) => ({ name: device, sizeInMb: size })),
    }),
    ...(vdcs !== undefined && {
      orgVdcs: Object.entries(vdcs).map(
        ([vdc, value]): OrgVdcSpec => ({
          name: vdc,
          networks: value.networks,
          storagePolicies: value['storage-policies'],
        }),
      ),
    }),
    ...(vapps !== undefined && { vApps: vapps }),
  };
}

function vmOf(name: string, vm: ScenarioFile['vms'][string]): VmSpec {
  const { volumes } = vm;
  const tools = vm['guest-tools'];
  return {
    name,
    site: vm.site,
    nics: vm.nics.map((nic, index) => ({
      name: nic.name ?? `Network adapter ${index + 1}`,
      network: nic.network,
      address: nic.address,
    })),
    services: vm.services.map(serviceOf),
    readyAfterMs: vm['ready-after'],
    sizeInMb: vm.size,
    ...(tools !== undefined && { guestTools: tools }),
    ...(volumes !== undefined && {
      volumes: volumes.map(({ id, size, swap }) => ({
        id,
        sizeInMb: size,
        ...(swap !== undefined && { isSwap: swap }),
      })),
    }),
  };
}

function serviceOf({ tcp, http, pages }: ScenarioFile['vms'][string]['services'][number]): ServiceSpec {
  return http === undefined ? { kind: 'tcp', port: tcp ?? 0 } : { kind: 'http', port: http, pages: pages ?? welcome };
}

function vpgOf(name: string, vpg: ScenarioFile['vpgs'][string], vms: readonly VmSpec[]): VpgSpec {
  const { scripts, state } = vpg;
  const days = vpg['last-test-days-ago'];
  const appEvery = vpg['app-consistent-every'];
  return {
    name,
    from: vpg.from,
    to: vpg.to,
    rpoSeconds: vpg.rpo / 1000,
    journalHours: vpg.journal / 3_600_000,
    journalFilledHours: (vpg['journal-filled'] ?? vpg.journal) / 3_600_000,
    priority: vpg.priority,
    testIntervalMinutes: vpg['test-interval'] / 60_000,
    networks: vpg.networks,
    bootGroups: Object.entries(vpg['boot-groups']).map(([group, delay]) => ({
      name: group,
      delaySeconds: delay / 1000,
    })),
    vms: Object.entries(vpg.vms).map(([vm, member]) => ({
      name: vm,
      ...(member?.['boot-group'] !== undefined && { bootGroup: member['boot-group'] }),
      nics:
        member?.nics ??
        (vms.find(known => known.name === vm)?.nics ?? []).map(nic => ({ nic: nic.name, failover: {}, test: {} })),
    })),
    ...(days !== undefined && { lastTestDaysAgo: days }),
    ...(scripts !== undefined && {
      scripts: {
        ...(scripts.pre !== undefined && { preRecovery: scripts.pre }),
        ...(scripts.post !== undefined && { postRecovery: scripts.post }),
      },
    }),
    ...(state !== undefined && { state: stateOf(state) }),
    ...(appEvery !== undefined && { appConsistentEveryMinutes: appEvery / 60_000 }),
  };
}

function stateOf(state: NonNullable<ScenarioFile['vpgs'][string]['state']>): VpgState {
  switch (state.kind) {
    case 'syncing':
      return { kind: 'syncing', subStatus: state['sub-status'], seconds: state.for / 1000 };
    case 'paused':
      return state;
    case 'trouble':
      return { kind: 'trouble', subStatus: state['sub-status'] };
  }
}
