import { guidOf } from './identifiers.ts';
import type { NetworkSpec, Scenario, VmSpec } from './scenario.ts';

/** A thing of the hypervisor, by name and by the identifier that the API uses: `<server guid>.<moref>`. */
interface Item {
  readonly id: string;
  readonly name: string;
}
export interface Network extends Item, NetworkSpec {}
export interface Vm extends Item {
  readonly spec: VmSpec;
}

export interface SiteEstate {
  readonly identifier: string;
  readonly networks: readonly Network[];
  readonly datastores: readonly Item[];
  readonly hosts: readonly Item[];
  readonly hostClusters: readonly Item[];
  readonly resourcePools: readonly Item[];
  readonly folders: readonly Item[];
  readonly vms: readonly Vm[];
}

/** What is there, whoever protects it. Looking up an unknown name throws a sentence: the scenario is wrong. */
export interface Estate {
  site(name: string): SiteEstate;
  network(site: string, name: string): Network;
  vm(name: string): Vm;
  vmIdentified(id: string): Vm | undefined;
}

export function createEstate(scenario: Scenario): Estate {
  const sites = new Map(scenario.sites.map(spec => [spec.name, createSite(scenario, spec.name)]));
  const vms = [...sites.values()].flatMap(site => site.vms);
  const estate: Estate = {
    site: name => wanted(sites.get(name), `site ${name}`),
    network: (site, name) =>
      wanted(
        estate.site(site).networks.find(network => network.name === name),
        `network ${name} at ${site}`,
      ),
    vm: name =>
      wanted(
        vms.find(vm => vm.name === name),
        `VM ${name}`,
      ),
    vmIdentified: id => vms.find(vm => vm.id === id.toLowerCase()),
  };
  return estate;

  function wanted<T>(found: T | undefined, what: string): T {
    if (found === undefined) throw new Error(`Scenario ${scenario.name} has no ${what}.`);
    return found;
  }
}

function createSite(scenario: Scenario, name: string): SiteEstate {
  const spec = scenario.sites.find(site => site.name === name);
  if (spec === undefined) throw new Error(`Scenario ${scenario.name} has no site ${name}.`);
  const server = guidOf(scenario.name, 'server', name);
  const items = (kind: string, names: readonly string[]): Item[] =>
    names.map((item, index) => ({ id: `${server}.${kind}-${index + 11}`, name: item }));
  return {
    identifier: guidOf(scenario.name, 'site', name),
    networks: spec.networks.map((network, index) => ({ ...network, id: `${server}.network-${index + 20}` })),
    datastores: items('datastore', spec.datastores),
    hosts: items('host', spec.hosts),
    hostClusters: items('domain-c', spec.hostClusters),
    resourcePools: items('resgroup', spec.resourcePools),
    folders: items('group-v', spec.folders),
    vms: scenario.vms.flatMap((vm, index) =>
      vm.site === name ? [{ id: `${server}.vm-${index + 101}`, name: vm.name, spec: vm }] : [],
    ),
  };
}
