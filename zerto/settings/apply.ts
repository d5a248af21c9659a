import { setTimeout as sleep } from 'node:timers/promises';
import { sameAccount } from '../accounts.ts';
import { pickByName } from '../names.ts';
import type { SettingsDocument } from '../settings-types.ts';
import type { Call } from '../types.ts';
import type { Zvm } from '../zvm.ts';
import { changesOf, type CommitEnd, commitSettings, endRunningChanges, type Target } from './commit.ts';
import type { Desired } from './desired.ts';
import { type Change, compareSettings } from './difference.ts';
import { listOf, SettingsFailed, SettingsLost, SettingsRefused } from './errors.ts';
import { findVpg, readState, type State } from './state.ts';

export interface ApplyOptions {
  /** ms since 1970: no commit is sent after it. */
  readonly notAfter: number;
  readonly signal?: AbortSignal;
  /** `new`: a VPG that is there and differs is refused. `existing`: one that is not there is. */
  readonly only?: 'new' | 'existing';
  /** What an earlier attempt that ended without an answer had told `keep`. */
  readonly resume?: ApplyState;
  /** Told before a commit, so that a later attempt can make sure of what this one did. */
  readonly keep?: (state: ApplyState) => void;
  readonly pace?: Partial<ApplyPace>;
}

/** Plain JSON. */
export interface ApplyState {
  readonly settingsId: string;
  readonly planned: readonly Change[];
  /** The settings from before the first attempt; of a new VPG there are none. It may be left out of what is kept. */
  readonly before?: SettingsDocument;
  /** Ids of the VPG's changes until `before`. */
  readonly seen?: readonly string[];
}

export interface ApplyPace {
  /** Between two looks at what a completed change has become; Zerto's own SDK waits 5 s (zvml, on a bug of the API). */
  readonly readBackMs: number;
  /** Between two looks for the task of a commit whose answer was lost. */
  readonly settleMs: number;
}

export interface Applied {
  readonly vpgId: string;
  readonly changed: boolean;
  /** What is different now, setting by setting. */
  readonly difference: readonly Change[];
  /** Who changed the VPG just before a commit, so that it was built anew. */
  readonly overtakenBy?: readonly string[];
}

export interface Planned {
  /** Undefined: the VPG would be new. */
  readonly vpgId: string | undefined;
  readonly missing: readonly Change[];
}

const usualPace: ApplyPace = { readBackMs: 1_000, settleMs: 500 };
const readBacks = 8;
/** A settings object that vanished is rebuilt, and a lost commit that did not happen repeated, so often. */
const rounds = 4;
/** A change that somebody else overtakes is built anew so often. */
const overtakings = 3;

/** See `VpgSettings.plan`. */
export async function planSettings(zvm: Zvm, desired: Desired, call: Pick<Call, 'signal'> = {}): Promise<Planned> {
  const { vpgId, missing } = await readState(zvm, desired, call);
  return { vpgId, missing };
}

/** See `VpgSettings.apply`. Every round looks at what there is, so nothing is committed twice. */
export async function applySettings(zvm: Zvm, desired: Desired, options: ApplyOptions): Promise<Applied> {
  const { notAfter, signal = new AbortController().signal, only, resume, keep } = options;
  const pace = { ...usualPace, ...options.pace };
  // An object that an earlier attempt left: without it, a commit that is still on its way finds nothing to commit.
  if (resume !== undefined) await zvm.vpgSettings.delete(resume.settingsId, { signal });
  const { state: first, seen } = await readFirst(zvm, desired, only, resume !== undefined, pace, signal);
  const before = resume?.before ?? (first.vpgId === undefined ? undefined : first.document);
  const known = resume?.before === undefined ? seen : new Set(resume.seen ?? []);
  const planned = first.missing;
  if (planned.length === 0 && first.vpgId !== undefined) {
    // Nothing to do; unless an earlier attempt did it and its end was not heard.
    const done = resume?.planned ?? [];
    return { vpgId: first.vpgId, changed: done.length > 0, difference: done };
  }
  const changed = ({ document, names }: State, vpgId: string): Applied => ({
    vpgId,
    changed: true,
    difference: compareSettings(before, document, names),
    ...(overtakenBy.length > 0 && { overtakenBy }),
  });
  const overtakenBy: string[] = [];
  const own = new Set<string>();
  let unclear = false;
  let end: CommitEnd = { kind: 'vanished' };
  for (let round = 0; round < rounds; round++) {
    const now = round === 0 ? first : await readState(zvm, desired, { signal });
    // The commit whose answer was lost took effect after all.
    if (now.missing.length === 0 && now.vpgId !== undefined) return changed(now, now.vpgId);
    if (only === 'new') refuseOther(now, desired, zvm.site);
    end = await commitSettings(zvm, targetOf(now, desired), now.wanted, {
      notAfter,
      signal,
      settleMs: pace.settleMs,
      created: settingsId => keep?.({ settingsId, planned, ...(before !== undefined && { before, seen: [...known] }) }),
    });
    if (end.kind === 'vanished' || end.kind === 'did-not-happen') continue;
    if (end.kind === 'overtaken') {
      overtakenBy.push(end.by);
      if (overtakenBy.length === overtakings) break;
      continue;
    }
    const last = await readBack(zvm, desired, end, pace, signal);
    if (last.vpgId !== undefined && last.missing.length === 0) return changed(last, last.vpgId);
    if (end.kind === 'unclear') {
      // Somebody else's change, or ours that came out otherwise: what is still missing is asked for again.
      unclear = true;
      continue;
    }
    if (end.task !== undefined) own.add(end.task);
    const others = await readOthers(zvm, last.vpgId, { known, own, resumed: resume !== undefined }, signal);
    const paths = new Set([...planned, ...(resume?.planned ?? [])].map(({ path }) => path));
    throw failureOf(zvm.site, desired, before, last, end, others, paths);
  }
  if (end.kind === 'overtaken') {
    throw new SettingsLost(
      `${desired.vpg} was changed by ${listOf([...new Set(overtakenBy)])} each time just before this change could be committed`,
      zvm.site,
      unclear ? 'unknown' : 'no',
    );
  }
  if (unclear) {
    throw new SettingsLost(
      `the answer to a commit of ${desired.vpg} was lost, and it was changed since, though not to what was asked for; see its tasks in Zerto`,
      zvm.site,
      'unknown',
    );
  }
  throw new SettingsLost(
    end.kind === 'vanished'
      ? `the settings object of ${desired.vpg} vanished ${rounds} times before it could be committed`
      : `the answer to the commit of ${desired.vpg} was lost ${rounds} times; nothing was changed`,
    zvm.site,
  );
}

async function readFirst(
  zvm: Zvm,
  desired: Desired,
  only: ApplyOptions['only'],
  resumed: boolean,
  { readBackMs }: ApplyPace,
  signal: AbortSignal,
): Promise<{ readonly state: State; readonly seen: ReadonlySet<string> }> {
  if (only === 'existing' && desired.vpgId === undefined) {
    pickByName(await zvm.vpgs.list({}, { signal }), desired.vpg, 'VPG', {
      site: zvm.site,
      operation: 'GET vpgs',
    });
  }
  const vpgId = await findVpg(zvm, desired, { signal });
  // What somebody else changes just now, or an earlier attempt, is looked at when it is over.
  let seen: ReadonlySet<string> = new Set();
  if (vpgId !== undefined) seen = await endRunningChanges(zvm, { vpgId }, signal);
  else if (resumed || only === 'new') await endRunningChanges(zvm, { newVpg: desired.vpg }, signal);
  for (let n = 1; ; n++) {
    const state = await readState(zvm, desired, { signal });
    // What an earlier attempt made may take a moment to show as a whole.
    const showing = resumed && only === 'new' && state.vpgId !== undefined && state.missing.length > 0;
    if (!showing || n === readBacks) return { state, seen };
    await sleep(readBackMs, undefined, { signal });
  }
}

/** Where only a new VPG is wanted, one of its name that differs is somebody else's. */
function refuseOther({ vpgId, missing }: State, { vpg }: Desired, site: string): void {
  if (vpgId === undefined) return;
  const differs = listOf(
    missing.map(({ path, before, after }) => `${path} is "${before}", not "${after}"`),
    3,
  );
  throw new SettingsRefused(`A VPG "${vpg}" exists already, and it differs: ${differs}`, site);
}

function targetOf({ vpgId }: State, { vpg }: Desired): Target {
  return vpgId === undefined ? { newVpg: vpg } : { vpgId };
}

/** A completed change may take a moment to show. */
async function readBack(
  zvm: Zvm,
  desired: Desired,
  end: CommitEnd,
  { readBackMs }: ApplyPace,
  signal: AbortSignal,
): Promise<State> {
  for (let n = 1; ; n++) {
    const seen = await readState(zvm, desired, { signal });
    const shown = seen.vpgId !== undefined && seen.missing.length === 0;
    if (shown || n === readBacks || end.kind === 'refused') return seen;
    await sleep(readBackMs, undefined, { signal });
  }
}

interface Others {
  /** Who else changed the VPG. */
  readonly foreign: string | undefined;
  readonly seen: ReadonlySet<string>;
}

/** Read after the settings that are judged, so that no change that they show is missed. */
async function readOthers(
  zvm: Zvm,
  vpgId: string | undefined,
  { known, own, resumed }: { known: ReadonlySet<string>; own: ReadonlySet<string>; resumed: boolean },
  signal: AbortSignal,
): Promise<Others> {
  if (vpgId === undefined) return { foreign: undefined, seen: new Set() };
  const tasks = await changesOf(zvm, { vpgId }, signal);
  const rest = tasks.filter(task => !known.has(task.id) && !own.has(task.id));
  // The one commit of an earlier attempt, whose answer was lost.
  const [one, second] = rest;
  const earlier = resumed && second === undefined && one !== undefined && sameAccount(one.initiatedBy, zvm.account);
  return { foreign: earlier ? undefined : one?.initiatedBy, seen: new Set(tasks.map(task => task.id)) };
}

function failureOf(
  site: string,
  { vpg }: Desired,
  before: SettingsDocument | undefined,
  last: State,
  end: CommitEnd,
  others: Others,
  planned: ReadonlySet<string>,
): SettingsFailed {
  const verb = before === undefined ? 'make' : 'change';
  const done = before === undefined ? 'made' : 'changed';
  const shown =
    last.vpgId === undefined
      ? 'there is none'
      : `it shows ${listOf(last.missing.map(c => `${c.path} as "${c.before}", not "${c.after}"`))}`;
  const why =
    end.kind === 'refused'
      ? `Zerto did not ${verb} ${vpg}: ${end.reason}`
      : `Zerto says that it ${done} ${vpg}, yet ${shown}`;
  const all = last.vpgId === undefined ? [] : compareSettings(before, last.document, last.names);
  // What else differs may be somebody else's.
  const part = others.foreign === undefined ? all : all.filter(({ path }) => planned.has(path));
  const vendorMessage = end.kind === 'refused' ? { vendorMessage: end.reason } : {};
  return new SettingsFailed(why, { site, before, part, ...others, ...vendorMessage });
}
