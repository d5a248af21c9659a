import { type Account, secretOf, userOf } from './accounts.ts';
import { refusalOf } from './answers.ts';
import { type Door, endTimeoutMs } from './door.ts';
import { NotFound, NotUnderstood, SignInRefused } from './errors.ts';
import type { Http, HttpAnswer } from './http.ts';
import type { HttpRequest } from './http-request.ts';
import type { RefusedSecrets } from './refused-secrets.ts';

// "An API session times out after 30 minutes of inactivity" (docs/zerto.md §1a); five minutes are left for slow calls.
const idleMs = 25 * 60_000;

const sessionHeader = 'x-zerto-session';
export const signInRequest = { method: 'POST', path: 'session/add', effect: false } as const satisfies HttpRequest;
const signOutRequest = { method: 'DELETE', path: 'session', effect: false } as const satisfies HttpRequest;

/** The Windows ZVM: Basic credentials once, then a header (docs/zerto.md §1a). */
export function createWindowsDoor(http: Http, account: Account, clock: () => number, refusals: RefusedSecrets): Door {
  return {
    async signIn() {
      const password = await secretOf(account);
      const waitMs = refusals.waitFor(password);
      if (waitMs > 0) {
        throw refused(http, account, `; the same password is not tried again for ${Math.ceil(waitMs / 1000)} s`);
      }
      const sentAt = clock();
      const credentials = Buffer.from(`${userOf(account)}:${password}`, 'utf8').toString('base64');
      const answer = await http.send({
        ...signInRequest,
        headers: { authorization: `Basic ${credentials}` },
        body: { AuthenticationMethod: account.kind === 'windows' ? 0 : 1 },
      });
      if (answer.status === 401) {
        refusals.refused(password);
        throw refused(http, account, '');
      }
      const headers = { [sessionHeader]: tokenOf(answer, http) };
      refusals.accepted();
      return { headers, freshUntil: sentAt + idleMs, idleMs };
    },
    async signOut({ headers }) {
      await http.send({ ...signOutRequest, headers, signal: AbortSignal.timeout(endTimeoutMs) });
    },
  };
}

function tokenOf(answer: HttpAnswer, http: Http): string {
  const facts = { operation: 'POST session/add', site: http.site, status: answer.status, retryable: false } as const;
  if (answer.status === 404) {
    throw new NotFound(
      `Site "${http.site}" has no /v1/session/add at ${http.address}: it is not a ZVM of the Windows generation. ` +
        'Check the url (its usual port is 9669), or the generation: an appliance is reached at port 443, with an account of kind password or client.',
      { ...facts, happened: 'no' },
    );
  }
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, signInRequest, http);
  const token = answer.headers.get(sessionHeader);
  if (token === null || token === '') {
    throw new NotUnderstood(
      `Site "${http.site}" accepted the sign-in but gave no session; check that ${http.address} is a ZVM.`,
      { ...facts, happened: 'no' },
    );
  }
  return token;
}

function refused(http: Http, account: Account, more: string): SignInRefused {
  return new SignInRefused(
    `Site "${http.site}" refused the sign-in of ${userOf(account)}${more}. Check the account's kind, name and password.`,
    { operation: 'POST session/add', site: http.site, status: 401, retryable: false, happened: 'no' },
  );
}
