import { recoveredGuardId } from './guard-id.ts';
import type { Sent } from './guard-activities.ts';
import type { GuardStart, HandedOver } from './guard-types.ts';
import type { OpenKind, SeenOpen } from './janitor-types.ts';
import type { WrittenOpening } from './written.ts';

/** What has become of an opening of which only a write-ahead file tells. */
export type Judged =
  | { readonly is: 'ours'; readonly guard: string; readonly start: GuardStart; readonly why: string }
  | { readonly is: 'over'; readonly why: string }
  /** Something is open there, and whether it is ours cannot be told: a person's to decide. */
  | { readonly is: 'doubtful'; readonly why: string }
  /** It may still begin. */
  | { readonly is: 'wait' };

/** A VPG may show a moment late what its task has begun, ms. */
const shownWithinMs = 60_000;

const kinds: Readonly<Record<string, OpenKind>> = {
  'zerto/failover-test': 'test',
  'zerto/failover': 'failover',
  'zerto/move': 'move',
};

/** By its task, or by the one new task since its baseline that our account began (docs/leases.md). */
export function judge(written: WrittenOpening, open: readonly SeenOpen[], at: number): Judged {
  const { opening, vpg, vpgId, since } = written;
  const { sent, call, lateUntil = 0, baseline } = opening;
  const kind = kinds[call.action];
  // A pause is seen by its guard alone, which looks before it resumes anything.
  if (kind === undefined) return ours(written, sent?.taskId ?? String(since), opening);
  const seen = open.find(each => each.vpgId === vpgId && each.kind === kind);
  if (seen === undefined) {
    if (at <= Math.max(lateUntil, since + shownWithinMs)) return { is: 'wait' };
    return { is: 'over', why: `${vpg} shows no ${kind}` };
  }
  const fresh = seen.tasks.filter(({ id }) => baseline?.tasks.includes(id) !== true);
  const newest = fresh.at(-1);
  if (sent !== undefined) {
    // Our own may have aged out of the list; a later one may not.
    if (newest === undefined || newest.id === sent.taskId) return ours(written, sent.taskId, opening);
    return { is: 'over', why: `the ${kind} of ${vpg} that is open was begun by ${newest.initiatedBy}, after ours` };
  }
  if (newest === undefined) {
    if (at <= lateUntil) return { is: 'wait' };
    return { is: 'doubtful', why: `a ${kind} is open, and no task tells whether ${call.run.id} began it` };
  }
  if (fresh.length === 1 && newest.ours) {
    const { checkpoint = '', checkpointTime = '' } = opening.sending ?? {};
    const found: Sent = { taskId: newest.id, checkpoint, checkpointTime, adopted: true };
    return ours(written, newest.id, { ...opening, sent: found });
  }
  const who = fresh.map(({ initiatedBy }) => initiatedBy).join(', ');
  return { is: 'doubtful', why: `${fresh.length} ${kind}s were begun (${who}), one perhaps by ${call.run.id}` };
}

function ours({ site, vpg, vpgId, token, guard }: WrittenOpening, task: string, opening: HandedOver): Judged {
  const { run } = opening.call;
  return {
    is: 'ours',
    guard: recoveredGuardId(site, vpgId, task),
    start: {
      run,
      // Of its own: guards that share one would let go of each other's VPGs.
      token: `${token}/${task}`,
      site,
      handed: [opening],
      holds: { [vpg]: vpgId },
      orphan: true,
      lasts: true,
    },
    why: `${opening.summary} of ${run.id} is open, and ${guard === '' ? 'its guard' : guard} is no more`,
  };
}
