import { z } from 'zod';
import { type Mode, modes } from '../../actions/contract.ts';
import type { Proof, Word } from '../../actions/proof.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { People } from '../../engine/entitlement.ts';
import { proofSchema } from '../proof-schema.ts';
import type { Sign } from '../say.ts';
import { mostApartMs, whyNotAdmin, whyUnproved } from './proved.ts';

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

const verb = { past: 'published', again: 'publish it again' };

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
  const unproved = whyUnproved({ ...publication, word: wordOf(publication), verb }, people);
  if (unproved !== undefined) return unproved;
  if (proof !== undefined && people.personOf(by) === undefined)
    return `drillbook.yaml knows nobody as ${by}, who published it: publish it again`;
  return whyNotAdmin({ by, proof }, name, of, people);
}
