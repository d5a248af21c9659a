import type { Complaint, Path } from '../yaml-file.ts';
import { type Entry, entriesOf } from './repeat.ts';
import type { ScenarioFile } from './schema.ts';

/** What one value alone does not show: names that must be somewhere else in the file, and addresses. */
export function* checkScenario(file: ScenarioFile): Generator<Complaint> {
  const vms = entriesOf('vms', file.vms);
  const vpgs = entriesOf('vpgs', file.vpgs);
  yield* checkTwice(vms, 'VM');
  yield* checkTwice(vpgs, 'VPG');
  yield* checkSites(file);
  for (const vm of vms) yield* checkVm(file, vm);
  const standing = new Map(vms.map(vm => [vm.name, vm.value]));
  for (const vpg of vpgs) yield* checkVpg(file, standing, vpg);
  const names = vpgs.map(({ name }) => name);
  for (const [index, { vpg }] of file.alerts.entries()) yield* oneOf(vpg, names, 'VPG', ['alerts', index, 'vpg']);
}

function* checkTwice(entries: readonly Entry<unknown>[], what: string): Generator<Complaint> {
  const seen = new Set<string>();
  for (const { name, path } of entries) {
    // Names are compared without regard to case, as the API does.
    const key = name.toLowerCase();
    if (seen.has(key))
      yield { path, message: `there are two ${what}s of the name ${name}: with repeat, write {n} in it` };
    seen.add(key);
  }
}

function* checkSites(file: ScenarioFile): Generator<Complaint> {
  const known = Object.keys(file.sites);
  const zertoNames = new Set<string>();
  for (const [name, site] of Object.entries(file.sites)) {
    const path = ['sites', name];
    if (zertoNames.has(site['zerto-name']))
      yield { path: [...path, 'zerto-name'], message: `there are two sites of the name ${site['zerto-name']}` };
    zertoNames.add(site['zerto-name']);
    for (const [index, peer] of (site.peers ?? []).entries())
      yield* oneOf(peer, known, 'site', [...path, 'peers', index]);
    for (const [vdc, { networks }] of Object.entries(site['org-vdcs'] ?? {}))
      for (const [index, network] of networks.entries())
        yield* networkOf(file, name, network, [...path, 'org-vdcs', vdc, 'networks', index]);
  }
}

type Vm = ScenarioFile['vms'][string];

function* checkVm(file: ScenarioFile, { value, path }: Entry<Vm>): Generator<Complaint> {
  yield* oneOf(value.site, Object.keys(file.sites), 'site', [...path, 'site']);
  for (const [index, nic] of value.nics.entries()) {
    yield* networkOf(file, value.site, nic.network, [...path, 'nics', index, 'network']);
    yield* address(nic.address, false, [...path, 'nics', index, 'address']);
  }
}

function* checkVpg(
  file: ScenarioFile,
  vms: ReadonlyMap<string, Vm>,
  { value: vpg, path }: Entry<ScenarioFile['vpgs'][string]>,
): Generator<Complaint> {
  const sites = Object.keys(file.sites);
  yield* oneOf(vpg.from, sites, 'site', [...path, 'from']);
  yield* oneOf(vpg.to, sites, 'site', [...path, 'to']);
  yield* wholeHours(vpg.journal, [...path, 'journal']);
  for (const side of ['failover', 'test'] as const) {
    const network = vpg.networks[side];
    if (network !== null) yield* networkOf(file, vpg.to, network, [...path, 'networks', side]);
  }
  for (const [name, member] of Object.entries(vpg.vms)) {
    const at = [...path, 'vms', name];
    const vm = vms.get(name);
    if (vm === undefined) yield { path: at, message: `there is no VM ${name} in vms` };
    else if (vm.site !== vpg.from) yield { path: at, message: `${name} stands at ${vm.site}, not at ${vpg.from}` };
    const group = member?.['boot-group'];
    if (group !== undefined) yield* oneOf(group, Object.keys(vpg['boot-groups']), 'boot group', [...at, 'boot-group']);
    for (const [index, nic] of (member?.nics ?? []).entries()) {
      const own = vm?.nics.map((each, place) => each.name ?? `Network adapter ${place + 1}`);
      if (own !== undefined) yield* oneOf(nic.nic, own, `NIC of ${name}`, [...at, 'nics', index, 'nic']);
      for (const side of ['failover', 'test'] as const) {
        const { network, address: wanted } = nic[side];
        const here = [...at, 'nics', index, side];
        if (typeof network === 'string') yield* networkOf(file, vpg.to, network, [...here, 'network']);
        if (wanted !== undefined) yield* address(wanted, true, [...here, 'address']);
      }
    }
  }
}

function* networkOf(file: ScenarioFile, site: string, network: string, path: Path): Generator<Complaint> {
  const there = file.sites[site];
  // A site that is not there was told at its own place.
  if (there !== undefined) yield* oneOf(network, Object.keys(there.networks), `network of ${site}`, path);
}

function* oneOf(name: string, known: readonly string[], what: string, path: Path): Generator<Complaint> {
  if (known.includes(name)) return;
  const list = known.length > 8 ? `${known.slice(0, 8).join(', ')} …` : known.join(', ');
  yield { path, message: `${name} is no ${what}${known.length === 0 ? ': there is none' : `: ${list}`}` };
}

function* address(text: string, withPrefix: boolean, path: Path): Generator<Complaint> {
  const [ip = '', prefix] = text.split('/');
  const octets = ip.split('.');
  const isIp = octets.length === 4 && octets.every(octet => /^\d{1,3}$/.test(octet) && Number(octet) < 256);
  const fits = prefix === undefined || (withPrefix && /^\d{1,2}$/.test(prefix) && Number(prefix) <= 32);
  if (!isIp || !fits)
    yield { path, message: `${text} is no address like ${withPrefix ? '10.99.1.10/24' : '10.99.1.10'}` };
}

function* wholeHours(ms: number, path: Path): Generator<Complaint> {
  const hours = ms / 3_600_000;
  if (!Number.isInteger(hours) || hours < 1 || hours > 720)
    yield { path, message: 'whole hours from 1h to 720h are wanted' };
}
