import { addressOf } from './attachments.ts';
import type { Vm } from './estate.ts';
import { blankDocument, networkSideAt, nicSideAt, storageOf } from './settings-make.ts';
import type { SettingsDocument, SettingsVm } from './settings-document.ts';
import type { SiteState, Vpg, World } from './state.ts';
import { endsOf } from './vpg.ts';

/** A VM that was protected, and what became of it at the recovery site. */
export interface Recovered {
  readonly member: SettingsVm;
  readonly source: Vm;
  readonly vm: Vm;
}

/**
 * The settings of a VPG that protects what it recovered, backwards: to the networks and with the addresses that the
 * sources had, onto the sources' disks. Failover tests go to the first isolated network there, if there is one.
 */
export function reverseSettings(world: World, vpg: Vpg, pairs: readonly Recovered[]): SettingsDocument {
  const { protectedSite: target, recoverySite: source } = endsOf(world, vpg);
  const { settings } = vpg;
  const blank = blankDocument(source.identifier, target.estate);
  const failover = originalNetwork(target, pairs[0]?.source);
  const test = target.estate.networks.find(network => network.door === 'bubble')?.id ?? null;
  return {
    ...settings,
    Basic: { ...settings.Basic, ProtectedSiteIdentifier: source.identifier, RecoverySiteIdentifier: target.identifier },
    Journal: storageOf(settings.Journal),
    Scratch: storageOf(settings.Scratch),
    Networks: { Failover: networkSideAt(target.estate, failover), FailoverTest: networkSideAt(target.estate, test) },
    Recovery: blank.Recovery,
    Protected: blank.Protected,
    Vms: pairs.map(pair => reverseVm(pair, target, blank, test)),
  };
}

function reverseVm(
  { member, source, vm }: Recovered,
  target: SiteState,
  blank: SettingsDocument,
  test: string | null,
): SettingsVm {
  const { Recovery } = blank;
  return {
    VmIdentifier: vm.id,
    BootGroupIdentifier: member.BootGroupIdentifier,
    Recovery: {
      HostIdentifier: Recovery.DefaultHostIdentifier,
      HostClusterIdentifier: Recovery.DefaultHostClusterIdentifier,
      DatastoreIdentifier: Recovery.DefaultDatastoreIdentifier,
      DatastoreClusterIdentifier: null,
      FolderIdentifier: Recovery.DefaultFolderIdentifier,
      ResourcePoolIdentifier: null,
      VCD: null,
      PublicCloud: null,
    },
    Journal: storageOf(member.Journal),
    Scratch: storageOf(member.Scratch),
    Volumes: member.Volumes.map((volume, index) => ({
      ...volume,
      Datastore: null,
      RDM: null,
      Preseed: {
        DatastoreIdentifier: Recovery.DefaultDatastoreIdentifier,
        Path: `${source.name}/${source.name}_${index}.vmdk`,
      },
    })),
    Nics: member.Nics.map(nic => {
      const own = source.spec.nics.find(candidate => candidate.name === nic.NicIdentifier);
      // Only an address that was replaced is put back.
      const back = addressOf(nic.Failover, own?.address) === own?.address ? undefined : own?.address;
      const original = target.estate.networks.find(network => network.name === own?.network)?.id ?? null;
      return {
        NicIdentifier: nic.NicIdentifier,
        Failover: nicSideAt(target.estate, original, back),
        FailoverTest: nicSideAt(target.estate, test, back),
      };
    }),
  };
}

function originalNetwork(site: SiteState, vm: Vm | undefined): string | null {
  const name = vm?.spec.nics[0]?.network;
  return site.estate.networks.find(network => network.name === name)?.id ?? null;
}
