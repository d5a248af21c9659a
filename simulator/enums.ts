/** The vendor's enums, by number (docs/zerto.md §2, §4 and the shapes). */
export const vpgStatuses = [
  'Initializing',
  'MeetingSLA',
  'NotMeetingSLA',
  'RpoNotMeetingSLA',
  'HistoryNotMeetingSLA',
  'FailingOver',
  'Moving',
  'Deleting',
  'Recovered',
] as const;
export type VpgStatus = (typeof vpgStatuses)[number];

export const vpgSubStatuses = [
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
] as const;
export type VpgSubStatus = (typeof vpgSubStatuses)[number];

export const alertStatuses = ['Normal', 'Warning', 'Error', 'Pairing', 'Unpairing'] as const;
export const priorities = ['Low', 'Medium', 'High'];
export const entityTypes = ['VCVpg', 'VCvApp', 'VCDvApp', 'PublicCloud', 'HyperV'] as const;
export type EntityType = (typeof entityTypes)[number];
export const commitPolicies = ['Rollback', 'Commit', 'None'] as const;
export type CommitPolicy = (typeof commitPolicies)[number];
export const shutdownPolicies = ['None', 'Shutdown', 'ForceShutdown'] as const;
export type ShutdownPolicy = (typeof shutdownPolicies)[number];
export const retentionPolicies = ['Daily', 'Weekly', 'Monthly'];
export const pairingStatuses = ['Paired', 'Pairing', 'Unpaired'] as const;
export const taskStateNames = [
  'FirstUnusedValue',
  'InProgress',
  'WaitingForUserInput',
  'Paused',
  'Failed',
  'Stopped',
  'Completed',
  'Cancelling',
] as const;

/** What an account may do besides reading. */
export const operations = [
  'checkpoint',
  'test',
  'failover',
  'move',
  'clone',
  'replication',
  'settings',
  'delete',
  'alerts',
] as const;
export type Operation = (typeof operations)[number];
