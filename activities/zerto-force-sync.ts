import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Input, Output } from '../actions/index.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';
import { assertRecoversHere } from './direction.ts';
import { effectOnce, type OncePace } from './effect-once.ts';
import { StepErrored } from './outcome.ts';
import { assertPeerConnected } from './peer.ts';
import { reachOf, type Context, type Implementation } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';

/** Starts a synchronisation of a whole VPG, once; it goes on after the task that starts it has ended. */
export const forceSync: Implementation<'zerto/force-sync'> = (call, context) => forceSyncAt(undefined, call, context);

export async function forceSyncAt(
  pace: OncePace | undefined,
  call: ActionCall<Input<'zerto/force-sync'>>,
  context: Context,
): Promise<ActionResult<Output<'zerto/force-sync'>>> {
  const { vpg } = call.with;
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const { adopted } = await effectOnce(
    zvm,
    {
      kind: effectKinds.forceSync,
      vpg,
      vpgId: vpgId(call, vpg),
      async prepare() {
        const [found] = await assertRecoversHere(zvm, call, [vpg], context);
        if (found === undefined) throw new StepErrored(`${vpg} was not found`);
        // What is to be copied is there.
        await assertPeerConnected(zvm, found, call.site, `${vpg} cannot be synchronised`, context);
        return {};
      },
      send: (_, time) => zvm.vpgs.forceSync(vpgId(call, vpg), time),
    },
    call,
    context,
    pace,
  );
  return {
    outputs: {},
    ...(adopted && { told: [`the synchronisation of ${vpg} was started by an attempt whose answer was lost`] }),
  };
}
