import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { beginSession, openSession, useSession } from './sessions.ts';
import type { Keycloak } from './keycloak-state.ts';
import type { Session, SiteState, World } from './state.ts';
import type { Answer, Request } from './exchange.ts';

const realm = 'zerto';
/** Comes with an appliance; it has no secret and no account of its own. */
const publicClient = 'zerto-client';
const base = ['auth', 'realms'];

export function createKeycloak(): Keycloak {
  return { access: new Map(), refresh: new Map(), keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

/** What Keycloak answers, where the path is one of its own. */
export function askKeycloak(
  world: World,
  site: SiteState,
  request: Request,
  segments: readonly string[],
): Answer | undefined {
  const { keycloak } = site;
  if (keycloak === undefined || base.some((segment, index) => segments[index] !== segment)) return undefined;
  const [name, ...rest] = segments.slice(base.length);
  if (name !== realm) return answer(404, { error: 'Realm does not exist' });
  const door: Door = { world, site, keycloak };
  switch (`${request.method} ${rest.join('/')}`) {
    case 'GET .well-known/openid-configuration':
      return answer(200, configuration(site));
    case 'GET protocol/openid-connect/certs':
      return answer(200, { keys: [publicJwk(keycloak)] });
    case 'POST protocol/openid-connect/token':
      return withForm(request, form => giveToken(door, form));
    case 'POST protocol/openid-connect/logout':
      return withForm(request, form => logOut(door, form));
    default:
      return answer(404, { error: 'HTTP 404 Not Found' });
  }
}

/** The session of a bearer token, used now; undefined when the token is unknown, too old or of an ended session. */
export function sessionOfBearer(world: World, site: SiteState, authorization: string | undefined): Session | undefined {
  const [scheme = '', text = ''] = (authorization ?? '').split(' ');
  const token = scheme.toLowerCase() === 'bearer' ? site.keycloak?.access.get(text) : undefined;
  if (token === undefined || token.until <= world.clock.now()) return undefined;
  if (world.choices.tokenNeedsOpenid && !token.scope.split(' ').includes('openid')) return undefined;
  return useSession(world, site, token.session);
}

interface Door {
  readonly world: World;
  readonly site: SiteState;
  readonly keycloak: Keycloak;
}

function giveToken(door: Door, form: URLSearchParams): Answer {
  const grant = form.get('grant_type');
  if (grant === null) return refuse(400, 'invalid_request', 'Missing form parameter: grant_type');
  const clientId = form.get('client_id') ?? '';
  const client = door.site.clients.find(known => known.clientId === clientId);
  if (client === undefined && clientId !== publicClient)
    return refuse(401, 'invalid_client', 'Invalid client or Invalid client credentials');
  if (client !== undefined && client.secret !== form.get('client_secret'))
    return refuse(401, 'unauthorized_client', 'Invalid client or Invalid client credentials');
  const scope = scopeOf(form.get('scope'));
  switch (grant) {
    case 'password': {
      const { world, site } = door;
      const session = openSession(world, site, form.get('username') ?? '', form.get('password') ?? '');
      if (session === undefined) return refuse(401, 'invalid_grant', 'Invalid user credentials');
      return tokens(door, session, clientId, scope, true);
    }
    case 'client_credentials':
      if (client === undefined)
        return refuse(401, 'unauthorized_client', 'Public client not allowed to retrieve service account');
      // Such a client keeps its secret, so Keycloak gives it no refresh token.
      return tokens(door, beginSession(door.world, door.site, client.account), clientId, scope, false);
    case 'refresh_token':
      return renew(door, form.get('refresh_token') ?? '', clientId);
    default:
      return refuse(400, 'unsupported_grant_type', 'Unsupported grant_type');
  }
}

function renew(door: Door, text: string, clientId: string): Answer {
  const token = door.keycloak.refresh.get(text);
  if (token?.clientId !== clientId) return refuse(400, 'invalid_grant', 'Invalid refresh token');
  if (token.until <= door.world.clock.now()) return refuse(400, 'invalid_grant', 'Token is not active');
  const session = useSession(door.world, door.site, token.session);
  if (session === undefined) return refuse(400, 'invalid_grant', 'Session not active');
  return tokens(door, session, clientId, token.scope, true);
}

function tokens(door: Door, session: Session, clientId: string, scope: string, renewable: boolean): Answer {
  const { world, site, keycloak } = door;
  const { accessTokenSeconds, refreshTokenSeconds } = world.choices;
  const now = world.clock.now();
  for (const kept of [keycloak.access, keycloak.refresh])
    for (const [text, token] of kept) if (token.until <= now) kept.delete(text);
  const claims = { clientId, session, scope };
  const access = writeToken(site, keycloak, now, accessTokenSeconds, 'Bearer', claims);
  const refresh = writeToken(site, keycloak, now, refreshTokenSeconds, 'Refresh', claims);
  const common = { session: session.token, scope };
  keycloak.access.set(access, { ...common, until: now + accessTokenSeconds * 1000 });
  if (renewable) keycloak.refresh.set(refresh, { ...common, clientId, until: now + refreshTokenSeconds * 1000 });
  return answer(200, {
    access_token: access,
    expires_in: accessTokenSeconds,
    refresh_expires_in: renewable ? refreshTokenSeconds : 0,
    ...(renewable && { refresh_token: refresh }),
    token_type: 'Bearer',
    'not-before-policy': 0,
    ...(renewable && { session_state: session.token }),
    scope,
  });
}

function logOut({ site, keycloak }: Door, form: URLSearchParams): Answer {
  const token = keycloak.refresh.get(form.get('refresh_token') ?? '');
  if (token?.clientId !== form.get('client_id')) return refuse(400, 'invalid_grant', 'Invalid refresh token');
  site.sessions.delete(token.session);
  for (const [id, object] of site.settings) if (object.session === token.session) site.settings.delete(id);
  return { status: 204, headers, body: '' };
}

/** A JWT that the realm's key verifies. */
function writeToken(
  site: SiteState,
  keycloak: Keycloak,
  now: number,
  seconds: number,
  type: 'Bearer' | 'Refresh',
  { clientId, session, scope }: { readonly clientId: string; readonly session: Session; readonly scope: string },
): string {
  const issued = Math.floor(now / 1000);
  const parts = [
    { alg: 'ES256', typ: 'JWT', kid: keyIdentifier(keycloak) },
    {
      exp: issued + seconds,
      iat: issued,
      jti: randomUUID(),
      iss: issuerOf(site),
      typ: type,
      azp: clientId,
      sid: session.token,
      scope,
      ...(type === 'Bearer' && { preferred_username: session.username }),
    },
  ].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const content = parts.join('.');
  const key = { key: keycloak.keys.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}

const keyIdentifier = (keycloak: Keycloak): string =>
  createHash('sha256')
    .update(keycloak.keys.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');

const publicJwk = (keycloak: Keycloak) => ({
  ...keycloak.keys.publicKey.export({ format: 'jwk' }),
  kid: keyIdentifier(keycloak),
  alg: 'ES256',
  use: 'sig',
});

const issuerOf = (site: SiteState): string => `${site.url}/${base.join('/')}/${realm}`;

function configuration(site: SiteState) {
  const issuer = issuerOf(site);
  const endpoint = (name: string): string => `${issuer}/protocol/openid-connect/${name}`;
  return {
    issuer,
    token_endpoint: endpoint('token'),
    end_session_endpoint: endpoint('logout'),
    jwks_uri: endpoint('certs'),
    grant_types_supported: ['client_credentials', 'password', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    scopes_supported: ['openid', 'profile', 'email'],
  };
}

/** Keycloak adds what the client has by default. */
function scopeOf(asked: string | null): string {
  return [...new Set([...(asked ?? '').split(' ').filter(word => word === 'openid'), 'profile', 'email'])].join(' ');
}

function withForm(request: Request, act: (form: URLSearchParams) => Answer): Answer {
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  return type === 'application/x-www-form-urlencoded'
    ? act(new URLSearchParams(request.body))
    : answer(415, { error: 'HTTP 415 Unsupported Media Type' });
}

const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function refuse(status: 400 | 401, error: string, description: string): Answer {
  return answer(status, { error, error_description: description });
}

function answer(status: number, body: unknown): Answer {
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
