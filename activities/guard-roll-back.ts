import { effectKinds } from '../zerto/effects/kinds.ts';
import type { OpenLive } from '../zerto/effects/open-live.ts';
import { endTask } from '../zerto/task-end.ts';
import type { GuardAction, Place } from './guard-action.ts';
import { beforeEnding, type Ending, readEnding } from './guard-ending.ts';
import { liveOf } from './guard-live.ts';

type GivenUp = Extract<OpenLive, { kind: 'rolled-back' | 'nothing' }>;

const rollingBack: Ending<GivenUp> = {
  word: 'rolled back',
  doing: 'rolling-back',
  // One that never came about, or that Zerto gave up by itself, is what a roll-back would leave.
  isThis: (seen): seen is GivenUp => seen.kind === 'rolled-back' || seen.kind === 'nothing',
  outputs: () => ({}),
};

const kindOf = (place: Pick<Place, 'live'>) =>
  effectKinds[liveOf(place).how === 'move' ? 'rollBackMove' : 'rollBackFailover'];

/** Gives up one failover or move: the VPG protects to the same site again. */
export const rollBack: GuardAction = {
  kind: kindOf,
  before: place => beforeEnding(place, rollingBack),
  prepare(place) {
    const { zvm, id } = place;
    const { how } = liveOf(place);
    return Promise.resolve({
      send: time => (how === 'move' ? zvm.vpgs.rollBackMove(id, time) : zvm.vpgs.rollBackFailover(id, time)),
    });
  },
  ended: ({ zvm, signal }, taskId) => endTask(zvm, taskId, signal),
  readBack: (place, _sent, task) => readEnding(place, rollingBack, task, seen => seen.kind === 'rolled-back'),
};
