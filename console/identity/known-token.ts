import type { Caller } from '../../control/access/caller.ts';
import type { Config } from '../../control/config/config.ts';
import { hashOf, isSame } from '../../control/access/token-hash.ts';

/** Whose token it is, and which. */
export interface Known {
  readonly caller: Caller;
  /** Of drillbook.yaml: a session ends when it is no longer there. */
  readonly credential: string;
}

/** A token that drillbook.yaml lists by its hash; undefined: none, or one whose last day is over. `now`: ms since 1970. */
export function knownToken(
  { identity, people }: Pick<Config, 'identity' | 'people'>,
  token: string,
  now: number,
): Known | undefined {
  const hash = hashOf(token);
  let found: Known | undefined;
  // Each is compared, whatever was found, so that the time tells nothing.
  for (const { person, sha256, expires } of identity.tokens)
    if (isSame(sha256, hash) && !isOver(expires, now)) found ??= knownAs(people, person, 'token', hash);
  for (const [person, { 'sealed-token': sealed }] of Object.entries(people))
    if (sealed !== undefined && isSame(sealed, hash)) found ??= knownAs(people, person, 'sealed-token', hash);
  return found;
}

/** The last day counts whole, in UTC. */
function isOver(expires: string, now: number): boolean {
  return new Date(now).toISOString().slice(0, 10) > expires;
}

function knownAs(
  people: Config['people'],
  person: string,
  how: 'token' | 'sealed-token',
  credential: string,
): Known | undefined {
  const entry = Object.hasOwn(people, person) ? people[person] : undefined;
  if (entry === undefined) return undefined;
  return { caller: { person, groups: [], how, verified: true, name: entry.name }, credential };
}
