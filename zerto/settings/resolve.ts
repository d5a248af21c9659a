import { randomUUID } from 'node:crypto';
import { pickByName } from '../names.ts';
import type { SettingsBootGroup, SettingsDocument } from '../settings-types.ts';
import type { Named } from '../types.ts';
import { type Desired, type DesiredScript, eachSide } from './desired.ts';
import { SettingsRefused } from './errors.ts';
import type { SettingsNames } from './names.ts';
import { resolvePlace, resolveStorage } from './resolve-place.ts';
import { resolveVm } from './resolve-vm.ts';
import type { WantedScript, WantedSettings, WantedVcd } from './wanted.ts';

/**
 * Finds what is named.
 * @param document the VPG's settings as they are now, or those that a new one begins with
 * @throws NameNotFound with what may have been meant, NameAmbiguous, SettingsRefused
 */
export function resolveSettings(desired: Desired, document: SettingsDocument, names: SettingsNames): WantedSettings {
  // In a new VPG all that is named joins.
  const isNew = (document.VpgIdentifier ?? '') === '';
  const joining = [...(isNew ? (desired.vms ?? []) : []), ...(desired.addVms ?? [])];
  const added = joining.map(
    ({ name }) => findMember(names, name) ?? pickByName(names.unprotected, name, 'unprotected VM'),
  );
  const removed = (desired.removeVms ?? []).flatMap(name => findLeaver(names, name));
  const both = removed.find(vm => added.some(a => a.id === vm.id));
  if (both !== undefined) throw new SettingsRefused(`${both.name} is named under add-vms and under remove-vms`);
  const reachable = [...names.members, ...added.filter(vm => !names.members.some(m => m.id === vm.id))];
  const bootGroups = resolveBootGroups(desired, document);
  const groups = [...(bootGroups ?? []), ...document.BootGroups.BootGroups.map(groupOf)];
  const withSettings = [...(desired.addVms ?? []).filter(vm => Object.keys(vm).length > 1), ...(desired.vms ?? [])];
  return {
    basic: resolveBasic(desired, document, names),
    recovery: resolvePlace(desired.recovery, names),
    journal: resolveStorage(desired.journal, names),
    scratch: resolveStorage(desired.scratch, names),
    networks: eachSide(side => {
      const name = desired.networks?.[side];
      return name === undefined ? undefined : pickByName(names.networks, name, 'network').id;
    }),
    bootGroups,
    scripts: {
      ...(desired.scripts?.preRecovery !== undefined && { PreRecovery: wantedScript(desired.scripts.preRecovery) }),
      ...(desired.scripts?.postRecovery !== undefined && { PostRecovery: wantedScript(desired.scripts.postRecovery) }),
    },
    vcd: resolveVcd(desired, names),
    vms: withSettings.map(vm =>
      resolveVm(vm, pickByName(reachable, vm.name, 'VM of this VPG'), uniqueGroups(groups), names),
    ),
    add: added,
    remove: removed,
  };
}

function findMember(names: SettingsNames, name: string): Named | undefined {
  return names.members.some(vm => vm.name === name) ? pickByName(names.members, name, 'VM of this VPG') : undefined;
}

/** A VM that is free already has left: a repeated step finds nothing to do. */
function findLeaver(names: SettingsNames, name: string): Named[] {
  const member = findMember(names, name);
  if (member !== undefined) return [member];
  return names.unprotected.some(vm => vm.name === name) ? [] : [pickByName(names.members, name, 'VM of this VPG')];
}

function resolveBasic(desired: Desired, document: SettingsDocument, names: SettingsNames): WantedSettings['basic'] {
  const { rpoSeconds, journalHours, testIntervalMinutes, priority, wanCompression, serviceProfile, zorg } = desired;
  const { ProtectedSiteIdentifier, RecoverySiteIdentifier } = document.Basic;
  return {
    ...((document.VpgIdentifier ?? '') === '' && {
      name: desired.vpg,
      protectedSite: ProtectedSiteIdentifier,
      recoverySite: RecoverySiteIdentifier,
    }),
    ...(rpoSeconds !== undefined && { rpoSeconds }),
    ...(journalHours !== undefined && { journalHours }),
    ...(testIntervalMinutes !== undefined && { testIntervalMinutes }),
    ...(priority !== undefined && { priority }),
    ...(wanCompression !== undefined && { wanCompression }),
    ...(serviceProfile !== undefined && {
      serviceProfile: pickByName(names.serviceProfiles ?? [], serviceProfile, 'service profile').id,
    }),
    ...(zorg !== undefined && { zorg: pickByName(names.zorgs ?? [], zorg, 'organisation (Zorg)').id }),
  };
}

/** The Default group is always there and comes first unless it is named elsewhere. */
function resolveBootGroups({ bootGroups }: Desired, document: SettingsDocument): WantedSettings['bootGroups'] {
  if (bootGroups === undefined) return undefined;
  const known = document.BootGroups.BootGroups.map(groupOf);
  return bootGroups.map(({ name, delaySeconds }) => ({
    // A group's identifier is the client's choice (docs/zerto.md §3).
    id: known.find(group => group.name === name)?.id ?? randomUUID(),
    name,
    ...(delaySeconds !== undefined && { delaySeconds }),
  }));
}

function groupOf(group: SettingsBootGroup): Named {
  return { id: group.BootGroupIdentifier, name: group.Name };
}

/** A group that is named and there already is one group. */
function uniqueGroups(groups: readonly Named[]): Named[] {
  return groups.filter((group, i) => groups.findIndex(other => other.id === group.id) === i);
}

function wantedScript(script: DesiredScript | 'none'): WantedScript {
  return script === 'none' ? { command: null } : script;
}

function resolveVcd({ vcd }: Desired, names: SettingsNames): WantedVcd | undefined {
  if (vcd === undefined) return undefined;
  const { orgVdc, vapp, guestCustomization, mapping } = vcd;
  if (mapping !== undefined && names.protectedNetworks === undefined) {
    throw new SettingsRefused('A mapping of org VDC networks needs the org VDC of the protected site: name it too.');
  }
  return {
    ...(orgVdc !== undefined && { orgVdc: pickByName(names.orgVdcs ?? [], orgVdc, 'org VDC').id }),
    ...(vapp !== undefined && { vapp: pickByName(names.vapps ?? [], vapp, 'vApp').id }),
    ...(guestCustomization !== undefined && { guestCustomization }),
    mapping: eachSide(side =>
      mapping?.[side]?.map(({ from, to, reverseTest }) => ({
        from: pickByName(names.protectedNetworks ?? [], from, 'protected org VDC network').id,
        to: pickByName(names.networks, to, 'network').id,
        ...(reverseTest !== undefined && {
          reverseTest: pickByName(names.protectedNetworks ?? [], reverseTest, 'protected org VDC network').id,
        }),
      })),
    ),
  };
}
