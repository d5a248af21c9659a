import { createHmac, randomBytes } from 'node:crypto';
import type { Caller } from '../../control/access/caller.ts';
import { isSame } from '../../control/access/token-hash.ts';

/** What a session is about. It is signed, not secret: the browser's owner may read it. */
export interface Session {
  readonly id: string;
  readonly person: string;
  readonly how: 'token' | 'sealed-token' | 'oidc';
  /** In which the identity provider has him. */
  readonly groups: readonly string[];
  /** What it rests on: the hash of the token, or the issuer. When drillbook.yaml no longer has it, the session ends. */
  readonly credential: string;
  /** ms since 1970. */
  readonly until: number;
}

export type Proven = Pick<Session, 'person' | 'how' | 'groups' | 'credential'>;

export interface Sessions {
  /** The text of the cookie, and what it says. */
  readonly begin: (proven: Proven, until: number) => { readonly cookie: string; readonly session: Session };
  /** Undefined: not ours, over, or ended. */
  readonly read: (cookie: string, now: number) => Promise<Session | undefined>;
  readonly end: (session: Session) => Promise<void>;
  /** Text that a browser keeps for us for a while, and cannot change; undefined: not ours. */
  readonly seal: (text: string) => string;
  readonly unseal: (sealed: string) => string | undefined;
  /** What a form of this session, or of this visitor, must bring. */
  readonly csrfOf: (id: string) => string;
}

/** Ended sessions, until they would have been over anyway: kept beside the key, for all who share it and over restarts. */
export interface EndedSessions {
  has(id: string): Promise<boolean>;
  add(id: string, until: number): Promise<void>;
}

/** `key`: of all consoles that serve the same people. */
export function createSessions(key: Buffer, ended: EndedSessions): Sessions {
  const sign = (what: string, text: string): string =>
    createHmac('sha256', key).update(`${what}\n${text}`).digest('base64url');
  return {
    begin(proven, until) {
      const { person, how, groups, credential } = proven;
      const session = { id: randomBytes(16).toString('base64url'), person, how, groups, credential, until };
      const text = Buffer.from(JSON.stringify(session)).toString('base64url');
      return { cookie: `${text}.${sign('session', text)}`, session };
    },
    async read(cookie, now) {
      const [text = '', signature = ''] = cookie.split('.');
      if (!isSame(signature, sign('session', text))) return undefined;
      // Signed by us: it is what `begin` made.
      const session = JSON.parse(Buffer.from(text, 'base64url').toString()) as Session;
      return session.until <= now || (await ended.has(session.id)) ? undefined : session;
    },
    end: session => ended.add(session.id, session.until),
    seal: text => {
      const body = Buffer.from(text).toString('base64url');
      return `${body}.${sign('seal', body)}`;
    },
    unseal: sealed => {
      const [body = '', signature = ''] = sealed.split('.');
      return isSame(signature, sign('seal', body)) ? Buffer.from(body, 'base64url').toString() : undefined;
    },
    csrfOf: id => sign('csrf', id),
  };
}

/** How a session's caller is told on audit lines and in signatures. */
export function callerOf({ person, groups }: Session, name: string): Caller {
  return { person, groups, how: 'session', verified: true, name };
}
