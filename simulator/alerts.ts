import { randomUUID } from 'node:crypto';
import { areConnected, isConnected, peersOf, vpgsSeenBy } from './connection.ts';
import { recordEvent } from './events.ts';
import { guidOf } from './identifiers.ts';
import { latestCheckpoint } from './journal.ts';
import type { Alert } from './records.ts';
import type { SiteState, Vpg, World } from './state.ts';
import { endsOf, historyMsOf, nameOf } from './vpg.ts';
import { historyMinutes } from './vpg-status.ts';

/** What a state demands to be told. `since`: ms since 1970. */
interface Reason extends Pick<Alert, 'level' | 'entity' | 'help' | 'description' | 'vpgIds'> {
  readonly key: string;
  readonly since: number;
}

/** Turns a site's alerts on and off as the states of its VPGs and peers demand now. */
export function refreshAlerts(world: World, site: SiteState): void {
  const now = world.clock.now();
  const reasons = new Map([...reasonsOf(world, site)].map(reason => [reason.key, reason]));
  for (const [key, alert] of site.alerts) {
    if (reasons.has(key)) continue;
    site.alerts.delete(key);
    recordTurn(world, site, alert, 'AlertTurnedOff', now);
  }
  for (const [key, reason] of reasons) {
    if (site.alerts.has(key)) continue;
    const { level, entity, help, description, vpgIds, since } = reason;
    const alert: Alert = {
      id: key.startsWith('scenario ') ? guidOf(world.scenario.name, 'alert', key.slice(9)) : randomUUID(),
      level,
      entity,
      help,
      description,
      vpgIds,
      turnedOn: since,
      dismissed: false,
    };
    site.alerts.set(key, alert);
    recordTurn(world, site, alert, 'AlertTurnedOn', since);
  }
}

function recordTurn(
  world: World,
  site: SiteState,
  alert: Alert,
  type: 'AlertTurnedOn' | 'AlertTurnedOff',
  time: number,
): void {
  recordEvent(world, {
    time,
    type,
    category: 'Alerts',
    entity: alert.entity === 'Vpg' ? 'VPG' : 'Site',
    description: alert.description,
    success: true,
    by: 'System',
    siteIds: [site.identifier],
    vpgIds: alert.vpgIds,
    alertId: alert.id,
  });
}

function* reasonsOf(world: World, site: SiteState): Generator<Reason> {
  const seen = vpgsSeenBy(world, site);
  for (const [index, { vpg: name, level, help, description }] of world.scenario.alerts.entries()) {
    const vpgIds = seen.filter(vpg => nameOf(vpg) === name).map(vpg => vpg.id);
    const key = `scenario ${index}`;
    if (vpgIds.length > 0)
      yield { key, level, entity: 'Vpg', help, description, vpgIds, since: world.startedAt - 600_000 };
  }
  for (const peer of peersOf(world, site)) {
    if (areConnected(world, site, peer)) continue;
    const vpgIds = seen.filter(vpg => Object.values(endsOf(world, vpg)).includes(peer)).map(vpg => vpg.id);
    const description = `The Zerto Virtual Manager is not connected to site ${peer.spec.zertoName}.`;
    const since = peer.silentSince ?? world.clock.now();
    const help = world.choices.peerAlert;
    yield { key: `peer ${peer.identifier}`, level: 'Error', entity: 'Site', help, description, vpgIds, since };
  }
  for (const vpg of seen) yield* vpgReasons(world, site, vpg);
}

function* vpgReasons(world: World, site: SiteState, vpg: Vpg): Generator<Reason> {
  const { protectedSite } = endsOf(world, vpg);
  // Nothing but the lost connection is known here.
  if (!isConnected(world, vpg) && site === protectedSite) return;
  const name = nameOf(vpg);
  const { operation, test, paused, trouble, recovered } = vpg;
  const say = (help: string, level: Alert['level'], since: number, description: string): Reason => ({
    key: `${help} ${vpg.id}`,
    level,
    entity: 'Vpg',
    help,
    description,
    vpgIds: [vpg.id],
    since,
  });
  if (operation?.stage === 'BeforeCommit') {
    yield say('VPG0014', 'Warning', operation.up ?? 0, `VPG ${name} is waiting for commit or rollback.`);
  }
  if (test?.stopFailed !== undefined) {
    yield say('VPG0051', 'Error', test.stopFailed, `Stopping the failover test of VPG ${name} failed.`);
  }
  if (paused?.by === 'user') yield say('VPG0007', 'Warning', paused.since, `VPG ${name} is paused.`);
  if (paused?.by === 'system') yield say('VPG0017', 'Warning', paused.since, `VPG ${name} was paused by the system.`);
  if (recovered !== undefined || trouble?.subStatus === 'NeedsConfiguration') {
    const since = recovered?.since ?? trouble?.since ?? 0;
    yield say('VPG0006', 'Error', since, `VPG ${name} has configuration settings missing.`);
  } else if (trouble !== undefined) {
    yield say('VPG0005', 'Error', trouble.since, `VPG ${name} is in an error state: ${trouble.subStatus}.`);
  }
  const protecting = operation === undefined && recovered === undefined && trouble === undefined && !vpg.deleting;
  if (protecting) yield* slaReasons(world, vpg, say);
}

function* slaReasons(
  world: World,
  vpg: Vpg,
  say: (help: string, level: Alert['level'], since: number, description: string) => Reason,
): Generator<Reason> {
  const now = world.clock.now();
  const { Name, RpoInSeconds, JournalHistoryInHours } = vpg.settings.Basic;
  const latest = latestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  if (latest !== undefined) {
    const { rpoErrorFactor } = world.choices;
    const rpoMs = RpoInSeconds * 1000;
    const age = now - latest.time;
    const description = `VPG ${Name} exceeds its RPO of ${RpoInSeconds} seconds.`;
    if (age > rpoErrorFactor * rpoMs) {
      yield say('VPG0010', 'Error', latest.time + rpoErrorFactor * rpoMs, description);
    } else if (age > rpoMs) {
      yield say('VPG0009', 'Warning', latest.time + rpoMs, description);
    }
  }
  if (vpg.sync !== undefined || latest === undefined) return;
  const wanted = JournalHistoryInHours * 60;
  if (historyMinutes(vpg, now) < (wanted * world.choices.lowHistoryPercent) / 100) {
    yield say('VPG0003', 'Warning', vpg.journal.since, `VPG ${Name} has a journal of less than ${wanted} minutes.`);
  }
}
