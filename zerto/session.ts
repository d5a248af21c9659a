import { createHash } from 'node:crypto';
import { refusalOf } from './answers.ts';
import { NotFound, NotUnderstood, SignInRefused } from './errors.ts';
import type { Http, HttpAnswer, HttpRequest } from './http.ts';

export interface Account {
  /** `windows`: a Windows or domain account. `hypervisor`: one of vCenter or SCVMM. */
  readonly kind: 'windows' | 'hypervisor';
  readonly username: string;
  /** Asked at each sign-in, so that a changed secret is found without a restart. */
  readonly password: () => Promise<string>;
}

/** The one session of a client. */
export interface Session {
  /** A token that should be alive; signs in when there is none, or none that was used lately. */
  token(): Promise<string>;
  /** After a 401 for this token: another one. Callers who come with the same dead token share one sign-in. */
  renew(refused: string): Promise<string>;
  /** The ZVM accepted the token for a request sent at this time (ms). */
  used(token: string, at: number): void;
  /** Ends it at the ZVM; never throws. */
  end(): Promise<void>;
}

// "An API session times out after 30 minutes of inactivity" (docs/zerto.md §1a); five minutes are left for slow calls.
const idleLimitMs = 25 * 60_000;
// A refused password is not tried again at once, or parallel callers would lock the account.
const firstPauseMs = 15_000;
const longestPauseMs = 5 * 60_000;
const endTimeoutMs = 5000;

export const sessionHeader = 'x-zerto-session';
export const signInRequest = { method: 'POST', path: 'session/add', effect: false } as const satisfies HttpRequest;
const signOutRequest = { method: 'DELETE', path: 'session', effect: false } as const satisfies HttpRequest;

/** Sessions of the Windows ZVM: Basic credentials once, then a header (docs/zerto.md §1a). */
export function createSession(http: Http, account: Account, clock: () => number): Session {
  let alive: { readonly token: string; lastUsed: number } | undefined;
  let signingIn: Promise<string> | undefined;
  let refused: { readonly digest: string; readonly until: number; readonly pauseMs: number } | undefined;

  function signIn(): Promise<string> {
    signingIn ??= signInOnce().finally(() => {
      signingIn = undefined;
    });
    return signingIn;
  }

  async function signInOnce(): Promise<string> {
    const password = await account.password();
    const digest = createHash('sha256').update(password).digest('hex');
    if (refused?.digest === digest && clock() < refused.until) {
      throw signInRefused(http, account, `; the same password is not tried again for ${secondsUntil(refused.until)} s`);
    }
    const sentAt = clock();
    const answer = await http.send({
      ...signInRequest,
      headers: { authorization: `Basic ${Buffer.from(`${account.username}:${password}`, 'utf8').toString('base64')}` },
      body: { AuthenticationMethod: account.kind === 'windows' ? 0 : 1 },
    });
    if (answer.status === 401) {
      const pauseMs = refused?.digest === digest ? Math.min(refused.pauseMs * 2, longestPauseMs) : firstPauseMs;
      refused = { digest, until: clock() + pauseMs, pauseMs };
      throw signInRefused(http, account, '');
    }
    const token = tokenOf(answer, http);
    refused = undefined;
    alive = { token, lastUsed: sentAt };
    return token;
  }

  function secondsUntil(time: number): number {
    return Math.ceil((time - clock()) / 1000);
  }

  return {
    token: () =>
      alive !== undefined && clock() - alive.lastUsed < idleLimitMs ? Promise.resolve(alive.token) : signIn(),
    renew(dead) {
      if (alive !== undefined && alive.token !== dead) return Promise.resolve(alive.token);
      alive = undefined;
      return signIn();
    },
    used(token, at) {
      if (alive?.token === token) alive.lastUsed = Math.max(alive.lastUsed, at);
    },
    async end() {
      await signingIn?.catch(() => undefined);
      const ended = alive;
      alive = undefined;
      if (ended === undefined) return;
      const headers = { [sessionHeader]: ended.token };
      // It expires by itself, so a ZVM that does not answer changes nothing.
      await http.send({ ...signOutRequest, headers, signal: AbortSignal.timeout(endTimeoutMs) }).catch(() => undefined);
    },
  };
}

function tokenOf(answer: HttpAnswer, http: Http): string {
  if (answer.status === 404) {
    throw new NotFound(
      `Site "${http.site}" has no /v1/session/add at ${http.address}: it is not a ZVM of the Windows generation. Check the url; its usual port is 9669.`,
      { operation: 'POST session/add', site: http.site, status: 404, retryable: false, happened: 'no' },
    );
  }
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, signInRequest, http);
  const token = answer.headers.get(sessionHeader);
  if (token === null || token === '') {
    throw new NotUnderstood(
      `Site "${http.site}" accepted the sign-in but gave no session; check that ${http.address} is a ZVM.`,
      { operation: 'POST session/add', site: http.site, status: answer.status, retryable: false, happened: 'no' },
    );
  }
  return token;
}

function signInRefused(http: Http, account: Account, more: string): SignInRefused {
  return new SignInRefused(
    `Site "${http.site}" refused the sign-in of ${account.username}${more}. Check the account's kind, name and password.`,
    { operation: 'POST session/add', site: http.site, status: 401, retryable: false, happened: 'no' },
  );
}
