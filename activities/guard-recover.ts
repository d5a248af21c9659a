import type { Checkpoint } from '../actions/checkpoint.ts';
import type { Sent } from '../engine/guard-types.ts';
import type { Task } from '../zerto/tasks.ts';
import { checkpointOf, chooseCheckpoint, type Chosen, readRecent } from './checkpoints.ts';
import type { Place } from './guard-action.ts';
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

/** Outputs of what is up: Zerto ends the task when the VMs run (docs/zerto.md §10). */
export async function recovered(
  { zvm, id, name, clock, signal }: Place,
  wanted: readonly string[] | undefined,
  { checkpoint, checkpointTime }: Pick<Sent, 'checkpoint' | 'checkpointTime'>,
  task: Task | undefined,
) {
  const vms = (await zvm.vms.list({ vpgName: name }, { signal }))
    .filter(vm => vm.vpgId === id && (wanted === undefined || wanted.includes(vm.name)))
    .map(vm => ({ name: vm.name, running: true }));
  const ended = Date.parse(task?.completed ?? '');
  const upAfter = task === undefined ? 0 : (Number.isNaN(ended) ? clock() : ended) - Date.parse(task.started);
  return { vms, checkpoint, checkpoint_time: checkpointTime, up_after: Math.max(0, upAfter) };
}
