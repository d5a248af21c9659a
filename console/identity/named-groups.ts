import type { Config } from '../../control/config/config.ts';

/** Of the groups of an identity provider those that drillbook.yaml knows: it may have hundreds, and a cookie has 4 KiB. */
export function namedGroups({ groups }: Pick<Config, 'groups'>, of: readonly string[]): readonly string[] {
  const named = Object.values(groups).flatMap(group => ('oidc-group' in group ? [group['oidc-group']] : []));
  return of.filter(group => named.includes(group)).slice(0, 50);
}
