import { userInfo } from 'node:os';
import type { Caller } from '../../control/access/caller.ts';
import type { Config } from '../../control/config/config.ts';
import { peopleOf } from '../../control/config/people.ts';

/** Whether drillbook.yaml has a way for somebody to show who he is. */
export function hasIdentity({ identity, people }: Pick<Config, 'identity' | 'people'>): boolean {
  const sealed = Object.values(people).some(person => person['sealed-token'] !== undefined);
  return identity.oidc !== undefined || identity.tokens.length > 0 || sealed;
}

/**
 * On loopback without any identity: whoever runs the console, as the command line has it. Undefined where there is one, and
 * somebody must show who he is.
 */
export function localUser(
  config: Pick<Config, 'identity' | 'people' | 'groups' | 'roles' | 'triggers'>,
  env: Readonly<Partial<Record<string, string>>> = process.env,
): Caller | undefined {
  if (hasIdentity(config)) return undefined;
  const login = env['DRILLBOOK_USER'] || userInfo().username;
  const person = peopleOf(config).personOf(login);
  const name = person === undefined ? login : (config.people[person]?.name ?? login);
  return { person, groups: [], how: 'unverified', verified: false, name };
}
