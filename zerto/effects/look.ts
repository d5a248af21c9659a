import { sameAccount } from '../accounts.ts';
import type { Task } from '../tasks.ts';
import type { Call, Zvm } from '../types.ts';
import type { Baseline } from './baseline.ts';
import type { EffectKind } from './kinds.ts';

/** What has come to a VPG since its baseline. */
export type Seen =
  | { readonly kind: 'nothing' }
  /** Exactly one new task, of our account: ours, where an earlier attempt may have been sent. */
  | { readonly kind: 'one'; readonly task: Task }
  /** Something that cannot be told to be ours. */
  | { readonly kind: 'stranger'; readonly text: string };

/** Compares with the baseline. Reads only, so it may be repeated at will. */
export async function lookSince(
  zvm: Zvm,
  kind: EffectKind,
  vpgId: string,
  baseline: Pick<Baseline, 'tasks'> & Partial<Pick<Baseline, 'stage'>>,
  call: Pick<Call, 'signal'> = {},
): Promise<Seen> {
  const [tasks, vpg] = await Promise.all([zvm.tasks.list({ type: kind.task, vpgId }, call), zvm.vpgs.get(vpgId, call)]);
  const fresh = tasks.filter(task => !baseline.tasks.includes(task.id));
  const [one, second] = fresh;
  if (one === undefined) {
    const stage = kind.stageOf(vpg);
    if (stage === '' || stage === baseline.stage) return { kind: 'nothing' };
    return { kind: 'stranger', text: `a ${kind.what} of ${vpg.name} is ${stage} and no task tells who started it` };
  }
  if (second !== undefined) {
    return {
      kind: 'stranger',
      text: `${fresh.length} ${kind.many} of ${vpg.name} were started since this step began`,
    };
  }
  if (!sameAccount(one.initiatedBy, zvm.account)) {
    return {
      kind: 'stranger',
      text: `a ${kind.what} of ${vpg.name} was started by ${one.initiatedBy} since this step began`,
    };
  }
  return { kind: 'one', task: one };
}
