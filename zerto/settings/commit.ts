import { setTimeout as sleep } from 'node:timers/promises';
import { sameAccount } from '../accounts.ts';
import { NotFound, ZvmError } from '../errors.ts';
import type { SettingsDocument } from '../settings-types.ts';
import { endTask } from '../task-end.ts';
import type { Task } from '../tasks.ts';
import type { Zvm } from '../types.ts';
import { discard } from '../vpg-settings.ts';
import { changeSettings } from './change.ts';
import type { WantedSettings } from './wanted.ts';

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
  readonly signal?: AbortSignal;
  /** ms between two looks for the task of a commit whose answer was lost. */
  readonly settleMs?: number;
  /** Told of the settings object before anything else is done with it. */
  readonly created?: (settingsId: string) => void;
}

/** What is committed: an existing VPG by its identifier, or a new one by the name that it gets. */
export type Target = { readonly vpgId: string } | { readonly newVpg: string };

const usualSettleMs = 500;

/**
 * One settings object from creation to the end of its commit's task; none is left behind.
 * @param change what to change, or the whole document to put in place
 * @throws ZvmError where the ZVM cannot be asked or says no at once
 */
export async function commitSettings(
  zvm: Zvm,
  target: Target,
  change: WantedSettings | SettingsDocument,
  { notAfter, signal = never, settleMs = usualSettleMs, created }: CommitOptions,
): Promise<CommitEnd> {
  const { vpgSettings } = zvm;
  const settingsId = await vpgSettings.create('vpgId' in target ? { vpgId: target.vpgId } : {}, { signal });
  try {
    created?.(settingsId);
    await fill(zvm, settingsId, change, signal);
    const known = new Set((await changesOf(zvm, target, signal)).map(task => task.id));
    try {
      // A cancel does not cut the call off: its answer says what happened.
      return await endOf(zvm, await vpgSettings.commit(settingsId, { notAfter }), signal);
    } catch (error) {
      if (!(error instanceof ZvmError) || error.happened === 'no') throw error;
      return await settle(zvm, target, settingsId, known, settleMs, signal);
    }
  } catch (error) {
    if (error instanceof NotFound) return { kind: 'vanished' };
    throw error;
  } finally {
    // Gone already once committed; else it must not stay in the ZVM's memory, even after a cancel.
    await discard(vpgSettings, settingsId);
  }
}

const never = new AbortController().signal;

/** Waits until no change of this VPG is under way: somebody else's, or one of an earlier attempt. */
export async function endRunningChanges(zvm: Zvm, target: Target, signal: AbortSignal): Promise<void> {
  const running = (await changesOf(zvm, target, signal)).filter(task => !task.terminal);
  for (const task of running) await endTask(zvm, task.id, signal);
}

async function fill(zvm: Zvm, settingsId: string, change: WantedSettings | SettingsDocument, signal: AbortSignal) {
  const { vpgSettings } = zvm;
  const fresh = await vpgSettings.get(settingsId, { signal });
  if ('Basic' in change) {
    const { VpgIdentifier = null, VpgSettingsIdentifier = null } = fresh;
    await vpgSettings.put(settingsId, { ...change, VpgIdentifier, VpgSettingsIdentifier }, { signal });
    return;
  }
  const isNew = (fresh.VpgIdentifier ?? '') === '';
  // A VM joins with the places of its VPG, so these come first where there were none.
  if (isNew) await vpgSettings.put(settingsId, changeSettings(fresh, change), { signal });
  const joining = change.add.filter(vm => !fresh.Vms.some(v => v.VmIdentifier === vm.id));
  for (const vm of joining) await vpgSettings.vms(settingsId).add({ VmIdentifier: vm.id }, { signal });
  // The ZVM fills the NICs of a new VM in; they are read before they are changed.
  const document = joining.length === 0 && !isNew ? fresh : await vpgSettings.get(settingsId, { signal });
  await vpgSettings.put(settingsId, changeSettings(document, change), { signal });
}

/**
 * The answer to a commit was lost. The settings object is its key: once that is deleted, a commit that is still on its
 * way can do no more, and what the VPG's tasks show then is final.
 */
async function settle(
  zvm: Zvm,
  target: Target,
  settingsId: string,
  known: ReadonlySet<string>,
  pauseMs: number,
  signal: AbortSignal,
): Promise<CommitEnd> {
  await zvm.vpgSettings.delete(settingsId, { signal });
  for (let n = 1; n <= looks; n++) {
    const fresh = (await changesOf(zvm, target, signal)).filter(task => !known.has(task.id));
    if ('newVpg' in target) {
      // Which of several new VPGs a task made is told by no task: the VPG's name decides.
      for (const task of fresh) await endTask(zvm, task.id, signal);
      if ((await zvm.vpgs.list({ name: target.newVpg }, { signal })).length > 0) return { kind: 'done' };
    } else {
      const own = fresh.find(task => sameAccount(task.initiatedBy, zvm.account)) ?? fresh[0];
      if (own !== undefined) return await endOf(zvm, own.id, signal);
    }
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

const creating = new Set(['CreateProtectionGroup', 'ProtectVM']);
/** Newer versions have one kind of change, older ones tell a VM's joining and leaving apart. */
const changing = new Set(['UpdateProtectionGroup', 'AddVMToProtectionGroup', 'RemoveVMFromProtectionGroup']);

async function changesOf(zvm: Zvm, target: Target, signal: AbortSignal): Promise<Task[]> {
  const filter = 'vpgId' in target ? { vpgId: target.vpgId } : {};
  const types = 'vpgId' in target ? changing : creating;
  return (await zvm.tasks.list(filter, { signal })).filter(task => types.has(task.type));
}
