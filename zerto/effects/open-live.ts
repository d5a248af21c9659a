import { sameAccount } from '../accounts.ts';
import type { Task } from '../tasks.ts';
import type { Zvm } from '../zvm.ts';
import type { Vpg } from '../vpgs.ts';
import type { Baseline } from './baseline.ts';
import { newestOf, tasksOfKind } from './kind-tasks.ts';
import { type EffectKind, effectKinds } from './kinds.ts';
import { readVpgIfThere } from './read-vpg.ts';

/** How a failover or a move that we began, or may have begun, stands at the ZVM that it recovers to. */
export type OpenLive =
  /** Its VMs are up, and it waits for its commit or roll-back. */
  | { readonly kind: 'before-commit'; readonly vpg: Vpg }
  /** Look again. */
  | { readonly kind: 'busy'; readonly vpg: Vpg; readonly doing: 'starting' | 'committing' | 'rolling-back' }
  /** `reversed`: the VPG protects back to where it came from. */
  | { readonly kind: 'committed'; readonly vpg: Vpg; readonly reversed: boolean }
  /** It protects as before. */
  | { readonly kind: 'rolled-back'; readonly vpg: Vpg }
  /** The VPG does not exist any more. */
  | { readonly kind: 'gone' }
  /** Nothing of ours came about. */
  | { readonly kind: 'nothing'; readonly vpg: Vpg }
  /** What the VPG is in is not ours, or cannot be told to be. */
  | { readonly kind: 'foreign'; readonly vpg: Vpg; readonly why: string };

export interface KnownLive {
  readonly how: 'failover' | 'move';
  /** Taken before it was first tried. */
  readonly baseline: Pick<Baseline, 'tasks'>;
  /** Its task, where it is known. */
  readonly taskId?: string;
}

interface Kinds {
  readonly opening: EffectKind;
  readonly commit: EffectKind;
  readonly rollBack: EffectKind;
}

const kinds = {
  failover: {
    opening: effectKinds.failover,
    commit: effectKinds.commitFailover,
    rollBack: effectKinds.rollBackFailover,
  },
  move: { opening: effectKinds.move, commit: effectKinds.commitMove, rollBack: effectKinds.rollBackMove },
} as const satisfies Record<KnownLive['how'], Kinds>;

/**
 * Looks how a live change stands. Reads only. While it is open the VPG's SubStatus tells (docs/zerto.md §2: the task may
 * be completed or still wait for a person, §11 `waitingTask`); whose it is, the tasks tell. After its end the tasks of the
 * commit or roll-back tell; where these are not seen (they may be listed at the other site, §11 `tasksAt`), the VPG itself:
 * it protects backwards or needs configuration after a commit (§2), and protects as before after a roll-back.
 * @param zvm of the site that it recovered to
 */
export async function lookAtOpenLive(
  zvm: Zvm,
  vpgId: string,
  known: KnownLive,
  { signal }: { readonly signal: AbortSignal },
): Promise<OpenLive> {
  const vpg = await readVpgIfThere(zvm, vpgId, signal);
  if (vpg === undefined) return { kind: 'gone' };
  const { opening } = kinds[known.how];
  const begun = (await tasksOfKind(zvm, opening, vpgId, { signal })).filter(t => !known.baseline.tasks.includes(t.id));
  const stage = stageOf(vpg, opening);
  if (stage === '') return ended(zvm, vpg, begun, known, signal);
  const stranger = strangerOf(begun, known, zvm.account, vpg, opening);
  const isHidden = stranger === undefined && stage === vpg.status && !endings.test(vpg.subStatus);
  return isHidden ? hidden(zvm, vpg, begun, known, signal) : shown(vpg, stage, stranger);
}

/** Promoting comes after a commit: what was recovered is made ready to be protected backwards (docs/zerto.md §2). */
function stageOf(vpg: Vpg, opening: EffectKind): string {
  return vpg.subStatus === 'Promoting' ? '' : opening.stageOf(vpg);
}

function shown(vpg: Vpg, stage: string, stranger: string | undefined): OpenLive {
  if (stranger !== undefined) return { kind: 'foreign', vpg, why: stranger };
  if (stage.endsWith('BeforeCommit')) return { kind: 'before-commit', vpg };
  if (stage.endsWith('Committing')) return { kind: 'busy', vpg, doing: 'committing' };
  // The bare word is in the enum, too (docs/zerto.md §2).
  const isRollingBack = [stage, vpg.subStatus].some(word => word.endsWith('RollingBack'));
  return { kind: 'busy', vpg, doing: isRollingBack ? 'rolling-back' : 'starting' };
}

const endings = /BeforeCommit$|Committing$|RollingBack$/;

/**
 * The Status tells that it is open, and the SubStatus of something else: that the other site is lost. Or it is starting and has
 * none yet. Then the tasks tell.
 */
async function hidden(
  zvm: Zvm,
  vpg: Vpg,
  begun: readonly Task[],
  { how, taskId }: KnownLive,
  signal: AbortSignal,
): Promise<OpenLive> {
  const ours = taskId === undefined ? begun.at(-1) : begun.find(task => task.id === taskId);
  const isUp = ours?.state === 'Completed' || ours?.state === 'WaitingForUserInput';
  if (!isUp) return { kind: 'busy', vpg, doing: 'starting' };
  const { last, isCommit } = await lastEnding(zvm, vpg.id, how, ours, signal);
  // The VPG shows a moment after its task that it has ended.
  if (last !== undefined && (!last.terminal || last.state === 'Completed')) {
    return { kind: 'busy', vpg, doing: isCommit ? 'committing' : 'rolling-back' };
  }
  return { kind: 'before-commit', vpg };
}

/** Why what runs there is not ours; undefined: it is. */
function strangerOf(
  begun: readonly Task[],
  { taskId }: KnownLive,
  account: string,
  vpg: Vpg,
  { what, many }: EffectKind,
): string | undefined {
  const newest = newestOf(begun);
  if (taskId !== undefined) {
    // Our own may have aged out of the list; a later one may not.
    if (newest === undefined || newest.id === taskId) return undefined;
    return `the ${what} of ${vpg.name} that this run began has ended; the one that is there now was begun by ${newest.initiatedBy}`;
  }
  const unknown = 'and whether this run began it is not known';
  if (newest === undefined) return `a ${what} of ${vpg.name} is open, ${unknown}`;
  if (begun.length > 1) return `${begun.length} ${many} of ${vpg.name} were begun, ${unknown}`;
  return sameAccount(newest.initiatedBy, account)
    ? undefined
    : `the ${what} of ${vpg.name} that is open was begun by ${newest.initiatedBy}, not by this run`;
}

async function ended(
  zvm: Zvm,
  vpg: Vpg,
  begun: readonly Task[],
  { how, taskId }: KnownLive,
  signal: AbortSignal,
): Promise<OpenLive> {
  const ours =
    taskId === undefined
      ? begun.findLast(task => sameAccount(task.initiatedBy, zvm.account))
      : begun.find(task => task.id === taskId);
  if (ours === undefined && taskId === undefined) return { kind: 'nothing', vpg };
  if (ours !== undefined && isRunning(ours)) return { kind: 'busy', vpg, doing: 'starting' };
  if (ours?.state === 'Failed' || ours?.state === 'Stopped') return { kind: 'nothing', vpg };
  const [{ last, isCommit }, here] = await Promise.all([
    lastEnding(zvm, vpg.id, how, ours, signal),
    zvm.sites.local({ signal }),
  ]);
  if (last !== undefined && !last.terminal) {
    return { kind: 'busy', vpg, doing: isCommit ? 'committing' : 'rolling-back' };
  }
  const reversed = vpg.recoverySite.identifier !== here.identifier;
  if (last?.state === 'Completed') {
    return isCommit ? { kind: 'committed', vpg, reversed } : { kind: 'rolled-back', vpg };
  }
  const committed = reversed || ['Recovered', 'NeedsConfiguration', 'Promoting'].some(word => isIn(vpg, word));
  return committed ? { kind: 'committed', vpg, reversed } : { kind: 'rolled-back', vpg };
}

/** The newest commit or roll-back since the opening. */
async function lastEnding(
  zvm: Zvm,
  vpgId: string,
  how: KnownLive['how'],
  opening: Task | undefined,
  signal: AbortSignal,
): Promise<{ readonly last: Task | undefined; readonly isCommit: boolean }> {
  const { commit, rollBack } = kinds[how];
  const [commits, rollBacks] = await Promise.all([
    tasksOfKind(zvm, commit, vpgId, { signal }),
    tasksOfKind(zvm, rollBack, vpgId, { signal }),
  ]);
  // Both times are the ZVM's own.
  const since = (task: Task) => opening !== undefined && Date.parse(task.started) >= Date.parse(opening.started);
  const last = newestOf([...commits, ...rollBacks].filter(since));
  return { last, isCommit: last !== undefined && commits.includes(last) };
}

const isIn = (vpg: Vpg, word: string): boolean => vpg.status === word || vpg.subStatus === word;

const isRunning = (task: Task): boolean => !task.terminal && task.state !== 'WaitingForUserInput';
