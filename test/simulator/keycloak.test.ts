import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Choices } from '../../simulator/choices.ts';
import { steppedClock } from '../../simulator/clock.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { simulate, siteOf } from './harness.ts';

const protocol = 'auth/realms/zerto/protocol/openid-connect';

async function appliance(choices: Partial<Choices> = {}) {
  const base = healthy();
  const sites = base.sites.map(site => ({
    ...site,
    generation: 'appliance' as const,
    clients: [{ clientId: 'drillbook', may: ['test'] as const }],
  }));
  const simulator = await simulate({ scenario: { ...base, choices, sites }, clock: steppedClock() });
  const site = siteOf(simulator, 'site-b');
  const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
    const response = await simulator.fetchFor('site-b')(`https://zvm.invalid/${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return { status: response.status, json: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown> };
  };
  const form = (path: string, fields: Record<string, string>) =>
    ask('POST', path, { 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams(fields).toString());
  const token = (fields: Record<string, string>) => form(`${protocol}/token`, fields);
  const byPassword = (more: Record<string, string> = {}) =>
    token({
      grant_type: 'password',
      client_id: 'zerto-client',
      username: site.username,
      password: site.password,
      ...more,
    });
  const bearer = (access: unknown, path = 'v1/localsite') =>
    ask('GET', path, { authorization: `Bearer ${String(access)}` });
  return { simulator, site, ask, form, token, byPassword, bearer };
}

describe('the Keycloak of an appliance', () => {
  it('gives a token for a password, which opens the API for 60 s', async () => {
    const { simulator, byPassword, bearer } = await appliance();
    const { status, json } = await byPassword({ scope: 'openid' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      expires_in: 60,
      refresh_expires_in: 1800,
      token_type: 'Bearer',
      scope: 'openid profile email',
    });
    expect((await bearer(json['access_token'])).json).toMatchObject({ SiteName: 'Slough' });
    simulator.clock.advance(59_999);
    expect((await bearer(json['access_token'])).status).toBe(200);
    simulator.clock.advance(1);
    expect((await bearer(json['access_token'])).status).toBe(401);
  });

  it('signs its tokens with the key that it shows', async () => {
    const { ask, byPassword, site } = await appliance();
    const [head = '', payload = '', signature = ''] = String((await byPassword()).json['access_token']).split('.');
    const { keys } = (await ask('GET', `${protocol}/certs`)).json as { keys: (JsonWebKey & { kid: string })[] };
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    const jwk = keys.find(({ kid }) => kid === decode(head)['kid']);
    const key = createPublicKey({ key: jwk ?? {}, format: 'jwk' });
    const content = Buffer.from(`${head}.${payload}`);
    expect(verify('sha256', content, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
    expect(decode(payload)).toMatchObject({
      iss: `${site.url}/auth/realms/zerto`,
      azp: 'zerto-client',
      preferred_username: site.username,
    });
  });

  it('renews by the refresh token, until the session ends', async () => {
    const { simulator, byPassword, bearer, token, form } = await appliance();
    const refresh = (text: unknown, client = 'zerto-client') =>
      token({ grant_type: 'refresh_token', client_id: client, refresh_token: String(text) });
    const first = (await byPassword()).json;
    simulator.clock.advance(120_000);
    const second = (await refresh(first['refresh_token'])).json;
    expect((await bearer(second['access_token'])).status).toBe(200);
    expect((await refresh('nonsense')).json).toEqual({
      error: 'invalid_grant',
      error_description: 'Invalid refresh token',
    });
    const left = await form(`${protocol}/logout`, {
      client_id: 'zerto-client',
      refresh_token: String(second['refresh_token']),
    });
    expect(left.status).toBe(204);
    expect((await bearer(second['access_token'])).status).toBe(401);
    expect(await refresh(second['refresh_token'])).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
  });

  it('lets a client in by its secret, with what it may', async () => {
    const { site, token, bearer, ask } = await appliance();
    const { secret = '' } = site.clients[0] ?? {};
    const byClient = (more: Record<string, string>) =>
      token({ grant_type: 'client_credentials', client_id: 'drillbook', client_secret: secret, ...more });
    const { json } = await byClient({});
    expect(json['refresh_token']).toBeUndefined();
    const vpgs = (await bearer(json['access_token'], 'v1/vpgs?name=crm')).json as unknown as {
      VpgIdentifier: string;
    }[];
    const authorization = `Bearer ${String(json['access_token'])}`;
    const paused = await ask('POST', `v1/vpgs/${vpgs[0]?.VpgIdentifier ?? ''}/pause`, { authorization });
    expect(paused.status).toBe(403);
    expect(await byClient({ client_secret: 'x' })).toMatchObject({
      status: 401,
      json: { error: 'unauthorized_client' },
    });
    expect(await byClient({ client_id: 'x' })).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
    expect(await byClient({ client_id: 'zerto-client' })).toMatchObject({ status: 401 });
  });

  it('refuses as Keycloak does', async () => {
    const { byPassword, token, ask } = await appliance();
    expect(await byPassword({ password: 'x' })).toEqual({
      status: 401,
      json: { error: 'invalid_grant', error_description: 'Invalid user credentials' },
    });
    expect(await byPassword({ grant_type: 'magic' })).toMatchObject({
      status: 400,
      json: { error: 'unsupported_grant_type' },
    });
    expect(await token({})).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
    const wrongBody = await ask('POST', `${protocol}/token`, { 'content-type': 'application/json' }, '{}');
    expect(wrongBody.status).toBe(415);
    expect(await ask('GET', 'auth/realms/other/.well-known/openid-configuration')).toEqual({
      status: 404,
      json: { error: 'Realm does not exist' },
    });
  });

  it('tells where it is, and that there is no session/add', async () => {
    const { ask, site, simulator } = await appliance();
    const { json } = await ask('GET', 'auth/realms/zerto/.well-known/openid-configuration');
    expect(json).toMatchObject({ token_endpoint: `${site.url}/${protocol}/token` });
    expect((await ask('POST', 'v1/session/add', {}, '{}')).status).toBe(404);
    expect((await ask('GET', 'v1/')).status).toBe(200);
    expect((await ask('GET', 'v1/vpgs', { 'x-zerto-session': 'x' })).status).toBe(401);
    expect(simulator.sites.map(({ generation }) => generation)).toEqual(['appliance', 'appliance']);
  });

  it('may want scope=openid, and other lifetimes', async () => {
    const { byPassword, bearer } = await appliance({ tokenNeedsOpenid: true, accessTokenSeconds: 5 });
    const without = (await byPassword()).json;
    expect(without['expires_in']).toBe(5);
    expect((await bearer(without['access_token'])).status).toBe(401);
    expect((await bearer((await byPassword({ scope: 'openid' })).json['access_token'])).status).toBe(200);
  });

  it('is not there at a Windows ZVM', async () => {
    const simulator = await simulate();
    const response = await simulator.fetchFor('site-b')(
      'https://zvm.invalid/auth/realms/zerto/.well-known/openid-configuration',
    );
    expect(response.status).toBe(404);
  });
});
