import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Plan } from '../../compiler/plan.ts';
import type { Lift } from '../../workflows/messages.ts';
import { proofSchema } from '../proof-schema.ts';
import type { Sign } from '../say.ts';

/** What was given as a lift is none, or is of something else. A sentence. */
export class LiftRefused extends Error {
  override readonly name = 'LiftRefused';
}

const schema = z.strictObject({
  run: z.string().min(1),
  plan: z.string().min(1),
  by: z.string().min(1),
  reason: z.string().min(1),
  id: z.string().min(1),
  proof: proofSchema.exactOptional(),
});

export function makeLift(
  run: string,
  { hash }: Pick<Plan, 'hash'>,
  { by, reason }: Pick<Lift, 'by' | 'reason'>,
  sign: Sign | undefined,
): Lift {
  const id = randomUUID();
  const proof = sign?.({ person: by, run, step: '', to: 'start unpublished', choice: hash, reason, id });
  return { run, plan: hash, by, reason, id, ...(proof === undefined ? {} : { proof }) };
}

const mark = 'lift.';

/** One word that can be sent to whoever starts the run; nothing in it is secret. */
export const encodeLift = (lift: Lift): string => `${mark}${Buffer.from(JSON.stringify(lift)).toString('base64url')}`;

/** Throws LiftRefused. */
export function decodeLift(text: string): Lift {
  const lift = text.trim().startsWith(mark) ? readLift(parse(text.trim().slice(mark.length))) : undefined;
  if (lift === undefined)
    throw new LiftRefused(
      'This is no lift: it is the word, beginning with "lift.", that "drillbook lift" gives an approver.',
    );
  return lift;
}

/** What comes with a start, from whoever; undefined: it is no lift. */
export function readLift(value: unknown): Lift | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** Throws LiftRefused where a lift is of another Plan. */
export function refuseOtherPlan(lift: Lift, plan: Pick<Plan, 'hash' | 'name'>): void {
  if (lift.plan === plan.hash) return;
  throw new LiftRefused(
    `${lift.by} has lifted another plan (${lift.plan.slice(0, 12)}) than this of ${plan.name} (${plan.hash.slice(0, 12)}): file, mode and inputs must be the same.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
