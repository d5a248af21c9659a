import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { type Mode, modes } from '../../actions/contract.ts';
import { whyOutOfScope } from '../../actions/key-scopes.ts';
import { type Proof, textToSign, type Word } from '../../actions/proof.ts';
import { rolesFor } from '../../actions/roles.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { People } from '../../engine/entitlement.ts';
import { proofSchema } from '../proof-schema.ts';
import type { Sign } from '../say.ts';

/** One runbook of a publication. */
export interface PublishedRunbook {
  readonly name: string;
  /** Hash of the version. */
  readonly version: string;
  /** Of the runbook's own file, as a Plan has it. */
  readonly source: string;
  readonly modes: readonly Mode[];
  /** Hashes of the Plans that need no inputs. */
  readonly plans: Readonly<Partial<Record<Mode, string>>>;
}

/** What somebody has published at once: all of it, or nothing. */
export interface Publication {
  readonly format: 'drillbook-publication/v1';
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  readonly runbooks: readonly PublishedRunbook[];
  /** Over all of it; absent: nothing proves who published. */
  readonly proof?: Proof;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const mode = z.enum(modes);
const publicationSchema = z.strictObject({
  format: z.literal('drillbook-publication/v1'),
  id: z.string().min(1),
  at: z.iso.datetime(),
  by: z.string().min(1),
  reason: z.string(),
  runbooks: z.array(
    z.strictObject({
      name: z.string().min(1),
      version: sha256,
      source: sha256,
      modes: z.array(mode),
      plans: z.partialRecord(mode, sha256),
    }),
  ),
  proof: proofSchema.exactOptional(),
});

/** Undefined: this is no publication. */
export function decodePublication(text: string): Publication | undefined {
  try {
    const parsed = publicationSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function signPublication(given: Omit<Publication, 'format' | 'proof'>, sign: Sign | undefined): Publication {
  const publication: Publication = { format: 'drillbook-publication/v1', ...given };
  const proof = sign?.(wordOf(publication));
  return proof === undefined ? publication : { ...publication, proof };
}

/** In a text that is signed for a run, `run` is a run's id: none has this one. */
function wordOf({ at, by, id, reason, runbooks }: Publication): Omit<Word, 'at'> {
  const choice = sha256Hex(canonical({ at, runbooks: runbooks.map(each => ({ ...each, plans: { ...each.plans } })) }));
  return { person: by, run: '', step: '', to: 'publish', choice, reason, id };
}

/** A publisher's clock may be off by so much, ms. */
const mostApartMs = 5 * 60_000;

/**
 * Why a publication does not count for one of its runbooks, by people, roles and keys as they are now; undefined: it does. A key
 * counts as long as it is listed, if the day of the signature is one of its days. `now`: ms since 1970.
 */
export function whyNotCounted(
  publication: Publication,
  { name, modes: of }: Pick<PublishedRunbook, 'name' | 'modes'>,
  people: People,
  now: number,
): string | undefined {
  const { by, at, proof } = publication;
  if (Date.parse(at) > now + mostApartMs)
    return `it is dated ${at}, which is yet to come: look at the clock of whoever published it, and publish it again`;
  const unproved = proof === undefined ? whyUnproved(by, people) : whyNoProof(publication, proof, people);
  if (unproved !== undefined) return unproved;
  const person = people.personOf(by) ?? by;
  const outside = proof !== undefined && people.keyOf(proof.key)?.person === undefined ? (proof.groups ?? []) : [];
  for (const each of of) {
    const own = people.rolesOf(person, name, each, outside);
    if (own === undefined || rolesFor({ call: 'administer', mode: each }).some(role => own.has(role))) continue;
    return `${by} is no admin of ${name} in mode ${each} (roles in drillbook.yaml): an admin publishes it`;
  }
  return undefined;
}

function whyUnproved(by: string, { unverified }: People): string | undefined {
  if (unverified === 'allow') return undefined;
  return `nothing proves that ${by} published it (identity.unverified: ${unverified} in drillbook.yaml): publish it again with --key`;
}

function whyNoProof(publication: Publication, proof: Proof, people: People): string | undefined {
  const { by, at } = publication;
  const key = people.keyOf(proof.key);
  if (key === undefined)
    return 'the key that signed it is not listed any more (identity.keys of drillbook.yaml): list it with its "until", or publish it again';
  const signedAt = Date.parse(proof.at);
  if (Number.isNaN(signedAt) || Math.abs(signedAt - Date.parse(at)) > mostApartMs)
    return `it is dated ${at} and was signed at ${proof.at}: publish it again`;
  const day = proof.at.slice(0, 10);
  if ((key.from !== undefined && day < key.from) || (key.until !== undefined && day > key.until))
    return `the key ${key.id} was not valid on ${day}: publish it again`;
  const person = people.personOf(by);
  if (person === undefined) return `drillbook.yaml knows nobody as ${by}, who published it: publish it again`;
  if (key.person !== undefined && key.person !== person)
    return `the key ${key.id} signs for ${key.person}, not for ${by}, who published it`;
  const outOfScope = whyOutOfScope(key, 'publish');
  if (outOfScope !== undefined) return outOfScope;
  const { groups } = proof;
  const word = { ...wordOf(publication), at: proof.at, ...(groups === undefined ? {} : { groups }) };
  return isSignature(textToSign(word), proof) ? undefined : `the signature by the key ${key.id} is not of it`;
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
