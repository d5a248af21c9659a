import type { NicTarget, ScriptSpec, VpgSpec, VpgVmSpec } from '../../simulator/scenario.ts';
import type { NetworkDefault, NicSide, Script, SettingsDocument, SettingsVm } from '../../zerto/settings-types.ts';
import type { Vpg } from '../../zerto/vpgs.ts';

/** Names of what settings give by identifier; undefined where nobody has such a thing. */
export interface Names {
  network(id: string | null | undefined): string | null;
  vm(id: string): string | undefined;
  site(id: string): string | undefined;
}

/** The VPG as a scenario has it; undefined where a site of it is none of those that were read. */
export function vpgSpecOf(vpg: Vpg, settings: SettingsDocument, names: Names, now: number): VpgSpec | undefined {
  const from = names.site(vpg.protectedSite.identifier);
  const to = names.site(vpg.recoverySite.identifier);
  if (from === undefined || to === undefined) return undefined;
  const { Basic, Networks, Scripting } = settings;
  const networks = { failover: networkOf(Networks.Failover, names), test: networkOf(Networks.FailoverTest, names) };
  // The group that every VPG has is called by the zero guid.
  const groups = settings.BootGroups.BootGroups.filter(({ BootGroupIdentifier: id }) => /[^0-]/.test(id));
  const journalHours = Math.min(720, Math.max(1, Basic.JournalHistoryInHours ?? 24));
  const { actualMinutes } = vpg.history;
  const pre = scriptOf(Scripting.PreRecovery);
  const post = scriptOf(Scripting.PostRecovery);
  return {
    name: vpg.name,
    from,
    to,
    rpoSeconds: Basic.RpoInSeconds ?? vpg.configuredRpoSeconds,
    journalHours,
    journalFilledHours: actualMinutes < 0 ? journalHours : Math.min(journalHours, actualMinutes / 60),
    priority: priorities.find(priority => priority === vpg.priority) ?? 'Medium',
    testIntervalMinutes: Basic.TestIntervalInMinutes ?? 0,
    ...(vpg.lastTest !== undefined && { lastTestDaysAgo: daysBetween(vpg.lastTest, now) }),
    networks,
    bootGroups: groups.map(group => ({ name: group.Name, delaySeconds: group.BootDelayInSeconds })),
    vms: settings.Vms.flatMap((vm): VpgVmSpec[] => {
      const name = names.vm(vm.VmIdentifier);
      const group = groups.find(each => each.BootGroupIdentifier === vm.BootGroupIdentifier);
      return name === undefined
        ? []
        : [{ name, ...(group !== undefined && { bootGroup: group.Name }), nics: nicsOf(vm, networks, names) }];
    }),
    ...((pre ?? post) !== undefined && {
      scripts: { ...(pre !== undefined && { preRecovery: pre }), ...(post !== undefined && { postRecovery: post }) },
    }),
  };
}

const priorities = ['Low', 'Medium', 'High'] as const;

const daysBetween = (time: string, now: number): number =>
  Math.max(0, Math.round((now - Date.parse(time)) / 8_640_000) / 10);

function networkOf({ Hypervisor, VCD }: NetworkDefault, names: Names): string | null {
  return names.network(Hypervisor?.DefaultNetworkIdentifier ?? VCD?.DefaultRecoveryOrgVdcNetworkIdentifier);
}

function nicsOf(vm: SettingsVm, networks: VpgSpec['networks'], names: Names): VpgVmSpec['nics'] {
  return vm.Nics.map(nic => ({
    nic: nic.NicIdentifier,
    failover: targetOf(nic.Failover, networks.failover, names),
    test: targetOf(nic.FailoverTest, networks.test, names),
  }));
}

/** Only what differs from the VPG's network and the VM's own address. */
function targetOf(side: NicSide | null | undefined, usual: string | null, names: Names): NicTarget {
  const { Hypervisor, VCD } = side ?? {};
  const network = names.network(Hypervisor?.NetworkIdentifier ?? VCD?.RecoveryOrgVdcNetworkIdentifier);
  const ip = Hypervisor?.ShouldReplaceIpConfiguration === true ? Hypervisor.IpConfig : undefined;
  const address = addressOf(ip?.StaticIp ?? VCD?.IpAddress, ip?.SubnetMask);
  return {
    ...(network !== usual && { network }),
    ...(address !== undefined && { address }),
    ...(isText(ip?.Gateway) && { gateway: ip.Gateway }),
    ...(isText(ip?.PrimaryDns) && { dns: ip.PrimaryDns }),
  };
}

function addressOf(address: string | null | undefined, mask: string | null | undefined): string | undefined {
  if (!isText(address) || !/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return undefined;
  if (!isText(mask)) return address;
  const ones = mask.split('.').map(part => Number(part).toString(2).replaceAll('0', '').length);
  return `${address}/${ones.reduce((sum, n) => sum + n, 0)}`;
}

/** Without its parameters: a password may stand there. */
function scriptOf(script: Script | null | undefined): ScriptSpec | undefined {
  return isText(script?.Command) ? { command: script.Command } : undefined;
}

const isText = (text: string | null | undefined): text is string => typeof text === 'string' && text !== '';
