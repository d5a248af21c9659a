import { isAwayFromPeer } from '../zerto/enums-vpg.ts';
import { NotFound, Refused } from '../zerto/errors.ts';
import type { Alert } from '../zerto/alerts.ts';
import type { PeerSite } from '../zerto/sites.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { otherSiteName } from './direction.ts';
import { StepFailed } from './outcome.ts';
import type { SiteDirectory } from './surroundings.ts';

/** The site that a VPG is protected at, as the ZVM that it recovers to sees it. */
export interface Peer {
  /** In drillbook.yaml; Zerto's where it is not there. */
  readonly name: string;
  readonly connected: boolean;
  /** ISO 8601; undefined where no alert tells. */
  readonly since?: string;
}

interface Look {
  readonly sites: SiteDirectory;
  readonly signal: AbortSignal;
}

/**
 * Whether the other site is connected. The VPG's SubStatus tells; while a failover or move is open it tells of that alone,
 * and then an alert about that site does. A site that is not paired is not connected either.
 * @param fresh nobody's earlier look will do
 */
export async function lookAtPeer(
  zvm: Zvm,
  vpg: Vpg,
  site: string,
  { sites, signal, fresh = false }: Look & { readonly fresh?: boolean },
): Promise<Peer> {
  const { identifier, name: zertoName } = vpg.protectedSite;
  const name = otherSiteName(zertoName, site, sites);
  if (identifier === vpg.recoverySite.identifier) return { name, connected: true };
  signal.throwIfAborted();
  const { peers, alerts } = await lookAtSite(zvm, site, sites, fresh);
  const peer = peers?.find(each => each.identifier === identifier);
  const alert = alerts?.find(each => tellsOf(each, [zertoName, peer?.name ?? '']));
  const unpaired = peers !== undefined && peer?.pairing !== 'Paired';
  if (!isAwayFromPeer(vpg.subStatus) && !unpaired && !(hidesPeer(vpg) && alert !== undefined))
    return { name, connected: true };
  return { name, connected: false, ...(alert?.turnedOn === undefined ? {} : { since: alert.turnedOn }) };
}

const hidesPeer = ({ status }: Vpg): boolean => /^(FailingOver|Moving)/.test(status);

/**
 * What needs both ends of a VPG fails at once where the protected one is away, before anything is sent. Asks for no more
 * where the VPG's SubStatus tells that both are there.
 * @param site where it recovers to, by its name in drillbook.yaml
 * @param needs ends the sentence: why nothing is done
 * @throws StepFailed
 */
export async function assertPeerConnected(zvm: Zvm, vpg: Vpg, site: string, needs: string, look: Look): Promise<void> {
  if (!hidesPeer(vpg) && !isAwayFromPeer(vpg.subStatus)) return;
  const peer = await lookAtPeer(zvm, vpg, site, look);
  if (!peer.connected) throw new StepFailed(`${notConnected(peer)}: ${needs}`);
}

/**
 * The same of two sites, where there is no VPG yet.
 * @param site the ZVM that is asked, and `peer`, the other one, by their names in drillbook.yaml
 * @throws StepFailed
 */
export async function assertSiteConnected(
  zvm: Zvm,
  site: string,
  peer: string,
  { sites, signal }: Look,
): Promise<void> {
  signal.throwIfAborted();
  const { zertoName } = sites.settings(peer);
  const { peers, alerts } = await lookAtSite(zvm, site, sites);
  const known = peers?.find(each => each.name === zertoName);
  if (peers !== undefined && known === undefined) {
    throw new StepFailed(`${peer} (${zertoName}) is not paired with ${site}`);
  }
  if (known !== undefined && known.pairing !== 'Paired') {
    throw new StepFailed(`${peer} is not connected to ${site}: ${known.pairing}`);
  }
  // A pairing outlives the connection.
  const alert = alerts?.find(each => tellsOf(each, [zertoName]));
  if (alert === undefined) return;
  const since = alert.turnedOn === undefined ? {} : { since: alert.turnedOn };
  throw new StepFailed(`${notConnected({ name: peer, connected: false, ...since })}: ${alert.description}`);
}

interface SiteSeen {
  readonly peers: readonly PeerSite[] | undefined;
  readonly alerts: readonly Alert[] | undefined;
}

const sharedMs = 2_000;
const looks = new WeakMap<SiteDirectory, Map<string, { readonly until: number; readonly seen: Promise<SiteSeen> }>>();

/** Many VPGs are committed at once and the rate of a ZVM is low: who asks within two seconds shares one look. */
function lookAtSite(zvm: Zvm, site: string, sites: SiteDirectory, fresh = false): Promise<SiteSeen> {
  const shared = looks.get(sites) ?? new Map<string, { readonly until: number; readonly seen: Promise<SiteSeen> }>();
  looks.set(sites, shared);
  const now = performance.now();
  const known = shared.get(site);
  if (!fresh && known !== undefined && now < known.until) return known.seen;
  // Nobody's signal: it is not one caller's to end.
  const seen = Promise.all([zvm.sites.peers().catch(nothingTold), zvm.alerts.list().catch(nothingTold)]).then(
    ([peers, alerts]) => ({ peers, alerts }),
  );
  shared.set(site, { until: now + sharedMs, seen });
  seen.catch(() => shared.delete(site));
  return seen;
}

/** `site-a is not connected since 2026-11-21 02:41 UTC`. */
export function notConnected({ name, since }: Peer): string {
  return since === undefined ? `${name} is not connected` : `${name} is not connected since ${spellTime(since)}`;
}

/** Which alert a ZVM has for it differs (docs/zerto.md §11, `peerAlert`), so its words are read (*inferred*). */
function tellsOf({ description, dismissed }: Alert, names: readonly string[]): boolean {
  const named = names.some(name => name !== '' && description.includes(name));
  return !dismissed && named && /not connected|no connection|disconnected/i.test(description);
}

/** An account that may not read it leaves it unknown; a ZVM that is away is no answer. */
function nothingTold(error: unknown): undefined {
  if (error instanceof Refused || error instanceof NotFound) return undefined;
  throw error;
}

function spellTime(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
