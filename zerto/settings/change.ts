import type {
  NetworkDefault,
  Script,
  SettingsBasic,
  SettingsBootGroups,
  SettingsDocument,
  SettingsRecovery,
  SettingsScripting,
  VcdMapping,
} from '../settings-types.ts';
import { changeVm } from './change-vm.ts';
import { changeStorage } from './change-storage.ts';
import type { Side } from './desired.ts';
import type { WantedPlace, WantedScript, WantedSettings } from './wanted.ts';

/**
 * The settings as they are to be. Only what is wanted changes; what we do not know is sent back as it came. A VM to be
 * added must be in the document already (the ZVM fills its NICs in); one that is not there yet is left out.
 * @throws NameNotFound (a NIC, a volume), SettingsRefused (a gateway without an address)
 */
export function changeSettings(document: SettingsDocument, wanted: WantedSettings): SettingsDocument {
  const gone = new Set(wanted.remove.map(vm => vm.id));
  const { vapp } = wanted.vcd ?? {};
  return {
    ...document,
    Basic: changeBasic(document.Basic, wanted.basic),
    BootGroups: changeBootGroups(document.BootGroups, wanted.bootGroups),
    ...(Object.keys(wanted.journal).length > 0 && { Journal: changeStorage(document.Journal ?? {}, wanted.journal) }),
    ...(Object.keys(wanted.scratch).length > 0 && { Scratch: changeStorage(document.Scratch ?? {}, wanted.scratch) }),
    ...changeRecovery(document, wanted),
    Networks: {
      ...document.Networks,
      Failover: changeDefault(document.Networks.Failover, wanted, 'failover'),
      FailoverTest: changeDefault(document.Networks.FailoverTest, wanted, 'test'),
    },
    Scripting: changeScripts(document.Scripting, wanted.scripts),
    ...(vapp !== undefined && {
      Protected: { ...document.Protected, VCD: { ...document.Protected?.VCD, VcdVappIdentifier: vapp } },
    }),
    Vms: document.Vms.filter(vm => !gone.has(vm.VmIdentifier)).map(vm => changeVm(vm, wanted)),
  };
}

function changeBasic(basic: SettingsBasic, wanted: WantedSettings['basic']): SettingsBasic {
  return {
    ...basic,
    ...(wanted.name !== undefined && { Name: wanted.name }),
    ...(wanted.protectedSite !== undefined && { ProtectedSiteIdentifier: wanted.protectedSite }),
    ...(wanted.recoverySite !== undefined && { RecoverySiteIdentifier: wanted.recoverySite }),
    ...(wanted.rpoSeconds !== undefined && { RpoInSeconds: wanted.rpoSeconds }),
    ...(wanted.journalHours !== undefined && { JournalHistoryInHours: wanted.journalHours }),
    ...(wanted.testIntervalMinutes !== undefined && { TestIntervalInMinutes: wanted.testIntervalMinutes }),
    ...(wanted.priority !== undefined && { Priority: wanted.priority }),
    ...(wanted.wanCompression !== undefined && { UseWanCompression: wanted.wanCompression }),
    ...(wanted.serviceProfile !== undefined && { ServiceProfileIdentifier: wanted.serviceProfile }),
    ...(wanted.zorg !== undefined && { ZorgIdentifier: wanted.zorg }),
  };
}

/** Default first unless it is named, then those that are named, then the others as they were. */
function changeBootGroups(groups: SettingsBootGroups, wanted: WantedSettings['bootGroups']): SettingsBootGroups {
  if (wanted === undefined) return groups;
  const before = groups.BootGroups;
  const named = wanted.map(({ id, name, delaySeconds }) => ({
    ...before.find(group => group.BootGroupIdentifier === id),
    BootGroupIdentifier: id,
    Name: name,
    BootDelayInSeconds: delaySeconds ?? before.find(group => group.BootGroupIdentifier === id)?.BootDelayInSeconds ?? 0,
  }));
  const others = before.filter(
    group => !named.some(({ BootGroupIdentifier }) => BootGroupIdentifier === group.BootGroupIdentifier),
  );
  const first = others.filter(group => group.Name === 'Default');
  return { ...groups, BootGroups: [...first, ...named, ...others.filter(group => !first.includes(group))] };
}

function changeRecovery(
  document: SettingsDocument,
  { recovery, vcd }: WantedSettings,
): { Recovery?: SettingsRecovery } {
  const place = defaultsOf(recovery);
  if (Object.keys(place).length === 0 && vcd?.orgVdc === undefined) return {};
  const before = document.Recovery ?? {};
  return {
    Recovery: {
      ...before,
      ...place,
      ...(vcd?.orgVdc !== undefined && { VCD: { ...before.VCD, OrgVdcIdentifier: vcd.orgVdc } }),
    },
  };
}

/** Of a host and its cluster, and of a datastore and its cluster, the one that is named replaces the other. */
function defaultsOf(place: WantedPlace): SettingsRecovery {
  const { host, hostCluster, datastore, datastoreCluster, folder, resourcePool } = place;
  return {
    ...(host !== undefined && { DefaultHostIdentifier: host, DefaultHostClusterIdentifier: null }),
    ...(hostCluster !== undefined && { DefaultHostIdentifier: null, DefaultHostClusterIdentifier: hostCluster }),
    ...(datastore !== undefined && { DefaultDatastoreIdentifier: datastore, DefaultDatastoreClusterIdentifier: null }),
    ...(datastoreCluster !== undefined && {
      DefaultDatastoreIdentifier: null,
      DefaultDatastoreClusterIdentifier: datastoreCluster,
    }),
    ...(folder !== undefined && { DefaultFolderIdentifier: folder }),
    ...(resourcePool !== undefined && { ResourcePoolIdentifier: resourcePool }),
  };
}

function changeDefault(before: NetworkDefault, { networks, vcd }: WantedSettings, side: Side): NetworkDefault {
  const network = networks[side];
  const mapping = vcd?.mapping[side];
  const isVcd = vcd !== undefined || (before.VCD !== null && before.VCD !== undefined);
  const customization = vcd?.guestCustomization;
  if (!isVcd) {
    if (network === undefined) return before;
    return { ...before, Hypervisor: { ...before.Hypervisor, DefaultNetworkIdentifier: network } };
  }
  if (network === undefined && mapping === undefined && customization === undefined) return before;
  return {
    ...before,
    VCD: {
      ...before.VCD,
      ...(network !== undefined && { DefaultRecoveryOrgVdcNetworkIdentifier: network }),
      ...(customization !== undefined && { IsEnableGuestCustomization: customization }),
      ...(mapping !== undefined && { Mapping: changeMapping(before.VCD?.Mapping ?? [], mapping) }),
    },
  };
}

function changeMapping(
  before: readonly VcdMapping[],
  wanted: readonly { readonly from: string; readonly to: string; readonly reverseTest?: string }[],
): VcdMapping[] {
  const kept = before.filter(entry => !wanted.some(({ from }) => from === entry.ProtectedOrgVdcNetworkIdentifier));
  const named = wanted.map(({ from, to, reverseTest }) => ({
    ...before.find(entry => entry.ProtectedOrgVdcNetworkIdentifier === from),
    ProtectedOrgVdcNetworkIdentifier: from,
    RecoveryOrgVdcNetworkIdentifier: to,
    ...(reverseTest !== undefined && { ReverseTestOrgVdcNetworkIdentifier: reverseTest }),
  }));
  return [...kept, ...named];
}

function changeScripts(scripting: SettingsScripting, wanted: WantedSettings['scripts']): SettingsScripting {
  const { PreRecovery, PostRecovery } = wanted;
  return {
    ...scripting,
    ...(PreRecovery && { PreRecovery: changeScript(scripting.PreRecovery, PreRecovery) }),
    ...(PostRecovery && { PostRecovery: changeScript(scripting.PostRecovery, PostRecovery) }),
  };
}

function changeScript(before: Script | null | undefined, wanted: WantedScript): Script {
  const { command, parameters, timeoutSeconds } = wanted;
  return {
    ...before,
    Command: command,
    ...(command === null && { Parameters: null }),
    ...(parameters !== undefined && { Parameters: parameters }),
    ...(timeoutSeconds !== undefined && { TimeoutInSeconds: timeoutSeconds }),
  };
}
