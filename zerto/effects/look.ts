import { sameAccount } from '../accounts.ts';
import { NotFound } from '../errors.ts';
import type { Task } from '../tasks.ts';
import type { Call } from '../types.ts';
import type { Zvm } from '../zvm.ts';
import type { Vpg } from '../vpgs.ts';
import type { Baseline } from './baseline.ts';
import { tasksOfKind } from './kind-tasks.ts';
import type { EffectKind } from './kinds.ts';

/** What has come to a VPG since its baseline. */
export type Seen =
  | { readonly kind: 'nothing' }
  /** Exactly one new task, of our account: ours, where an earlier attempt may have been sent. */
  | { readonly kind: 'one'; readonly task: Task }
  /** Something that cannot be told to be ours. `byTask`: tasks tell; else one of ours may still come to light. */
  | { readonly kind: 'stranger'; readonly text: string; readonly byTask: boolean };

/**
 * Compares with the baseline. Reads only, so it may be repeated at will.
 * @throws NotFound where the VPG is gone and no new task tells of it
 */
export async function lookSince(
  zvm: Zvm,
  kind: EffectKind,
  vpgId: string,
  baseline: Pick<Baseline, 'tasks'> & Partial<Pick<Baseline, 'stage'>>,
  call: Pick<Call, 'signal'> = {},
): Promise<Seen> {
  const [tasks, vpg] = await Promise.all([tasksOfKind(zvm, kind, vpgId, call), findVpg(zvm, vpgId, call)]);
  const fresh = tasks.filter(task => !baseline.tasks.includes(task.id));
  const [one, second] = fresh;
  if (one === undefined) {
    if (vpg instanceof NotFound) throw vpg;
    const stage = kind.stageOf(vpg);
    if (stage === '' || stage === baseline.stage) return { kind: 'nothing' };
    const text = `a ${kind.what} of ${vpg.name} is ${stage} and no task tells who started it`;
    return { kind: 'stranger', text, byTask: false };
  }
  const name = vpg instanceof NotFound ? 'a VPG that is gone' : vpg.name;
  if (second !== undefined) {
    const text = `${fresh.length} ${kind.many} of ${name} were started since this step began`;
    return { kind: 'stranger', text, byTask: true };
  }
  if (!sameAccount(one.initiatedBy, zvm.account)) {
    const text = `a ${kind.what} of ${name} was started by ${one.initiatedBy} since this step began`;
    return { kind: 'stranger', text, byTask: true };
  }
  return { kind: 'one', task: one };
}

/** One that is gone, as after its removal, is an answer too: its tasks outlive it. */
async function findVpg(zvm: Zvm, vpgId: string, call: Pick<Call, 'signal'>): Promise<Vpg | NotFound> {
  try {
    return await zvm.vpgs.get(vpgId, call);
  } catch (error) {
    if (error instanceof NotFound) return error;
    throw error;
  }
}
