import { pickByName } from '../zerto/names.ts';
import type { NetworkDefault, NicSide, SettingsDocument, SettingsNic, SettingsVm } from '../zerto/types.ts';
import { StepFailed } from './outcome.ts';
import type { Side, WantedSettings, WantedSide, WantedVm } from './settings-wanted.ts';

const keys = { failover: 'Failover', test: 'FailoverTest' } as const satisfies Record<Side, string>;
const sides = ['failover', 'test'] as const;

/**
 * The settings as they are to be. Only what is wanted changes; what we do not know is sent back as it came. A VM to be
 * added must be in the document already (the ZVM fills its NICs in); one that is not there yet is left out.
 * @throws NameNotFound (a NIC), StepFailed (a gateway without an address)
 */
export function changeSettings(document: SettingsDocument, wanted: WantedSettings): SettingsDocument {
  const { rpoSeconds, testIntervalMinutes, priority } = wanted;
  const gone = new Set(wanted.remove.map(vm => vm.id));
  return {
    ...document,
    Basic: {
      ...document.Basic,
      ...(rpoSeconds !== undefined && { RpoInSeconds: rpoSeconds }),
      ...(testIntervalMinutes !== undefined && { TestIntervalInMinutes: testIntervalMinutes }),
      ...(priority !== undefined && { Priority: priority }),
    },
    Networks: {
      ...document.Networks,
      Failover: changeDefault(document.Networks.Failover, wanted.networks.failover),
      FailoverTest: changeDefault(document.Networks.FailoverTest, wanted.networks.test),
    },
    Vms: document.Vms.filter(vm => !gone.has(vm.VmIdentifier)).map(vm => changeVm(vm, wanted)),
  };
}

function changeDefault(side: NetworkDefault, network: string | undefined): NetworkDefault {
  if (network === undefined) return side;
  return { ...side, Hypervisor: { ...side.Hypervisor, DefaultNetworkIdentifier: network } };
}

function changeVm(vm: SettingsVm, wanted: WantedSettings): SettingsVm {
  const asked = wanted.vms.filter(w => w.id === vm.VmIdentifier);
  for (const { nics } of asked) {
    for (const { nic } of nics)
      pickByName(
        vm.Nics.map(n => ({ name: n.NicIdentifier })),
        nic,
        `NIC of ${nameOf(asked)}`,
      );
  }
  const bootGroup = asked.findLast(w => w.bootGroup !== undefined)?.bootGroup;
  return {
    ...vm,
    ...(bootGroup !== undefined && { BootGroupIdentifier: bootGroup }),
    Nics: vm.Nics.map(nic => changeNic(nic, asked, wanted.networks)),
  };
}

function nameOf(asked: readonly WantedVm[]): string {
  return asked[0]?.name ?? 'the VM';
}

function changeNic(nic: SettingsNic, asked: readonly WantedVm[], vpgWide: WantedSettings['networks']): SettingsNic {
  const own = asked.flatMap(vm => vm.nics).filter(n => n.nic === nic.NicIdentifier);
  const changed: SettingsNic = { ...nic };
  for (const side of sides) {
    const before = nic[keys[side]];
    // A NIC without a network of its own follows the VPG's default, and goes on to.
    const follows = (before?.Hypervisor?.NetworkIdentifier ?? '') === '';
    const network = follows ? undefined : vpgWide[side];
    const wanted = own.reduce<WantedSide>((all, n) => ({ ...all, ...n[side] }), {
      ...(network !== undefined && { network }),
    });
    if (Object.keys(wanted).length === 0) continue;
    changed[keys[side]] = changeSide(before, wanted, `${nameOf(asked)} ${nic.NicIdentifier} (${side})`);
  }
  return changed;
}

function changeSide(side: NicSide | null | undefined, wanted: WantedSide, place: string): NicSide {
  const before = side?.Hypervisor ?? {};
  const { network, ip, gateway, dns, dnsSuffix } = wanted;
  const hypervisor: NonNullable<NicSide['Hypervisor']> = {
    ...before,
    ...(network !== undefined && { NetworkIdentifier: network }),
    ...(dnsSuffix !== undefined && { DnsSuffix: dnsSuffix }),
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
      throw new StepFailed(`${place} is given a gateway or DNS but has no address: say ip too`);
    }
  }
  return { ...side, Hypervisor: hypervisor };
}
