import type { Baseline, Sent } from '../engine/guard-types.ts';
import { lookAtOpenTest, type OpenTest } from '../zerto/effects/open-test.ts';
import type { Zvm } from '../zerto/types.ts';
import type { OpeningCall } from './guard-look.ts';
import { StepErrored } from './outcome.ts';
import { vpgId } from './vpg-id.ts';

/** What there is to stop. */
export type Open = Exclude<OpenTest, { kind: 'doubtful' }>;

interface Known {
  readonly baseline: Baseline;
  readonly sent?: Sent;
  /** Until then a call without an answer may still arrive, ms since 1970. */
  readonly lateUntil?: number;
}

/**
 * Looks whether a test of ours is open.
 * @throws StepErrored where a test runs that may be ours or not: a person decides
 */
export async function lookAtOpen(
  zvm: Zvm,
  call: OpeningCall,
  { baseline, sent, lateUntil }: Known,
  time: { readonly now: number; readonly began: number; readonly signal: AbortSignal },
): Promise<Open> {
  const known = {
    baseline,
    ...(sent !== undefined && { taskId: sent.taskId }),
    ...(lateUntil !== undefined && { lateUntil }),
  };
  const open = await lookAtOpenTest(zvm, vpgId(call, call.with.vpg), call.with.vpg, known, time);
  if (open.kind === 'doubtful') throw new StepErrored(open.text);
  return open;
}
