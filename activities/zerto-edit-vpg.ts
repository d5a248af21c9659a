import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Input, Output } from '../actions/index.ts';
import type { SettingsDocument, Zvm } from '../zerto/types.ts';
import { assertRecoversHere } from './direction.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import { changeSettings } from './settings-change.ts';
import { commitSettings, endRunningChanges, type CommitEnd } from './settings-commit.ts';
import { boundDifference, compareSettings, type Change } from './settings-difference.ts';
import { resolveSettings, type SettingsNames } from './settings-wanted.ts';
import { spellList } from './spell.ts';
import { reachOf, type Context, type Implementation } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';

/** A settings object that vanished is rebuilt, and a lost commit that did not happen repeated, so often. */
const rounds = 4;

export interface EditPace {
  /** Between two looks at what a completed change has become; Zerto's own SDK waits 5 s (zvml, on a bug of the API). */
  readonly readBackMs: number;
  /** Between two looks for the task of a commit whose answer was lost. */
  readonly settleMs: number;
}
const usualPace: EditPace = { readBackMs: 1_000, settleMs: 500 };
const readBacks = 8;

/**
 * Brings a VPG's settings to the state that the step names. It is the state that counts, not the call: every round looks
 * at what there is, so nothing is committed twice and a repeat of a finished step changes nothing.
 */
export const editVpg: Implementation<'zerto/edit-vpg'> = (call, context) => editAt(usualPace, call, context);

export async function editAt(
  pace: EditPace,
  call: ActionCall<Asked>,
  context: Context,
): Promise<ActionResult<Output<'zerto/edit-vpg'>>> {
  const { signal } = context;
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  await assertRecoversHere(zvm, call, [call.with.vpg], context);
  const id = vpgId(call, call.with.vpg);
  if (call.dry === true) {
    const { missing } = await readVpg(zvm, id, call.with, signal);
    const told = missing.map(
      ({ path, before, after }) => `${call.with.vpg}: ${path} would change from "${before}" to "${after}"`,
    );
    return { ...unchanged(boundDifference(missing)), told };
  }
  const earlier = recall(context);
  // An object that an earlier attempt left: without it, a commit that is still on its way finds nothing to commit.
  if (earlier !== undefined) await zvm.deleteSettings(earlier.settingsId, { signal });
  await endRunningChanges(zvm, id, signal);

  const first = await readVpg(zvm, id, call.with, signal);
  const before = first.document;
  const planned = first.missing;
  if (planned.length === 0) return unchanged(earlier?.planned ?? []);
  let end: CommitEnd = { kind: 'vanished' };
  for (let round = 0; round < rounds; round++) {
    const now = round === 0 ? first : await readVpg(zvm, id, call.with, signal);
    // The commit whose answer was lost took effect after all.
    if (now.missing.length === 0) return changed(compareSettings(before, now.document, now.names));
    end = await commitSettings(zvm, id, now.wanted, {
      notAfter: call.deadline,
      settleMs: pace.settleMs,
      signal,
      created: settingsId => {
        context.memory.keep({ settingsId, planned: boundDifference(planned).map(change => ({ ...change })) });
      },
    });
    if (end.kind === 'vanished' || end.kind === 'did-not-happen') continue;
    const last = await readBack(zvm, id, call, end, pace, signal);
    if (last.missing.length === 0) return changed(compareSettings(before, last.document, last.names));
    throw await fail(zvm, before, last, end, call, pace, signal);
  }
  throw new StepErrored(
    end.kind === 'vanished'
      ? `the settings object of ${call.with.vpg} vanished ${rounds} times before it could be committed`
      : `the answer to the commit of ${call.with.vpg} was lost ${rounds} times; nothing was changed`,
  );
}

interface Seen {
  readonly document: SettingsDocument;
  readonly names: SettingsNames;
  readonly wanted: ReturnType<typeof resolveSettings>;
  /** What is still to be changed. */
  readonly missing: readonly Change[];
}

type Asked = Input<'zerto/edit-vpg'>;

async function readVpg(zvm: Zvm, id: string, asked: Asked, signal: AbortSignal): Promise<Seen> {
  const document = await zvm.readSettings(id, { signal });
  const { Name, ProtectedSiteIdentifier, RecoverySiteIdentifier } = document.Basic;
  const moves = asked['add-vms'] !== undefined || asked['remove-vms'] !== undefined;
  const [networks, vms, unprotected] = await Promise.all([
    zvm.networks(RecoverySiteIdentifier, { signal }),
    zvm.vms({ vpgName: Name }, { signal }),
    moves ? zvm.unprotectedVms(ProtectedSiteIdentifier, { signal }) : [],
  ]);
  const members = document.Vms.map(({ VmIdentifier }) => ({
    id: VmIdentifier,
    name: vms.find(vm => vm.id === VmIdentifier)?.name ?? VmIdentifier,
  }));
  const names = { networks, members, unprotected };
  const wanted = resolveSettings(asked, document, names);
  const joining = wanted.add
    .filter(vm => !members.some(member => member.id === vm.id))
    .map(vm => ({ path: `vms[${vm.name}]`, before: '', after: 'protected' }));
  return {
    document,
    names,
    wanted,
    missing: [...compareSettings(document, changeSettings(document, wanted), names), ...joining],
  };
}

/** A completed change may take a moment to show. */
async function readBack(
  zvm: Zvm,
  id: string,
  call: ActionCall<Asked>,
  end: CommitEnd,
  pace: EditPace,
  signal: AbortSignal,
): Promise<Seen> {
  for (let n = 1; ; n++) {
    const seen = await readVpg(zvm, id, call.with, signal);
    if (seen.missing.length === 0 || n === readBacks || end.kind === 'refused') return seen;
    await sleep(pace.readBackMs, undefined, { signal });
  }
}

/** The refusal; with `restore-on-failure` the settings from before are put back where something did change. */
async function fail(
  zvm: Zvm,
  before: SettingsDocument,
  last: Seen,
  end: CommitEnd,
  call: ActionCall<Asked>,
  { settleMs }: EditPace,
  signal: AbortSignal,
): Promise<StepFailed> {
  const { vpg } = call.with;
  const why =
    end.kind === 'refused'
      ? `Zerto did not change ${vpg}: ${end.reason}`
      : `Zerto says that it changed ${vpg}, yet it shows ${spellList(last.missing.map(c => `${c.path} as "${c.before}", not "${c.after}"`))}`;
  const half = compareSettings(before, last.document, last.names);
  if (half.length === 0) return new StepFailed(why);
  if (!call.with['restore-on-failure']) return new StepFailed(`${why}; it is changed in part: ${spellChanges(half)}`);
  const back = await commitSettings(zvm, vpgId(call, vpg), before, { notAfter: call.deadline, settleMs, signal });
  return new StepFailed(
    back.kind === 'done'
      ? `${why}; its settings from before are back`
      : `${why}; and its settings from before could not be put back`,
  );
}

function spellChanges(changes: readonly Change[]): string {
  return spellList(changes.map(c => c.path));
}

function changed(difference: readonly Change[]) {
  return {
    outputs: { changed: true, difference: boundDifference(difference) },
    evidence: [
      { kind: 'observation' as const, what: 'settings difference', seen: difference.map(change => ({ ...change })) },
    ],
  };
}

/** Nothing to do; unless an earlier attempt of this very step did it and its end was not heard. */
function unchanged(planned: readonly Change[]) {
  return { outputs: { changed: planned.length > 0, difference: [...planned] } };
}

function recall({ memory }: Context): { settingsId: string; planned: Change[] } | undefined {
  const value = memory.recalled;
  if (typeof value !== 'object' || value === null || !('settingsId' in value)) return undefined;
  return value as unknown as { settingsId: string; planned: Change[] };
}
