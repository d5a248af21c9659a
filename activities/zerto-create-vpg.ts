import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Input, Output } from '../actions/index.ts';
import type { ApplyPace } from '../zerto/settings/apply.ts';
import type { Desired } from '../zerto/settings/desired.ts';
import { SettingsFailed } from '../zerto/settings/errors.ts';
import type { Zvm } from '../zerto/zvm.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import { assertSiteConnected } from './peer.ts';
import { desiredNew } from './settings-desired.ts';
import { boundDifference, evidenceOf } from './settings-difference.ts';
import { keepSettings, recallSettings } from './settings-memory.ts';
import { spellList } from './spell.ts';
import { type Context, type Implementation, reachOf } from './surroundings.ts';

/**
 * Makes a VPG that recovers to the step's site, and reads back that it is there. One of its name that is exactly as it is
 * wanted counts as made already: so a repeated step finds what it made. Any other is somebody else's, and is not touched.
 */
export const createVpg: Implementation<'zerto/create-vpg'> = (call, context) => createAt({}, call, context);

export async function createAt(
  pace: Partial<ApplyPace>,
  call: ActionCall<Input<'zerto/create-vpg'>>,
  context: Context,
): Promise<ActionResult<Output<'zerto/create-vpg'>>> {
  const { sites, signal, memory } = context;
  const { vpg } = call.with;
  const zvm = await sites.zvm(call.site, reachOf(call));
  const { site: protects, desired } = desireAt(call, context);
  await assertSiteConnected(zvm, call.site, protects, context);
  await assertSameVms(zvm, desired, signal);
  if (call.dry === true) return await lookOnly(zvm, desired, signal);
  const resume = recallSettings(memory);
  try {
    const { vpgId, changed, difference } = await zvm.vpgSettings.apply(desired, {
      notAfter: call.deadline,
      signal,
      only: 'new',
      pace,
      ...(resume !== undefined && { resume }),
      keep: state => {
        keepSettings(memory, state);
      },
    });
    return {
      outputs: {
        id: vpgId,
        vpg,
        identifiers: { [vpg]: vpgId },
        changed,
        difference: boundDifference(difference, mostDifference - 2 * Buffer.byteLength(vpg)),
      },
      ...(!changed && { told: [`${vpg} exists already as it is wanted; nothing was made`] }),
      ...evidenceOf(changed, difference),
    };
  } catch (error) {
    if (!(error instanceof SettingsFailed) || error.part.length === 0) throw error;
    throw new StepFailed(`${error.why}; the VPG stays as it is: zerto/delete-vpg removes it`);
  }
}

/** The name stands twice in the outputs beside the difference. */
const mostDifference = 1_500;

/** What is wanted, and drillbook.yaml's own name of the site that it protects. */
function desireAt(call: ActionCall<Input<'zerto/create-vpg'>>, { sites }: Context) {
  const { 'protected-site': named, ...settings } = call.with;
  const here = sites.settings(call.site);
  const site = named ?? here.peer;
  if (site === undefined) {
    throw new StepErrored(
      `which site ${call.with.vpg} protects is not known: name it as protected-site, or as the peer of ${call.site} in drillbook.yaml`,
    );
  }
  const { zertoName } = sites.settings(site);
  if (zertoName === here.zertoName)
    throw new StepErrored(`${call.with.vpg} cannot recover to ${site}, which it protects`);
  const desired = desiredNew(
    { ...settings, 'protected-site': site },
    here.zertoName,
    name => sites.settings(name).zertoName,
  );
  return { site, desired };
}

async function lookOnly(
  zvm: Zvm,
  desired: Desired,
  signal: AbortSignal,
): Promise<ActionResult<Output<'zerto/create-vpg'>>> {
  const { vpg, vms = [] } = desired;
  const { vpgId, missing } = await zvm.vpgSettings.plan(desired, { signal });
  if (vpgId !== undefined && missing.length > 0) {
    const differs = missing.map(({ path, before, after }) => `${path} is "${before}", not "${after}"`);
    throw new StepFailed(`A VPG "${vpg}" exists already, and it differs: ${spellList(differs, 3)}`);
  }
  const names = spellList(vms.map(vm => vm.name));
  const told =
    vpgId === undefined ? `${vpg} would be made and protect ${names}` : `${vpg} exists already as it is wanted`;
  const changed = vpgId === undefined;
  // Nothing is locked in a look, so nothing is told to have been found.
  return {
    outputs: { id: vpgId ?? '', vpg, identifiers: {}, changed, difference: boundDifference(missing) },
    told: [told],
  };
}

/** Settings are compared only as far as they are named: other VMs make it another VPG. */
async function assertSameVms(zvm: Zvm, { vpg, vms = [] }: Desired, signal: AbortSignal): Promise<void> {
  if ((await zvm.vpgs.list({ name: vpg }, { signal })).length === 0) return;
  const members = (await zvm.vms.list({ vpgName: vpg }, { signal })).filter(vm => vm.vpgName === vpg);
  const has = new Set(members.map(vm => vm.name));
  if (has.size === vms.length && vms.every(vm => has.has(vm.name))) return;
  throw new StepFailed(`A VPG "${vpg}" exists already, and it protects other VMs: ${spellList([...has])}`);
}
