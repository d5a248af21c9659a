import { z } from 'zod';
import type { Proof, Word } from '../../actions/proof.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { People } from '../../engine/entitlement.ts';
import { proofSchema } from '../proof-schema.ts';
import type { Sign } from '../say.ts';
import { whyUnproved } from './proved.ts';

/** Somebody's word that a published version does not start any more. It is never taken back: what is mended is another version. */
export interface Withdrawal {
  readonly format: 'drillbook-withdrawal/v1';
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  readonly name: string;
  /** Hash of the version. */
  readonly version: string;
  /** Over all of it; absent: nothing proves who has said it. */
  readonly proof?: Proof;
}

const schema = z.strictObject({
  format: z.literal('drillbook-withdrawal/v1'),
  id: z.string().min(1),
  at: z.iso.datetime(),
  by: z.string().min(1),
  reason: z.string().min(1),
  name: z.string().min(1),
  version: z.string().regex(/^[0-9a-f]{64}$/),
  proof: proofSchema.exactOptional(),
});

/** Undefined: this is no withdrawal. */
export function decodeWithdrawal(text: string): Withdrawal | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function signWithdrawal(given: Omit<Withdrawal, 'format' | 'proof'>, sign: Sign | undefined): Withdrawal {
  const withdrawal: Withdrawal = { format: 'drillbook-withdrawal/v1', ...given };
  const proof = sign?.(wordOf(withdrawal));
  return proof === undefined ? withdrawal : { ...withdrawal, proof };
}

/** In a text that is signed for a run, `run` is a run's id: none has this one. */
function wordOf({ at, by, id, reason, name, version }: Withdrawal): Omit<Word, 'at'> {
  return {
    person: by,
    run: '',
    step: '',
    to: 'withdraw',
    choice: sha256Hex(canonical({ at, name, version })),
    reason,
    id,
  };
}

/**
 * Why nothing proves a withdrawal, by keys as they are now; undefined: something does, or need not. Who may was looked at when it was made:
 * what is dangerous stays so when an admin leaves.
 */
export function whyNotWithdrawn(withdrawal: Withdrawal, people: People): string | undefined {
  const verb = { past: 'withdrew', again: 'withdraw it again' };
  return whyUnproved({ ...withdrawal, word: wordOf(withdrawal), verb }, people);
}
