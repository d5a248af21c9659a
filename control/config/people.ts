import type { People, Role } from '../../engine/entitlement.ts';
import { sha256Hex } from '../../compiler/hash.ts';
import { fitsWildcard } from '../../compiler/triggers/wildcard.ts';
import { type Config, ConfigRefused, loadConfig } from './config.ts';

/** Groups in groups are followed; drillbook.yaml has no circle of them. */
export function peopleOf(config: Pick<Config, 'people' | 'groups' | 'identity' | 'roles' | 'triggers'>): People {
  const { people, groups, identity, roles, triggers } = config;
  const logins = new Map(
    Object.entries(people).flatMap(([name, { 'os-user': user }]) =>
      user === undefined ? [] : [[user, name] as const],
    ),
  );
  const reach = (name: string): readonly string[] => {
    const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
    return Array.isArray(group) ? [name, ...(group as readonly string[]).flatMap(reach)] : [name];
  };
  /** What the identity provider calls a group whose members only it knows. */
  const outsideGroup = (name: string): string | undefined => {
    const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
    return group !== undefined && 'oidc-group' in group ? group['oidc-group'] : undefined;
  };
  const isAmong = (person: string, names: readonly string[], outside: readonly string[] = []): boolean => {
    if (!Object.hasOwn(people, person)) return false;
    const reached = names.flatMap(reach);
    return reached.includes(person) || reached.some(name => outside.includes(outsideGroup(name) ?? ''));
  };
  return {
    sha256: sha256Hex(JSON.stringify([people, groups, roles, identity])),
    unverified: identity.unverified,
    personOf: login => logins.get(login) ?? (Object.hasOwn(people, login) ? login : undefined),
    isAmong,
    rolesOf: (person, runbook, mode, outside) => {
      if (roles.length === 0) return undefined;
      const fits = roles.filter(
        ({ to, runbooks, modes }) =>
          (mode === undefined || modes.includes(mode)) &&
          (runbook === undefined || runbooks.some(name => fitsWildcard(runbook, name))) &&
          isAmong(person, to, outside),
      );
      return new Set<Role>(fits.map(({ role }) => role));
    },
    mayTrigger: (name, runbook, mode) =>
      Object.hasOwn(triggers, name) &&
      triggers[name]?.may.some(
        line => line.modes.includes(mode) && line.runbooks.some(pattern => fitsWildcard(runbook, pattern)),
      ) === true,
    keyOf: publicKey => identity.keys.find(key => key.public === publicKey),
    unknowable: names => names.filter(name => reach(name).some(reached => outsideGroup(reached) !== undefined)),
  };
}

/** The same of a file as it stands now, or why it cannot be read, for people. */
export async function readPeople(path: string): Promise<People | { readonly unreadable: string }> {
  try {
    return peopleOf(await loadConfig(path));
  } catch (error) {
    if (error instanceof ConfigRefused)
      return { unreadable: 'drillbook.yaml has mistakes ("drillbook validate" shows them): mend it and decide again' };
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      return { unreadable: `drillbook.yaml cannot be read (${error.code})` };
    throw error;
  }
}
