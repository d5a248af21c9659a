import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Input, Output } from '../actions/index.ts';
import type { ApplyPace } from '../zerto/settings/apply.ts';
import { SettingsFailed } from '../zerto/settings/errors.ts';
import { assertRecoversHere } from './direction.ts';
import { StepErrored } from './outcome.ts';
import { assertPeerConnected } from './peer.ts';
import { desiredByEdit } from './settings-desired.ts';
import { boundDifference, evidenceOf } from './settings-difference.ts';
import { keepSettings, recallSettings } from './settings-memory.ts';
import { restoreSettings } from './settings-restore.ts';
import { type Context, type Implementation, reachOf } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';

/**
 * Brings a VPG's settings to the state that the step names. It is the state that counts, not the call: every attempt looks
 * at what there is, so nothing is committed twice and a repeat of a finished step changes nothing.
 */
export const editVpg: Implementation<'zerto/edit-vpg'> = (call, context) => editAt({}, call, context);

export async function editAt(
  pace: Partial<ApplyPace>,
  call: ActionCall<Input<'zerto/edit-vpg'>>,
  context: Context,
): Promise<ActionResult<Output<'zerto/edit-vpg'>>> {
  const { signal } = context;
  const { vpg } = call.with;
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const [found] = await assertRecoversHere(zvm, call, [vpg], context);
  if (found === undefined) throw new StepErrored(`${vpg} was not found`);
  const resume = recallSettings(context.memory);
  // What an attempt before may have committed is read back, wherever the other site is.
  if (resume === undefined) {
    await assertPeerConnected(zvm, found, call.site, `the settings of ${vpg} cannot be changed`, context);
  }
  const named = desiredByEdit(call.with, site => context.sites.settings(site).zertoName);
  const desired = { ...named, vpgId: vpgId(call, vpg) };
  if (call.dry === true) {
    const { missing } = await zvm.vpgSettings.plan(desired, { signal });
    const told = missing.map(
      ({ path, before, after }) => `${vpg}: ${path} would change from "${before}" to "${after}"`,
    );
    return { outputs: { changed: missing.length > 0, difference: boundDifference(missing) }, told };
  }
  const restores = call.with['restore-on-failure'];
  try {
    const { changed, difference, overtakenBy } = await zvm.vpgSettings.apply(desired, {
      notAfter: call.deadline,
      signal,
      only: 'existing',
      pace,
      ...(resume !== undefined && { resume }),
      // The settings from before are large, and only for being put back.
      keep: ({ before, ...state }) => {
        keepSettings(context.memory, { ...state, ...(restores && before !== undefined && { before }) });
      },
    });
    const told = overtakenBy?.map(who => `${vpg}: ${who} changed it meanwhile; the change was built anew upon that`);
    return {
      outputs: { changed, difference: boundDifference(difference) },
      ...evidenceOf(changed, difference),
      ...(told !== undefined && { told }),
    };
  } catch (error) {
    if (error instanceof SettingsFailed && error.part.length > 0 && restores) {
      throw await restoreSettings(zvm, desired.vpgId, error, {
        notAfter: call.deadline,
        signal,
        ...(pace.settleMs !== undefined && { settleMs: pace.settleMs }),
      });
    }
    throw error;
  }
}
