import type { Network, Vm } from './estate.ts';
import type { NicSide, SettingsDocument, SettingsVm } from './settings-document.ts';
import type { SiteState } from './state.ts';

export interface Attachment {
  /** Of the NIC. */
  readonly name: string;
  readonly network: Network | undefined;
  readonly address: string | undefined;
}

/** To what networks of the recovery site the NICs of a recovered VM are attached, and with which addresses. */
export function attachmentsOf(
  site: SiteState,
  settings: SettingsDocument,
  member: SettingsVm,
  vm: Vm,
  side: 'Failover' | 'FailoverTest',
): Attachment[] {
  return member.Nics.map(nic => {
    const networkId = networkOf(nic[side]) ?? defaultNetworkOf(settings, side);
    return {
      name: nic.NicIdentifier,
      network: site.estate.networks.find(network => network.id === networkId),
      address: addressOf(nic[side], vm.spec.nics.find(own => own.name === nic.NicIdentifier)?.address),
    };
  });
}

export function networkOf(side: NicSide): string | null {
  return side.Hypervisor?.NetworkIdentifier ?? side.VCD?.RecoveryOrgVdcNetworkIdentifier ?? null;
}

export function defaultNetworkOf(settings: SettingsDocument, side: 'Failover' | 'FailoverTest'): string | null {
  const { Hypervisor, VCD } = settings.Networks[side];
  return Hypervisor?.DefaultNetworkIdentifier ?? VCD?.DefaultRecoveryOrgVdcNetworkIdentifier ?? null;
}

/** Without ShouldReplaceIpConfiguration the address that is set is ignored, and nothing says so (docs/zerto.md §3). */
export function addressOf(side: NicSide, own: string | undefined): string | undefined {
  const { Hypervisor, VCD } = side;
  if (Hypervisor?.ShouldReplaceIpConfiguration === true) return Hypervisor.IpConfig?.StaticIp ?? own;
  return VCD?.IpAddress ?? own;
}
