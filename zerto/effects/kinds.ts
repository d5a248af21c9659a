import type { Vpg } from '../vpgs.ts';

/** What an effect on a VPG is known by at the ZVM. */
export interface EffectKind {
  /** For people: `failover test`. */
  readonly what: string;
  readonly many: string;
  /** Type of its task (docs/zerto.md §4). */
  readonly task: string;
  /** Other types that versions, or the call's own terms, may give it (docs/zerto.md §11). */
  readonly otherTasks?: readonly string[];
  /** Type of its recovery report, where it leaves one. */
  readonly report?: string;
  /** What the VPG itself shows of it; empty: nothing of the kind is under way or open. */
  readonly stageOf: (vpg: Vpg) => string;
}

const none = (): string => '';

function stageBy(words: RegExp): (vpg: Vpg) => string {
  return ({ status, subStatus }) => [subStatus, status].find(word => words.test(word)) ?? '';
}

/** Only a running test's own object tells of it (docs/zerto.md §2). */
const testStage = (vpg: Vpg): string => vpg.testStage ?? '';

export const effectKinds = {
  failoverTest: {
    what: 'failover test',
    many: 'failover tests',
    task: 'FailOverTest',
    report: 'FailoverTest',
    stageOf: testStage,
  },
  stopFailoverTest: {
    what: 'stop of a failover test',
    many: 'stops of failover tests',
    task: 'StopFailOverTest',
    report: 'FailoverTest',
    stageOf: none,
  },
  failover: {
    what: 'failover',
    many: 'failovers',
    task: 'FailOver',
    otherTasks: ['FailoverBeforeCommit'],
    report: 'Failover',
    stageOf: stageBy(/^FailingOver/),
  },
  commitFailover: {
    what: 'commit of a failover',
    many: 'commits of failovers',
    task: 'FailoverCommit',
    stageOf: stageBy(/^FailingOverCommitting$/),
  },
  rollBackFailover: {
    what: 'roll-back of a failover',
    many: 'roll-backs of failovers',
    task: 'FailoverRollback',
    stageOf: stageBy(/^FailingOverRollingBack$/),
  },
  move: {
    what: 'move',
    many: 'moves',
    task: 'Move',
    otherTasks: ['MoveBeforeCommit'],
    report: 'Move',
    stageOf: stageBy(/^Moving/),
  },
  commitMove: {
    what: 'commit of a move',
    many: 'commits of moves',
    task: 'MoveCommit',
    stageOf: stageBy(/^MovingCommitting$/),
  },
  rollBackMove: {
    what: 'roll-back of a move',
    many: 'roll-backs of moves',
    task: 'MoveRollback',
    stageOf: stageBy(/^MovingRollingBack$/),
  },
  tagCheckpoint: { what: 'tagged checkpoint', many: 'tagged checkpoints', task: 'InsertTaggedCP', stageOf: none },
  pause: { what: 'pause', many: 'pauses', task: 'PauseProtectionGroup', stageOf: none },
  resume: { what: 'resumption', many: 'resumptions', task: 'ResumeProtectionGroup', stageOf: none },
  delete: {
    what: 'removal',
    many: 'removals',
    task: 'RemoveProtectionGroup',
    otherTasks: ['ForceRemoveProtectionGroup'],
    stageOf: stageBy(/^(Deleting|PendingRemove)$/),
  },
  forceSync: { what: 'forced synchronisation', many: 'forced synchronisations', task: 'InitFullSync', stageOf: none },
  clone: { what: 'clone', many: 'clones', task: 'Clone', stageOf: none },
} as const satisfies Record<string, EffectKind>;
