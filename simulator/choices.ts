/** What sources do not tell, and the simulator therefore chose (docs/zerto.md §11). A scenario may choose otherwise. */
export interface Choices {
  /** Where a task is listed, and whose guid its id ends with. */
  readonly tasksAt: 'answering-site' | 'both-sites';
  /** ms after its creation during which a task is 404. */
  readonly taskHiddenMs: number;
  /** State of the task of a failover or a move that waits for its commit. */
  readonly waitingTask: 'Completed' | 'WaitingForUserInput';
  /** Types of the tasks that Failover and Move answer with. */
  readonly failoverTask: 'FailOver' | 'FailoverBeforeCommit';
  readonly moveTask: 'Move' | 'MoveBeforeCommit';
  /** State of a clone's task that was aborted. */
  readonly abortedTask: 'Stopped' | 'Failed';
  /** Without a CommitPolicy in the call. */
  readonly commitPolicy: 'Rollback' | 'Commit' | 'None';
  /** What a VPG shows after a commit without reverse protection. */
  readonly unprotectedStatus: 'Recovered' | 'NotMeetingSLA';
  readonly unprotectedSubStatus: 'NeedsConfiguration' | 'None';
  /** What the recovery site shows while the protected one is away; the other way round it is DisconnectedFromPeer. */
  readonly lostSubStatus: 'RecoveryPossible' | 'DisconnectedFromPeer';
  /** How a ZVM that is silent behaves. */
  readonly silence: 'hang' | 'drop';
  readonly silentPairing: 'Paired' | 'Unpaired';
  /** HelpIdentifier of the alert that a peer is not connected. */
  readonly peerAlert: string;
  /** Below this part of the configured history VPG0003 is on. */
  readonly lowHistoryPercent: number;
  /** An RPO so many times the configured one turns VPG0009 (warning) into VPG0010 (error). */
  readonly rpoErrorFactor: number;
  readonly checkpointEverySeconds: number;
  /** Numbers of a checkpoint's Type. */
  readonly checkpointTypes: { readonly automatic: number; readonly tagged: number; readonly appConsistent: number };
  /** Whether VMs at their own site listen on the network before anything was recovered. */
  readonly productionListens: boolean;
  /** Names of VMs; `{vm}` and `{time}` are filled in. */
  readonly testVmName: string;
  readonly cloneName: string;
  /** Status of the report of a test that a failover ended. */
  readonly abortedTestStatus: string;
  /** Status of the report of a failover or move that was rolled back. */
  readonly rolledBackStatus: string;
  /** ForceShutdown and a VM without guest tools: ms until it is powered off (documented as 5 minutes). */
  readonly forceShutdownMs: number;
  /** What an object for a new VPG begins with: sites and places of its recovery, or nothing. */
  readonly blankSettings: 'defaults' | 'empty';
  /** Whether a VM that joins a VPG leaves its checkpoints. */
  readonly addedVmKeepsCheckpoints: boolean;
  /** Of an appliance's tokens; the one for the API is usually as short. */
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /** Whether a token that was asked for without `scope=openid` is a 401. */
  readonly tokenNeedsOpenid: boolean;
}

export const defaultChoices: Choices = {
  tasksAt: 'answering-site',
  taskHiddenMs: 0,
  waitingTask: 'Completed',
  failoverTask: 'FailOver',
  moveTask: 'Move',
  abortedTask: 'Stopped',
  commitPolicy: 'Rollback',
  unprotectedStatus: 'Recovered',
  unprotectedSubStatus: 'NeedsConfiguration',
  lostSubStatus: 'RecoveryPossible',
  silence: 'hang',
  silentPairing: 'Paired',
  peerAlert: 'ZVM0002',
  lowHistoryPercent: 75,
  rpoErrorFactor: 2,
  checkpointEverySeconds: 5,
  checkpointTypes: { automatic: 0, tagged: 1, appConsistent: 2 },
  productionListens: false,
  testVmName: '{vm} - testing recovery',
  cloneName: '{vm} - {time}',
  abortedTestStatus: 'AbortedByFailoverCommand',
  rolledBackStatus: 'FailedByUser',
  forceShutdownMs: 300_000,
  blankSettings: 'defaults',
  addedVmKeepsCheckpoints: true,
  accessTokenSeconds: 60,
  refreshTokenSeconds: 1800,
  tokenNeedsOpenid: false,
};

export const choicesOf = (own: Partial<Choices> = {}): Choices => ({ ...defaultChoices, ...own });
