import type { NicTarget, Scenario, ServiceSpec, SiteSpec, VmSpec, VpgSpec, VpgState } from '../scenario.ts';
import type { ScenarioText } from './schema.ts';
import { platforms, platformWords } from './site-schema.ts';
import { kebab, writeDuration, writeSize } from './values.ts';

type Texts = { readonly [K in keyof ScenarioText]-?: NonNullable<ScenarioText[K]> };
type SiteText = Texts['sites'][string];
type VmText = Texts['vms'][string];
type VpgText = Texts['vpgs'][string];

/** What stands in the file of a scenario: written as YAML and read again it is the same scenario. */
export function scenarioText(scenario: Scenario): ScenarioText {
  const { zorgs, serviceProfiles, choices } = scenario;
  return {
    scenario: scenario.name,
    sites: byName(scenario.sites, siteText),
    vms: byName(scenario.vms, vmText),
    vpgs: byName(scenario.vpgs, vpgText),
    ...(scenario.alerts.length > 0 && { alerts: [...scenario.alerts] }),
    ...(Object.keys(scenario.durations).length > 0 && {
      durations: Object.fromEntries(
        Object.entries(scenario.durations).map(([name, ms]) => [kebab(name), writeDuration(ms)]),
      ),
    }),
    ...(choices !== undefined && {
      choices: Object.fromEntries(Object.entries(choices).map(([name, choice]) => [kebab(name), choice])),
    }),
    ...(zorgs !== undefined && { zorgs: [...zorgs] }),
    ...(serviceProfiles !== undefined && {
      'service-profiles': byName(serviceProfiles, profile => ({
        rpo: writeDuration(profile.rpoSeconds * 1000),
        journal: writeDuration(profile.journalHours * 3_600_000),
        'test-interval': writeDuration(profile.testIntervalMinutes * 60_000),
      })),
    }),
  };
}

function byName<T extends { readonly name: string }, U>(items: readonly T[], to: (item: T) => U): Record<string, U> {
  return Object.fromEntries(items.map(item => [item.name, to(item)]));
}

function siteText(site: SiteSpec): SiteText {
  const { generation, port, silent, clients, peers, datastoreClusters, repositories, devices, orgVdcs, vApps } = site;
  const platform = platformWords.find(word => platforms[word] === site.platform);
  return {
    'zerto-name': site.zertoName,
    ...(generation !== undefined && { generation }),
    version: site.version,
    ...(port !== undefined && { port }),
    address: site.ipAddress,
    ...(platform !== undefined && { platform }),
    ...(silent !== undefined && { silent }),
    accounts: [site.account, ...(site.accounts ?? [])].map(({ may, ...account }) => ({
      ...account,
      ...(may !== undefined && { may: [...may] }),
    })),
    ...(clients !== undefined && {
      clients: clients.map(({ clientId, secret, may }) => ({
        id: clientId,
        ...(secret !== undefined && { secret }),
        ...(may !== undefined && { may: [...may] }),
      })),
    }),
    ...(peers !== undefined && { peers: [...peers] }),
    networks: Object.fromEntries(site.networks.map(({ name, door }) => [name, door])),
    datastores: [...site.datastores],
    ...(datastoreClusters !== undefined && { 'datastore-clusters': [...datastoreClusters] }),
    hosts: [...site.hosts],
    clusters: [...site.hostClusters],
    'resource-pools': [...site.resourcePools],
    folders: [...site.folders],
    ...(repositories !== undefined && { repositories: [...repositories] }),
    ...(devices !== undefined && {
      devices: devices.map(({ name, sizeInMb }) => ({ name, size: writeSize(sizeInMb) })),
    }),
    ...(orgVdcs !== undefined && {
      'org-vdcs': byName(orgVdcs, vdc => ({
        networks: [...vdc.networks],
        'storage-policies': [...vdc.storagePolicies],
      })),
    }),
    ...(vApps !== undefined && { vapps: [...vApps] }),
  };
}

function vmText(vm: VmSpec): VmText {
  const { guestTools, volumes } = vm;
  return {
    site: vm.site,
    size: writeSize(vm.sizeInMb),
    nics: vm.nics.map(nic => ({ ...nic })),
    ...(vm.services.length > 0 && { services: vm.services.map(serviceText) }),
    ...(vm.readyAfterMs > 0 && { 'ready-after': writeDuration(vm.readyAfterMs) }),
    ...(guestTools !== undefined && { 'guest-tools': guestTools }),
    ...(volumes !== undefined && {
      volumes: volumes.map(({ id, sizeInMb, isSwap }) => ({
        id,
        size: writeSize(sizeInMb),
        ...(isSwap !== undefined && { swap: isSwap }),
      })),
    }),
  };
}

function serviceText(service: ServiceSpec): NonNullable<VmText['services']>[number] {
  if (service.kind === 'tcp') return { tcp: service.port };
  return { http: service.port, pages: { ...service.pages } };
}

function vpgText(vpg: VpgSpec): VpgText {
  const { lastTestDaysAgo, scripts, state, appConsistentEveryMinutes } = vpg;
  const { preRecovery, postRecovery } = scripts ?? {};
  return {
    from: vpg.from,
    to: vpg.to,
    rpo: writeDuration(vpg.rpoSeconds * 1000),
    journal: writeDuration(vpg.journalHours * 3_600_000),
    'journal-filled': writeDuration(vpg.journalFilledHours * 3_600_000),
    priority: vpg.priority,
    'test-interval': writeDuration(vpg.testIntervalMinutes * 60_000),
    ...(lastTestDaysAgo !== undefined && { 'last-test-days-ago': lastTestDaysAgo }),
    networks: { ...vpg.networks },
    ...(vpg.bootGroups.length > 0 && {
      'boot-groups': Object.fromEntries(
        vpg.bootGroups.map(({ name, delaySeconds }) => [name, writeDuration(delaySeconds * 1000)]),
      ),
    }),
    vms: byName(vpg.vms, ({ bootGroup, nics }) => ({
      ...(bootGroup !== undefined && { 'boot-group': bootGroup }),
      nics: nics.map(({ nic, failover, test }) => ({ nic, ...side('failover', failover), ...side('test', test) })),
    })),
    ...(scripts !== undefined && {
      scripts: {
        ...(preRecovery !== undefined && { pre: preRecovery }),
        ...(postRecovery !== undefined && { post: postRecovery }),
      },
    }),
    ...(state !== undefined && { state: stateText(state) }),
    ...(appConsistentEveryMinutes !== undefined && {
      'app-consistent-every': writeDuration(appConsistentEveryMinutes * 60_000),
    }),
  };
}

const side = (name: 'failover' | 'test', target: NicTarget) =>
  Object.keys(target).length === 0 ? {} : { [name]: { ...target } };

function stateText(state: VpgState): NonNullable<VpgText['state']> {
  switch (state.kind) {
    case 'syncing':
      return { kind: 'syncing', 'sub-status': state.subStatus, for: writeDuration(state.seconds * 1000) };
    case 'paused':
      return state;
    case 'trouble':
      return { kind: 'trouble', 'sub-status': state.subStatus };
  }
}
