import { zeroGuid } from './identifiers.ts';
import { Refusal } from './refusal.ts';
import type { SettingsDocument } from './settings-document.ts';
import { siteIdentified, vpgIdentified, type World } from './state.ts';
import { nameOf } from './vpg.ts';

/** Refuses a document that no VPG can have, and one that moves a VPG to other sites. */
export function checkDocument(world: World, document: SettingsDocument): void {
  const { Basic } = document;
  const { ProtectedSiteIdentifier, RecoverySiteIdentifier } = Basic;
  const source = siteIdentified(world, ProtectedSiteIdentifier);
  const target = siteIdentified(world, RecoverySiteIdentifier);
  if (source === undefined) refuse(`Site ${ProtectedSiteIdentifier} is not known.`);
  if (target === undefined) refuse(`Site ${RecoverySiteIdentifier} is not known.`);
  const before =
    document.VpgIdentifier === null ? undefined : vpgIdentified(world, document.VpgIdentifier)?.settings.Basic;
  if (
    before !== undefined &&
    (before.ProtectedSiteIdentifier !== source.identifier || before.RecoverySiteIdentifier !== target.identifier)
  ) {
    refuse(`The sites of VPG ${before.Name} cannot be changed.`);
  }
  checkName(world, document);

  const networks = new Set(target.estate.networks.map(network => network.id));
  const checkNetwork = (id: string | null | undefined): void => {
    if (typeof id === 'string' && !networks.has(id))
      refuse(`Network ${id} is not known at site ${target.spec.zertoName}.`);
  };
  checkNetwork(document.Networks.Failover.Hypervisor?.DefaultNetworkIdentifier);
  checkNetwork(document.Networks.FailoverTest.Hypervisor?.DefaultNetworkIdentifier);

  const groups = new Set(document.BootGroups.BootGroups.map(group => group.BootGroupIdentifier));
  const seen = new Set<string>();
  for (const member of document.Vms) {
    const vm = source.estate.vms.find(candidate => candidate.id === member.VmIdentifier);
    if (vm === undefined) refuse(`VM ${member.VmIdentifier} is not known at site ${source.spec.zertoName}.`);
    if (seen.has(vm.id)) refuse(`VM ${vm.name} is in the VPG twice.`);
    seen.add(vm.id);
    const other = world.vpgs.find(
      vpg =>
        vpg.id !== document.VpgIdentifier &&
        vpg.settings.Basic.RecoverySiteIdentifier === target.identifier &&
        vpg.settings.Vms.some(entry => entry.VmIdentifier === vm.id),
    );
    if (other !== undefined) refuse(`VM ${vm.name} is protected to the same site by VPG ${nameOf(other)}.`);
    if (member.BootGroupIdentifier !== zeroGuid && !groups.has(member.BootGroupIdentifier)) {
      refuse(`Boot group ${member.BootGroupIdentifier} is not defined.`);
    }
    for (const nic of member.Nics) {
      if (!vm.spec.nics.some(own => own.name === nic.NicIdentifier))
        refuse(`VM ${vm.name} has no ${nic.NicIdentifier}.`);
      checkNetwork(nic.Failover.Hypervisor?.NetworkIdentifier);
      checkNetwork(nic.FailoverTest.Hypervisor?.NetworkIdentifier);
    }
  }
}

function checkName(world: World, document: SettingsDocument): void {
  const { Name } = document.Basic;
  const twin = world.vpgs.find(
    vpg => vpg.id !== document.VpgIdentifier && nameOf(vpg).toLowerCase() === Name.toLowerCase(),
  );
  if (twin !== undefined) refuse(`A VPG with the name ${Name} exists already.`);
}

function refuse(message: string): never {
  throw new Refusal(400, message);
}
