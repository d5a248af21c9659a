import type { JWTPayload } from 'jose';
import type { Config } from '../../control/config/config.ts';
import { isSameLogin } from '../../control/config/same-login.ts';
import type { Known } from './known-token.ts';

/**
 * One login, one person: by `sub`, to the letter, or by an e-mail address that the provider does not call unverified. Where the two name
 * different people it is neither.
 */
export function personOf(
  { identity, people }: Pick<Config, 'identity' | 'people'>,
  claims: JWTPayload,
): Known | { readonly refused: string } {
  const { sub = '' } = claims;
  const address = addressOf(claims);
  const entries = Object.entries(people);
  const bySubject = entries.find(([, { oidc }]) => oidc === sub);
  const byAddress = entries.find(
    ([, { oidc }]) => oidc !== undefined && address !== undefined && isSameLogin('oidc', oidc, address),
  );
  const found = bySubject ?? byAddress;
  if (found === undefined) {
    const who = address ?? sub;
    return {
      refused: `the identity provider calls you ${who}, and drillbook.yaml has nobody with "oidc: ${who}": an admin adds it under people`,
    };
  }
  const [person, { name, oidc = '' }] = found;
  if (byAddress !== undefined && byAddress[0] !== person)
    return {
      refused: `the subject of the token is ${person} in drillbook.yaml and its e-mail address is ${byAddress[0]}: an admin takes one "oidc:" of the two away (people)`,
    };
  const groups = groupsIn(claims[identity.oidc?.['groups-claim'] ?? 'groups']);
  const caller = { person, groups, how: 'oidc', verified: true, name } as const;
  return { caller, credential: `${identity.oidc?.issuer ?? ''} ${oidc}` };
}

/** Some providers never say whether they have verified it; of those that do, some say it as text. */
function addressOf(claims: JWTPayload): string | undefined {
  const { email, email_verified: verified } = claims as { email?: unknown; email_verified?: unknown };
  const counts = verified === undefined || verified === true || verified === 'true';
  return typeof email === 'string' && email !== '' && counts ? email : undefined;
}

/** Of somebody in one group alone, some providers give a text. */
function groupsIn(claim: unknown): readonly string[] {
  const given: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return given.filter(group => typeof group === 'string').filter(group => group !== '');
}
