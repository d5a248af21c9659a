import { randomBytes } from 'node:crypto';
import { hashOf } from './token-hash.ts';

/** A token that was made. It is told once and kept nowhere. */
export interface MadeToken {
  readonly token: string;
  /** What stands in drillbook.yaml from now on. */
  readonly line: string;
}

/** `expires`: its last day; absent: a sealed token, which has none and works while the identity provider does not. */
export function makeToken(person: string, expires?: string): MadeToken {
  // Its beginning lets a scanner of secrets find one that was pasted somewhere.
  const token = `drillbook_${randomBytes(32).toString('base64url')}`;
  const line =
    expires === undefined
      ? `sealed-token: "${hashOf(token)}"`
      : `- { person: ${person}, sha256: "${hashOf(token)}", expires: "${expires}" }`;
  return { token, line };
}
