import { namedGroups } from './named-groups.ts';
import type { Caller } from '../../control/access/caller.ts';
import type { Config } from '../../control/config/config.ts';
import { isLoopback } from '../../control/config/schema/loopback.ts';
import { knownToken, type Known } from './known-token.ts';
import { hasIdentity, localUser } from './local-user.ts';
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
  bySession(
    config: Config,
    cookie: string,
  ): Promise<{ readonly caller: Caller; readonly session: Session } | undefined>;
  /** Without anything: on loopback without any identity, and reached from nowhere else, whoever runs the console. */
  byPlace(config: Config): Caller | undefined;
  /** Why nobody at all can be let in, a sentence; undefined: somebody can. */
  whyNobody(config: Config): string | undefined;
  begin(config: Config, known: Known): { readonly cookie: string; readonly session: Session };
  end(session: Session): Promise<void>;
  csrfOf(id: string): string;
}

export function createGate({
  sessions,
  verifyJwt,
  loopback,
  url,
  clock,
}: {
  readonly sessions: Sessions;
  readonly verifyJwt: VerifyJwt;
  /** It listens on loopback alone. */
  readonly loopback: boolean;
  /** How people reach it; empty: it is not yet known. */
  readonly url: () => string;
  readonly clock: () => number;
}): Gate {
  let reached = false;
  /** What leads others here does not go away because drillbook.yaml has it no more: only a new start forgets it. */
  const isReached = (config: Config): boolean => {
    reached ||= !loopback || [url(), config.console['public-url'] ?? ''].some(leadsHere);
    return reached;
  };
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
    async bySession(config, cookie) {
      const session = await sessions.read(cookie, clock());
      if (session === undefined || !isStillGood(config, session, clock())) return undefined;
      const name = config.people[session.person]?.name ?? session.person;
      return { session, caller: callerOf(session, name) };
    },
    byPlace: config => (isReached(config) ? undefined : localUser(config)),
    whyNobody: config => (isReached(config) && !hasIdentity(config) ? noIdentity : undefined),
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

const noIdentity =
  'drillbook.yaml has no identity any more (identity.oidc, identity.tokens, a sealed-token), and this console is reached from beyond this machine: nobody can show who he is, so nobody is let in. Put it back ("drillbook keys token PERSON"), or start the console anew without a public-url.';

/** From beyond this machine. */
const leadsHere = (place: string): boolean => place !== '' && !isLoopback(new URL(place).hostname);

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
