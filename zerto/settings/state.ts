import type { SettingsDocument } from '../settings-types.ts';
import { lookingUp, pickByName } from '../names.ts';
import type { Call, Named } from '../types.ts';
import type { Zvm } from '../zvm.ts';
import { readThrough } from '../vpg-settings.ts';
import { changeSettings } from './change.ts';
import type { Desired } from './desired.ts';
import { type Change, compareSettings } from './difference.ts';
import { SettingsRefused } from './errors.ts';
import { readNames, type SettingsNames } from './names.ts';
import { resolveSettings } from './resolve.ts';
import type { WantedSettings } from './wanted.ts';

/** A VPG's settings beside what is desired of them. */
export interface State {
  /** Undefined: there is no VPG yet. */
  readonly vpgId: string | undefined;
  readonly document: SettingsDocument;
  readonly names: SettingsNames;
  readonly wanted: WantedSettings;
  /** What is still to be changed. */
  readonly missing: readonly Change[];
}

/**
 * Reads only, by settings objects that are deleted again.
 * @throws NameNotFound, NameAmbiguous, SettingsRefused
 */
export function readState(zvm: Zvm, desired: Desired, call: Pick<Call, 'signal'>): Promise<State> {
  return lookingUp(zvm.site, listOfKind, () => readHere(zvm, desired, call));
}

async function readHere(zvm: Zvm, desired: Desired, call: Pick<Call, 'signal'>): Promise<State> {
  const vpgId = await findVpg(zvm, desired, call);
  // Of an existing VPG the sites are known by their identifiers, so names are asked only where one is stated.
  const named = vpgId === undefined || desired.protectedSite !== undefined || desired.recoverySite !== undefined;
  const sites = named ? await readSites(zvm, call) : [];
  const document =
    vpgId === undefined
      ? inSites(await readThrough(zvm.vpgSettings, {}, call), desired, sites, zvm.site)
      : await zvm.vpgSettings.read(vpgId, call);
  assertSettable(document, desired, sites, zvm.site);
  const names = { ...(await readNames(zvm, desired, document, call)), sites };
  const wanted = resolveSettings(desired, document, names);
  const joining = wanted.add
    .filter(vm => !names.members.some(member => member.id === vm.id))
    .map(vm => ({ path: `vms[${vm.name}]`, before: '', after: 'protected' }));
  const before = vpgId === undefined ? undefined : document;
  const missing = [...compareSettings(before, changeSettings(document, wanted), names), ...joining];
  return { vpgId, document, names, wanted, missing };
}

const atSite = 'GET virtualizationsites/…';
const ofSettings = 'GET vpgSettings/…';
/** What lists a kind of thing; what is part of the VPG stands in its settings. */
const lists: Readonly<Record<string, string>> = {
  VPG: 'GET vpgs',
  site: 'GET virtualizationsites',
  network: `${atSite}/networks`,
  datastore: `${atSite}/datastores`,
  'datastore cluster': `${atSite}/datastoreclusters`,
  host: `${atSite}/hosts`,
  'host cluster': `${atSite}/hostclusters`,
  folder: `${atSite}/folders`,
  'resource pool': `${atSite}/resourcepools`,
  'raw device': `${atSite}/devices`,
  'unprotected VM': `${atSite}/vms`,
  'org VDC': `${atSite}/orgvdcs`,
  'protected org VDC network': `${atSite}/orgvdcs/…/networks`,
  vApp: `${atSite}/vcdvapps`,
  'service profile': 'GET serviceprofiles',
  'organisation (Zorg)': 'GET zorgs',
};
const listOfKind = (what: string): string => lists[what] ?? ofSettings;

/** VpgIdentifier of the VPG that is meant; undefined: there is none yet. */
export async function findVpg(
  zvm: Zvm,
  { vpg, vpgId }: Desired,
  call: Pick<Call, 'signal'>,
): Promise<string | undefined> {
  if (vpgId !== undefined) return vpgId;
  const found = await zvm.vpgs.list({ name: vpg }, call);
  return found.length === 0 ? undefined : pickByName(found, vpg, 'VPG').id;
}

interface KnownSite extends Named {
  readonly kind: string;
  readonly isHere: boolean;
}

async function readSites(zvm: Zvm, call: Pick<Call, 'signal'>): Promise<KnownSite[]> {
  const [local, peers] = await Promise.all([zvm.sites.local(call), zvm.sites.peers({}, call)]);
  return [
    { id: local.identifier, name: local.name, kind: local.kind, isHere: true },
    ...peers.map(peer => ({ id: peer.identifier, name: peer.name, kind: peer.kind, isHere: false })),
  ];
}

function inSites(
  document: SettingsDocument,
  desired: Desired,
  sites: readonly KnownSite[],
  here: string,
): SettingsDocument {
  const recovery =
    desired.recoverySite === undefined
      ? sites.find(site => site.isHere)
      : pickByName(sites, desired.recoverySite, 'site');
  const others = sites.filter(site => site !== recovery);
  const protected_ =
    desired.protectedSite === undefined
      ? others.length === 1
        ? others[0]
        : undefined
      : pickByName(sites, desired.protectedSite, 'site');
  if (recovery === undefined || protected_ === undefined) {
    const list = others.map(site => site.name).join(', ');
    throw new SettingsRefused(`Which site ${desired.vpg} protects is not named, and there are several: ${list}`, here);
  }
  const sides = { ProtectedSiteIdentifier: protected_.id, RecoverySiteIdentifier: recovery.id };
  return { ...document, VpgIdentifier: null, Basic: { ...document.Basic, ...sides, Name: '' } };
}

const clouds = /azure|aws|amazon|publiccloud/i;

/** @throws SettingsRefused for what this API does not set, and for a VPG between other sites than are named */
function assertSettable(document: SettingsDocument, desired: Desired, sites: readonly KnownSite[], here: string): void {
  const { Basic, Recovery, Networks, LongTermRetention } = document;
  const refuse = (text: string) => {
    throw new SettingsRefused(`${desired.vpg} ${text}`, here);
  };
  const at = (id: string) => sites.find(site => site.id === id);
  const ends = [at(Basic.ProtectedSiteIdentifier), at(Basic.RecoverySiteIdentifier)];
  const cloud = ends.find(site => site !== undefined && clouds.test(site.kind));
  if (cloud !== undefined) refuse(`involves ${cloud.name}, which is ${cloud.kind}: ${notHere}`);
  if (
    isThere(Recovery?.PublicCloud) ||
    isThere(Networks.Failover.PublicCloud) ||
    isThere(Networks.FailoverTest.PublicCloud)
  )
    refuse(`recovers to a public cloud (Azure or AWS): ${notHere}`);
  if (LongTermRetention?.Enabled === true) refuse(`keeps backups (long-term retention): ${notHere}`);
  for (const [what, name, id] of [
    ['protected', desired.protectedSite, Basic.ProtectedSiteIdentifier],
    ['recovery', desired.recoverySite, Basic.RecoverySiteIdentifier],
  ] as const) {
    if (name !== undefined && pickByName(sites, name, 'site').id !== id)
      refuse(`has ${at(id)?.name ?? id} as its ${what} site, not ${name}; a VPG's sites cannot be changed`);
  }
}

const notHere = 'the settings API does not change such VPGs safely, so use the web interface of Zerto';

function isThere(part: unknown): boolean {
  if (part === null || part === undefined) return false;
  return typeof part !== 'object' || Object.values(part).some(isThere);
}
