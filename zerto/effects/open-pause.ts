import { sameAccount } from '../accounts.ts';
import type { Task } from '../tasks.ts';
import type { Zvm } from '../zvm.ts';
import type { Vpg } from '../vpgs.ts';
import type { Begun } from './baseline.ts';
import { newestOf, tasksOfKind } from './kind-tasks.ts';
import { effectKinds } from './kinds.ts';
import { readVpgIfThere } from './read-vpg.ts';

/** What there is to resume of a pause that we made, or may have made. */
export type OpenPause =
  /** Nothing of ours is paused, and nothing of ours can still come. */
  | { readonly kind: 'nothing' }
  /** Ours is over; what stands there somebody else did. */
  | { readonly kind: 'foreign'; readonly why: string }
  | { readonly kind: 'paused' }
  | { readonly kind: 'resuming'; readonly taskId: string }
  /** Look again. */
  | { readonly kind: 'wait' }
  /** A person decides. */
  | { readonly kind: 'doubtful'; readonly text: string };

/** Whether a person's pause is what the VPG shows; one that the system made reads `…SystemInitiated`. */
export function isPaused({ subStatus }: Pick<Vpg, 'subStatus'>): boolean {
  return subStatus === 'ReplicationPausedUserInitiated';
}

/** SubStatuses behind which a pause is not seen: the VPG can tell one thing at a time. */
const hiding = /^(RecoveryPossible|DisconnectedFromPeer|FailingOver|Moving)/;

/**
 * Looks whether a pause of ours is open. Whose it is, its task tells: a later one than ours is somebody else's.
 * @param name the VPG's name, for a sentence about one that is gone
 * @param now ms since 1970
 */
export async function lookAtOpenPause(
  zvm: Zvm,
  vpgId: string,
  name: string,
  { baseline, taskId, lateUntil }: Begun,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<OpenPause> {
  const vpg = await readVpgIfThere(zvm, vpgId, signal);
  if (vpg === undefined) return { kind: 'foreign', why: `${name} does not exist any more; nothing of it is paused` };
  const begun = (await tasksOfKind(zvm, effectKinds.pause, vpgId, { signal })).filter(
    task => !baseline.tasks.includes(task.id),
  );
  if (begun.some(task => !task.terminal)) return { kind: 'wait' };
  const newest = newestOf(begun);
  if (!isPaused(vpg)) {
    if (hiding.test(vpg.subStatus)) {
      return {
        kind: 'doubtful',
        text: `whether ${vpg.name} is still paused cannot be seen while it is ${vpg.subStatus}: resume it by hand if it is`,
      };
    }
    const late = taskId === undefined && lateUntil !== undefined && now < lateUntil;
    return { kind: late ? 'wait' : 'nothing' };
  }
  if (taskId !== undefined && newest !== undefined && newest.id !== taskId) return foreign(vpg, newest);
  const one = begun.length === 1 && newest !== undefined && sameAccount(newest.initiatedBy, zvm.account);
  if (taskId === undefined && !one) {
    return {
      kind: 'doubtful',
      text: `${vpg.name} is paused, and whether this run did it is not known: resume it by hand if that is not wanted`,
    };
  }
  const resumptions = await tasksOfKind(zvm, effectKinds.resume, vpgId, { signal });
  const running = resumptions.findLast(task => !task.terminal);
  return running === undefined ? { kind: 'paused' } : { kind: 'resuming', taskId: running.id };
}

function foreign(vpg: Vpg, { initiatedBy }: Task): OpenPause {
  return {
    kind: 'foreign',
    why: `the pause of ${vpg.name} that this run made was resumed; ${initiatedBy} paused it again since, and that was left alone`,
  };
}
