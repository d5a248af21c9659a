import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Input, Output } from '../actions/index.ts';
import type { ApplyPace, ApplyState } from '../zerto/settings/apply.ts';
import type { Change } from '../zerto/settings/difference.ts';
import { SettingsFailed } from '../zerto/settings/errors.ts';
import type { Zvm } from '../zerto/types.ts';
import { assertRecoversHere } from './direction.ts';
import { StepFailed } from './outcome.ts';
import { desiredByEdit } from './settings-desired.ts';
import { boundDifference } from './settings-difference.ts';
import { reachOf, type Context, type Implementation } from './surroundings.ts';
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
  await assertRecoversHere(zvm, call, [vpg], context);
  const named = desiredByEdit(call.with, site => context.sites.settings(site).zertoName);
  const desired = { ...named, vpgId: vpgId(call, vpg) };
  if (call.dry === true) {
    const { missing } = await zvm.vpgSettings.plan(desired, { signal });
    const told = missing.map(
      ({ path, before, after }) => `${vpg}: ${path} would change from "${before}" to "${after}"`,
    );
    return { outputs: { changed: missing.length > 0, difference: boundDifference(missing) }, told };
  }
  const resume = recall(context);
  try {
    const { changed, difference } = await zvm.vpgSettings.apply(desired, {
      notAfter: call.deadline,
      signal,
      only: 'existing',
      pace,
      ...(resume !== undefined && { resume }),
      keep: ({ settingsId, planned }) => {
        context.memory.keep({ settingsId, planned: boundDifference(planned).map(change => ({ ...change })) });
      },
    });
    return { outputs: { changed, difference: boundDifference(difference) }, ...evidenceOf(changed, difference) };
  } catch (error) {
    if (error instanceof SettingsFailed && error.part.length > 0 && call.with['restore-on-failure']) {
      throw await restore(zvm, desired.vpgId, error, call, pace, signal);
    }
    throw error;
  }
}

/** The refusal, after the settings from before were put back. */
async function restore(
  zvm: Zvm,
  id: string,
  { why, before }: SettingsFailed,
  call: ActionCall<Input<'zerto/edit-vpg'>>,
  { settleMs }: Partial<ApplyPace>,
  signal: AbortSignal,
): Promise<StepFailed> {
  if (before === undefined) return new StepFailed(why);
  const options = { notAfter: call.deadline, signal, ...(settleMs !== undefined && { settleMs }) };
  const back = await zvm.vpgSettings.replace(id, before, options);
  return new StepFailed(
    back.kind === 'done'
      ? `${why}; its settings from before are back`
      : `${why}; and its settings from before could not be put back`,
  );
}

function evidenceOf(changed: boolean, difference: readonly Change[]) {
  if (!changed) return {};
  const seen = difference.map(change => ({ ...change }));
  return { evidence: [{ kind: 'observation' as const, what: 'settings difference', seen }] };
}

function recall({ memory }: Context): ApplyState | undefined {
  const value = memory.recalled;
  if (typeof value !== 'object' || value === null || !('settingsId' in value)) return undefined;
  return value as unknown as ApplyState;
}
