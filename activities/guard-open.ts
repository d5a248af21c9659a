import type { Baseline, Sent } from '../engine/guard-types.ts';
import { NotFound } from '../zerto/errors.ts';
import type { Task, Vpg, Zvm } from '../zerto/types.ts';
import { type OpeningCall, sameAccount, stopTask, testTask } from './guard-look.ts';
import { StepErrored } from './outcome.ts';
import { vpgId } from './vpg-id.ts';

/** What there is to stop. */
export type Open =
  /** Proved: nothing of ours is open, and nothing of ours can still begin. */
  | { readonly kind: 'nothing' }
  /** Ours has ended; what runs there, if anything, somebody else began. */
  | { readonly kind: 'foreign'; readonly why: string }
  | { readonly kind: 'in-test' }
  | { readonly kind: 'stopping'; readonly taskId: string }
  | { readonly kind: 'wait' };

interface Known {
  readonly baseline: Baseline;
  readonly sent?: Sent;
  /** Until then a call without an answer may still arrive, ms since 1970. */
  readonly lateUntil?: number;
}

/** A new task may not be found at once; longer than this it is taken as aged out, ms. */
const unknownTaskMs = 30_000;

/**
 * Looks whether a test of ours is open. Which test is ours is told by the task's id, never by the VPG alone.
 * @throws StepErrored where a test runs that may be ours or not: a person decides
 */
export async function lookAtOpen(
  zvm: Zvm,
  call: OpeningCall,
  known: Known,
  time: { readonly now: number; readonly began: number; readonly signal: AbortSignal },
): Promise<Open> {
  const { signal } = time;
  const id = vpgId(call, call.with.vpg);
  const vpg = await readVpg(zvm, id, signal);
  if (vpg === undefined)
    return { kind: 'foreign', why: `${call.with.vpg} does not exist any more; nothing of it can be open` };
  const tests = (await zvm.tasks({ type: testTask, vpgId: id }, { signal })).filter(
    task => !known.baseline.tasks.includes(task.id),
  );
  const ours = ourTest(tests, known, zvm.account, vpg);
  if (vpg.testStage === undefined) return nothingShown(tests, ours, known, time);
  if (ours === 'ended') {
    return {
      kind: 'foreign',
      why: `the test of ${vpg.name} that this run began has ended; the one that runs now is somebody else's and was left alone`,
    };
  }
  if (vpg.testStage === 'Stopping') {
    const stops = await zvm.tasks({ type: stopTask, vpgId: id }, { signal });
    const running = stops.findLast(task => !task.terminal);
    return running === undefined ? { kind: 'wait' } : { kind: 'stopping', taskId: running.id };
  }
  // Any other word than the two that forbid it: which words a ZVM uses for a running test is documented nowhere.
  return vpg.testStage === 'Starting' || tests.some(task => !task.terminal) ? { kind: 'wait' } : { kind: 'in-test' };
}

/** `ended`: a later test than ours runs. `unseen`: ours is not in the list (any more). */
function ourTest(tests: readonly Task[], known: Known, account: string, vpg: Vpg): 'newest' | 'ended' | 'unseen' {
  const newest = [...tests].sort((a, b) => Date.parse(a.started) - Date.parse(b.started)).at(-1);
  if (known.sent !== undefined) {
    if (newest === undefined) return 'unseen';
    return newest.id === known.sent.taskId ? 'newest' : 'ended';
  }
  if (vpg.testStage === undefined) return newest === undefined ? 'unseen' : 'newest';
  if (tests.length === 1 && newest !== undefined && sameAccount(newest.initiatedBy, account)) return 'newest';
  throw new StepErrored(
    `a failover test of ${vpg.name} is ${vpg.testStage}, and whether this run began it is not known: stop it by hand if it is not wanted`,
  );
}

function nothingShown(
  tests: readonly Task[],
  ours: 'newest' | 'ended' | 'unseen',
  known: Known,
  { now, began }: { readonly now: number; readonly began: number },
): Open {
  if (tests.some(task => !task.terminal)) return { kind: 'wait' };
  if (known.sent !== undefined && ours === 'unseen' && now - began < unknownTaskMs) return { kind: 'wait' };
  if (known.sent === undefined && known.lateUntil !== undefined && now < known.lateUntil) return { kind: 'wait' };
  return { kind: 'nothing' };
}

async function readVpg(zvm: Zvm, id: string, signal: AbortSignal): Promise<Vpg | undefined> {
  try {
    return await zvm.vpg(id, { signal });
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
