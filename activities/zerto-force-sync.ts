import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Input, Output } from '../actions/index.ts';
import { isAwayFromPeer } from '../zerto/enums-vpg.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { assertRecoversHere } from './direction.ts';
import { effectOnce, type OncePace } from './effect-once.ts';
import { StepErrored, StepFailed } from './outcome.ts';
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
        assertConnected(found);
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

/** What is to be copied is at the other site. */
function assertConnected({ name, status, subStatus, protectedSite }: Vpg): void {
  if (!isAwayFromPeer(subStatus)) return;
  const there = protectedSite.name === '' ? 'its protected site' : protectedSite.name;
  throw new StepFailed(`${name} cannot be synchronised: ${there} is not connected (${status}, ${subStatus})`);
}
