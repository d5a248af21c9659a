import { areConnected, isConnected } from './connection.ts';
import { type Checkpoint, findCheckpoint, latestCheckpoint } from './journal.ts';
import { Refusal } from './refusal.ts';
import type { SettingsVm } from './settings-document.ts';
import type { SiteState, Vpg, World } from './state.ts';
import { endsOf, historyMsOf, nameOf } from './vpg.ts';

/** Refuses while something else is done to the VPG. A failover test is not counted. */
export function refuseBusy(vpg: Vpg): void {
  const busy = businessOf(vpg);
  if (busy !== undefined) throw new Refusal(500, `VPG ${nameOf(vpg)} is ${busy}.`);
}

function businessOf(vpg: Vpg): string | undefined {
  if (vpg.deleting) return 'being deleted';
  if (vpg.updating) return 'being updated';
  if (vpg.operation !== undefined) return vpg.operation.kind === 'Failover' ? 'failing over' : 'moving';
  if (vpg.clone !== undefined) return 'being cloned';
  return undefined;
}

/** Refuses where nothing can be recovered: the VPG synchronises (a bitmap sync does not matter) or does not protect. */
export function refuseUnrecoverable(world: World, vpg: Vpg, site: SiteState): void {
  refuseBusy(vpg);
  const name = nameOf(vpg);
  if (vpg.recovered !== undefined || vpg.trouble?.subStatus === 'NeedsConfiguration') {
    throw new Refusal(500, `VPG ${name} needs configuration.`);
  }
  if (vpg.settings.Vms.length === 0) throw new Refusal(500, `VPG ${name} has no virtual machines.`);
  if (vpg.sync !== undefined && vpg.sync.subStatus !== 'BitmapSync') {
    throw new Refusal(500, `VPG ${name} is synchronizing (${vpg.sync.subStatus}).`);
  }
  // The vendor's pages: a retention run is aborted before a failover.
  if (vpg.retention !== undefined) throw new Refusal(500, `A retention process of VPG ${name} is running.`);
  refuseWithoutRecoverySite(world, vpg, site);
}

/** What is done at the recovery site cannot be asked for at a site that does not reach it. */
export function refuseWithoutRecoverySite(world: World, vpg: Vpg, site: SiteState): void {
  const { recoverySite } = endsOf(world, vpg);
  if (!areConnected(world, site, recoverySite)) refuseLost(recoverySite);
}

/** For what needs both sites. */
export function refuseDisconnected(world: World, vpg: Vpg, site: SiteState): void {
  if (isConnected(world, vpg)) return;
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  refuseLost(site === recoverySite ? protectedSite : recoverySite);
}

export function refuseLost(site: SiteState): never {
  throw new Refusal(500, `The Zerto Virtual Manager is not connected to site ${site.spec.zertoName}.`);
}

/** The checkpoint of that identifier, or the latest. */
export function chooseCheckpoint(world: World, vpg: Vpg, id: string | undefined): Checkpoint {
  const now = world.clock.now();
  const found =
    id === undefined
      ? latestCheckpoint(vpg.journal, now, historyMsOf(vpg))
      : findCheckpoint(vpg.journal, now, historyMsOf(vpg), id);
  // The one wording that is known: ZertoModule issue 1.
  if (found === undefined) throw new Refusal(400, 'failed parsing as a valid CheckPoint Identifier');
  return found;
}

/** The VMs of these identifiers, or all. */
export function chooseVms(vpg: Vpg, ids: readonly string[] | undefined): readonly SettingsVm[] {
  const { Vms } = vpg.settings;
  const stranger = ids?.find(id => !Vms.some(vm => vm.VmIdentifier === id));
  if (stranger !== undefined) throw new Refusal(400, `VM ${stranger} is not in VPG ${nameOf(vpg)}.`);
  return ids === undefined ? Vms : Vms.filter(vm => ids.includes(vm.VmIdentifier));
}
