import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Input, Output } from '../actions/index.ts';
import type { JsonMap } from '../actions/json.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { assertRecoversHere } from './direction.ts';
import { effectOnce, type OncePace } from './effect-once.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import { assertPeerConnected } from './peer.ts';
import { type Context, type Implementation, reachOf } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';

interface DeletePace {
  readonly once?: OncePace;
  /** Between two looks whether the VPG is gone. */
  readonly readBackMs: number;
}

const usualPace: DeletePace = { readBackMs: 1_000 };
const readBacks = 10;

/** Ends the protection of a VPG's VMs. Never with force: what goes on with it is ended first, by a person. */
export const deleteVpg: Implementation<'zerto/delete-vpg'> = (call, context) => deleteAt(usualPace, call, context);

export async function deleteAt(
  pace: DeletePace,
  call: ActionCall<Input<'zerto/delete-vpg'>>,
  context: Context,
): Promise<ActionResult<Output<'zerto/delete-vpg'>>> {
  const { vpg, 'keep-volumes': keepVolumes } = call.with;
  const { signal } = context;
  const id = vpgId(call, vpg);
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const outputs = { id, kept_volumes: keepVolumes };
  if (call.dry === true) {
    const { vmsCount } = await readDeletable(zvm, call, context);
    const disks = keepVolumes ? 'their disks at the recovery site stay' : 'their disks at the recovery site go too';
    return { outputs, told: [`${vpg} would be removed with all its checkpoints: ${vmsCount} VMs; ${disks}`] };
  }
  const effect = {
    kind: effectKinds.delete,
    vpg,
    vpgId: id,
    removesVpg: true,
    prepare: async (): Promise<JsonMap> => {
      await readDeletable(zvm, call, context);
      return {};
    },
    send: (_: JsonMap, effectCall: Parameters<Zvm['vpgs']['delete']>[2]) =>
      zvm.vpgs.delete(id, { keepRecoveryVolumes: keepVolumes, force: false }, effectCall),
  } as const;
  const told: string[] = [];
  try {
    const { task, adopted } = await effectOnce(zvm, effect, call, context, pace.once);
    if (adopted && task === undefined) told.push(goneUntold(vpg));
  } catch (error) {
    // Which task it was is not told any more; but it may have been sent, and what it was sent for is so.
    const mayBeDone = error instanceof StepErrored && error.record.happened === 'unknown';
    if (!mayBeDone || !(await isGone(zvm, id, signal))) throw error;
    told.push(goneUntold(vpg));
  }
  for (let n = 1; !(await isGone(zvm, id, signal)); n++) {
    if (n === readBacks) throw new StepErrored(`Zerto says that it removed ${vpg}, yet it still shows it`);
    await sleep(pace.readBackMs, undefined, { signal });
  }
  return { outputs, ...(told.length > 0 && { told }) };
}

function goneUntold(vpg: string): string {
  return `${vpg} is gone; an attempt of this step was sent, and no task tells any more that it was this one`;
}

/** @throws StepFailed: it recovers elsewhere, or something of it is open that a removal would end */
async function readDeletable(zvm: Zvm, call: ActionCall<Input<'zerto/delete-vpg'>>, context: Context): Promise<Vpg> {
  const [vpg] = await assertRecoversHere(zvm, call, [call.with.vpg], context);
  if (vpg === undefined) throw new StepErrored(`${call.with.vpg} was not found`);
  if (vpg.testStage !== undefined) {
    throw new StepFailed(`a failover test of ${vpg.name} is ${vpg.testStage}: it is stopped before the VPG is removed`);
  }
  const open = [vpg.status, vpg.subStatus].find(word => /^(FailingOver|Moving|Promoting|RollingBack)/.test(word));
  if (open !== undefined) {
    throw new StepFailed(`${vpg.name} is in another operation (${open}): it is ended before the VPG is removed`);
  }
  // Zerto removes it without its other site with force alone.
  await assertPeerConnected(zvm, vpg, call.site, `${vpg.name} is not removed without its other site`, context);
  return vpg;
}

async function isGone(zvm: Zvm, id: string, signal: AbortSignal): Promise<boolean> {
  return (await zvm.vpgs.list({}, { signal })).every(vpg => vpg.id !== id);
}
