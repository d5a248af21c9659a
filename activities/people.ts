import { isLiveMode } from '../actions/modes.ts';
import type { Entitlement, EntitlementQuestion, People } from '../engine/entitlement.ts';
import { isTriggered, provenGroups, whyNoProof } from './proof.ts';
import { whyNoRole } from './roles.ts';
import { spellList } from './spell.ts';
import { perform } from './wrap.ts';

/** worker.ts hands it in: read anew each time, for a manager who is added during the disaster may vote. Or why it cannot be read. */
export type ReadPeople = () => Promise<People | { readonly unreadable: string }>;

/** What a run asks about people. A refusal is an answer: the engine records it. */
export function peopleActivities(read: ReadPeople, clock: () => number) {
  return {
    'people/entitle': (question: EntitlementQuestion): Promise<Entitlement> =>
      perform(async () => {
        const people = await read();
        const { sha256 } = { sha256: undefined, ...people };
        return { ...entitle(question, people, clock()), ...(sha256 === undefined ? {} : { people: sha256 }) };
      }),
  };
}

/** Whether somebody may do it, by people, groups, roles and identity of this moment. `now`: ms since 1970. */
export function entitle(
  question: EntitlementQuestion,
  people: Awaited<ReturnType<ReadPeople>>,
  now: number,
): Entitlement {
  const { by, requester, to, names, proof } = question;
  if ('unreadable' in people)
    return { by, refused: `who may ${to} cannot be found out: ${people.unreadable}`, unknown: true };
  const known = people.personOf(by);
  // Else whoever started the run under one login could approve it under another.
  const person = known !== undefined && known === people.personOf(requester) ? requester : (known ?? by);
  // A signature that is wrong is a lie or a mistake, also where none is asked for.
  const unproved = proof === undefined ? whyUnproved(question, people) : whyNoProof(question, people, now);
  // Only what is signed counts as a machine's: else its name would be a way past the roles.
  if (unproved === undefined && proof !== undefined && isTriggered(question, people)) return { by, verified: true };
  // Of a signature that proves nothing, its groups do not count either.
  const outside = provenGroups(question, people);
  const refused =
    unproved ??
    whyNoRole(known ?? by, question, people, outside) ??
    whyNotAmong(known ?? by, { to, names, outside }, people);
  if (refused !== undefined) return { by: person, refused };
  return { by: person, ...(proof === undefined ? {} : { verified: true }) };
}

/** Without a signature, a name is what a machine calls somebody. */
function whyUnproved({ by, mode, to }: EntitlementQuestion, { unverified }: People): string | undefined {
  const live = isLiveMode(mode);
  if (unverified === 'allow' || (unverified === 'drills' && !live)) return undefined;
  const where = live ? ` in mode ${mode}` : '';
  return `nothing proves that this is ${by}, and an unverified name may not ${to}${where} (identity.unverified: ${unverified} in drillbook.yaml)`;
}

function whyNotAmong(
  person: string,
  { to, names, outside }: Pick<EntitlementQuestion, 'to' | 'names'> & { readonly outside: readonly string[] },
  people: People,
): string | undefined {
  if (names.length === 0 || people.isAmong(person, names, outside)) return undefined;
  const unknown = people.unknowable(names);
  const also =
    unknown.length === 0
      ? ''
      : `; who is in ${spellList(unknown)} only the identity provider knows: sign in to the console by it`;
  return `${person} may not ${to} here: only ${spellList(names)}${also}`;
}
