import { createHash, randomBytes } from 'node:crypto';
import { isSame } from '../../control/access/token-hash.ts';
import type { Config } from '../../control/config/config.ts';
import type { Known } from './known-token.ts';
import { askIssuer, type Issuer, IssuerSilent } from './issuer-fetch.ts';
import type { KeyStore } from './issuer-keys.ts';
import type { createVerifier } from './oidc.ts';
import type { Sessions } from './sessions.ts';

/** Signing in by the identity provider's own page: authorization code with PKCE, as a public client. */
export interface OidcLogin {
  /** Where the browser goes, and what it keeps meanwhile. Throws IssuerSilent. */
  readonly begin: (config: Config, to: string) => Promise<{ readonly url: string; readonly cookie: string }>;
  /** What it comes back with. */
  readonly finish: (
    config: Config,
    cookie: string | undefined,
    came: { readonly code?: string; readonly state?: string; readonly error?: string },
  ) => Promise<(Known & { readonly to: string }) | { readonly refused: string }>;
}

/** How long somebody may take at the provider's page. */
export const oidcLoginMs = 10 * 60_000;
const answerWithinMs = 10_000;

interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly to: string;
  /** ms since 1970. */
  readonly until: number;
}

const random = (): string => randomBytes(32).toString('base64url');

export function createOidcLogin({
  keys,
  verify,
  sessions,
  clock,
  url,
  base,
}: {
  readonly keys: KeyStore;
  readonly verify: ReturnType<typeof createVerifier>;
  readonly sessions: Pick<Sessions, 'seal' | 'unseal'>;
  readonly clock: () => number;
  /** Of the console. */
  readonly url: () => string;
  /** The folder of drillbook.yaml. */
  readonly base: string;
}): OidcLogin {
  const redirect = (): string => `${url()}/sign-in/callback`;
  const issuerOf = ({ identity }: Config) => {
    if (identity.oidc === undefined)
      throw new IssuerSilent('drillbook.yaml names no identity provider (identity.oidc)');
    return identity.oidc;
  };
  return {
    async begin(config, to) {
      const oidc = issuerOf(config);
      const { issuer, audience } = oidc;
      const { authorizationEndpoint } = await keys.keysOf(oidc);
      if (authorizationEndpoint === undefined) throw new IssuerSilent(`${issuer} names no page to sign in at`);
      const begun: Begun = { state: random(), nonce: random(), verifier: random(), to, until: clock() + oidcLoginMs };
      const place = new URL(authorizationEndpoint);
      const query = {
        ...{ response_type: 'code', client_id: audience, redirect_uri: redirect(), scope: 'openid email profile' },
        ...{ state: begun.state, nonce: begun.nonce, code_challenge_method: 'S256' },
        code_challenge: createHash('sha256').update(begun.verifier).digest('base64url'),
      };
      for (const [name, value] of Object.entries(query)) place.searchParams.set(name, value);
      return { url: place.href, cookie: sessions.seal(JSON.stringify(begun)) };
    },
    async finish(config, cookie, { code, state, error }) {
      const text = cookie === undefined ? undefined : sessions.unseal(cookie);
      const begun = text === undefined ? undefined : (JSON.parse(text) as Begun);
      if (begun === undefined || begun.until < clock() || !isSame(begun.state, state ?? ''))
        return { refused: 'this sign-in did not begin here, or took more than ten minutes: begin again' };
      if (code === undefined) return { refused: `the identity provider said no (${error ?? 'without a reason'})` };
      try {
        const oidc = issuerOf(config);
        const token = await exchange(oidc, base, await tokenEndpointOf(keys, oidc), {
          ...{ grant_type: 'authorization_code', code, redirect_uri: redirect() },
          ...{ client_id: oidc.audience, code_verifier: begun.verifier },
        });
        const known = await verify(config, token, { nonce: begun.nonce });
        return 'refused' in known ? known : { ...known, to: begun.to };
      } catch (failure) {
        if (failure instanceof IssuerSilent) return { refused: `${failure.message}: a sealed token works without it` };
        throw failure;
      }
    },
  };
}

async function tokenEndpointOf(keys: KeyStore, oidc: Issuer): Promise<string> {
  const { tokenEndpoint } = await keys.keysOf(oidc);
  if (tokenEndpoint === undefined) throw new IssuerSilent(`${oidc.issuer} names no place that gives tokens`);
  return tokenEndpoint;
}

/** A code for an ID token. What the provider says beside that may repeat the code, and is not told. */
async function exchange(
  oidc: Issuer,
  base: string,
  place: string,
  form: Readonly<Record<string, string>>,
): Promise<string> {
  const { status, text } = await askIssuer(oidc, base, place, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
    withinMs: answerWithinMs,
  });
  const token = status >= 200 && status < 300 ? tokenIn(text) : undefined;
  if (token === undefined) throw new IssuerSilent(`${place} gives no token (${status})`);
  return token;
}

function tokenIn(text: string): string | undefined {
  try {
    const said = JSON.parse(text) as { readonly id_token?: unknown } | null;
    return typeof said?.id_token === 'string' ? said.id_token : undefined;
  } catch {
    return undefined;
  }
}
