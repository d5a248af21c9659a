import { randomUUID } from 'node:crypto';
import { guidOf } from './identifiers.ts';
import { createJournal } from './journal.ts';
import { Refusal } from './refusal.ts';
import { checkDocument } from './settings-check.ts';
import { type SettingsDocument, settingsDocument, spellProperly } from './settings-document.ts';
import { blankDocument, settingsVm } from './settings-make.ts';
import { isRecord, merge } from './settings-merge.ts';
import {
  type Session,
  type SettingsObject,
  type SiteState,
  type Task,
  type Vpg,
  vpgIdentified,
  type World,
} from './state.ts';
import { startTask } from './tasks.ts';
import { createVpg, taskOf } from './vpg.ts';

/** For an existing VPG, or (undefined) for a new one. */
export function createSettings(world: World, site: SiteState, session: Session, vpg: Vpg | undefined): SettingsObject {
  const id = randomUUID();
  const peer = world.sites.find(other => other !== site);
  const document = vpg === undefined ? blankDocument(site.identifier, peer?.estate) : structuredClone(vpg.settings);
  const object = {
    id,
    session: session.token,
    lastUsed: world.clock.now(),
    document: { ...document, VpgIdentifier: vpg?.id ?? null, VpgSettingsIdentifier: id },
  };
  site.settings.set(id, object);
  return object;
}

/** Looking at it is using it. Refuses an object that is not, or no longer, there. */
export function findSettings(world: World, site: SiteState, id: string): SettingsObject {
  const object = site.settings.get(id.toLowerCase());
  if (object === undefined) throw new Refusal(404, `VPG settings ${id} were not found.`);
  object.lastUsed = world.clock.now();
  return object;
}

/** Takes what was sent into the document, if the whole can then be right. `at` is the way to the part: `['Basic']`. */
export function putSettings(world: World, object: SettingsObject, at: readonly string[], sent: unknown): void {
  const { VpgIdentifier, VpgSettingsIdentifier } = object.document;
  const fresh = (vmId: string): unknown => {
    const vm = world.estate.vmIdentified(vmId);
    if (vm === undefined) throw new Refusal(400, `VM ${vmId} is not known.`);
    return settingsVm(vm, object.document);
  };
  const change = at.reduceRight<unknown>((inner, key) => ({ [key]: inner }), spellProperly(sent));
  const merged = merge(object.document, change, fresh);
  replaceDocument(world, object, { ...(isRecord(merged) ? merged : {}), VpgIdentifier, VpgSettingsIdentifier });
}

/** Puts a changed document in its place, if it can be right. */
export function replaceDocument(world: World, object: SettingsObject, changed: unknown): void {
  const parsed = settingsDocument.safeParse(changed);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Refusal(400, `${issue?.path.join('.') ?? 'The settings'}: ${issue?.message ?? 'not valid'}`);
  }
  checkDocument(world, parsed.data);
  object.document = parsed.data;
}

/** Commits: the object is gone at once, the VPG shows the new values when the task ends. */
export function commitSettings(
  world: World,
  site: SiteState,
  object: SettingsObject,
  order: { readonly by: string; readonly failure: string | undefined },
): Task {
  const { document } = object;
  const existing = document.VpgIdentifier === null ? undefined : vpgIdentified(world, document.VpgIdentifier);
  if (document.VpgIdentifier !== null && existing === undefined)
    throw new Refusal(404, 'The VPG does not exist any more.');
  const name = document.Basic.Name;
  if (existing?.test !== undefined)
    throw new Refusal(500, `VPG ${name} cannot be updated while its failover test is in progress.`);
  if (existing?.updating === true) throw new Refusal(500, `VPG ${name} is already being updated.`);
  checkDocument(world, document);
  if (name === '') throw new Refusal(400, 'The VPG has no name.');
  if (document.Vms.length === 0) throw new Refusal(400, `VPG ${name} has no virtual machines.`);
  site.settings.delete(object.id);
  world.counts.commits++;
  const committed = { ...document, VpgSettingsIdentifier: null };
  if (existing === undefined) return createFrom(world, committed, order);
  existing.updating = true;
  return startTask(world, {
    ...taskOf(world, existing, order),
    type: 'UpdateProtectionGroup',
    durationMs: world.scenario.durations.commitSettings,
    done() {
      existing.updating = false;
      existing.settings = committed;
    },
    failed() {
      existing.updating = false;
    },
  });
}

function createFrom(
  world: World,
  document: SettingsDocument,
  order: { readonly by: string; readonly failure: string | undefined },
): Task {
  const id = guidOf(world.scenario.name, 'vpg', document.Basic.Name, randomUUID());
  const now = world.clock.now();
  const vpg = createVpg(id, { ...document, VpgIdentifier: id }, createJournal(now, 0, 0));
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'CreateProtectionGroup',
    durationMs: world.scenario.durations.commitSettings,
    done() {
      world.vpgs.push(vpg);
    },
    failed: () => undefined,
  });
}

/** VMs of a site that no VPG protects. */
export function unprotectedVms(world: World, site: SiteState) {
  const taken = new Set(world.vpgs.flatMap(vpg => vpg.settings.Vms.map(vm => vm.VmIdentifier)));
  return site.estate.vms.filter(vm => !taken.has(vm.id));
}
