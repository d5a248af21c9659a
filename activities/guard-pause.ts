import { effectKinds } from '../zerto/effects/kinds.ts';
import { isPaused, lookAtOpenPause } from '../zerto/effects/open-pause.ts';
import { readVpgIfThere } from '../zerto/effects/read-vpg.ts';
import { endTask } from '../zerto/task-end.ts';
import { readRecoveringHere } from './direction.ts';
import type { Closing, GuardAction } from './guard-action.ts';
import { assertFree } from './guard-live.ts';
import { lookFor } from './guard-looks.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import { lookAtPeer, notConnected } from './peer.ts';

/** A VPG may show it a moment after the task has ended, ms. */
const shownMs = 8_000;

const closing: Closing = {
  doing: 'resuming the replication',
  async look({ zvm, id, name, clock, signal }, { baseline, sent, lateUntil }) {
    const known = {
      baseline,
      ...(sent === undefined ? {} : { taskId: sent.taskId }),
      ...(lateUntil === undefined ? {} : { lateUntil }),
    };
    const open = await lookAtOpenPause(zvm, id, name, known, { now: clock(), signal });
    switch (open.kind) {
      case 'doubtful':
        throw new StepErrored(open.text);
      case 'paused':
        return { kind: 'open' };
      case 'resuming':
        return { kind: 'closing', taskId: open.taskId };
      case 'nothing':
      case 'foreign':
      case 'wait':
        return open;
    }
  },
  send: ({ zvm, id }, _said, call) => zvm.vpgs.resume(id, call),
  isOver: vpg => !isPaused(vpg),
  result: () => Promise.resolve({ outputs: {} }),
};

/** Pauses the replication of a VPG, which the run's closing resumes: so it must not have been paused before. */
export const pause: GuardAction = {
  kind: () => effectKinds.pause,
  async before({ zvm, call, name, site, sites, signal }) {
    const vpg = await readRecoveringHere(zvm, call, name, { sites, signal });
    assertFree(vpg);
    if (vpg.subStatus.startsWith('ReplicationPaused')) {
      throw new StepFailed(
        `the replication of ${name} is paused already (${vpg.subStatus}); this run did not pause it`,
      );
    }
    const peer = await lookAtPeer(zvm, vpg, site, { sites, signal });
    if (!peer.connected)
      throw new StepFailed(`${notConnected(peer)}: nothing of ${name} is replicated, or can be paused`);
    return { vpg };
  },
  prepare: ({ zvm, id }) => Promise.resolve({ send: time => zvm.vpgs.pause(id, time) }),
  ended: ({ zvm, signal }, taskId) => endTask(zvm, taskId, signal),
  async readBack({ zvm, id, name, signal }, _sent, task) {
    const failed = task !== undefined && task.state !== 'Completed';
    const look = async () => {
      const vpg = await readVpgIfThere(zvm, id, signal);
      return vpg !== undefined && isPaused(vpg) ? vpg : undefined;
    };
    const paused = await lookFor(look, failed ? 0 : shownMs, signal);
    if (failed) {
      const error = `Zerto ended the pause of ${name} as ${task.state}: ${task.reason}`;
      return { up: false, error, ...(paused === undefined ? { nothingOpen: true } : {}) };
    }
    if (paused !== undefined) return { up: true, outputs: {} };
    return { up: false, error: `the pause of ${name} has ended, and it is not paused: somebody resumed it` };
  },
  closing,
};
