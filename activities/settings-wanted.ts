import type { Input } from '../actions/index.ts';
import type { VmSettings } from '../actions/settings.ts';
import { pickByName } from '../zerto/names.ts';
import type { Named, SettingsDocument } from '../zerto/types.ts';
import { StepFailed } from './outcome.ts';

/** What a step asks of a VPG's settings, in identifiers. What is absent stays as it is. */
export interface WantedSettings {
  readonly rpoSeconds?: number;
  readonly testIntervalMinutes?: number;
  readonly priority?: string;
  /** Of the VPG and of every NIC that `vms` does not name one for. */
  readonly networks: Partial<Record<Side, string>>;
  readonly vms: readonly WantedVm[];
  readonly add: readonly Named[];
  readonly remove: readonly Named[];
}

export type Side = 'failover' | 'test';

export interface WantedVm extends Named {
  readonly bootGroup?: string;
  readonly nics: readonly ({ readonly nic: string } & Partial<Record<Side, WantedSide>>)[];
}

export interface WantedSide {
  readonly network?: string;
  readonly ip?: 'keep' | 'dhcp' | { readonly address: string; readonly mask: string };
  readonly gateway?: string;
  readonly dns?: readonly string[];
  readonly dnsSuffix?: string;
}

/** What names stand for. */
export interface SettingsNames {
  /** All networks of the recovery site. */
  readonly networks: readonly Named[];
  /** The VPG's own VMs. */
  readonly members: readonly Named[];
  /** VMs of the protected site that can still be protected; empty where nobody asked. */
  readonly unprotected: readonly Named[];
}

/**
 * Finds what a step names.
 * @param document the VPG's settings as they are now
 * @throws NameNotFound with what may have been meant, NameAmbiguous, StepFailed
 */
export function resolveSettings(
  input: Pick<Input<'zerto/edit-vpg'>, 'set' | 'add-vms' | 'remove-vms'>,
  document: SettingsDocument,
  names: SettingsNames,
): WantedSettings {
  const { set = {} } = input;
  const entries = (input['add-vms'] ?? []).map(entry => (typeof entry === 'string' ? { name: entry } : entry));
  const added = entries.map(
    ({ name }) => findMember(names, name) ?? pickByName(names.unprotected, name, 'unprotected VM'),
  );
  const removed = (input['remove-vms'] ?? []).flatMap(name => findLeaver(names, name));
  const both = removed.find(vm => added.some(a => a.id === vm.id));
  if (both !== undefined) throw new StepFailed(`${both.name} is named under add-vms and under remove-vms`);
  const reachable = [...names.members, ...added.filter(vm => !names.members.some(m => m.id === vm.id))];
  const network = (name: string) => pickByName(names.networks, name, 'network').id;
  const settings = [...entries.filter(e => e['boot-group'] !== undefined || e.nics !== undefined), ...(set.vms ?? [])];
  return {
    ...(set.rpo !== undefined && { rpoSeconds: Math.round(set.rpo / 1_000) }),
    ...(set['test-interval'] !== undefined && { testIntervalMinutes: Math.round(set['test-interval'] / 60_000) }),
    ...(set.priority !== undefined && { priority: capitalise(set.priority) }),
    networks: {
      ...(set.networks?.failover !== undefined && { failover: network(set.networks.failover) }),
      ...(set.networks?.test !== undefined && { test: network(set.networks.test) }),
    },
    vms: settings.map(vm => resolveVm(vm, pickByName(reachable, vm.name, 'VM of this VPG'), document, network)),
    add: added,
    remove: removed,
  };
}

function findMember(names: SettingsNames, name: string): Named | undefined {
  return names.members.some(vm => vm.name === name) ? pickByName(names.members, name, 'VM of this VPG') : undefined;
}

/** A VM that is free already has left: a repeated step finds nothing to do. */
function findLeaver(names: SettingsNames, name: string): Named[] {
  const member = findMember(names, name);
  if (member !== undefined) return [member];
  return names.unprotected.some(vm => vm.name === name) ? [] : [pickByName(names.members, name, 'VM of this VPG')];
}

function resolveVm(
  vm: VmSettings,
  { id, name }: Named,
  document: SettingsDocument,
  network: (name: string) => string,
): WantedVm {
  const groups = document.BootGroups.BootGroups.map(g => ({ id: g.BootGroupIdentifier, name: g.Name }));
  const group = vm['boot-group'];
  return {
    id,
    name,
    ...(group !== undefined && { bootGroup: pickByName(groups, group, 'boot group').id }),
    nics: (vm.nics ?? []).map(nic => ({
      nic: nic.nic,
      ...(nic.failover && { failover: resolveSide(nic.failover, `${name} ${nic.nic}`, network) }),
      ...(nic.test && { test: resolveSide(nic.test, `${name} ${nic.nic}`, network) }),
    })),
  };
}

type SideInput = NonNullable<NonNullable<VmSettings['nics']>[number]['test']>;

function resolveSide(side: SideInput, place: string, network: (name: string) => string): WantedSide {
  const { ip, gateway, dns } = side;
  if (ip === 'keep' && (gateway !== undefined || dns !== undefined)) {
    throw new StepFailed(`${place} is told to keep its address, and a gateway or DNS: leave one of them out`);
  }
  return {
    ...(side.network !== undefined && { network: network(side.network) }),
    ...(ip !== undefined && { ip: ip === 'keep' || ip === 'dhcp' ? ip : readAddress(ip, place) }),
    ...(gateway !== undefined && { gateway }),
    ...(dns !== undefined && { dns }),
    ...(side['dns-suffix'] !== undefined && { dnsSuffix: side['dns-suffix'] }),
  };
}

function readAddress(text: string, place: string): { address: string; mask: string } {
  const [address = '', prefix = ''] = text.split('/');
  const bits = Number(prefix);
  if (address.split('.').some(part => Number(part) > 255) || bits > 32) {
    throw new StepFailed(`${place}: ${text} is no IPv4 address with prefix`);
  }
  const mask = [0, 8, 16, 24].map(from => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - from))));
  return { address, mask: mask.join('.') };
}

function capitalise(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
