import type { Checkpoint } from '../actions/checkpoint.ts';
import type { Sent } from '../engine/guard-activities.ts';
import type { Task } from '../zerto/tasks.ts';
import type { ProtectedVm } from '../zerto/vms.ts';
import { checkpointOf, chooseCheckpoint, type Chosen, readRecent } from './checkpoints.ts';
import type { Place } from './guard-action.ts';
import { lookFor } from './guard-looks.ts';
import { StepFailed } from './outcome.ts';

type Wanted = Checkpoint | Readonly<Record<string, Checkpoint>>;

/** The checkpoint that the call will name; `latest` is the newest that there is now. */
export async function choosePoint({ zvm, id, name, clock, signal }: Place, wanted: Wanted): Promise<Chosen> {
  const one = checkpointOf(wanted, name);
  const journal =
    one.by === 'latest' ? await readRecent(zvm, id, clock(), signal) : await zvm.vpgs.checkpoints(id, { signal });
  return chooseCheckpoint(journal, one, name, clock());
}

/** Identifiers of the VMs of these names; undefined: all. */
export async function chooseVms(
  { zvm, name, signal }: Place,
  names: readonly string[] | undefined,
): Promise<string[] | undefined> {
  if (names === undefined) return undefined;
  const protectedVms = await zvm.vms.list({ vpgName: name }, { signal });
  return names.map(wanted => {
    const vm = protectedVms.find(v => v.name === wanted && v.vpgName === name);
    if (vm === undefined)
      throw new StepFailed(`${name} protects no VM "${wanted}": it has ${protectedVms.map(v => v.name).join(', ')}`);
    return vm.id;
  });
}

/** A list may show what was recovered a moment after the task has ended, ms. */
const shownMs = 6_000;

/**
 * Outputs of what is up. No call tells whether a recovered VM is powered on: `running` is true where the task ended well,
 * which Zerto does when the VMs run (docs/zerto.md §10), and the VM stands in the VPG without an error.
 * @throws StepFailed where Zerto shows no VM of it
 */
export async function recovered(
  { zvm, id, name, clock, signal }: Place,
  wanted: readonly string[] | undefined,
  { checkpoint, checkpointTime }: Pick<Sent, 'checkpoint' | 'checkpointTime'>,
  task: Task | undefined,
) {
  const look = async () => {
    const found = (await zvm.vms.list({ vpgName: name }, { signal })).filter(
      vm => vm.vpgId === id && (wanted === undefined || wanted.includes(vm.name)),
    );
    return found.length === 0 ? undefined : found;
  };
  const shown = await lookFor(look, shownMs, signal);
  if (shown === undefined) throw new StepFailed(`Zerto shows no VM of ${name}: what was recovered is not known`);
  const endedWell = task?.state === 'Completed' || task?.state === 'WaitingForUserInput';
  const runs = (vm: ProtectedVm | undefined) => endedWell && vm !== undefined && !isBroken(vm);
  const names = wanted ?? shown.map(vm => vm.name);
  const vms = names.map(vmName => ({ name: vmName, running: runs(shown.find(vm => vm.name === vmName)) }));
  const ended = Date.parse(task?.completed ?? '');
  const upAfter = task === undefined ? 0 : (Number.isNaN(ended) ? clock() : ended) - Date.parse(task.started);
  return { vms, checkpoint, checkpoint_time: checkpointTime, up_after: Math.max(0, upAfter) };
}

/** `Error`, `VmNotProtectedError`, `RecoveryStorageError` and the like, and what has nothing to run from. */
function isBroken({ subStatus }: ProtectedVm): boolean {
  return /Error$/i.test(subStatus) || subStatus === 'NeedsConfiguration' || subStatus === 'EmptyProtectionGroup';
}
