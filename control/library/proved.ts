import { createPublicKey, verify } from 'node:crypto';
import type { Mode } from '../../actions/contract.ts';
import { whyOutOfScope } from '../../actions/key-scopes.ts';
import { type Proof, textToSign, type Word } from '../../actions/proof.ts';
import { rolesFor } from '../../actions/roles.ts';
import type { People } from '../../engine/entitlement.ts';

/** What somebody has said in the library. */
interface Said {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly proof?: Proof;
  /** What the proof must be of. */
  readonly word: Omit<Word, 'at'>;
  /** How it is called to people, and its mend. */
  readonly verb: { readonly past: string; readonly again: string };
}

/** Whoever's clock it was may be off by so much, ms. */
export const mostApartMs = 5 * 60_000;

/** Why nothing shows that it was said by whom it names, by keys as they are now; undefined: it is proved, or need not be. */
export function whyUnproved(said: Said, people: People): string | undefined {
  const { by, at, proof, verb, word } = said;
  if (proof === undefined) {
    if (people.unverified === 'allow') return undefined;
    return `nothing proves that ${by} ${verb.past} it (identity.unverified: ${people.unverified} in drillbook.yaml): ${verb.again} with --key`;
  }
  const key = people.keyOf(proof.key);
  if (key === undefined)
    return `the key that signed it is not listed any more (identity.keys of drillbook.yaml): list it with its "until", or ${verb.again}`;
  const signedAt = Date.parse(proof.at);
  if (Number.isNaN(signedAt) || Math.abs(signedAt - Date.parse(at)) > mostApartMs)
    return `it is dated ${at} and was signed at ${proof.at}: ${verb.again}`;
  const day = proof.at.slice(0, 10);
  if ((key.from !== undefined && day < key.from) || (key.until !== undefined && day > key.until))
    return `the key ${key.id} was not valid on ${day}: ${verb.again}`;
  if (key.person !== undefined && key.person !== (people.personOf(by) ?? by))
    return `the key ${key.id} signs for ${key.person}, not for ${by}, who ${verb.past} it`;
  const outOfScope = whyOutOfScope(key, word.to);
  if (outOfScope !== undefined) return outOfScope;
  const { groups } = proof;
  const signed = { ...word, at: proof.at, ...(groups === undefined ? {} : { groups }) };
  return isSignature(textToSign(signed), proof) ? undefined : `the signature by the key ${key.id} is not of it`;
}

/** Publishing and withdrawing are of the admins of a runbook in each of its modes. */
export function whyNotAdmin(
  { by, proof }: Pick<Said, 'by'> & { readonly proof?: Proof | undefined },
  name: string,
  modes: readonly Mode[],
  people: People,
): string | undefined {
  const person = people.personOf(by) ?? by;
  const outside = proof !== undefined && people.keyOf(proof.key)?.person === undefined ? (proof.groups ?? []) : [];
  for (const mode of modes) {
    const own = people.rolesOf(person, name, mode, outside);
    if (own === undefined || rolesFor({ call: 'administer', mode }).some(role => own.has(role))) continue;
    return `${by} is no admin of ${name} in mode ${mode} (roles in drillbook.yaml): an admin does that`;
  }
  return undefined;
}

function isSignature(text: string, { key, signature }: Proof): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.replace(/^ed25519:/, '') };
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
