import { setTimeout as sleep } from 'node:timers/promises';
import { sameAccount } from '../accounts.ts';
import { NotFound, ZvmError } from '../errors.ts';
import type { SettingsDocument } from '../settings-types.ts';
import { endTask } from '../task-end.ts';
import type { Task } from '../tasks.ts';
import type { Zvm } from '../zvm.ts';
import { discard } from '../vpg-settings.ts';
import { changeSettings } from './change.ts';
import type { WantedSettings } from './wanted.ts';

/**
 * `done`: the task completed, or aged out of the list; the VPG tells. `refused`: the task failed. `vanished`: the
 * settings object was gone before it was committed. `did-not-happen`: the answer was lost, and it is proved that
 * nothing was committed. `unclear`: the answer was lost, and the VPG was changed since, by this commit or by somebody
 * else; the VPG tells. `overtaken`: somebody else changed the VPG since the settings object was made, so nothing was
 * committed.
 */
export type CommitEnd =
  | { readonly kind: 'done'; readonly task?: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly task?: string }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'did-not-happen' }
  | { readonly kind: 'unclear'; readonly task?: string }
  | { readonly kind: 'overtaken'; readonly by: string };

export interface CommitOptions {
  /** ms since 1970: no commit is sent after it. */
  readonly notAfter: number;
  readonly signal?: AbortSignal;
  /** ms between two looks for the task of a commit whose answer was lost. */
  readonly settleMs?: number;
  /** Told of the settings object before anything else is done with it. */
  readonly created?: (settingsId: string) => void;
  /** Ids of the VPG's changes that what is committed has seen; by default those from before the object is made. */
  readonly seen?: ReadonlySet<string>;
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
  { notAfter, signal = never, settleMs = usualSettleMs, created, seen }: CommitOptions,
): Promise<CommitEnd> {
  const { vpgSettings } = zvm;
  // One change that is under way now would be undone by a commit of what was read before its end.
  const before = 'vpgId' in target ? (seen ?? (await endRunningChanges(zvm, target, signal))) : undefined;
  const settingsId = await vpgSettings.create('vpgId' in target ? { vpgId: target.vpgId } : {}, { signal });
  try {
    created?.(settingsId);
    await fill(zvm, settingsId, change, signal);
    const tasks = await changesOf(zvm, target, signal);
    const other = before === undefined ? undefined : tasks.find(task => !before.has(task.id));
    if (other !== undefined) return { kind: 'overtaken', by: other.initiatedBy };
    const known = idsOf(tasks);
    try {
      // A cancel does not cut the call off: its answer says what happened.
      return await endOf(zvm, await vpgSettings.commit(settingsId, { notAfter }), signal);
    } catch (error) {
      // A commit that the network delivers twice takes the settings object the first time, and is told the second time
      // that there is none: whether it vanished before or by its own commit, the VPG's tasks tell.
      const isMissing = error instanceof NotFound && (await isGone(zvm, settingsId, error, signal));
      if (!isMissing && (!(error instanceof ZvmError) || error.happened === 'no')) throw error;
      const end = await settle(zvm, target, settingsId, known, settleMs, signal);
      return isMissing && end.kind === 'did-not-happen' ? { kind: 'vanished' } : end;
    }
  } catch (error) {
    if (error instanceof NotFound && (await isGone(zvm, settingsId, error, signal))) return { kind: 'vanished' };
    throw error;
  } finally {
    // Gone already once committed; else it must not stay in the ZVM's memory, even after a cancel.
    await discard(vpgSettings, settingsId);
  }
}

const never = new AbortController().signal;

/** Whether what was not found is the settings object itself, and not a VM in it, its VPG or something else. */
async function isGone(zvm: Zvm, settingsId: string, error: NotFound, signal: AbortSignal): Promise<boolean> {
  if (!error.operation.toLowerCase().includes(`vpgsettings/${settingsId.toLowerCase()}`)) return false;
  try {
    await zvm.vpgSettings.get(settingsId, { signal });
    return false;
  } catch (other) {
    if (other instanceof NotFound) return true;
    throw other;
  }
}

/**
 * Waits until no change of this VPG is under way: somebody else's, or one of an earlier attempt.
 * @returns the ids of the changes that are over
 */
export async function endRunningChanges(zvm: Zvm, target: Target, signal: AbortSignal): Promise<Set<string>> {
  const tasks = await changesOf(zvm, target, signal);
  for (const task of tasks) if (!task.terminal) await endTask(zvm, task.id, signal);
  return idsOf(tasks);
}

function idsOf(tasks: readonly Task[]): Set<string> {
  return new Set(tasks.map(task => task.id));
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
      const [own, second] = fresh.filter(task => sameAccount(task.initiatedBy, zvm.account));
      if (own !== undefined && second === undefined) {
        const end = await endOf(zvm, own.id, signal);
        // Somebody else may work with the same account: what a completed one did, the VPG tells.
        return end.kind === 'refused' ? end : { kind: 'unclear', task: own.id };
      }
      if (fresh.length > 0 && (second !== undefined || n === looks)) {
        for (const task of fresh) await endTask(zvm, task.id, signal);
        return { kind: 'unclear' };
      }
    }
    if (n < looks) await sleep(pauseMs, undefined, { signal });
  }
  return { kind: 'did-not-happen' };
}

/** A task may not be listed at the very moment when it was made. */
const looks = 3;

async function endOf(zvm: Zvm, taskId: string, signal: AbortSignal): Promise<CommitEnd> {
  const task = await endTask(zvm, taskId, signal);
  if (task === undefined || task.state === 'Completed') return { kind: 'done', task: taskId };
  return {
    kind: 'refused',
    task: taskId,
    reason: task.reason === '' ? `its task ended as ${task.state}` : task.reason,
  };
}

const creating = new Set(['CreateProtectionGroup', 'ProtectVM']);
/** Newer versions have one kind of change, older ones tell a VM's joining and leaving apart. */
const changing = new Set(['UpdateProtectionGroup', 'AddVMToProtectionGroup', 'RemoveVMFromProtectionGroup']);

/** Changes of a VPG, or all makings of VPGs. */
export async function changesOf(zvm: Zvm, target: Target, signal: AbortSignal): Promise<Task[]> {
  const filter = 'vpgId' in target ? { vpgId: target.vpgId } : {};
  const types = 'vpgId' in target ? changing : creating;
  return (await zvm.tasks.list(filter, { signal })).filter(task => types.has(task.type));
}
