import { isConnected } from './connection.ts';
import type { VpgStatus, VpgSubStatus } from './enums.ts';
import { earliestCheckpoint, latestCheckpoint } from './journal.ts';
import type { Recovery, SiteState, Sync, Vpg, World } from './state.ts';
import { endsOf, historyMsOf } from './vpg.ts';

export interface Condition {
  readonly status: VpgStatus;
  readonly subStatus: VpgSubStatus;
  /** 0–100. */
  readonly progress: number;
}

/** What a site tells of a VPG. The vendor's pages say which SubStatus goes with which Status (docs/zerto.md §2). */
export function conditionOf(world: World, site: SiteState, vpg: Vpg): Condition {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  const connected = isConnected(world, vpg);
  // What went on at the recovery site meanwhile is not known here.
  if (!connected && site === protectedSite && site !== recoverySite)
    return say('NotMeetingSLA', 'DisconnectedFromPeer');
  if (vpg.deleting) return say('Deleting', 'Deleting');
  if (vpg.operation !== undefined) return ofRecovery(vpg.operation);
  if (vpg.recovered !== undefined) {
    return say(world.choices.unprotectedStatus, world.choices.unprotectedSubStatus);
  }
  if (vpg.settings.Vms.length === 0) return say('NotMeetingSLA', 'EmptyProtectionGroup');
  if (vpg.trouble !== undefined) return say('NotMeetingSLA', vpg.trouble.subStatus);
  const now = world.clock.now();
  if (!connected) {
    const latest = latestCheckpoint(vpg.journal, now, historyMsOf(vpg));
    return say(
      'NotMeetingSLA',
      latest === undefined ? 'DisconnectedFromPeerNoRecoveryPoints' : world.choices.lostSubStatus,
    );
  }
  const meeting = slaOf(vpg, now);
  if (vpg.paused !== undefined) {
    return say(
      meeting,
      vpg.paused.by === 'user' ? 'ReplicationPausedUserInitiated' : 'ReplicationPausedSystemInitiated',
    );
  }
  if (vpg.sync !== undefined) return ofSync(vpg.sync, meeting, now);
  return say(meeting, vpg.retention === undefined ? 'None' : 'Backup');
}

const say = (status: VpgStatus, subStatus: VpgSubStatus, progress = 0): Condition => ({ status, subStatus, progress });

const stages = {
  Failover: {
    Starting: 'None',
    BeforeCommit: 'FailingOverBeforeCommit',
    Committing: 'FailingOverCommitting',
    RollingBack: 'FailingOverRollingBack',
  },
  Move: {
    Starting: 'None',
    BeforeCommit: 'MovingBeforeCommit',
    Committing: 'MovingCommitting',
    RollingBack: 'MovingRollingBack',
  },
} as const satisfies Record<Recovery['kind'], Record<Recovery['stage'], VpgSubStatus>>;

function ofRecovery({ kind, stage }: Recovery): Condition {
  return say(kind === 'Failover' ? 'FailingOver' : 'Moving', stages[kind][stage]);
}

function ofSync(sync: Sync, meeting: VpgStatus, now: number): Condition {
  const progress = Math.min(99, Math.floor(((now - sync.started) / (sync.due - sync.started)) * 100));
  switch (sync.subStatus) {
    case 'Creating':
    case 'InitialSync':
    case 'Sync':
      return say('Initializing', sync.subStatus, progress);
    case 'DeltaSync':
      return say(sync.forced ? meeting : 'NotMeetingSLA', sync.subStatus, progress);
    case 'VolumeDeltaSync':
    case 'VolumeFullSync':
    case 'FullSync':
      return say('NotMeetingSLA', sync.subStatus, progress);
    case 'Promoting':
      return say('FailingOver', sync.subStatus, progress);
    default:
      return say(meeting, sync.subStatus, progress);
  }
}

function slaOf(vpg: Vpg, now: number): VpgStatus {
  const latest = latestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  const rpo = latest !== undefined && now - latest.time <= vpg.settings.Basic.RpoInSeconds * 1000;
  const history = historyMinutes(vpg, now) >= vpg.settings.Basic.JournalHistoryInHours * 60;
  if (rpo) return history ? 'MeetingSLA' : 'HistoryNotMeetingSLA';
  return history ? 'RpoNotMeetingSLA' : 'NotMeetingSLA';
}

/** How far back the journal goes, in whole minutes. */
export function historyMinutes(vpg: Vpg, now: number): number {
  const earliest = earliestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  return earliest === undefined ? 0 : Math.round((now - earliest.time) / 60_000);
}

/** In seconds; 0 while the sites are not connected. */
export function actualRpo(world: World, vpg: Vpg): number {
  const now = world.clock.now();
  const latest = latestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  return latest === undefined || !isConnected(world, vpg) ? 0 : Math.floor((now - latest.time) / 1000);
}
