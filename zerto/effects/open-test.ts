import { sameAccount } from '../accounts.ts';
import type { Task } from '../tasks.ts';
import type { Zvm } from '../zvm.ts';
import type { Vpg } from '../vpgs.ts';
import type { Begun } from './baseline.ts';
import { newestOf } from './kind-tasks.ts';
import { effectKinds } from './kinds.ts';
import { readVpgIfThere } from './read-vpg.ts';

/** What there is to stop of a failover test that we began, or may have begun. */
export type OpenTest =
  /** Proved: nothing of ours is open, and nothing of ours can still begin. `stoppedBy`: the account that ended it, another than ours. */
  | { readonly kind: 'nothing'; readonly stoppedBy?: string }
  /** Ours has ended; what runs there, if anything, somebody else began. */
  | { readonly kind: 'foreign'; readonly why: string }
  | { readonly kind: 'in-test' }
  | { readonly kind: 'stopping'; readonly taskId: string }
  /** Look again: it cannot be stopped yet, or may still begin. */
  | { readonly kind: 'wait' }
  /** A test runs that may be ours or not: a person decides. */
  | { readonly kind: 'doubtful'; readonly text: string };

/** ms since 1970. */
interface Time {
  readonly now: number;
  /** When the looking began. */
  readonly began: number;
}

/** A new task may not be found at once; longer than this it is taken as aged out, ms. */
const unknownTaskMs = 30_000;

/**
 * Looks whether a test of ours is open. Which test is ours is told by the task's id, never by the VPG alone.
 * @param name the VPG's name, for a sentence about one that is gone
 */
export async function lookAtOpenTest(
  zvm: Zvm,
  vpgId: string,
  name: string,
  known: Begun,
  { now, began, signal }: Time & { readonly signal: AbortSignal },
): Promise<OpenTest> {
  const vpg = await readVpgIfThere(zvm, vpgId, signal);
  if (vpg === undefined) return { kind: 'foreign', why: `${name} does not exist any more; nothing of it can be open` };
  const tests = (await zvm.tasks.list({ type: effectKinds.failoverTest.task, vpgId }, { signal })).filter(
    task => !known.baseline.tasks.includes(task.id),
  );
  const ours = ourTest(tests, known, zvm.account, vpg);
  if (ours === 'doubtful') {
    return {
      kind: 'doubtful',
      text: `a failover test of ${vpg.name} is ${vpg.testStage ?? ''}, and whether this run began it is not known: stop it by hand if it is not wanted`,
    };
  }
  if (vpg.testStage === undefined) {
    const open = nothingShown(tests, ours, known, { now, began });
    return open.kind === 'nothing' ? { ...open, ...(await stoppedByAnother(zvm, vpgId, tests, known, signal)) } : open;
  }
  if (ours === 'ended') {
    return {
      kind: 'foreign',
      why: `the test of ${vpg.name} that this run began has ended; the one that runs now is somebody else's and was left alone`,
    };
  }
  if (vpg.testStage === 'Stopping') {
    const stops = await zvm.tasks.list({ type: effectKinds.stopFailoverTest.task, vpgId }, { signal });
    const running = stops.findLast(task => !task.terminal);
    return running === undefined ? { kind: 'wait' } : { kind: 'stopping', taskId: running.id };
  }
  // Any other word than the two that forbid it: which words a ZVM uses for a running test is documented nowhere.
  return vpg.testStage === 'Starting' || tests.some(task => !task.terminal) ? { kind: 'wait' } : { kind: 'in-test' };
}

/** `ended`: a later test than ours runs. `unseen`: ours is not in the list (any more). */
function ourTest(
  tests: readonly Task[],
  { taskId }: Begun,
  account: string,
  vpg: Vpg,
): 'newest' | 'ended' | 'unseen' | 'doubtful' {
  const newest = newestOf(tests);
  if (taskId !== undefined) {
    if (newest === undefined) return 'unseen';
    return newest.id === taskId ? 'newest' : 'ended';
  }
  if (vpg.testStage === undefined) return newest === undefined ? 'unseen' : 'newest';
  if (tests.length === 1 && newest !== undefined && sameAccount(newest.initiatedBy, account)) return 'newest';
  return 'doubtful';
}

function nothingShown(
  tests: readonly Task[],
  ours: 'newest' | 'ended' | 'unseen',
  { taskId, lateUntil }: Begun,
  { now, began }: Time,
): OpenTest {
  if (tests.some(task => !task.terminal)) return { kind: 'wait' };
  if (taskId !== undefined && ours === 'unseen' && now - began < unknownTaskMs) return { kind: 'wait' };
  if (taskId === undefined && lateUntil !== undefined && now < lateUntil) return { kind: 'wait' };
  return { kind: 'nothing' };
}

/** Times of tasks are all the ZVM's own: the stop that ended our test was begun after it. */
async function stoppedByAnother(
  zvm: Zvm,
  vpgId: string,
  tests: readonly Task[],
  { taskId }: Begun,
  signal: AbortSignal,
): Promise<{ readonly stoppedBy?: string }> {
  const ours = tests.find(task => task.id === taskId);
  if (ours === undefined) return {};
  const stops = await zvm.tasks.list({ type: effectKinds.stopFailoverTest.task, vpgId }, { signal });
  const last = newestOf(stops.filter(stop => Date.parse(stop.started) >= Date.parse(ours.started)));
  return last === undefined || sameAccount(last.initiatedBy, zvm.account) ? {} : { stoppedBy: last.initiatedBy };
}
