import type { EntitlementQuestion } from '../engine/entitlement.ts';
import type { RunStart } from '../workflows/messages.ts';
import { readLift } from './library/lift.ts';

/** A live start of what is not published. */
export interface Unpublished {
  readonly why: string;
  /** Who has lifted that, as a worker asks about him; absent: nobody has. */
  readonly question?: EntitlementQuestion;
}

/** So long a lift counts, ms: over a week-end's change, and not for ever. */
const liftLastsMs = 72 * 3_600_000;
const clockSkewMs = 5 * 60_000;

/** What comes with the start is of this run and this Plan, or is no lift of it. `now`: ms since 1970. */
export function judgeUnpublished({ plan, run, lift: given }: RunStart, why: string, now: number): Unpublished {
  if (given === undefined) return { why };
  const lift = readLift(given);
  if (lift?.run !== run.id || lift.plan !== plan.hash)
    return { why: `${why}. The lift that came with it is of another run or plan` };
  const { by, reason, id, proof } = lift;
  const signedAt = proof === undefined ? now : Date.parse(proof.at);
  if (!(signedAt > now - liftLastsMs && signedAt < now + clockSkewMs))
    return { why: `${why}. The lift of ${by} was signed at ${proof?.at ?? ''}: it counts for three days` };
  const word = { by, to: 'start unpublished', names: [], choice: plan.hash, reason, id, at: signedAt } as const;
  const own = { requester: run.requester, mode: plan.mode, run: run.id, runbook: plan.name, step: '' };
  return { why, question: { ...word, ...own, ...(proof === undefined ? {} : { proof }) } };
}
