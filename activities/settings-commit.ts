import { setTimeout as sleep } from 'node:timers/promises';
import { NotFound, ZvmError } from '../zerto/errors.ts';
import type { SettingsDocument, Task, Zvm } from '../zerto/types.ts';
import { changeSettings } from './settings-change.ts';
import type { WantedSettings } from './settings-wanted.ts';
import { endTask } from './task-end.ts';

/**
 * `done`: the task completed, or aged out of the list; the VPG tells. `refused`: the task failed. `vanished`: the
 * settings object was gone before it was committed. `did-not-happen`: the answer was lost, and it is proved that
 * nothing was committed.
 */
export type CommitEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'did-not-happen' };

export interface CommitOptions {
  /** ms since 1970: no commit is sent after it. */
  readonly notAfter: number;
  readonly signal: AbortSignal;
  /** ms between two looks for the task of a commit whose answer was lost. */
  readonly settleMs: number;
  /** Told of the settings object before anything else is done with it. */
  readonly created?: (settingsId: string) => void;
}

/**
 * One settings object from creation to the end of its commit's task; none is left behind.
 * @param change what to change, or the whole document to put in place
 * @throws ZvmError where the ZVM cannot be asked or says no at once
 */
export async function commitSettings(
  zvm: Zvm,
  vpgId: string,
  change: WantedSettings | SettingsDocument,
  { notAfter, signal, settleMs, created }: CommitOptions,
): Promise<CommitEnd> {
  const settingsId = await zvm.createSettings(vpgId, { signal });
  created?.(settingsId);
  try {
    await fill(zvm, settingsId, change, signal);
    const known = new Set((await changesOf(zvm, vpgId, signal)).map(task => task.id));
    try {
      // A cancel does not cut the call off: its answer says what happened.
      return await endOf(zvm, await zvm.commitSettings(settingsId, { notAfter }), signal);
    } catch (error) {
      if (!(error instanceof ZvmError) || error.happened === 'no') throw error;
      return await settle(zvm, vpgId, settingsId, known, settleMs, signal);
    }
  } catch (error) {
    if (error instanceof NotFound) return { kind: 'vanished' };
    throw error;
  } finally {
    // Gone already once committed; else it must not stay in the ZVM's memory, even after a cancel.
    await zvm.deleteSettings(settingsId, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  }
}

/** Waits until no change of this VPG is under way: somebody else's, or one of an earlier attempt. */
export async function endRunningChanges(zvm: Zvm, vpgId: string, signal: AbortSignal): Promise<void> {
  const running = (await changesOf(zvm, vpgId, signal)).filter(task => !task.terminal);
  for (const task of running) await endTask(zvm, task.id, signal);
}

async function fill(zvm: Zvm, settingsId: string, change: WantedSettings | SettingsDocument, signal: AbortSignal) {
  const fresh = await zvm.getSettings(settingsId, { signal });
  if ('Basic' in change) {
    const { VpgIdentifier = null, VpgSettingsIdentifier = null } = fresh;
    await zvm.putSettings(settingsId, { ...change, VpgIdentifier, VpgSettingsIdentifier }, { signal });
    return;
  }
  const joining = change.add.filter(vm => !fresh.Vms.some(v => v.VmIdentifier === vm.id));
  for (const vm of joining) await zvm.addSettingsVm(settingsId, vm.id, { signal });
  // The ZVM fills the NICs of a new VM in; they are read before they are changed.
  const document = joining.length === 0 ? fresh : await zvm.getSettings(settingsId, { signal });
  await zvm.putSettings(settingsId, changeSettings(document, change), { signal });
}

/**
 * The answer to a commit was lost. The settings object is its key: once that is deleted, a commit that is still on its
 * way can do no more, and what the VPG's tasks show then is final.
 */
async function settle(
  zvm: Zvm,
  vpgId: string,
  settingsId: string,
  known: ReadonlySet<string>,
  pauseMs: number,
  signal: AbortSignal,
): Promise<CommitEnd> {
  await zvm.deleteSettings(settingsId, { signal });
  for (let n = 1; n <= looks; n++) {
    const fresh = (await changesOf(zvm, vpgId, signal)).filter(task => !known.has(task.id));
    const own = fresh.find(task => task.initiatedBy === zvm.account) ?? fresh[0];
    if (own !== undefined) return await endOf(zvm, own.id, signal);
    if (n < looks) await sleep(pauseMs, undefined, { signal });
  }
  return { kind: 'did-not-happen' };
}

/** A task may not be listed at the very moment when it was made. */
const looks = 3;

async function endOf(zvm: Zvm, taskId: string, signal: AbortSignal): Promise<CommitEnd> {
  const task = await endTask(zvm, taskId, signal);
  if (task === undefined || task.state === 'Completed') return { kind: 'done' };
  return { kind: 'refused', reason: task.reason === '' ? `its task ended as ${task.state}` : task.reason };
}

/** Tasks that change settings. Newer versions have one kind, older ones tell a VM's joining and leaving apart. */
async function changesOf(zvm: Zvm, vpgId: string, signal: AbortSignal): Promise<Task[]> {
  const types = new Set(['UpdateProtectionGroup', 'AddVMToProtectionGroup', 'RemoveVMFromProtectionGroup']);
  return (await zvm.tasks({ vpgId }, { signal })).filter(task => types.has(task.type));
}
