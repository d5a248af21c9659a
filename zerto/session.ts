import { type Account, type Generation, kindsOf, userOf } from './accounts.ts';
import { detectGeneration } from './detect.ts';
import type { Door, Grant, Token } from './door.ts';
import { NotFound, SignInRefused } from './errors.ts';
import type { Http } from './http.ts';
import { createKeycloakDoor } from './keycloak.ts';
import { createRefusedSecrets } from './refused-secrets.ts';
import { createWindowsDoor } from './windows-door.ts';

/** The one session of a client. */
export interface Session {
  /** A token that should be alive; signs in when there is none, or none that will last. */
  token(): Promise<Token>;
  /** After a 401 for this token: another one. Callers who come with the same dead token share one sign-in. */
  renew(refused: Token): Promise<Token>;
  /** The ZVM accepted the token for a request sent at this time (ms). */
  used(token: Token, at: number): void;
  /** Ends it at the ZVM; never throws. */
  end(): Promise<void>;
  /** Known from the first sign-in on. */
  generation(): Generation | undefined;
}

export interface SessionOptions {
  readonly account: Account;
  readonly generation: Generation | 'auto';
  /** ms since 1970. */
  readonly clock: () => number;
}

export function createSession(http: Http, { account, generation: wanted, clock }: SessionOptions): Session {
  const refusals = createRefusedSecrets(clock);
  let generation = wanted === 'auto' ? undefined : wanted;
  let alive: Grant | undefined;
  let signingIn: Promise<Grant> | undefined;

  /** Callers at the same time share one sign-in. */
  function signIn(): Promise<Grant> {
    signingIn ??= signInOnce().finally(() => {
      signingIn = undefined;
    });
    return signingIn;
  }

  async function signInOnce(): Promise<Grant> {
    generation ??= await detectGeneration(http, account);
    try {
      alive = await doorOf(generation).signIn(alive);
      return alive;
    } catch (error) {
      // It may have been moved to the other generation since: the next sign-in looks again.
      if (wanted === 'auto' && error instanceof NotFound) generation = undefined;
      throw error;
    }
  }

  function doorOf(found: Generation): Door {
    if (!kindsOf[found].includes(account.kind)) throw misfit(http, account, found);
    return account.kind === 'windows' || account.kind === 'hypervisor'
      ? createWindowsDoor(http, account, clock, refusals)
      : createKeycloakDoor(http, account, clock, refusals);
  }

  return {
    token: () => (alive !== undefined && clock() < alive.freshUntil ? Promise.resolve(alive) : signIn()),
    renew(dead) {
      if (alive !== undefined && alive !== dead) return Promise.resolve(alive);
      if (alive !== undefined) alive.freshUntil = Number.NEGATIVE_INFINITY;
      return signIn();
    },
    used(token, at) {
      if (alive?.idleMs !== undefined && alive === token)
        alive.freshUntil = Math.max(alive.freshUntil, at + alive.idleMs);
    },
    async end() {
      await signingIn?.catch(() => undefined);
      const ended = alive;
      alive = undefined;
      if (ended === undefined || generation === undefined) return;
      // It expires by itself, so a ZVM that does not answer changes nothing.
      await doorOf(generation)
        .signOut(ended)
        .catch(() => undefined);
    },
    generation: () => generation,
  };
}

const words: Readonly<Record<Generation, string>> = {
  windows: 'a Windows ZVM (it has no realm zerto)',
  appliance: 'an appliance (it signs in by Keycloak)',
};

function misfit(http: Http, account: Account, generation: Generation): SignInRefused {
  return new SignInRefused(
    `Site "${http.site}" at ${http.address} is ${words[generation]}, and its account ${userOf(account)} is of kind ${account.kind}. ` +
      `Use an account of kind ${kindsOf[generation].join(' or ')}, or mend the url and the generation.`,
    { operation: 'sign in', site: http.site, retryable: false, happened: 'no' },
  );
}
