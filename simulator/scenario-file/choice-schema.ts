import { z } from 'zod';
import type { Choices } from '../choices.ts';
import type { defaultDurations } from '../scenario.ts';
import { duration, flag, kebabObject, text } from './values.ts';

const aboutDurations: Readonly<Record<keyof typeof defaultDurations, string>> = {
  failoverTest: 'FailoverTest, until its VMs are up',
  stopFailoverTest: 'FailoverTestStop',
  insertCheckpoint: 'A tagged checkpoint',
  commitSettings: 'A commit of settings',
  failover: 'Failover, until its VMs are up',
  move: 'Move, until its VMs are up',
  commit: 'FailoverCommit and MoveCommit',
  rollBack: 'FailoverRollback and MoveRollback',
  clone: 'A clone',
  deleteVpg: 'Deleting a VPG',
  pause: 'Pausing a VPG',
  resume: 'Resuming a VPG',
  forceSync: 'The task of a forced synchronisation; the synchronisation comes after it',
  initialSync: 'An initial synchronisation',
  deltaSync: 'A delta synchronisation',
  bitmapSync: 'A bitmap synchronisation',
  volumeSync: 'The synchronisation after a VM or a volume was added or moved',
  promotion: 'From the journal to the disks, after a commit',
};

const durationsShape = Object.fromEntries(
  Object.entries(aboutDurations).map(([name, about]) => [name, duration(about)]),
) as Record<keyof typeof defaultDurations, ReturnType<typeof duration>>;

export const durations = kebabObject(durationsShape).describe('How long tasks and synchronisations take');

const count = (about: string) => z.number().min(0).describe(about);

const shape: { readonly [K in keyof Choices]-?: z.ZodType<Choices[K]> } = {
  tasksAt: z.enum(['answering-site', 'both-sites']).describe('Where a task is listed'),
  taskHiddenMs: count('ms after its creation during which a task is 404'),
  waitingTask: z
    .enum(['Completed', 'WaitingForUserInput'])
    .describe('State of the task of a failover or move that waits for its commit'),
  failoverTask: z.enum(['FailOver', 'FailoverBeforeCommit']).describe('Type of the task of Failover'),
  moveTask: z.enum(['Move', 'MoveBeforeCommit']).describe('Type of the task of Move'),
  abortedTask: z.enum(['Stopped', 'Failed']).describe("State of an aborted clone's task"),
  commitPolicy: z.enum(['Rollback', 'Commit', 'None']).describe('Without a CommitPolicy in the call'),
  unprotectedStatus: z
    .enum(['Recovered', 'NotMeetingSLA'])
    .describe('Status after a commit without reverse protection'),
  unprotectedSubStatus: z
    .enum(['NeedsConfiguration', 'None'])
    .describe('SubStatus after a commit without reverse protection'),
  lostSubStatus: z
    .enum(['RecoveryPossible', 'DisconnectedFromPeer'])
    .describe('What the recovery site shows while the protected one is away'),
  silence: z.enum(['hang', 'drop']).describe('How a silent ZVM behaves'),
  silentPairing: z.enum(['Paired', 'Unpaired']).describe('PairingStatus of a silent peer'),
  peerAlert: text('HelpIdentifier of the alert that a peer is not connected'),
  lowHistoryPercent: count('Below this part of the configured history VPG0003 is on'),
  rpoErrorFactor: count('An RPO so many times the configured one turns VPG0009 into VPG0010'),
  checkpointEverySeconds: z.number().min(1).describe('How often a checkpoint comes by itself'),
  checkpointTypes: z
    .strictObject({
      automatic: z.int().describe('Of one that came by itself'),
      tagged: z.int().describe('Of one with a tag'),
      appConsistent: z.int().describe('Of an application-consistent one'),
    })
    .describe("Numbers of a checkpoint's Type"),
  productionListens: flag('Whether VMs at their own site listen before anything was recovered'),
  testVmName: text('Name of a VM in a failover test; {vm} is filled in'),
  cloneName: text('Name of a clone; {vm} and {time} are filled in'),
  abortedTestStatus: text('Status of the report of a test that a failover ended'),
  rolledBackStatus: text('Status of the report of a failover or move that was rolled back'),
  forceShutdownMs: count('ms until ForceShutdown powers a VM without guest tools off'),
  blankSettings: z
    .enum(['defaults', 'empty'])
    .describe('What an object for a new VPG begins with: sites and places of its recovery, or nothing'),
  accessTokenSeconds: z.number().min(1).describe("Of an appliance's token for the API"),
  refreshTokenSeconds: z.number().min(1).describe("Of an appliance's refresh token"),
  tokenNeedsOpenid: flag('Whether a token that was asked for without scope=openid is refused'),
  addedVmKeepsCheckpoints: flag('Whether a VM that joins a VPG leaves its checkpoints'),
};

export const choices = kebabObject(shape).describe('What the sources do not tell (docs/zerto.md §11)');
