import { randomUUID } from 'node:crypto';
import { areConnected, peersOf } from './connection.ts';
import { guidOf, zeroGuid } from './identifiers.ts';
import { createJournal } from './journal.ts';
import { refuseBusy, refuseLost } from './readiness.ts';
import { Refusal } from './refusal.ts';
import { beginReplication, replicateAsSet } from './resync.ts';
import { checkComplete } from './settings-complete.ts';
import { checkDocument } from './settings-check.ts';
import { type SettingsDocument, settingsDocument, spellProperly } from './settings-document.ts';
import { blankDocument, settingsVm, storageOf } from './settings-make.ts';
import { isRecord, merge } from './settings-merge.ts';
import type { Task } from './records.ts';
import {
  type Session,
  type SettingsObject,
  type SiteState,
  siteIdentified,
  type Vpg,
  vpgIdentified,
  type World,
} from './state.ts';
import { startTask } from './tasks.ts';
import { createVpg, type Order, taskOf } from './vpg.ts';

/** For an existing VPG, or (undefined) for a new one. */
export function createSettings(world: World, site: SiteState, session: Session, vpg: Vpg | undefined): SettingsObject {
  const id = randomUUID();
  const document = vpg === undefined ? newDocument(world, site) : structuredClone(vpg.settings);
  const object = {
    id,
    session: session.token,
    lastUsed: world.clock.now(),
    document: { ...document, VpgIdentifier: vpg?.id ?? null, VpgSettingsIdentifier: id },
  };
  site.settings.set(id, object);
  return object;
}

function newDocument(world: World, site: SiteState): SettingsDocument {
  if (world.choices.blankSettings === 'empty') return blankDocument(zeroGuid, undefined);
  return blankDocument(site.identifier, peersOf(world, site)[0]?.estate);
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
  const change = at.reduceRight<unknown>((inner, key) => ({ [key]: inner }), spellProperly(sent));
  const { Vms, ...rest } = isRecord(change) ? change : {};
  const base = atOtherSites(world, object.document, rest);
  // VMs last: one that joins takes what the VPG then has.
  const whole = merge(base, rest, nobody);
  const parsed = settingsDocument.safeParse(whole);
  const fresh = (vmId: string): unknown => {
    const vm = world.estate.vmIdentified(vmId);
    if (vm === undefined) throw new Refusal(400, `VM ${vmId} is not known.`);
    const document = parsed.success ? parsed.data : base;
    return settingsVm(vm, document, siteIdentified(world, document.Basic.RecoverySiteIdentifier)?.estate);
  };
  const merged = Vms === undefined ? whole : merge(whole, { Vms }, fresh);
  replaceDocument(world, object, { ...(isRecord(merged) ? merged : {}), VpgIdentifier, VpgSettingsIdentifier });
}

const nobody = (): undefined => undefined;

/** Identifiers of the recovery site give way to the other site's when the site is changed. */
function atOtherSites(world: World, document: SettingsDocument, change: Record<string, unknown>): SettingsDocument {
  const basic = merge(document.Basic, change['Basic'] ?? {}, nobody);
  const recoveryId = isRecord(basic) ? basic['RecoverySiteIdentifier'] : undefined;
  if (typeof recoveryId !== 'string') return document;
  const target = siteIdentified(world, recoveryId)?.estate;
  if (target === undefined || recoveryId.toLowerCase() === document.Basic.RecoverySiteIdentifier) return document;
  const { Networks, Recovery } = blankDocument(document.Basic.ProtectedSiteIdentifier, target);
  const moved = {
    ...document,
    Networks,
    Recovery,
    Journal: storageOf(document.Journal),
    Scratch: storageOf(document.Scratch),
  };
  const Vms = document.Vms.flatMap(member => {
    const vm = world.estate.vmIdentified(member.VmIdentifier);
    return vm === undefined ? [] : [settingsVm(vm, moved, target)];
  });
  return { ...moved, Vms };
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
export function commitSettings(world: World, object: SettingsObject, order: Order): Task {
  const task = commitDocument(world, object.document, order);
  order.site.settings.delete(object.id);
  return task;
}

/** What a settings object, or an import, asks for. */
export function commitDocument(world: World, document: SettingsDocument, order: Order): Task {
  const existing = document.VpgIdentifier === null ? undefined : vpgIdentified(world, document.VpgIdentifier);
  if (document.VpgIdentifier !== null && existing === undefined)
    throw new Refusal(404, 'The VPG does not exist any more.');
  const name = document.Basic.Name;
  if (existing?.test !== undefined)
    throw new Refusal(500, `VPG ${name} cannot be updated while its failover test is in progress.`);
  if (existing?.updating === true) throw new Refusal(500, `VPG ${name} is already being updated.`);
  if (existing !== undefined) refuseBusy(existing);
  checkDocument(world, document);
  checkComplete(world, document);
  refuseApart(world, document, order.site);
  world.counts.commits++;
  const committed = withProfile(world, { ...document, VpgSettingsIdentifier: null });
  if (existing === undefined) return createFrom(world, committed, order);
  existing.updating = true;
  return startTask(world, {
    ...taskOf(world, existing, order),
    type: 'UpdateProtectionGroup',
    durationMs: world.durations.commitSettings,
    done(time) {
      existing.updating = false;
      const before = existing.settings;
      existing.settings = committed;
      replicateAsSet(world, existing, before, time);
    },
    failed() {
      existing.updating = false;
    },
  });
}

/** A VPG is made and changed at both sites. */
function refuseApart(world: World, { Basic }: SettingsDocument, site: SiteState): void {
  for (const id of [Basic.ProtectedSiteIdentifier, Basic.RecoverySiteIdentifier]) {
    const other = siteIdentified(world, id);
    if (other !== undefined && !areConnected(world, site, other)) refuseLost(other);
  }
}

/** A service profile says these three, whatever the document says. */
function withProfile(world: World, document: SettingsDocument): SettingsDocument {
  const profile = world.profiles.find(known => known.id === document.Basic.ServiceProfileIdentifier);
  if (profile === undefined) return document;
  const Basic = {
    ...document.Basic,
    RpoInSeconds: profile.rpoSeconds,
    JournalHistoryInHours: profile.journalHours,
    TestIntervalInMinutes: profile.testIntervalMinutes,
  };
  return { ...document, Basic };
}

function createFrom(world: World, document: SettingsDocument, order: Order): Task {
  const key = document.Basic.Name.toLowerCase();
  if (world.creating.has(key)) throw new Refusal(500, `VPG ${document.Basic.Name} is being created.`);
  world.creating.add(key);
  const id = guidOf(world.scenario.name, 'vpg', document.Basic.Name, randomUUID());
  const everyMs = world.choices.checkpointEverySeconds * 1000;
  const journal = createJournal(world.clock.now(), 0, 0, { everyMs });
  const vpg = createVpg(id, { ...document, VpgIdentifier: id }, journal);
  return startTask(world, {
    ...taskOf(world, vpg, order),
    type: 'CreateProtectionGroup',
    durationMs: world.durations.commitSettings,
    done(time) {
      world.creating.delete(key);
      world.vpgs.push(vpg);
      beginReplication(world, vpg, time);
    },
    failed() {
      world.creating.delete(key);
    },
  });
}

/** VMs of a site that can still be protected to one of its peers. */
export function unprotectedVms(world: World, site: SiteState) {
  const protecting = world.vpgs.filter(vpg => vpg.recovered === undefined);
  const peers = peersOf(world, site);
  return site.estate.vms.filter(vm => {
    const own = protecting.filter(vpg => vpg.settings.Vms.some(member => member.VmIdentifier === vm.id));
    const targets = own.map(vpg => vpg.settings.Basic.RecoverySiteIdentifier);
    return own.length < 3 && peers.some(peer => !targets.includes(peer.identifier));
  });
}
