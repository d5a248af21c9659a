import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashOf } from '../../control/access/token-hash.ts';
import { baseConfig, type Stage, startStage } from './stage.ts';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

/** An identity provider, as much of it as the console asks. */
let issuer: string;
let server: Server;
let jwks: JWK[] = [];
let asked = 0;
let down = false;
let idToken = '';
let exchanged = '';
let first: Pair;
let second: Pair;

beforeAll(async () => {
  [first, second] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  server = createServer((request, response) => {
    asked += 1;
    if (down) {
      request.socket.destroy();
      return;
    }
    const answers: Record<string, unknown> = {
      '/.well-known/openid-configuration': {
        ...{ issuer, jwks_uri: `${issuer}/keys` },
        ...{ authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
      },
      '/token': { id_token: idToken },
      '/keys': { keys: jwks },
    };
    request.on('data', (chunk: Buffer) => (exchanged = chunk.toString()));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[request.url ?? ''] ?? {}));
  });
  await new Promise<void>(done => {
    server.listen(0, '127.0.0.1', done);
  });
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const publicJwk = async (pair: Pair, kid: string): Promise<JWK> => ({
  ...(await exportJWK(pair.publicKey)),
  kid,
  alg: 'ES256',
});
const sealed = 'drillbook_sealed_of_ana';
const config = () => `${baseConfig}people:
  ana: { name: Ana, oidc: ana@example.com, sealed-token: "${hashOf(sealed)}" }
  bo: { name: Bo, oidc: "00u-bo" }
groups: { board: { oidc-group: change-board } }
roles: [ { role: operator, to: [ana] }, { role: approver, to: [board] } ]
identity: { decision-key: decision, oidc: { issuer: "${issuer}", audience: drillbook, jwks-cache: 7d } }
`;

const day = 86_400_000;
let now = Date.UTC(2026, 10, 22, 2, 30);
let stage: Stage;
const runs = { r1: { runbook: 'payments', mode: 'failover' } };
beforeEach(async () => {
  now = Date.UTC(2026, 10, 22, 2, 30);
  down = false;
  asked = 0;
  jwks = [await publicJwk(first, 'k1')];
  stage = await startStage(config(), { runs, clock: () => now });
});
afterEach(() => {
  stage.close();
});

interface Made {
  readonly claims?: Record<string, unknown>;
  readonly pair?: Pair;
  readonly kid?: string;
  readonly lasts?: number;
  readonly audience?: string;
  readonly from?: string;
}
const tokenOf = ({
  claims = {},
  pair = first,
  kid = 'k1',
  lasts = 3600,
  audience = 'drillbook',
  from = issuer,
}: Made = {}) =>
  new SignJWT({ sub: '00u-ana', email: 'ana@example.com', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer(from)
    .setAudience(audience)
    .setIssuedAt(now / 1000)
    .setExpirationTime(now / 1000 + lasts)
    .sign(pair.privateKey);

const who = async (token: string): Promise<[number, Record<string, unknown>]> => {
  const answer = await stage.call('GET', '/api/v1/whoami', token);
  return [answer.status, (await answer.json()) as Record<string, unknown>];
};

describe('a token of the identity provider', () => {
  it('is a person of drillbook.yaml, by address or subject', async () => {
    expect(await who(await tokenOf())).toMatchObject([200, { person: 'ana', how: 'oidc', verified: true, groups: [] }]);
    expect(
      await who(await tokenOf({ claims: { sub: '00u-bo', email: 'bo@other.example', groups: ['change-board', 7] } })),
    ).toMatchObject([200, { person: 'bo', groups: ['change-board'] }]);
    // Discovery and keys, once.
    expect(asked).toBe(2);
  });

  it.each([
    [
      'nobody of drillbook.yaml',
      () => tokenOf({ claims: { email: 'eve@example.com' } }),
      'has nobody with "oidc: eve@example.com"',
    ],
    [
      'an address that is not verified',
      () => tokenOf({ claims: { email_verified: false } }),
      'has nobody with "oidc: 00u-ana"',
    ],
    [
      'an address that is not verified, said as text',
      () => tokenOf({ claims: { email_verified: 'false' } }),
      'has nobody with "oidc: 00u-ana"',
    ],
    [
      'an address of which anything but true is said',
      () => tokenOf({ claims: { email_verified: 1 } }),
      'has nobody with "oidc: 00u-ana"',
    ],
    [
      'by its subject one person and by its address another',
      () => tokenOf({ claims: { sub: '00u-bo' } }),
      'the subject of the token is bo in drillbook.yaml and its e-mail address is ana',
    ],
    [
      'a subject in other capitals',
      () => tokenOf({ claims: { sub: '00U-BO', email: '' } }),
      'has nobody with "oidc: 00U-BO"',
    ],
    ['over', () => tokenOf({ lasts: -60 }), 'is over'],
    ['for another client', () => tokenOf({ audience: 'payroll' }), 'the audience drillbook'],
    ['of another issuer', () => tokenOf({ from: 'https://evil.example' }), 'the issuer http'],
    ['by a key that is not listed', () => tokenOf({ pair: second }), 'is not one of'],
    ['by an unknown key', () => tokenOf({ pair: second, kid: 'k9' }), 'none of the keys'],
    [
      'without an end',
      () =>
        new SignJWT({ sub: '00u-ana', email: 'ana@example.com' })
          .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
          .setIssuer(issuer)
          .setAudience('drillbook')
          .sign(first.privateKey),
      'the claim exp',
    ],
    ['signed with nothing', () => unsigned({ alg: 'none' }), 'is not one of'],
    ['signed with the public key as a secret', async () => await hmacWithPublicKey(), 'is not one of'],
  ])('%s: is nobody', async (_, make, why) => {
    expect(await who(await make())).toMatchObject([401, { detail: expect.stringContaining(why) as string }]);
  });

  it('by an address counts in any capitals, and where the provider says as text that it is verified', async () => {
    for (const claims of [{ email: 'Ana@Example.COM' }, { email_verified: 'true' }, { email_verified: true }])
      expect(await who(await tokenOf({ claims }))).toMatchObject([200, { person: 'ana' }]);
    // Of an address that does not count nothing is ambiguous.
    const bo = { sub: '00u-bo', email: 'ana@example.com', email_verified: 'false' };
    expect(await who(await tokenOf({ claims: bo }))).toMatchObject([200, { person: 'bo' }]);
  });

  it('whose groups are one text is in that group', async () => {
    const bo = { sub: '00u-bo', email: 'bo@example.com', groups: 'change-board' };
    expect(await who(await tokenOf({ claims: bo }))).toMatchObject([200, { person: 'bo', groups: ['change-board'] }]);
  });

  it('counts by keys known from before while the provider is down, also after a restart, until jwks-cache is over', async () => {
    expect((await who(await tokenOf()))[0]).toBe(200);
    down = true;
    now += 6 * day;
    expect((await who(await tokenOf()))[0]).toBe(200);
    const { dir } = stage;
    const again = await startStage(config(), { runs, clock: () => now, dir });
    stage = again;
    expect((await who(await tokenOf()))[0]).toBe(200);
    now += day;
    expect(await who(await tokenOf())).toMatchObject([
      401,
      {
        detail: expect.stringContaining(
          'does not answer, and its keys are not known from before: a sealed token works without it',
        ) as string,
      },
    ]);
    // And so it does.
    expect(await who(sealed)).toMatchObject([200, { person: 'ana', how: 'sealed-token' }]);
  });

  it('by a key that is new is known, and one by no key does not make the console ask again and again', async () => {
    expect((await who(await tokenOf()))[0]).toBe(200);
    jwks = [await publicJwk(first, 'k1'), await publicJwk(second, 'k2')];
    now += 31_000;
    expect((await who(await tokenOf({ pair: second, kid: 'k2' })))[0]).toBe(200);
    const before = asked;
    for (let i = 0; i < 5; i++) expect((await who(await tokenOf({ kid: `k${i + 3}` })))[0]).toBe(401);
    expect(asked - before).toBeLessThanOrEqual(2);
  });

  it('brings groups: whoever is in them has their role, and what is signed for the worker says so', async () => {
    const vote = (token: string) => stage.call('POST', '/api/v1/runs/r1/votes', token, { step: 'go' });
    const bo = { sub: '00u-bo', email: 'bo@example.com' };
    expect((await vote(await tokenOf({ claims: bo }))).status).toBe(403);
    expect((await vote(await tokenOf({ claims: { ...bo, groups: ['change-board', 'lunch'] } }))).status).toBe(200);
    expect(stage.said).toMatchObject([{ word: { by: 'bo', proof: { groups: ['change-board'] } } }]);
  });
});

describe('signing in at the provider’s own page', () => {
  /** The browser's way there; `nonce` and `state`: what it was given. */
  const begin = async () => {
    const answer = await stage.ask('/sign-in/oidc?to=/runs/r1');
    const place = new URL(answer.headers.get('location') ?? '');
    const cookie =
      answer.headers
        .getSetCookie()
        .find(line => line.startsWith('drillbook-oidc='))
        ?.split(';')[0] ?? '';
    return { place, cookie, asked: Object.fromEntries(place.searchParams) };
  };
  const back = (cookie: string, query: Record<string, string>) =>
    stage.ask(`/sign-in/callback?${new URLSearchParams(query).toString()}`, { headers: { cookie } });

  it('gives a session of whom it names, with his groups', async () => {
    const { place, cookie, asked: query } = await begin();
    expect(place.href.startsWith(`${issuer}/authorize?`)).toBe(true);
    expect(query).toMatchObject({
      ...{ response_type: 'code', client_id: 'drillbook', redirect_uri: 'http://127.0.0.1:8080/sign-in/callback' },
      ...{ code_challenge_method: 'S256', scope: 'openid email profile' },
    });
    idToken = await tokenOf({ claims: { nonce: query['nonce'], groups: ['change-board'] } });
    const answer = await back(cookie, { code: 'c0de', state: query['state'] ?? '' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/runs/r1']);
    const sent = new URLSearchParams(exchanged);
    const challenge = createHash('sha256')
      .update(sent.get('code_verifier') ?? '')
      .digest('base64url');
    expect([sent.get('code'), sent.get('client_id'), challenge]).toEqual([
      'c0de',
      'drillbook',
      query['code_challenge'],
    ]);
    const session =
      answer.headers
        .getSetCookie()
        .find(line => line.startsWith('drillbook-session='))
        ?.split(';')[0] ?? '';
    const whoAmI = await stage.ask('/api/v1/whoami', { headers: { cookie: session } });
    expect(await whoAmI.json()).toMatchObject({ person: 'ana', how: 'session', groups: ['change-board'] });
    // Mapped to somebody else, or to another provider: it is over.
    stage.configure(config().replace('oidc: ana@example.com', 'oidc: eve@example.com'));
    expect((await stage.ask('/api/v1/whoami', { headers: { cookie: session } })).status).toBe(401);
  });

  it('of another browser, another sign-in, too late, or refused there: nobody is signed in', async () => {
    const { cookie, asked: query } = await begin();
    const state = query['state'] ?? '';
    const [name = '', text = ''] = cookie.split('=');
    idToken = await tokenOf({ claims: { nonce: 'of another sign-in' } });
    const answers = [
      await back('', { code: 'c', state }),
      await back(cookie, { code: 'c', state: 'other' }),
      await back(`${name}=x${text}`, { code: 'c', state }),
      await back(cookie, { error: 'access_denied', state }),
      await back(cookie, { code: 'c', state }),
    ];
    now += 11 * 60_000;
    answers.push(await back(cookie, { code: 'c', state }));
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers.getSetCookie().some(line => line.startsWith('drillbook-session='))).toBe(false);
    }
    const texts = await Promise.all(answers.map(answer => answer.text()));
    expect(texts.map(page => /role="alert">([^<]*)</.exec(page)?.[1]?.slice(0, 60))).toEqual([
      ...Array<string>(3).fill('Nobody is signed in: this sign-in did not begin here, or too'),
      'Nobody is signed in: the identity provider said no (access_d',
      'Nobody is signed in: the token of the identity provider is o',
      'Nobody is signed in: this sign-in did not begin here, or too',
    ]);
  });

  it('that another page sends a browser back from, however often, keeps nobody at that address out', async () => {
    for (let n = 0; n < 12; n++) expect((await back('', { code: 'c', state: 'made up' })).status).toBe(401);
    const { cookie, asked: query } = await begin();
    idToken = await tokenOf({ claims: { nonce: query['nonce'], groups: ['change-board'] } });
    expect((await back(cookie, { code: 'c0de', state: query['state'] ?? '' })).status).toBe(303);
  });

  it('of somebody in hundreds of groups has those that drillbook.yaml knows: a cookie is small', async () => {
    const { cookie, asked: query } = await begin();
    const groups = [...Array.from({ length: 300 }, (_, n) => `00000000-0000-4000-8000-${n}`), 'change-board'];
    idToken = await tokenOf({ claims: { nonce: query['nonce'], groups } });
    const answer = await back(cookie, { code: 'c0de', state: query['state'] ?? '' });
    const session = answer.headers.getSetCookie().find(line => line.startsWith('drillbook-session=')) ?? '';
    expect(session.length).toBeLessThan(1_024);
    const headers = { cookie: session.split(';')[0] ?? '' };
    expect(await (await stage.ask('/api/v1/whoami', { headers })).json()).toMatchObject({ groups: ['change-board'] });
  });

  it('while it is down the page says what works without it', async () => {
    down = true;
    const answer = await stage.ask('/sign-in/oidc');
    expect([answer.status, await answer.text()]).toEqual([
      401,
      expect.stringContaining('a sealed token works without it') as string,
    ]);
  });
});

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = () => ({
  sub: '00u-ana',
  email: 'ana@example.com',
  iss: issuer,
  aud: 'drillbook',
  exp: now / 1000 + 3600,
});

function unsigned(header: object): Promise<string> {
  return Promise.resolve(`${part(header)}.${part(claims())}.x`);
}

async function hmacWithPublicKey(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(first.publicKey)));
  return await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
}
