import type { NicSide, SettingsNic } from '../settings-types.ts';
import { prefixOf } from './address.ts';
import type { Line } from './describe.ts';
import type { Id } from './name-of.ts';

/** Both sides of a NIC of the VM at this path. */
export function describeNic(vm: string, nic: SettingsNic, network: (id: Id) => string): Line[] {
  const path = `${vm}.nics[${nic.NicIdentifier}]`;
  return [
    ...describeSide(`${path}.failover`, nic.Failover, network),
    ...describeSide(`${path}.test`, nic.FailoverTest, network),
  ];
}

function describeSide(path: string, side: NicSide | null | undefined, network: (id: Id) => string): Line[] {
  const nic = side?.Hypervisor;
  if (nic === undefined || nic === null) return describeVcdSide(path, side, network);
  const replaces = nic.ShouldReplaceIpConfiguration === true;
  const ip = replaces ? nic.IpConfig : undefined;
  const address = ip?.IsDhcp === true ? 'dhcp' : `${ip?.StaticIp ?? ''}${prefixOf(ip?.SubnetMask)}`;
  return [
    [`${path}.network`, network(nic.NetworkIdentifier)],
    [`${path}.ip`, replaces ? address : 'keep'],
    [`${path}.gateway`, ip?.Gateway ?? ''],
    [`${path}.dns`, [ip?.PrimaryDns, ip?.SecondaryDns].filter(dns => (dns ?? '') !== '').join(', ')],
    [`${path}.dns-suffix`, nic.DnsSuffix ?? ''],
    [`${path}.mac`, nic.ShouldReplaceMacAddress === true ? 'new' : ''],
  ];
}

function describeVcdSide(path: string, side: NicSide | null | undefined, network: (id: Id) => string): Line[] {
  const nic = side?.VCD;
  if (nic === undefined || nic === null) return [];
  const address = (nic.IpAddress ?? '') === '' ? (nic.IpMode ?? '').toLowerCase() : (nic.IpAddress ?? '');
  return [
    [`${path}.network`, network(nic.RecoveryOrgVdcNetworkIdentifier)],
    [`${path}.ip`, address],
    [`${path}.mac`, nic.IsResetMacAddress === true ? 'new' : ''],
  ];
}
