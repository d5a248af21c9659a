import type { NicSide, SettingsNic } from '../settings-types.ts';
import { type Side, sides } from './desired.ts';
import { SettingsRefused } from './errors.ts';
import type { WantedNicSide, WantedSettings, WantedVm } from './wanted.ts';

const sideKeys = { failover: 'Failover', test: 'FailoverTest' } as const satisfies Record<Side, string>;

/** @throws SettingsRefused: a gateway without an address */
export function changeNic(
  nic: SettingsNic,
  asked: readonly WantedVm[],
  { networks, vcd }: WantedSettings,
): SettingsNic {
  const own = asked.flatMap(vm => vm.nics).filter(n => n.nic === nic.NicIdentifier);
  const changed: SettingsNic = { ...nic };
  for (const side of sides) {
    const before = nic[sideKeys[side]];
    const isVcd = vcd !== undefined || isOfVcd(before);
    const network = isVcd ? before?.VCD?.RecoveryOrgVdcNetworkIdentifier : before?.Hypervisor?.NetworkIdentifier;
    // A NIC without a network of its own follows the VPG's default, and goes on to.
    const follows = (network ?? '') === '';
    const inherited = follows ? undefined : networks[side];
    const wanted = own.reduce<WantedNicSide>((all, n) => ({ ...all, ...n[side] }), {
      ...(inherited !== undefined && { network: inherited }),
    });
    if (Object.keys(wanted).length === 0) continue;
    const place = `${asked[0]?.name ?? 'the VM'} ${nic.NicIdentifier} (${side})`;
    changed[sideKeys[side]] = isVcd ? changeVcdSide(before, wanted, place) : changeSide(before, wanted, place);
  }
  return changed;
}

function isOfVcd(side: NicSide | null | undefined): boolean {
  return side?.VCD !== null && side?.VCD !== undefined && !side.Hypervisor;
}

function changeSide(side: NicSide | null | undefined, wanted: WantedNicSide, place: string): NicSide {
  const before = side?.Hypervisor ?? {};
  const { network, ip, gateway, dns, dnsSuffix, newMac } = wanted;
  if (ip === 'pool') throw new SettingsRefused(`${place}: only a network of vCD gives addresses from a pool`);
  const hypervisor: NonNullable<NicSide['Hypervisor']> = {
    ...before,
    ...(network !== undefined && { NetworkIdentifier: network }),
    ...(dnsSuffix !== undefined && { DnsSuffix: dnsSuffix }),
    ...(newMac !== undefined && { ShouldReplaceMacAddress: newMac }),
  };
  if (ip === 'keep') hypervisor.ShouldReplaceIpConfiguration = false;
  else if (ip !== undefined || gateway !== undefined || dns !== undefined) {
    // Without this flag a ZVM ignores a changed address and says nothing (ZertoApiWrapper, issue 131).
    hypervisor.ShouldReplaceIpConfiguration = true;
    hypervisor.IpConfig = {
      ...before.IpConfig,
      ...(ip === 'dhcp' && { StaticIp: null, SubnetMask: null, Gateway: null, IsDhcp: true }),
      ...(typeof ip === 'object' && { StaticIp: ip.address, SubnetMask: ip.mask, IsDhcp: false }),
      ...(gateway !== undefined && { Gateway: gateway }),
      ...(dns !== undefined && { PrimaryDns: dns[0] ?? null, SecondaryDns: dns[1] ?? null }),
    };
    const { IsDhcp, StaticIp } = hypervisor.IpConfig;
    if (IsDhcp !== true && (StaticIp ?? '') === '') {
      throw new SettingsRefused(`${place} is given a gateway or DNS but has no address: say ip too`);
    }
  }
  return { ...side, Hypervisor: hypervisor };
}

/** The words of `IpMode` are vCD's own (docs/zerto.md §3). Gateway and DNS are the org VDC network's there. */
function changeVcdSide(side: NicSide | null | undefined, wanted: WantedNicSide, place: string): NicSide {
  const { network, ip, gateway, dns, dnsSuffix, newMac } = wanted;
  if (gateway !== undefined || dns !== undefined || dnsSuffix !== undefined) {
    throw new SettingsRefused(`${place}: with vCD the gateway and DNS are those of the network: leave them out`);
  }
  if (ip === 'keep') throw new SettingsRefused(`${place}: with vCD an address, dhcp or pool is wanted, not keep`);
  return {
    ...side,
    VCD: {
      ...side?.VCD,
      ...(network !== undefined && { RecoveryOrgVdcNetworkIdentifier: network }),
      ...(newMac !== undefined && { IsResetMacAddress: newMac }),
      ...(ip === 'dhcp' && { IpMode: 'DHCP', IpAddress: null }),
      ...(ip === 'pool' && { IpMode: 'POOL', IpAddress: null }),
      ...(typeof ip === 'object' && { IpMode: 'MANUAL', IpAddress: ip.address }),
    },
  };
}
