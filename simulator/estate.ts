import { guidOf } from './identifiers.ts';
import type { NetworkSpec, OrgVdcSpec, Platform, Scenario, SiteSpec, VmSpec } from './scenario.ts';

/** A thing of the hypervisor, by name and by the identifier that the API uses: `<server guid>.<moref>`. */
export interface Item {
  readonly id: string;
  readonly name: string;
}
export interface Network extends Item, NetworkSpec {}
export interface Device extends Item {
  readonly sizeInMb: number;
}
export interface OrgVdc extends Item {
  readonly networks: readonly Network[];
  readonly storagePolicies: readonly Item[];
}
/** Where it stands and what it is does not change: a recovered VM is another one. */
export interface Vm extends Item {
  readonly spec: VmSpec;
}

export interface SiteEstate {
  readonly identifier: string;
  readonly platform: Platform;
  readonly networks: readonly Network[];
  readonly datastores: readonly Item[];
  readonly datastoreClusters: readonly Item[];
  readonly hosts: readonly Item[];
  readonly hostClusters: readonly Item[];
  readonly resourcePools: readonly Item[];
  readonly folders: readonly Item[];
  readonly repositories: readonly Item[];
  readonly devices: readonly Device[];
  readonly orgVdcs: readonly OrgVdc[];
  readonly vApps: readonly Item[];
  /** What is in its inventory now. */
  readonly vms: readonly Vm[];
}

/** What is there, whoever protects it. Looking up an unknown name throws a sentence: the scenario is wrong. */
export interface Estate {
  site(name: string): SiteEstate;
  network(site: string, name: string): Network;
  vm(name: string): Vm;
  /** Also one that was removed: others may still speak of it. */
  vmIdentified(id: string): Vm | undefined;
  /** A VM that a recovery made, with an identifier of its own. */
  addVm(site: string, spec: VmSpec): Vm;
  removeVm(vm: Vm): void;
}

/** Numbers of the first VM of a scenario and of the first that a recovery makes. */
const firstVm = 101;
const firstRecovered = 5001;

export function createEstate(scenario: Scenario): Estate {
  const inventories = new Map(scenario.sites.map(spec => [spec.name, inventoryOf(scenario, spec)]));
  const known = [...inventories.values()].flatMap(({ vms }) => vms);
  let next = firstRecovered;
  const inventory = (name: string): Inventory => wanted(inventories.get(name), `site ${name}`);
  const estate: Estate = {
    site: name => inventory(name).estate,
    network: (site, name) =>
      wanted(
        estate.site(site).networks.find(network => network.name === name),
        `network ${name} at ${site}`,
      ),
    vm: name =>
      wanted(
        known.find(vm => vm.name === name),
        `VM ${name}`,
      ),
    vmIdentified: id => known.find(vm => vm.id === id.toLowerCase()),
    addVm(site, spec) {
      const { vms, idOf } = inventory(site);
      const vm = { id: idOf('vm', next++), name: spec.name, spec };
      vms.push(vm);
      known.push(vm);
      return vm;
    },
    removeVm(vm) {
      const { vms } = inventory(vm.spec.site);
      const place = vms.indexOf(vm);
      if (place !== -1) vms.splice(place, 1);
    },
  };
  return estate;

  function wanted<T>(found: T | undefined, what: string): T {
    if (found === undefined) throw new Error(`Scenario ${scenario.name} has no ${what}.`);
    return found;
  }
}

interface Inventory {
  readonly estate: SiteEstate;
  readonly vms: Vm[];
  readonly idOf: (kind: string, index: number) => string;
}

function inventoryOf(scenario: Scenario, spec: SiteSpec): Inventory {
  const server = guidOf(scenario.name, 'server', spec.name);
  const platform = spec.platform ?? 'VCenter';
  // A moref is vCenter's; Hyper-V and vCloud Director name things by guids.
  const idOf = (kind: string, index: number): string =>
    platform === 'VCenter' ? `${server}.${kind}-${index}` : `${server}.${guidOf(server, kind, `${index}`)}`;
  const items = (kind: string, names: readonly string[] = []): Item[] =>
    names.map((name, index) => ({ id: idOf(kind, index + 11), name }));
  const networks = spec.networks.map((network, index) => ({ ...network, id: idOf('network', index + 20) }));
  const orgVdc = (vdc: OrgVdcSpec, index: number): OrgVdc => ({
    id: idOf('orgvdc', index + 11),
    name: vdc.name,
    networks: networks.filter(network => vdc.networks.includes(network.name)),
    storagePolicies: vdc.storagePolicies.map((name, place) => ({ id: idOf(`policy-${index}`, place + 11), name })),
  });
  const vms = scenario.vms.flatMap((vm, index) =>
    vm.site === spec.name ? [{ id: idOf('vm', index + firstVm), name: vm.name, spec: vm }] : [],
  );
  const estate = {
    identifier: guidOf(scenario.name, 'site', spec.name),
    platform,
    networks,
    datastores: items('datastore', spec.datastores),
    datastoreClusters: items('group-p', spec.datastoreClusters),
    hosts: items('host', spec.hosts),
    hostClusters: items('domain-c', spec.hostClusters),
    resourcePools: items('resgroup', spec.resourcePools),
    folders: items('group-v', spec.folders),
    repositories: items('repository', spec.repositories),
    devices: (spec.devices ?? []).map((device, index) => ({ ...device, id: idOf('device', index + 11) })),
    orgVdcs: (spec.orgVdcs ?? []).map(orgVdc),
    vApps: items('vapp', spec.vApps),
    vms,
  };
  return { estate, vms, idOf };
}
