import * as z from 'zod';
import { type Account, secretOf, userOf } from './accounts.ts';
import { readAnswer, refusalOf } from './answers.ts';
import { type Door, endTimeoutMs, type Grant } from './door.ts';
import { NotFound, Refused, SignInRefused, type ZvmError } from './errors.ts';
import { type Http, type HttpAnswer, operationOf } from './http.ts';
import type { HttpRequest } from './http-request.ts';
import type { RefusedSecrets } from './refused-secrets.ts';

/** Below the root of an appliance (docs/zerto.md §1b). */
export const realm = 'auth/realms/zerto';
/** The public client that comes with an appliance. */
const publicClient = 'zerto-client';

const tokenRequest = {
  method: 'POST',
  base: 'root',
  path: `${realm}/protocol/openid-connect/token`,
  effect: false,
} as const satisfies HttpRequest;
const logoutRequest = {
  ...tokenRequest,
  path: `${realm}/protocol/openid-connect/logout`,
} as const satisfies HttpRequest;

const seconds = z
  .union([z.number(), z.string().regex(/^\d+$/)])
  .nullish()
  .transform(value => (value === null || value === undefined ? undefined : Number(value)));
const tokenWire = z.looseObject({
  access_token: z.string().min(1),
  expires_in: seconds,
  refresh_token: z.string().min(1).nullish(),
  refresh_expires_in: seconds,
});
const errorWire = z.looseObject({ error: z.string(), error_description: z.string().nullish() });

/** An appliance that does not say how long its token lives: the usual 60 s. */
const usualLifetimeSeconds = 60;
const longestMarginMs = 15_000;

/** Keycloak's tokens: the password or the client's secret once, then refreshed (docs/zerto.md §1b). */
export function createKeycloakDoor(http: Http, account: Account, clock: () => number, refusals: RefusedSecrets): Door {
  async function ask(form: Readonly<Record<string, string>>): Promise<{ answer: HttpAnswer; sentAt: number }> {
    const sentAt = clock();
    return { sentAt, answer: await http.send({ ...tokenRequest, form }) };
  }

  function grantOf(answer: HttpAnswer, sentAt: number): Grant {
    const wire = readAnswer(answer, tokenWire, tokenRequest, http);
    return {
      headers: { authorization: `Bearer ${wire.access_token}` },
      freshUntil: sentAt + freshMs(wire.expires_in ?? usualLifetimeSeconds),
      ...(typeof wire.refresh_token === 'string' && {
        refresh: { token: wire.refresh_token, until: sentAt + refreshMs(wire.refresh_expires_in) },
      }),
    };
  }

  /** Undefined where the ZVM refuses: then the account's own secret is what is left. */
  async function refresh(token: string): Promise<Grant | undefined> {
    const own = await clientOf(account);
    const { answer, sentAt } = await ask({ grant_type: 'refresh_token', ...own, refresh_token: token });
    if (answer.status === 400 || answer.status === 401) return undefined;
    if (answer.status < 200 || answer.status > 299) throw tokenRefusal(answer, http, token);
    return grantOf(answer, sentAt);
  }

  async function enter(): Promise<Grant> {
    const secret = await secretOf(account);
    const waitMs = refusals.waitFor(secret);
    if (waitMs > 0) {
      throw refused(http, account, `; the same secret is not tried again for ${Math.ceil(waitMs / 1000)} s`, 401);
    }
    const { answer, sentAt } = await ask(credentials(account, secret));
    const denial = denialOf(answer, secret);
    if (denial !== undefined) {
      refusals.refused(secret);
      throw refused(http, account, `: "${denial}"`, answer.status, denial);
    }
    if (answer.status < 200 || answer.status > 299) throw tokenRefusal(answer, http, secret);
    refusals.accepted();
    return grantOf(answer, sentAt);
  }

  return {
    async signIn(previous) {
      const { refresh: kept } = previous ?? {};
      if (previous !== undefined && kept !== undefined && clock() < kept.until) {
        const refreshed = await refresh(kept.token);
        if (refreshed !== undefined) return refreshed;
        previous.refresh = undefined;
      }
      return enter();
    },
    async signOut({ refresh: kept }) {
      // Without a refresh token there is no session at Keycloak that could be ended.
      if (kept === undefined) return;
      const form = { ...(await clientOf(account)), refresh_token: kept.token };
      await http.send({ ...logoutRequest, form, signal: AbortSignal.timeout(endTimeoutMs) });
    },
  };
}

/** A quarter of the token's life is kept back for the call's own way, at most 15 s: tokens of 5 s work too. */
function freshMs(lifetimeSeconds: number): number {
  const ms = lifetimeSeconds * 1000;
  return ms - Math.min(longestMarginMs, ms / 4);
}

/** Keycloak's 0 is a token that stays. */
function refreshMs(lifetimeSeconds: number | undefined): number {
  return lifetimeSeconds === undefined || lifetimeSeconds === 0 ? Number.POSITIVE_INFINITY : freshMs(lifetimeSeconds);
}

async function clientOf(account: Account): Promise<Record<string, string>> {
  return account.kind === 'client'
    ? { client_id: account.clientId, client_secret: await account.clientSecret() }
    : { client_id: publicClient };
}

/** `scope=openid`: some say that the API rejects a token without it, nobody that it harms (docs/zerto.md §1b). */
function credentials(account: Account, secret: string): Record<string, string> {
  return account.kind === 'client'
    ? { grant_type: 'client_credentials', client_id: account.clientId, client_secret: secret, scope: 'openid' }
    : {
        grant_type: 'password',
        client_id: publicClient,
        username: account.username,
        password: secret,
        scope: 'openid',
      };
}

const deniedAs = ['invalid_grant', 'invalid_client', 'unauthorized_client', 'access_denied'];

/** Keycloak's words where it refuses account or secret: 401, or 400 for an account that is locked or not set up. */
function denialOf(answer: HttpAnswer, secret: string): string | undefined {
  if (answer.status !== 400 && answer.status !== 401) return undefined;
  const said = errorOf(answer, secret);
  if (said === undefined) return answer.status === 401 ? 'no reason is given' : undefined;
  return answer.status === 401 || deniedAs.includes(said.error) ? said.text : undefined;
}

/** A server that repeats what it was sent must not bring a secret into a log. */
function errorOf(answer: HttpAnswer, secret: string): { readonly error: string; readonly text: string } | undefined {
  try {
    const { error, error_description: description } = errorWire.parse(JSON.parse(answer.text));
    return { error, text: (description ?? error).replaceAll(secret, '…').slice(0, 500) };
  } catch {
    return undefined;
  }
}

/** Any other no of the token endpoint. */
function tokenRefusal(answer: HttpAnswer, http: Http, secret: string): ZvmError {
  const { status } = answer;
  const facts = { operation: operationOf(tokenRequest), site: http.site, status, retryable: false } as const;
  if (status === 404) {
    return new NotFound(
      `Site "${http.site}" has no realm zerto at ${http.address}: it is not an appliance. ` +
        'Check the url (its usual port is 443), or the generation: a Windows ZVM is reached at port 9669, with an account of kind windows or hypervisor.',
      { ...facts, happened: 'no' },
    );
  }
  const said = errorOf(answer, secret);
  if (status !== 400 || said === undefined) return refusalOf(answer, tokenRequest, http);
  return new Refused(
    `Site "${http.site}" answered ${operationOf(tokenRequest)} with ${status}: "${said.text}". Check the client of realm zerto in Keycloak.`,
    { ...facts, vendorMessage: said.text, happened: 'no' },
  );
}

function refused(http: Http, account: Account, more: string, status: number, vendorMessage?: string): SignInRefused {
  const mend =
    account.kind === 'client'
      ? "Check the client's id and secret, and that it has a service account in realm zerto."
      : "Check the account's name and password in realm zerto.";
  return new SignInRefused(`Site "${http.site}" refused the sign-in of ${userOf(account)}${more}. ${mend}`, {
    operation: operationOf(tokenRequest),
    site: http.site,
    status,
    vendorMessage,
    retryable: false,
    happened: 'no',
  });
}
