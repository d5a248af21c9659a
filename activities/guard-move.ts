import { effectKinds } from '../zerto/effects/kinds.ts';
import { NotFound, Refused } from '../zerto/errors.ts';
import { endTaskOrAsk } from '../zerto/task-end.ts';
import { readRecoveringHere } from './direction.ts';
import { type GuardAction, inputOf, type Place } from './guard-action.ts';
import { assertFree, openedLive } from './guard-live.ts';
import { recovered } from './guard-recover.ts';
import { StepFailed } from './outcome.ts';
import { lookAtPeer, notConnected } from './peer.ts';

const action = 'zerto/move';

/** Moves a VPG and leaves it uncommitted. It needs both sites, for it shuts the source down and takes what was written last. */
export const move: GuardAction = {
  kind: () => effectKinds.move,
  async before({ zvm, call, name, site, sites, signal }) {
    const vpg = await readRecoveringHere(zvm, call, name, { sites, signal });
    assertFree(vpg);
    if (vpg.testStage !== undefined) {
      throw new StepFailed(`a failover test of ${name} is ${vpg.testStage}: stop it before ${name} is moved`);
    }
    const peer = await lookAtPeer(zvm, vpg, site, { sites, signal });
    if (!peer.connected) {
      throw new StepFailed(`${notConnected(peer)}: a move needs both sites; a failover does not`);
    }
    return { vpg };
  },
  prepare({ zvm, id, call }) {
    const forceShutdown = inputOf(action, call.with)['shutdown-source'] === 'force';
    // What the commit says counts (docs/zerto.md §2). Should somebody commit it as it is, this loses the least: nothing is
    // removed, and nothing of the source is written to.
    const body = { commitPolicy: 'None', forceShutdown, reverseProtection: false, keepSourceVms: true } as const;
    return Promise.resolve({ send: time => zvm.vpgs.move(id, body, time) });
  },
  ended: ({ zvm, signal }, taskId) => endTaskOrAsk(zvm, taskId, signal),
  async readBack(place, sent, task) {
    const seen = await openedLive(place, 'move', sent, task);
    if (!seen.open)
      return { up: false, error: seen.error, ...(seen.nothingOpen === true ? { nothingOpen: true } : {}) };
    return { up: true, outputs: await recovered(place, undefined, await lastPoint(place), task) };
  },
};

/** A move chooses no checkpoint: it makes its own as the last one, when the source is down. */
async function lastPoint({ zvm, id, signal }: Place) {
  try {
    const { latest } = await zvm.vpgs.checkpointStats(id, { signal });
    return { checkpoint: latest?.id ?? '', checkpointTime: latest?.time ?? '' };
  } catch (error) {
    // Older versions do not have it, and a ZVM may not tell while the move is open.
    if (error instanceof NotFound || error instanceof Refused) return { checkpoint: '', checkpointTime: '' };
    throw error;
  }
}
