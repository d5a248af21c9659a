import type { Json } from '../actions/json.ts';
import { canonical, sha256Hex } from './hash.ts';
import type { Plan, PlanScope } from './plan.ts';

/** Of a Plan, what is done: not the files it stands in, and not what they say about themselves. */
export type Deeds = Omit<Plan, 'hash' | 'source' | 'description' | 'owner' | 'scopes'> & {
  readonly scopes?: readonly Omit<PlanScope, 'source'>[];
};

/** Reports name each file by its hash, so a Plan is another with each comment; what it does is not. */
export function deedsOf({ hash: _, source: __, description: ___, owner: ____, scopes, ...deeds }: Plan): Deeds {
  if (scopes === undefined) return deeds;
  return { ...deeds, scopes: scopes.map(({ source: _____, ...scope }) => scope) };
}

/** SHA-256, hexadecimal: two Plans that do the same have the same. */
export function hashOfDeeds(plan: Plan): string {
  // As JSON has it: what is absent and what is undefined are the same.
  return sha256Hex(canonical(JSON.parse(JSON.stringify(deedsOf(plan))) as Json));
}
