import { Refusal } from './refusal.ts';
import type { SettingsDocument, SettingsVm } from './settings-document.ts';
import { siteIdentified, type World } from './state.ts';

/** Refuses at the commit what a VPG cannot be without: a name, two sites, VMs, and a place for each of these. */
export function checkComplete(world: World, document: SettingsDocument): void {
  const { Name, ProtectedSiteIdentifier, RecoverySiteIdentifier } = document.Basic;
  if (Name === '') refuse('The VPG has no name.');
  const target = siteIdentified(world, RecoverySiteIdentifier);
  if (siteIdentified(world, ProtectedSiteIdentifier) === undefined) refuse(`VPG ${Name} has no protected site.`);
  if (target === undefined) refuse(`VPG ${Name} has no recovery site.`);
  if (document.Vms.length === 0) refuse(`VPG ${Name} has no virtual machines.`);
  for (const vm of document.Vms) {
    const name = world.estate.vmIdentified(vm.VmIdentifier)?.name ?? vm.VmIdentifier;
    if (target.estate.platform === 'VCD') {
      if ((document.Recovery.VCD?.OrgVdcIdentifier ?? null) === null) refuse(`VPG ${Name} has no org vDC.`);
      continue;
    }
    if (!hasHost(document, vm)) refuse(`VM ${name} has no recovery host.`);
    if (!hasStore(document, vm)) refuse(`VM ${name} has no recovery datastore.`);
  }
}

function hasHost({ Recovery }: SettingsDocument, vm: SettingsVm): boolean {
  return [
    vm.Recovery.HostIdentifier,
    vm.Recovery.HostClusterIdentifier,
    vm.Recovery.ResourcePoolIdentifier,
    Recovery.DefaultHostIdentifier,
    Recovery.DefaultHostClusterIdentifier,
    Recovery.ResourcePoolIdentifier,
  ].some(id => id !== null);
}

function hasStore({ Recovery }: SettingsDocument, vm: SettingsVm): boolean {
  const common = [
    vm.Recovery.DatastoreIdentifier,
    vm.Recovery.DatastoreClusterIdentifier,
    Recovery.DefaultDatastoreIdentifier,
    Recovery.DefaultDatastoreClusterIdentifier,
  ].some(id => id !== null);
  return vm.Volumes.every(
    ({ Datastore, Preseed, RDM }) =>
      common ||
      Preseed !== null ||
      RDM !== null ||
      (Datastore !== null &&
        [Datastore.DatastoreIdentifier, Datastore.DatastoreClusterIdentifier].some(id => id !== null)),
  );
}

function refuse(message: string): never {
  throw new Refusal(400, message);
}
