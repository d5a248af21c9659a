import type { Door, Scenario, SiteSpec, VpgSpec } from '../../simulator/scenario.ts';
import type { Named } from '../../zerto/types.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import { type Inventory, platformOf, readInventory } from './inventory.ts';
import { nameVms, vmSpecOf } from './vms.ts';
import { vpgSpecOf } from './vpg.ts';

/** What drillbook.yaml tells of a site. */
export interface KnownSite {
  readonly name: string;
  readonly zertoName: string;
  readonly testNetworks: readonly string[];
  readonly generation: 'auto' | 'windows' | 'appliance';
}

/** What the estate of a live site is, and what could not be told. */
export interface LiveScenario {
  readonly scenario: Scenario;
  readonly remarks: readonly string[];
}

/** A site as it is found: of `Named`, `id` is its identifier and `name` its SiteName. */
interface FoundSite extends Named {
  readonly key: string;
  readonly version: string;
  readonly address: string;
  readonly kind: string;
  readonly known: KnownSite | undefined;
  readonly inventory: Inventory;
}

/** Reads the estate that one ZVM sees: its own site, its peers, its VPGs. Reads only. `now`: ms since 1970. */
export async function readLiveScenario(zvm: Zvm, known: readonly KnownSite[], now: number): Promise<LiveScenario> {
  const remarks: string[] = [];
  const sites = await readSites(zvm, known, remarks);
  const keyOf = (id: string): string | undefined => sites.find(site => site.id === id)?.key;

  const unprotected = sites.flatMap(site => site.inventory.vms.map(vm => ({ ...vm, site: site.key })));
  const remark = (text: string): void => void remarks.push(text);
  const vms = nameVms(await zvm.vms.list(), unprotected, keyOf, remark);
  const networks = new Map(sites.flatMap(site => site.inventory.networks.map(({ id, name }) => [id, name] as const)));
  const vpgs: VpgSpec[] = [];
  for (const vpg of await zvm.vpgs.list()) {
    try {
      const names = {
        network: (id: string | null | undefined) => networks.get(id ?? '') ?? null,
        vm: (id: string) => vms.get(id)?.name,
        site: keyOf,
      };
      const spec = vpgSpecOf(vpg, await zvm.vpgSettings.read(vpg.id), names, now);
      if (spec === undefined) remark(`VPG ${vpg.name} is left out: one of its sites is none of these`);
      else vpgs.push(inOrder(spec, vms));
    } catch (error) {
      remark(`VPG ${vpg.name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const specs = sites.map(site => siteSpecOf(site, vpgs));
  return {
    scenario: {
      name: `from-${zvm.site}`,
      sites: specs,
      vms: [...vms.values()].map((vm, index) => {
        const network = specs.find(site => site.name === vm.site)?.networks.find(({ door }) => door === 'lan');
        return vmSpecOf(vm, index, vpgs, network?.name);
      }),
      vpgs,
      alerts: [],
      durations: {},
    },
    remarks,
  };
}

/** Only VMs that stand at the protected site: after a failover others may be named too. */
function inOrder(spec: VpgSpec, vms: ReturnType<typeof nameVms>): VpgSpec {
  const there = new Set([...vms.values()].filter(vm => vm.site === spec.from).map(vm => vm.name));
  return { ...spec, vms: spec.vms.filter(vm => there.has(vm.name)) };
}

async function readSites(zvm: Zvm, known: readonly KnownSite[], remarks: string[]): Promise<FoundSite[]> {
  const local = await zvm.sites.local();
  const peers = await zvm.sites.peers();
  const found: FoundSite[] = [];
  const add = async (site: Omit<FoundSite, 'key' | 'known' | 'inventory'>, key: string | undefined) => {
    const own = known.find(({ zertoName }) => zertoName === site.name);
    const inventory = await readInventory(zvm, site.id, platformOf(site.kind), text => {
      remarks.push(`${site.name}: ${text}`);
    });
    found.push({ ...site, known: own, key: key ?? own?.name ?? keyFor(site.name, found), inventory });
  };
  const { identifier, name, version, ipAddress: address, kind } = local;
  await add({ id: identifier, name, version, address, kind }, zvm.site);
  for (const { identifier: id, name: peer, version: its, hostName, kind: type } of peers)
    await add({ id, name: peer, version: its, address: hostName, kind: type }, undefined);
  return found;
}

/** `New York 2` is `new-york-2`, and another one `new-york-2-2`. */
function keyFor(name: string, found: readonly FoundSite[]): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-$/g, '');
  const key = slug === '' ? 'site' : slug;
  const taken = (wanted: string): boolean => found.some(site => site.key === wanted);
  let free = key;
  for (let n = 2; taken(free); n++) free = `${key}-${n}`;
  return free;
}

function siteSpecOf(site: FoundSite, vpgs: readonly VpgSpec[]): SiteSpec {
  const { key, name, version, address, kind, known, inventory } = site;
  const generation = known === undefined || known.generation === 'auto' ? generationOf(version) : known.generation;
  const doors = doorsOf(key, known, vpgs);
  const networks = new Set(inventory.networks.map(network => network.name));
  // NICs must be somewhere: a site that could not be asked has one network.
  if (networks.size === 0) networks.add('VM Network');
  return {
    name: key,
    zertoName: name,
    generation,
    version: version === '' ? '0.0.0' : version,
    ipAddress: address === '' ? '127.0.0.1' : address,
    platform: platformOf(kind),
    account: { username: 'svc-drillbook' },
    networks: [...networks].map(network => ({ name: network, door: doors(network) })),
    ...inventory.parts,
  };
}

/** From 10 on there is the appliance alone; 9.5 and later may be either. */
const generationOf = (version: string): 'windows' | 'appliance' =>
  Number.parseInt(version, 10) >= 10 ? 'appliance' : 'windows';

/** Isolated is what drillbook.yaml calls a test network, and what serves tests and never a failover. */
function doorsOf(key: string, known: KnownSite | undefined, vpgs: readonly VpgSpec[]): (network: string) => Door {
  const here = vpgs.filter(vpg => vpg.to === key);
  const used = (side: 'failover' | 'test'): Set<string | null | undefined> =>
    new Set(here.flatMap(vpg => [vpg.networks[side], ...vpg.vms.flatMap(vm => vm.nics.map(nic => nic[side].network))]));
  const [failover, test] = [used('failover'), used('test')];
  return network =>
    known?.testNetworks.includes(network) === true || (test.has(network) && !failover.has(network)) ? 'bubble' : 'lan';
}
