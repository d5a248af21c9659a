import { whyOutOfScope } from '../../actions/key-scopes.ts';
import type { People } from '../../engine/entitlement.ts';
import type { RunStart } from '../../workflows/messages.ts';

/** What of a schedule's start the worker asks about whoever has applied it. */
type Applied = Pick<RunStart, 'plan' | 'proof'> & { readonly run: Pick<RunStart['run'], 'requester'> };
type Known = Pick<People, 'keyOf' | 'personOf' | 'rolesOf' | 'unverified'>;

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const monthMs = 30 * 86_400_000;

/**
 * Why a schedule must be signed, or taken over, by whoever applies it now: it starts drills only as long as its key and its applier count.
 * What applying it again would not mend is no difference. `now`: ms since 1970. Pure.
 */
export function whoDiffers(there: Applied, wanted: Applied, people: Known, now: number): readonly string[] {
  const signature = signatureDiffers(there, wanted, people, now) ? ['signature'] : [];
  const by = there.run.requester !== wanted.run.requester && !mayApply(there, people) ? ['applied by'] : [];
  return [...signature, ...by];
}

/** Not each time that somebody else applies it: two people would sign by turns, and a pipeline would never find it unchanged. */
function signatureDiffers({ proof: there }: Applied, { proof: wanted }: Applied, people: Known, now: number): boolean {
  if (there === undefined) return wanted !== undefined;
  const key = people.keyOf(there.key);
  // A wrong signature is worse than none; nor does one that would count as little mend it.
  if (key === undefined) return true;
  if (whyOutOfScope(key, 'schedule') !== undefined) return wanted === undefined || signsSchedules(wanted, people);
  const { until } = key;
  if (until === undefined) return false;
  if (wanted === undefined) return until < day(now);
  if (!signsSchedules(wanted, people)) return false;
  const lasts = people.keyOf(wanted.key)?.until;
  return until < day(now + monthMs) && (lasts === undefined || lasts > until);
}

/** A key that is not listed is told beside what it signs. */
function signsSchedules({ key }: NonNullable<Applied['proof']>, { keyOf }: Known): boolean {
  const found = keyOf(key);
  return found === undefined || whyOutOfScope(found, 'schedule') === undefined;
}

/** As the worker asks it when a drill is to begin. */
function mayApply({ plan, run: { requester }, proof }: Applied, people: Known): boolean {
  const person = people.personOf(requester);
  if (proof !== undefined && person === undefined) return false;
  const outside = proof === undefined || people.keyOf(proof.key)?.person !== undefined ? [] : (proof.groups ?? []);
  const roles = people.rolesOf(person ?? requester, plan.name, 'drill', outside);
  return roles === undefined || roles.has('admin');
}

/** Why drills of a schedule do not start, or soon will not. */
export interface Ends {
  readonly why: string;
  /** None of its drills starts as it is now. */
  readonly startsNone: boolean;
}

/** By its key, or whoever has applied it. Undefined: nothing is against it. */
export function whatEnds(applied: Applied, people: Known, now: number): Ends | undefined {
  const key = keyEnds(applied, people, now);
  if (key?.startsNone === true || mayApply(applied, people)) return key;
  return noAdmin(applied);
}

function keyEnds({ proof }: Applied, { keyOf, unverified }: Known, now: number): Ends | undefined {
  if (proof === undefined)
    return unverified === 'refuse' ? none('it is not signed, and identity.unverified is refuse') : undefined;
  const key = keyOf(proof.key);
  if (key === undefined) return none('the key that signs it is not listed in drillbook.yaml (identity.keys)');
  const outOfScope = whyOutOfScope(key, 'schedule');
  if (outOfScope !== undefined) return none(outOfScope);
  const { id: name, until } = key;
  if (until === undefined || until >= day(now + monthMs)) return undefined;
  if (until < day(now)) return none(`the key ${name} that signs it ended ${until}`);
  const why = `the key ${name} that signs it ends ${until}, and no drill starts after that: apply it with another before`;
  return { why, startsNone: false };
}

const noAdmin = ({ run: { requester }, plan: { name } }: Applied): Ends =>
  none(`${requester}, who applied it, is no admin of ${name}`);

const none = (why: string): Ends => ({
  why: `${why}: none of its drills starts until it is applied anew`,
  startsNone: true,
});
