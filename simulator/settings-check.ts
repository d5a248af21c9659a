import { defaultNetworkOf, networkOf } from './attachments.ts';
import type { Item, SiteEstate, Vm } from './estate.ts';
import { zeroGuid } from './identifiers.ts';
import { Refusal } from './refusal.ts';
import type { SettingsDocument, SettingsVm } from './settings-document.ts';
import { type SiteState, siteIdentified, vpgIdentified, type World } from './state.ts';
import { nameOf } from './vpg.ts';

/** In how many VPGs a VM may be, each to another site. */
const mostVpgs = 3;

/**
 * Refuses a document that no VPG can have, and one that moves a VPG that protects to other sites. A site that is not set
 * yet is right until the commit.
 */
export function checkDocument(world: World, document: SettingsDocument): void {
  const { source, target } = checkSites(world, document);
  checkName(world, document);
  if (target !== undefined) checkParts(world, document, target);
  if (source === undefined || target === undefined) {
    if (document.Vms.length > 0) refuse('Virtual machines need both sites to be set.');
    return;
  }
  const groups = new Set(document.BootGroups.BootGroups.map(group => group.BootGroupIdentifier));
  const seen = new Set<string>();
  for (const member of document.Vms) {
    const vm = source.estate.vms.find(candidate => candidate.id === member.VmIdentifier);
    if (vm === undefined) refuse(`VM ${member.VmIdentifier} is not known at site ${source.spec.zertoName}.`);
    if (seen.has(vm.id)) refuse(`VM ${vm.name} is in the VPG twice.`);
    seen.add(vm.id);
    checkProtectable(world, document, vm, target);
    if (member.BootGroupIdentifier !== zeroGuid && !groups.has(member.BootGroupIdentifier)) {
      refuse(`Boot group ${member.BootGroupIdentifier} is not defined.`);
    }
    checkMember(member, vm, target);
  }
}

function checkSites(world: World, document: SettingsDocument) {
  const { ProtectedSiteIdentifier, RecoverySiteIdentifier } = document.Basic;
  const siteOf = (id: string): SiteState | undefined => {
    const site = siteIdentified(world, id);
    if (site === undefined && id !== zeroGuid) refuse(`Site ${id} is not known.`);
    return site;
  };
  const source = siteOf(ProtectedSiteIdentifier);
  const target = siteOf(RecoverySiteIdentifier);
  const vpg = document.VpgIdentifier === null ? undefined : vpgIdentified(world, document.VpgIdentifier);
  const before = vpg?.settings.Basic;
  if (
    before !== undefined &&
    vpg?.recovered === undefined &&
    (before.ProtectedSiteIdentifier !== source?.identifier || before.RecoverySiteIdentifier !== target?.identifier)
  ) {
    refuse(`The sites of VPG ${before.Name} cannot be changed.`);
  }
  return { source, target };
}

function checkName(world: World, document: SettingsDocument): void {
  const { Name } = document.Basic;
  const twin = world.vpgs.find(
    vpg => vpg.id !== document.VpgIdentifier && nameOf(vpg).toLowerCase() === Name.toLowerCase(),
  );
  if (twin !== undefined) refuse(`A VPG with the name ${Name} exists already.`);
}

function checkParts(world: World, document: SettingsDocument, target: SiteState): void {
  const { Basic, Recovery, Networks, Journal, Scratch } = document;
  const { estate } = target;
  const at = checker(target);
  at('Host', estate.hosts, Recovery.DefaultHostIdentifier);
  at('Host cluster', estate.hostClusters, Recovery.DefaultHostClusterIdentifier);
  at('Datastore', estate.datastores, Recovery.DefaultDatastoreIdentifier);
  at('Datastore cluster', estate.datastoreClusters, Recovery.DefaultDatastoreClusterIdentifier);
  at('Folder', estate.folders, Recovery.DefaultFolderIdentifier);
  at('Resource pool', estate.resourcePools, Recovery.ResourcePoolIdentifier);
  at('Org vDC', estate.orgVdcs, Recovery.VCD?.OrgVdcIdentifier);
  for (const storage of [Journal, Scratch]) {
    at('Datastore', estate.datastores, storage.DatastoreIdentifier);
    at('Datastore cluster', estate.datastoreClusters, storage.DatastoreClusterIdentifier);
  }
  at('Network', estate.networks, defaultNetworkOf(document, 'Failover'));
  at('Network', estate.networks, defaultNetworkOf(document, 'FailoverTest'));
  if (Networks.Failover.PublicCloud !== null || Recovery.PublicCloud !== null) {
    refuse('Recovery to a public cloud is not simulated.');
  }
  const { ServiceProfileIdentifier: profile, ZorgIdentifier: zorg } = Basic;
  if (profile !== null && profile !== zeroGuid && !world.profiles.some(known => known.id === profile)) {
    refuse(`Service profile ${profile} is not known.`);
  }
  if (zorg !== null && zorg !== zeroGuid && !world.zorgs.some(known => known.id === zorg)) {
    refuse(`Zorg ${zorg} is not known.`);
  }
}

function checkProtectable(world: World, document: SettingsDocument, vm: Vm, target: SiteState): void {
  const others = world.vpgs.filter(
    vpg =>
      vpg.id !== document.VpgIdentifier &&
      vpg.recovered === undefined &&
      vpg.settings.Vms.some(entry => entry.VmIdentifier === vm.id),
  );
  const twice = others.find(vpg => vpg.settings.Basic.RecoverySiteIdentifier === target.identifier);
  if (twice !== undefined) refuse(`VM ${vm.name} is protected to the same site by VPG ${nameOf(twice)}.`);
  if (others.length >= mostVpgs) refuse(`VM ${vm.name} is in ${mostVpgs} VPGs already.`);
}

function checkMember(member: SettingsVm, vm: Vm, target: SiteState): void {
  const { estate } = target;
  const at = checker(target);
  const { Recovery } = member;
  at('Host', estate.hosts, Recovery.HostIdentifier);
  at('Host cluster', estate.hostClusters, Recovery.HostClusterIdentifier);
  at('Datastore', estate.datastores, Recovery.DatastoreIdentifier);
  at('Datastore cluster', estate.datastoreClusters, Recovery.DatastoreClusterIdentifier);
  at('Folder', estate.folders, Recovery.FolderIdentifier);
  at('Resource pool', estate.resourcePools, Recovery.ResourcePoolIdentifier);
  at('Storage policy', policiesOf(estate), Recovery.VCD?.StoragePolicyIdentifier);
  at('Datastore', estate.datastores, member.Journal.DatastoreIdentifier);
  at('Datastore', estate.datastores, member.Scratch.DatastoreIdentifier);
  for (const nic of member.Nics) {
    if (!vm.spec.nics.some(own => own.name === nic.NicIdentifier)) refuse(`VM ${vm.name} has no ${nic.NicIdentifier}.`);
    at('Network', estate.networks, networkOf(nic.Failover));
    at('Network', estate.networks, networkOf(nic.FailoverTest));
  }
  const own = vm.spec.volumes?.map(volume => volume.id) ?? ['scsi:0:0'];
  for (const volume of member.Volumes) {
    const id = volume.VolumeIdentifier;
    if (!own.includes(id)) refuse(`VM ${vm.name} has no volume ${id}.`);
    if (volume.Preseed !== null && volume.RDM !== null) refuse(`Volume ${id} of ${vm.name} is both preseeded and RDM.`);
    at('Datastore', estate.datastores, volume.Datastore?.DatastoreIdentifier);
    at('Datastore cluster', estate.datastoreClusters, volume.Datastore?.DatastoreClusterIdentifier);
    at('Device', estate.devices, volume.RDM?.DeviceIdentifier);
    if (volume.RDM !== null && volume.RDM.DeviceIdentifier === null)
      refuse(`Volume ${id} of ${vm.name} has no device.`);
    if (volume.Preseed === null) continue;
    at('Datastore', estate.datastores, volume.Preseed.DatastoreIdentifier);
    if (volume.Preseed.DatastoreIdentifier === null || (volume.Preseed.Path ?? '') === '') {
      refuse(`The preseed of volume ${id} of ${vm.name} needs a datastore and a path.`);
    }
  }
}

const policiesOf = (estate: SiteEstate): readonly Item[] => estate.orgVdcs.flatMap(vdc => vdc.storagePolicies);

/** Refuses an identifier that is none of the site's. */
function checker(site: SiteState) {
  return (what: string, items: readonly Item[], id: string | null | undefined): void => {
    if (typeof id === 'string' && !items.some(item => item.id === id.toLowerCase()))
      refuse(`${what} ${id} is not known at site ${site.spec.zertoName}.`);
  };
}

function refuse(message: string): never {
  throw new Refusal(400, message);
}
