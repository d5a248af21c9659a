import type { Mode } from '../../actions/contract.ts';
import { isLiveMode } from '../../actions/modes.ts';
import { type Call, rolesFor } from '../../actions/roles.ts';
import type { Config } from '../config/config.ts';
import { peopleOf } from '../config/people.ts';
import type { People } from '../../engine/entitlement.ts';

export type { Call };

/** How somebody has shown who he is. */
export type How = 'token' | 'sealed-token' | 'oidc' | 'session' | 'unverified' | 'trigger';

/** Who asks the console for something. */
export interface Caller {
  /** Of drillbook.yaml; undefined: a machine, or a name that nobody there has. */
  readonly person: string | undefined;
  /** In which the identity provider has him. */
  readonly groups: readonly string[];
  readonly how: How;
  /** Something proves it: a token, the identity provider, a signed delivery. */
  readonly verified: boolean;
  /** As pages and reports show it; of a trigger its name in drillbook.yaml. */
  readonly name: string;
}

/** What decides who may do what. Made anew for each decision. */
export interface Access {
  readonly people: People;
}

/** What somebody wants to do it with; absent: with any. */
export interface About {
  readonly runbook?: string | undefined;
  readonly mode?: Mode | undefined;
  /** Of `decide`: `commit`, `roll-back` or `go-on`. */
  readonly choice?: string | undefined;
  /** Of `decide`: whom the last approval lets break the glass. */
  readonly breakGlass?: readonly string[];
}

export function accessOf(config: Pick<Config, 'people' | 'groups' | 'identity' | 'roles' | 'triggers'>): Access {
  return { people: peopleOf(config) };
}

/**
 * Why a caller may not do something, as a sentence with the mend; undefined: he may. The same table as the worker's
 * (actions/roles.ts), which asks again, and asks also for the names of the approval.
 */
export function refusalOf(access: Access, caller: Caller, call: Call, about: About = {}): string | undefined {
  if (caller.how === 'trigger' && caller.person === undefined) return whyNotTriggered(access, caller, call, about);
  return whyUnproved(access.people, caller, call, about) ?? whyNoRole(access.people, caller, call, about);
}

/** A machine does what its line lets it start, and nothing else. */
function whyNotTriggered(
  { people }: Access,
  { name }: Caller,
  call: Call,
  { runbook, mode }: About,
): string | undefined {
  const fits = runbook !== undefined && mode !== undefined && people.mayTrigger(name, runbook, mode);
  if (call === 'start' && fits) return undefined;
  return `${name} may not ${wordsFor(call)}${whereOf({ runbook, mode })}: triggers.${name}.may of drillbook.yaml does not let it.`;
}

function whyUnproved(people: People, caller: Caller, call: Call, { mode }: About): string | undefined {
  const { unverified } = people;
  if (caller.verified || unverified === 'allow') return undefined;
  const harmless = call === 'see' || (call !== 'administer' && mode !== undefined && !isLiveMode(mode));
  if (unverified === 'drills' && harmless) return undefined;
  return `Nothing proves that this is ${caller.name}, and an unverified name may not ${wordsFor(call)}${whereOf({ mode })} (identity.unverified: ${unverified} in drillbook.yaml): sign in with a token ("drillbook keys token").`;
}

function whyNoRole(people: People, caller: Caller, call: Call, about: About): string | undefined {
  const { runbook, mode = 'drill', choice, breakGlass = [] } = about;
  const person = caller.person ?? caller.name;
  const own = people.rolesOf(person, runbook, about.mode, caller.groups);
  if (own === undefined) return undefined;
  const mayBreakGlass = people.isAmong(person, breakGlass, caller.groups);
  const wanted = rolesFor({ call, mode, choice, mayBreakGlass });
  if (wanted.some(role => own.has(role))) return undefined;
  const is = own.size === 0 ? 'none' : [...own].join(' and ');
  return `${person} may not ${wordsFor(call)}${whereOf({ runbook, mode: about.mode })}: the roles of drillbook.yaml let ${wanted.join(' or ')} do that, and ${person} has ${is} there. An admin adds a line to its roles.`;
}

const words: Partial<Record<Call, string>> = {
  see: 'see runs',
  administer: 'change schedules, the library, keys or tokens',
  report: 'answer a manual step',
  decide: 'decide what a held run does',
  extend: 'give more time',
  'leases adopt': 'take over what is open',
  'leases commit': 'commit what is open',
  'leases roll-back': 'roll back what is open',
};
const wordsFor = (call: Call): string => words[call] ?? call.replace('roll-back', 'roll back');

function whereOf({ runbook, mode }: About): string {
  const of = runbook === undefined || runbook === '' ? '' : ` of ${runbook}`;
  return mode === undefined ? of : ` in mode ${mode}${of}`;
}
