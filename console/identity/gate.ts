import { namedGroups } from './named-groups.ts';
import type { Caller } from '../../control/access/caller.ts';
import type { Config } from '../../control/config/config.ts';
import { knownToken, type Known } from './known-token.ts';
import { localUser } from './local-user.ts';
import { callerOf, type Proven, type Session, type Sessions } from './sessions.ts';

/** Whom a JSON Web Token of the identity provider names; a text: why it is nobody's. */
export type VerifyJwt = (
  config: Pick<Config, 'identity' | 'people'>,
  token: string,
) => Promise<Known | { readonly refused: string }>;

/** Who somebody is, by what he brings. */
export interface Gate {
  /** By a bearer token, one of drillbook.yaml or of the identity provider. */
  byToken(config: Config, token: string): Promise<Known | { readonly refused: string }>;
  /** By a session's cookie; undefined where it no longer counts. */
  bySession(config: Config, cookie: string): { readonly caller: Caller; readonly session: Session } | undefined;
  /** Without anything: on loopback without any identity, whoever runs the console. */
  byPlace(config: Config): Caller | undefined;
  begin(config: Config, known: Known): { readonly cookie: string; readonly session: Session };
  end(session: Session): Promise<void>;
  csrfOf(id: string): string;
}

export function createGate({
  sessions,
  verifyJwt,
  loopback,
  clock,
}: {
  readonly sessions: Sessions;
  readonly verifyJwt: VerifyJwt;
  /** It listens on loopback alone. */
  readonly loopback: boolean;
  readonly clock: () => number;
}): Gate {
  return {
    async byToken(config, token) {
      const known = knownToken(config, token, clock());
      if (known !== undefined) return known;
      if (config.identity.oidc !== undefined && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token))
        return await verifyJwt(config, token);
      return {
        refused:
          'drillbook.yaml lists no such token, or its last day is over: an admin makes one with "drillbook keys token"',
      };
    },
    bySession(config, cookie) {
      const session = sessions.read(cookie, clock());
      if (session === undefined || !isStillGood(config, session, clock())) return undefined;
      const name = config.people[session.person]?.name ?? session.person;
      return { session, caller: callerOf(session, name) };
    },
    byPlace: config => (loopback ? localUser(config) : undefined),
    begin(config, { caller, credential }) {
      const { person, groups, how } = caller;
      if (person === undefined || how === 'session' || how === 'trigger' || how === 'unverified')
        throw new TypeError('a session is of a person who has proved who he is');
      const proven: Proven = { person, groups: namedGroups(config, groups), how, credential };
      return sessions.begin(proven, clock() + config.console.session);
    },
    end: sessions.end,
    csrfOf: sessions.csrfOf,
  };
}

/** Whether drillbook.yaml still has the person and what he showed. */
function isStillGood({ people, identity }: Config, session: Session, now: number): boolean {
  const { person, how, credential } = session;
  const entry = Object.hasOwn(people, person) ? people[person] : undefined;
  if (entry === undefined) return false;
  const today = new Date(now).toISOString().slice(0, 10);
  switch (how) {
    case 'token':
      return identity.tokens.some(t => t.person === person && t.sha256 === credential && t.expires >= today);
    case 'sealed-token':
      return entry['sealed-token'] === credential;
    case 'oidc':
      return credential === `${identity.oidc?.issuer ?? ''} ${entry.oidc ?? ''}`;
  }
}
