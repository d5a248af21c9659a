import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Input, Output } from '../actions/index.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';
import { pickByName } from '../zerto/names.ts';
import type { Zvm } from '../zerto/zvm.ts';
import { checkpointOf, chooseCheckpoint, readRecent } from './checkpoints.ts';
import { assertRecoversHere } from './direction.ts';
import { effectOnce, type OncePace } from './effect-once.ts';
import { StepErrored } from './outcome.ts';
import { spellList } from './spell.ts';
import { reachOf, type Context, type Implementation } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';

/**
 * Copies the VMs of a VPG, once. Nothing ends it early: a cancelled run waits for it, since half a copy helps nobody and
 * the copies are not this run's to remove.
 */
export const clone: Implementation<'zerto/clone'> = (call, context) => cloneAt({ lookEveryMs: 2_000 }, call, context);

export interface ClonePace {
  readonly once?: OncePace;
  /** Between two looks for copies that the inventory does not show yet. */
  readonly lookEveryMs: number;
}

export async function cloneAt(
  pace: ClonePace,
  call: ActionCall<Input<'zerto/clone'>>,
  context: Context,
): Promise<ActionResult<Output<'zerto/clone'>>> {
  const { vpg } = call.with;
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const { facts, adopted } = await effectOnce(
    zvm,
    {
      kind: effectKinds.clone,
      vpg,
      vpgId: vpgId(call, vpg),
      prepare: () => prepare(zvm, call, context),
      send: ({ checkpoint, datastore }, time) =>
        zvm.vpgs.startClone(vpgId(call, vpg), { checkpointId: checkpoint, datastoreId: datastore }, time),
    },
    call,
    context,
    pace.once,
  );
  if (facts === undefined) {
    throw new StepErrored(
      `a clone of ${vpg} was made, but a worker was lost meanwhile: of which checkpoint, and what the copies are called, is not known`,
    );
  }
  const vms = await findCopies(zvm, facts, pace.lookEveryMs, context.signal);
  const told: string[] = [];
  if (adopted) told.push(`the clone of ${vpg} was started by an attempt whose answer was lost`);
  if (vms.length !== facts.sources.length) {
    told.push(
      `${vpg} has ${facts.sources.length} VMs, and ${vms.length === 0 ? 'no copy' : spellList(vms)} appeared at ${call.site}: which are its copies is to be looked up there`,
    );
  }
  return { outputs: { vms, checkpoint: facts.checkpoint, checkpoint_time: facts.checkpointTime }, told };
}

/** What the call names, and what tells the copies from other VMs afterwards. */
type Facts = {
  readonly checkpoint: string;
  readonly checkpointTime: string;
  /** Identifier. */
  readonly datastore: string;
  readonly siteId: string;
  /** Names of the VMs that are copied. */
  readonly sources: readonly string[];
  /** Identifiers of VMs that could be taken for copies of them, but were there before. */
  readonly before: readonly string[];
};

async function prepare(zvm: Zvm, call: ActionCall<Input<'zerto/clone'>>, context: Context): Promise<Facts> {
  const { signal } = context;
  const { vpg: name, datastore, checkpoint } = call.with;
  const [vpg] = await assertRecoversHere(zvm, call, [name], context);
  if (vpg === undefined) throw new StepErrored(`${name} was not found`);
  const siteId = vpg.recoverySite.identifier;
  const wanted = checkpointOf(checkpoint, name);
  const [journal, datastores, vms, there] = await Promise.all([
    wanted.by === 'latest'
      ? readRecent(zvm, vpg.id, context.clock(), signal)
      : zvm.vpgs.checkpoints(vpg.id, { signal }),
    zvm.virtualizationSites.datastores(siteId, { signal }),
    zvm.vms.list({ vpgName: name }, { signal }),
    zvm.virtualizationSites.vms(siteId, { signal }),
  ]);
  const chosen = chooseCheckpoint(journal, wanted, name, context.clock());
  const sources = vms.filter(vm => vm.vpgId === vpg.id).map(vm => vm.name);
  return {
    checkpoint: chosen.id,
    checkpointTime: chosen.time,
    datastore: pickByName(datastores, datastore, `datastore of ${call.site}`, {
      site: call.site,
      operation: 'GET virtualizationsites/…/datastores',
    }).id,
    siteId,
    sources,
    before: there.filter(vm => isNamedAfter(vm.name, sources)).map(vm => vm.id),
  };
}

const looks = 5;

/**
 * The task does not tell the copies. They are VMs that were not there before, named after those of the VPG (a ZVM adds
 * the time); an inventory may show them late.
 */
async function findCopies(
  zvm: Zvm,
  { siteId, sources, before }: Facts,
  lookEveryMs: number,
  signal: AbortSignal,
): Promise<string[]> {
  for (let look = 1; ; look++) {
    const there = await zvm.virtualizationSites.vms(siteId, { signal });
    const copies = there.filter(vm => isNamedAfter(vm.name, sources) && !before.includes(vm.id)).map(vm => vm.name);
    if (copies.length >= sources.length || look >= looks) return copies.sort();
    await sleep(lookEveryMs, undefined, { signal });
  }
}

function isNamedAfter(name: string, sources: readonly string[]): boolean {
  return sources.some(source => name.startsWith(source));
}
