import type { TaskState } from './types.ts';

// The vendor's enums by number (docs/zerto.md §2, §4, §6). A field may carry the number or the word.

/** Sources disagree about 3 and 4: this is the majority's order and that of Zerto's own web UI. */
const vpgStatuses = [
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

export const pairings: readonly string[] = ['Paired', 'Pairing', 'Unpaired'];
export const priorities: readonly string[] = ['Low', 'Medium', 'High'];
export const recoveryTypes: readonly string[] = ['Failover', 'Move', 'FailoverTest'];

const taskStates: readonly TaskState[] = [
  '#0',
  'InProgress',
  'WaitingForUserInput',
  'Paused',
  'Failed',
  'Stopped',
  'Completed',
  'Cancelling',
];

/** The vendor's word for a value: a number by its place, a word in the vendor's spelling; an unknown number is `#42`. */
export function wordOf(words: readonly string[], value: number | string): string {
  const number = typeof value === 'number' ? value : /^\d+$/.test(value) ? Number(value) : undefined;
  if (number !== undefined) return words[number] ?? `#${number}`;
  return words.find(word => plain(word) === plain(value as string)) ?? (value as string);
}

/**
 * VpgStatus as a word. 3 and 4 are swapped in some versions and clients, so for these the description (10.x) decides
 * where it names a status.
 */
export function vpgStatusOf(value: number | string, description: string | null | undefined): string {
  const word = wordOf(vpgStatuses, value);
  if (word === value || (word !== 'RpoNotMeetingSLA' && word !== 'HistoryNotMeetingSLA')) return word;
  return vpgStatuses.find(status => plain(status) === plain(description ?? '')) ?? word;
}

/**
 * Stage of a running failover test. The order of its numbers is not known, so a number stays `#1`; an object without
 * a stage is a running test all the same.
 */
export function testStageOf(value: number | string | null | undefined): string {
  if (typeof value === 'number') return `#${value}`;
  return wordOf(['Starting', 'InTest', 'Stopping'], value ?? 'Unknown');
}

/** A word that is not known is not terminal, like 0. */
export function taskStateOf(value: number | string): TaskState {
  const word = wordOf(taskStates, value);
  return taskStates.find(state => state === word) ?? (typeof value === 'number' ? `#${value}` : '#0');
}

export function isTerminal(state: TaskState): boolean {
  return state === 'Failed' || state === 'Stopped' || state === 'Completed';
}

/** For comparing words across versions: `Failover Test` and `FailoverTest` are the same. */
export function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
