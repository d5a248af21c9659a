import type { Alert } from '../zerto/alerts.ts';
import { isAwayFromPeer } from '../zerto/enums-vpg.ts';
import type { Checkpoint, Vpg } from '../zerto/vpgs.ts';
import { spellDuration } from './spell.ts';

export interface VpgSeen {
  readonly vpg: Vpg;
  readonly newest: Checkpoint | undefined;
  /** Those of this VPG. */
  readonly alerts: readonly Alert[];
  /** ms since 1970. */
  readonly now: number;
  readonly maxRpoMs?: number;
}

export interface Readiness {
  /** Clauses that follow the VPG's name. */
  readonly refused: readonly string[];
  readonly told: readonly string[];
  /** Age of the newest checkpoint, ms; never Zerto's ActualRPO, which reads 0 when the peer is gone. */
  readonly rpoMs: number | undefined;
}

/**
 * A drill is refused by everything that would spoil its proof. In a disaster only what makes recovery impossible
 * refuses; the rest is told (`zerto/check-vpgs`).
 */
export function judgeReadiness(seen: VpgSeen, rules: 'drill' | 'live'): Readiness {
  const { vpg, newest, now } = seen;
  const refused: string[] = [];
  const told: string[] = [];
  const soft = rules === 'drill' ? refused : told;

  const busy = otherOperation(vpg);
  if (busy !== undefined) refused.push(busy);
  else if (initialSync.has(vpg.subStatus) || vpg.status === 'Initializing') {
    refused.push(`is in its initial synchronisation (${stateOf(vpg)}, ${vpg.progressPercentage} %)`);
  } else if (unconfigured.has(vpg.subStatus)) {
    refused.push(
      `${rules === 'drill' ? 'does not meet its SLA' : 'has nothing that can be recovered'} (${stateOf(vpg)})`,
    );
  } else if (blockingSync.has(vpg.subStatus)) {
    const until = rules === 'drill' ? '' : ': it cannot be recovered until that is over';
    refused.push(
      vpg.status === 'MeetingSLA' || rules === 'live'
        ? `is synchronising (${stateOf(vpg)}, ${vpg.progressPercentage} %)${until}`
        : `does not meet its SLA (${stateOf(vpg)})`,
    );
  } else if (isAwayFromPeer(vpg.subStatus)) {
    soft.push(`is not connected to its other site (${stateOf(vpg)})`);
  } else if (vpg.status === 'HistoryNotMeetingSLA' && settled.has(vpg.subStatus)) {
    told.push('has not the journal history that it should have yet (HistoryNotMeetingSLA)');
  } else if (vpg.status !== 'MeetingSLA' || !settled.has(vpg.subStatus)) {
    soft.push(`does not meet its SLA (${stateOf(vpg)})`);
  }
  switch (vpg.testStage) {
    case undefined:
      break;
    case 'Starting':
    case 'Stopping':
      refused.push(`has a failover test that is ${vpg.testStage.toLowerCase()}`);
      break;
    case 'InTest':
      soft.push('has a failover test running: stop it first');
      break;
    default:
      // What the stages are called is inferred (docs/zerto.md §2): a word that we do not know must not stop a recovery.
      soft.push(`has a failover test in a stage that is not known (${vpg.testStage}): stop it first`);
  }

  const rpoMs = newest === undefined ? undefined : Math.max(0, now - Date.parse(newest.time));
  if (newest === undefined || rpoMs === undefined) refused.push('has no checkpoint');
  else {
    const age = `: its newest checkpoint ${newest.id} is ${spellDuration(rpoMs)} old`;
    if (seen.maxRpoMs !== undefined && rpoMs > seen.maxRpoMs) {
      soft.push(`misses the RPO of ${spellDuration(seen.maxRpoMs)}${age}`);
    } else if (rpoMs > vpg.configuredRpoSeconds * 1_000) {
      told.push(`misses its own RPO of ${spellDuration(vpg.configuredRpoSeconds * 1_000)}${age}`);
    }
    const ahead = Date.parse(newest.time) - now;
    if (ahead > clockDoubtMs) {
      told.push(
        `has a checkpoint ${spellDuration(ahead)} ahead of this worker's clock: the clocks differ, its RPO is not sure`,
      );
    }
  }

  for (const alert of seen.alerts.filter(a => !a.dismissed)) {
    const text = `has the alert ${alert.help}: ${alert.description}`;
    if (alert.level === 'Error') soft.push(text);
    else told.push(text);
  }
  return { refused, told, rpoMs };
}

const clockDoubtMs = 60_000;
/** A synchronisation that goes on beside a VPG that meets its SLA spoils nothing (docs/zerto.md §10). */
const settled = new Set(['None', 'Sync']);
/** Zerto recovers nothing meanwhile, whoever began it; a bitmap sync does not matter (docs/zerto.md §2). */
const blockingSync = new Set(['DeltaSync', 'FullSync', 'VolumeDeltaSync', 'VolumeFullSync']);
const unconfigured = new Set(['NeedsConfiguration', 'EmptyProtectionGroup']);
const initialSync = new Set(['InitialSync', 'Creating', 'VolumeInitialSync']);

function otherOperation(vpg: Vpg): string | undefined {
  const words = [vpg.status, vpg.subStatus];
  const busy = words.find(word => /^(FailingOver|Moving|Deleting|Promoting|PendingRemove|RollingBack)/.test(word));
  if (busy !== undefined) return `is in another operation (${stateOf(vpg)})`;
  return vpg.status === 'Recovered' ? 'has been failed over already (Recovered)' : undefined;
}

function stateOf(vpg: Vpg): string {
  return vpg.subStatus === 'None' ? vpg.status : `${vpg.status}, ${vpg.subStatus}`;
}
