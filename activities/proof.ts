import { createPublicKey, verify } from 'node:crypto';
import { whyOutOfScope } from '../actions/key-scopes.ts';
import { textToSign } from '../actions/proof.ts';
import type { EntitlementQuestion, People } from '../engine/entitlement.ts';

/** A signature that is older or younger than this by the worker's clock proves nothing, ms. */
const mostApartMs = 5 * 60_000;
/** A person's clock may be behind Temporal's by so much when he answers at once, ms. */
const clockSkewMs = 5_000;

/**
 * Why the signature that came with a word does not prove whose word it is; undefined: it does. That it comes only once is
 * the run's business, which keeps the ids of what it has heard. `now`: ms since 1970.
 */
export function whyNoProof(question: EntitlementQuestion, people: People, now: number): string | undefined {
  const { by, proof, run = '', step = '', to, choice = '', reason = '', id = '', since = 0, at = now } = question;
  if (proof === undefined) return 'it is not signed';
  const key = people.keyOf(proof.key);
  if (key === undefined) return 'the key that signed it is not listed in drillbook.yaml (identity.keys)';
  const day = new Date(now).toISOString().slice(0, 10);
  if (key.from !== undefined && day < key.from) return `the key ${key.id} is valid from ${key.from} on`;
  if (key.until !== undefined && day > key.until) return `the key ${key.id} was valid until ${key.until}`;
  const person = people.personOf(by);
  if (person === undefined && !isTriggered(question, people)) return `drillbook.yaml knows nobody as ${by}`;
  if (key.person !== undefined && key.person !== person)
    return `the key ${key.id} signs for ${key.person}, not for ${by}`;
  const outOfScope = whyOutOfScope(key, to);
  if (outOfScope !== undefined) return outOfScope;
  const signedAt = Date.parse(proof.at);
  if (Number.isNaN(signedAt)) return 'the time of the signature is no time';
  if (
    !isSignature(textToSign({ person: by, run, step, to, choice, reason, id, at: proof.at, ...groupsIn(proof) }), proof)
  )
    return `the signature by the key ${key.id} is not of this word`;
  if (Math.abs(at - signedAt) > mostApartMs)
    return `it was signed at ${proof.at}, and only what was signed within 5 minutes counts: look at the clocks, and say it again`;
  if (signedAt < since - clockSkewMs) return `it was signed at ${proof.at}, before this was asked`;
  return undefined;
}

const groupsIn = ({ groups }: NonNullable<EntitlementQuestion['proof']>) => (groups === undefined ? {} : { groups });

/** A machine's delivery, which the console has looked at: it is nobody's, and it only starts what its line of drillbook.yaml lets it. */
export function isTriggered({ by, to, mode, runbook = '' }: EntitlementQuestion, people: People): boolean {
  return to === 'start' && people.personOf(by) === undefined && people.mayTrigger(by, runbook, mode);
}

/** In which groups the identity provider has a person, by the word of a key that vouches for others too. */
export function provenGroups({ proof }: EntitlementQuestion, people: People): readonly string[] {
  return proof !== undefined && people.keyOf(proof.key)?.person === undefined ? (proof.groups ?? []) : [];
}

function isSignature(text: string, { key, signature }: NonNullable<EntitlementQuestion['proof']>): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.replace(/^ed25519:/, '') };
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'));
  } catch {
    // A listed key that is no point of the curve, or a signature of another length.
    return false;
  }
}
