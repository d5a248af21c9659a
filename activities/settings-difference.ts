import type { Output } from '../actions/index.ts';
import type { NicSide, SettingsDocument } from '../zerto/types.ts';
import type { SettingsNames } from './settings-wanted.ts';
import { spellDuration } from './spell.ts';

export type Change = Output<'zerto/edit-vpg'>['difference'][number];

/** What differs, by the words of a runbook and the names of people, in the order of the settings. */
export function compareSettings(before: SettingsDocument, after: SettingsDocument, names: SettingsNames): Change[] {
  const old = describeSettings(before, names);
  const now = describeSettings(after, names);
  return [...new Set([...old.keys(), ...now.keys()])]
    .map(path => ({ path, before: old.get(path) ?? '', after: now.get(path) ?? '' }))
    .filter(change => change.before !== change.after);
}

/** The part of a difference that fits into a step's outputs, which are small. */
export function boundDifference(changes: readonly Change[], bytes = 1_700): Change[] {
  const shown: Change[] = [];
  let size = 0;
  for (const change of changes) {
    size += Buffer.byteLength(JSON.stringify(change)) + 1;
    if (size > bytes)
      return [...shown, { path: '…', before: '', after: `${changes.length - shown.length} more in the report` }];
    shown.push(change);
  }
  return shown;
}

function describeSettings(
  { Basic, Networks, BootGroups, Vms }: SettingsDocument,
  names: SettingsNames,
): Map<string, string> {
  const network = (id: string | null | undefined) => names.networks.find(n => n.id === id)?.name ?? id ?? '';
  const vms = [...names.members, ...names.unprotected];
  const lines: [string, string][] = [
    ['rpo', Basic.RpoInSeconds === undefined ? '' : spellDuration(Basic.RpoInSeconds * 1_000)],
    [
      'test-interval',
      Basic.TestIntervalInMinutes === undefined ? '' : spellDuration(Basic.TestIntervalInMinutes * 60_000),
    ],
    ['priority', Basic.Priority?.toLowerCase() ?? ''],
    ['networks.failover', network(Networks.Failover.Hypervisor?.DefaultNetworkIdentifier)],
    ['networks.test', network(Networks.FailoverTest.Hypervisor?.DefaultNetworkIdentifier)],
    ...Vms.flatMap(vm => {
      const path = `vms[${vms.find(v => v.id === vm.VmIdentifier)?.name ?? vm.VmIdentifier}]`;
      const group = BootGroups.BootGroups.find(g => g.BootGroupIdentifier === vm.BootGroupIdentifier)?.Name;
      const nics = vm.Nics.flatMap(nic => [
        ...describeSide(`${path}.nics[${nic.NicIdentifier}].failover`, nic.Failover, network),
        ...describeSide(`${path}.nics[${nic.NicIdentifier}].test`, nic.FailoverTest, network),
      ]);
      return [[path, 'protected'], [`${path}.boot-group`, group ?? vm.BootGroupIdentifier ?? ''], ...nics] as [
        string,
        string,
      ][];
    }),
  ];
  return new Map(lines.filter(([, text]) => text !== ''));
}

function describeSide(
  path: string,
  side: NicSide | null | undefined,
  network: (id: string | null | undefined) => string,
): [string, string][] {
  const nic = side?.Hypervisor;
  if (nic === undefined || nic === null) return [];
  const replaces = nic.ShouldReplaceIpConfiguration === true;
  const ip = replaces ? nic.IpConfig : undefined;
  const address = ip?.IsDhcp === true ? 'dhcp' : `${ip?.StaticIp ?? ''}${prefixOf(ip?.SubnetMask)}`;
  return [
    [`${path}.network`, network(nic.NetworkIdentifier)],
    [`${path}.ip`, replaces ? address : 'keep'],
    [`${path}.gateway`, ip?.Gateway ?? ''],
    [`${path}.dns`, [ip?.PrimaryDns, ip?.SecondaryDns].filter(dns => (dns ?? '') !== '').join(', ')],
    [`${path}.dns-suffix`, nic.DnsSuffix ?? ''],
  ];
}

function prefixOf(mask: string | null | undefined): string {
  if (mask === undefined || mask === null || mask === '') return '';
  const ones = mask.split('.').map(part => Number(part).toString(2).replaceAll('0', '').length);
  return `/${ones.reduce((sum, n) => sum + n, 0)}`;
}
