import { plain, wordOf } from './enums.ts';

// Enums of /v1/vpgs and /v1/vms by number (docs/zerto.md §2). A field may carry the number or the word.

/** Sources disagree about 3 and 4: this is the majority's order and that of Zerto's own web UI. */
export const vpgStatuses: readonly string[] = [
  'Initializing',
  'MeetingSLA',
  'NotMeetingSLA',
  'RpoNotMeetingSLA',
  'HistoryNotMeetingSLA',
  'FailingOver',
  'Moving',
  'Deleting',
  'Recovered',
];

/** 33 to 42 exist; their names are not known. */
export const vpgSubStatuses: readonly string[] = [
  'None',
  'InitialSync',
  'Creating',
  'VolumeInitialSync',
  'Sync',
  'RecoveryPossible',
  'DeltaSync',
  'NeedsConfiguration',
  'Error',
  'EmptyProtectionGroup',
  'DisconnectedFromPeerNoRecoveryPoints',
  'FullSync',
  'VolumeDeltaSync',
  'VolumeFullSync',
  'FailingOverCommitting',
  'FailingOverBeforeCommit',
  'FailingOverRollingBack',
  'Promoting',
  'MovingCommitting',
  'MovingBeforeCommit',
  'MovingRollingBack',
  'Deleting',
  'PendingRemove',
  'BitmapSync',
  'DisconnectedFromPeer',
  'ReplicationPausedUserInitiated',
  'ReplicationPausedSystemInitiated',
  'RecoveryStorageProfileError',
  'Backup',
  'RollingBack',
  'RecoveryStorageError',
  'JournalStorageError',
  'VmNotProtectedError',
];

const awayFromPeer = new Set(
  ['RecoveryPossible', 'DisconnectedFromPeer', 'DisconnectedFromPeerNoRecoveryPoints'].map(plain),
);

/** Whether a VPG's SubStatus says that its two ends do not reach each other (docs/zerto.md §2): 5, 10 and 24. */
export function isAwayFromPeer(subStatus: string): boolean {
  return awayFromPeer.has(plain(subStatus));
}

export const priorities: readonly string[] = ['Low', 'Medium', 'High'];
export const entityTypes: readonly string[] = ['VCVpg', 'VCvApp', 'VCDvApp', 'PublicCloud', 'HyperV', 'Azure'];
/** From the web UI. */
export const alertStatuses: readonly string[] = ['Normal', 'Warning', 'Error', 'Pairing', 'Unpairing'];
export const journalLimits: readonly string[] = ['Unlimited', 'Megabytes', 'Percentage'];

/** By number. `Rollback` and `Commit` happen by themselves when their time is over; `None` waits for a person. */
export const commitPolicies = ['Rollback', 'Commit', 'None'] as const;
export type CommitPolicy = (typeof commitPolicies)[number];

/** `Shutdown` fails without guest tools; `ForceShutdown` waits five minutes, then powers off. */
export const shutdownPolicies = ['None', 'Shutdown', 'ForceShutdown'] as const;
export type ShutdownPolicy = (typeof shutdownPolicies)[number];

/**
 * VpgStatus as a word. 3 and 4 are swapped in some versions and clients, so for these numbers the description (10.x)
 * decides where it names a status, else the ZVM's own list.
 * @param own `/v1/vpgs/statuses`, where it was asked
 */
export function vpgStatusOf(
  value: number | string,
  description: string | null | undefined,
  own: readonly string[] = vpgStatuses,
): string {
  const word = wordOf(vpgStatuses, value);
  if (!isDisputed(value)) return word;
  const said = plain(description ?? '');
  return vpgStatuses.find(status => plain(status) === said) ?? known(own, Number(value)) ?? word;
}

/** Whether neither the value nor its description settles which of the two is meant. */
export function isUnsettled(value: number | string, description: string | null | undefined): boolean {
  const said = plain(description ?? '');
  return isDisputed(value) && !vpgStatuses.some(status => plain(status) === said);
}

function isDisputed(value: number | string): boolean {
  return String(value) === '3' || String(value) === '4';
}

/** The ZVM's word at that place of its own list, if it is one of the two that are disputed. */
function known(own: readonly string[], place: number): string | undefined {
  return vpgStatuses.slice(3, 5).find(status => plain(status) === plain(own[place] ?? ''));
}

/**
 * Stage of a running failover test. The order of its numbers is not known, so a number stays `#1`; an object without
 * a stage is a running test all the same.
 */
export function testStageOf(value: number | string | null | undefined): string {
  if (typeof value === 'number') return `#${value}`;
  return wordOf(['Starting', 'InTest', 'Stopping'], value ?? 'Unknown');
}
