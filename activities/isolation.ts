import type { IsolationFact } from '../actions/call.ts';
import type { NetworkDefault, NicSide, SettingsDocument, SettingsNic } from '../zerto/settings-types.ts';
import type { Named } from '../zerto/types.ts';
import type { Zvm } from '../zerto/zvm.ts';
import { StepFailed } from './outcome.ts';
import { spellList } from './spell.ts';
import type { SiteSettings } from './surroundings.ts';

/** Names for the identifiers in a settings document. */
export interface IsolationNames {
  /** All networks of the recovery site. */
  readonly networks: readonly Named[];
  readonly vms: readonly Named[];
}

/**
 * Proves from a VPG's settings that a failover test of it stays apart from production (docs/language.md, rule 5):
 * one fact a NIC and a script. Isolated only if every fact is. What is not known counts as not isolated.
 */
export function proveIsolation(
  settings: SettingsDocument,
  names: IsolationNames,
  site: Pick<SiteSettings, 'testNetworks' | 'allowedScripts'>,
): IsolationFact[] {
  const live = failoverNetworks(settings);
  const nics = settings.Vms.flatMap(vm => {
    const name = names.vms.find(v => v.id === vm.VmIdentifier)?.name ?? vm.VmIdentifier;
    // A missing list reads like an empty one: it does not prove that the VM reaches nothing.
    if (vm.Nics.length === 0) return [{ vm: name, item: 'NICs', value: '', isolated: false, why: 'are not stated' }];
    return vm.Nics.map(nic => ({
      vm: name,
      item: nic.NicIdentifier,
      ...judgeNetwork(testNetwork(nic, settings), live, names.networks, site.testNetworks),
    }));
  });
  if (nics.length === 0) {
    nics.push({
      vm: '',
      item: 'VMs',
      value: '',
      isolated: false,
      why: 'the settings name no VM, so nothing is proved',
    });
  }
  return [...nics, ...scriptFacts(settings, site.allowedScripts)];
}

/**
 * Reads a VPG's settings and proves that a failover test of it is isolated; leaves no settings object behind.
 * @returns the proof, for the report
 * @throws StepFailed naming VM, NIC and network, or the script; the proof is in its record
 */
export async function assertIsolated(
  zvm: Zvm,
  vpgId: string,
  site: Pick<SiteSettings, 'testNetworks' | 'allowedScripts'>,
  signal?: AbortSignal,
): Promise<IsolationFact[]> {
  const { vpg, facts } = await readIsolation(zvm, vpgId, site, signal);
  const refusal = refuseIsolation(vpg, facts);
  if (refusal !== undefined) throw new StepFailed(refusal, { evidence: [{ kind: 'isolation', vpg, proof: facts }] });
  return facts;
}

/** The proof without a judgement. `vpg`: the VPG's name as its settings state it. */
export async function readIsolation(
  zvm: Zvm,
  vpgId: string,
  site: Pick<SiteSettings, 'testNetworks' | 'allowedScripts'>,
  signal?: AbortSignal,
): Promise<{ vpg: string; facts: IsolationFact[] }> {
  const options = signal === undefined ? {} : { signal };
  const settings = await zvm.vpgSettings.read(vpgId, options);
  const vpg = settings.Basic.Name;
  const [networks, vms] = await Promise.all([
    zvm.virtualizationSites.networks(settings.Basic.RecoverySiteIdentifier, options),
    zvm.vms.list({ vpgName: vpg }, options),
  ]);
  return { vpg, facts: proveIsolation(settings, { networks, vms }, site) };
}

/** Undefined where everything is isolated. */
export function refuseIsolation(vpg: string, facts: readonly IsolationFact[]): string | undefined {
  const open = facts.filter(fact => !fact.isolated);
  if (open.length === 0) return undefined;
  const list = open.map(f =>
    [f.vm, f.item, f.value === '' ? '' : `"${f.value}"`, f.why].filter(t => t !== '').join(' '),
  );
  return `a failover test of ${vpg} is not isolated: ${spellList(list, 6)}`;
}

type Network = { readonly id: string } | undefined;

function networkOf(side: NicSide | null | undefined): Network {
  return known(side?.Hypervisor?.NetworkIdentifier);
}

function defaultOf(side: NetworkDefault): Network {
  return known(side.Hypervisor?.DefaultNetworkIdentifier);
}

function known(id: string | null | undefined): Network {
  return id === undefined || id === null || id === '' ? undefined : { id };
}

/** A NIC that states no network follows the VPG's default. */
function testNetwork(nic: SettingsNic, settings: SettingsDocument): Network {
  return networkOf(nic.FailoverTest) ?? defaultOf(settings.Networks.FailoverTest);
}

/** Identifiers of every network in which a live failover of this VPG would come up. */
function failoverNetworks(settings: SettingsDocument): Set<string> {
  const all = [
    defaultOf(settings.Networks.Failover),
    ...settings.Vms.flatMap(vm => vm.Nics.map(nic => networkOf(nic.Failover))),
  ];
  return new Set(all.filter(network => network !== undefined).map(network => network.id));
}

function judgeNetwork(
  network: Network,
  live: ReadonlySet<string>,
  networks: readonly Named[],
  allowed: readonly string[],
): Pick<IsolationFact, 'value' | 'isolated' | 'why'> {
  if (network === undefined) return { value: '', isolated: false, why: 'has no test network' };
  const name = networks.find(n => n.id === network.id)?.name;
  if (name === undefined) {
    return { value: network.id, isolated: false, why: 'is a network that the site does not list' };
  }
  const no = (why: string) => ({ value: name, isolated: false, why });
  if (live.has(network.id)) return no('is a failover network of the same VPG');
  if (!allowed.includes(name)) return no('does not stand in test-networks of the site');
  // Port groups of two switches may share a name; then the name in drillbook.yaml proves nothing about this one.
  if (networks.filter(n => n.name === name).length > 1) return no('is the name of several networks of the site');
  return { value: name, isolated: true, why: 'stands in test-networks' };
}

function scriptFacts(settings: SettingsDocument, allowed: readonly string[]): IsolationFact[] {
  const scripts = [
    ['pre-recovery script', settings.Scripting.PreRecovery],
    ['post-recovery script', settings.Scripting.PostRecovery],
  ] as const;
  return scripts.flatMap(([item, script]) => {
    const command = script?.Command?.trim() ?? '';
    if (command === '') return [];
    const isolated = allowed.includes(command);
    const why = isolated ? 'stands in allowed-scripts' : 'does not stand in allowed-scripts of the site';
    return [{ vm: '', item, value: command, isolated, why }];
  });
}
