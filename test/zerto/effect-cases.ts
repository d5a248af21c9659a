import type { effectKinds } from '../../zerto/effects/kinds.ts';
import type { EffectCall } from '../../zerto/types.ts';
import type { Zvm } from '../../zerto/zvm.ts';

export type KindName = keyof typeof effectKinds;
type Act = (zvm: Zvm, vpgId: string, call: EffectCall) => Promise<string>;

export interface EffectCase {
  /** Of the request, below `vpgs/{id}`. */
  readonly path: string;
  readonly method?: 'DELETE';
  /** What must have been done before it is possible. */
  readonly first?: readonly Act[];
  readonly act: Act;
  /** What the VPG shows beside its status and sub-status: before it, and when it is over. */
  readonly from: string;
  readonly to: string;
  /** Whether the simulator takes a second one while the first is under way. */
  readonly twice: boolean;
}

const test: Act = (zvm, id, call) => zvm.vpgs.failoverTest(id, {}, call);
const failover: Act = (zvm, id, call) => zvm.vpgs.failover(id, { commitPolicy: 'None' }, call);
const move: Act = (zvm, id, call) =>
  zvm.vpgs.move(id, { commitPolicy: 'None', reverseProtection: false, keepSourceVms: true }, call);
const pause: Act = (zvm, id, call) => zvm.vpgs.pause(id, call);

const clone: Act = async (zvm, id, call) => {
  const { recoverySite } = await zvm.vpgs.get(id);
  const [datastore] = await zvm.virtualizationSites.datastores(recoverySite.identifier);
  const { latest } = await zvm.vpgs.checkpointStats(id);
  return await zvm.vpgs.startClone(id, { checkpointId: latest?.id ?? '', datastoreId: datastore?.id ?? '' }, call);
};

const calm = 'MeetingSLA/None';
const failedOver = 'FailingOver/FailingOverBeforeCommit';
const moved = 'Moving/MovingBeforeCommit';
const recovered = 'Recovered/NeedsConfiguration';
const paused = 'MeetingSLA/ReplicationPausedUserInitiated';

/** How each kind of effect is brought about: one that is new without a line here is an error of types. */
export const effectCases: Readonly<Record<KindName, EffectCase>> = {
  failoverTest: { path: 'failovertest', act: test, from: calm, to: `${calm} in test`, twice: false },
  stopFailoverTest: {
    path: 'failoverteststop',
    first: [test],
    act: (zvm, id, call) => zvm.vpgs.stopFailoverTest(id, { success: true }, call),
    from: `${calm} in test`,
    to: calm,
    twice: false,
  },
  failover: { path: 'failover', act: failover, from: calm, to: failedOver, twice: false },
  commitFailover: {
    path: 'failovercommit',
    first: [failover],
    act: (zvm, id, call) => zvm.vpgs.commitFailover(id, { reverseProtection: false }, call),
    from: failedOver,
    to: recovered,
    twice: false,
  },
  rollBackFailover: {
    path: 'failoverrollback',
    first: [failover],
    act: (zvm, id, call) => zvm.vpgs.rollBackFailover(id, call),
    from: failedOver,
    to: calm,
    twice: false,
  },
  move: { path: 'move', act: move, from: calm, to: moved, twice: false },
  commitMove: {
    path: 'movecommit',
    first: [move],
    act: (zvm, id, call) => zvm.vpgs.commitMove(id, undefined, call),
    from: moved,
    to: recovered,
    twice: false,
  },
  rollBackMove: {
    path: 'moverollback',
    first: [move],
    act: (zvm, id, call) => zvm.vpgs.rollBackMove(id, call),
    from: moved,
    to: calm,
    twice: false,
  },
  tagCheckpoint: {
    path: 'checkpoints',
    act: (zvm, id, call) => zvm.vpgs.tagCheckpoint(id, 'drill', call),
    from: calm,
    to: `${calm} tagged`,
    twice: true,
  },
  pause: { path: 'pause', act: pause, from: calm, to: paused, twice: true },
  resume: {
    path: 'resume',
    first: [pause],
    act: (zvm, id, call) => zvm.vpgs.resume(id, call),
    from: paused,
    to: calm,
    twice: true,
  },
  forceSync: {
    path: 'forcesync',
    act: (zvm, id, call) => zvm.vpgs.forceSync(id, call),
    from: calm,
    to: calm,
    twice: true,
  },
  clone: { path: 'clonestart', act: clone, from: calm, to: `${calm} cloned`, twice: false },
  delete: {
    path: '',
    method: 'DELETE',
    act: (zvm, id, call) => zvm.vpgs.delete(id, { keepRecoveryVolumes: false, force: false }, call),
    from: calm,
    to: 'gone',
    twice: false,
  },
};

export const kindNames = Object.keys(effectCases) as KindName[];
