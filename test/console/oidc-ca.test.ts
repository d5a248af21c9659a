import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { whyNoIssuerCa } from '../../console/identity/issuer-fetch.ts';
import { parseConfig } from '../../control/config/config.ts';
import { issueCertificates } from '../../simulator/certificates.ts';
import { baseConfig, type Stage, startStage } from './stage.ts';

/** An identity provider by TLS, with a certificate of an authority that no system trusts. */
const { authority, servers } = issueCertificates(['sso']);
const other = issueCertificates(['sso']).authority;
let server: Server;
let issuer: string;
let idToken = '';
let pair: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  pair = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
  const [own] = servers;
  server = createServer({ cert: own?.certificate, key: own?.key }, ({ url = '' }, response) => {
    const answers: Record<string, unknown> = {
      '/.well-known/openid-configuration': {
        ...{ issuer, jwks_uri: `${issuer}/keys` },
        ...{ authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
      },
      '/keys': { keys: [jwk] },
      '/token': { id_token: idToken },
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[url] ?? {}));
  });
  await new Promise<void>(done => {
    server.listen(0, '127.0.0.1', done);
  });
  issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const text = (tls: string): string => `${baseConfig}people: { ana: { name: Ana, oidc: ana@example.com } }
identity: { oidc: { issuer: "${issuer}", audience: drillbook${tls} } }
`;
const withCa = () => text(', tls: { ca: sso-ca.pem }');

let token = '';
beforeEach(async () => {
  token = await tokenFor();
});
const tokenFor = (claims: Record<string, unknown> = {}): Promise<string> =>
  new SignJWT({ sub: '00u-ana', email: 'ana@example.com', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer(issuer)
    .setAudience('drillbook')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(pair.privateKey);

async function stageWith(config: string, ca?: string): Promise<Stage> {
  const stage = await startStage(config);
  onTestFinished(() => {
    stage.close();
  });
  if (ca !== undefined) writeFileSync(join(stage.dir, 'sso-ca.pem'), ca);
  return stage;
}

const who = async (stage: Stage): Promise<[number, unknown]> => {
  const answer = await stage.call('GET', '/api/v1/whoami', token);
  const { person, detail } = (await answer.json()) as { person?: unknown; detail?: unknown };
  return [answer.status, person ?? detail];
};

it('a provider whose certificate a private authority has issued counts by that authority, on the page too', async () => {
  const stage = await stageWith(withCa(), authority);
  expect(await who(stage)).toEqual([200, 'ana']);
  const begun = await stage.ask('/sign-in/oidc?to=/');
  const place = new URL(begun.headers.get('location') ?? '');
  const cookie = begun.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ');
  idToken = await tokenFor({ nonce: place.searchParams.get('nonce') });
  const query = new URLSearchParams({ code: 'c0de', state: place.searchParams.get('state') ?? '' });
  const back = await stage.ask(`/sign-in/callback?${query.toString()}`, { headers: { cookie } });
  expect([place.origin, back.status]).toEqual([issuer, 303]);
});

it.each([
  ['without it', () => text(''), undefined, 'the certificate of 127.0.0.1:'],
  ['by another authority', withCa, other, 'cannot be trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE): identity.oidc.tls.ca'],
  [
    'whose file is not there',
    withCa,
    undefined,
    '/sso-ca.pem (identity.oidc.tls.ca of drillbook.yaml) cannot be read (ENOENT)',
  ],
  [
    'whose file is no certificate',
    withCa,
    'hello',
    '/sso-ca.pem (identity.oidc.tls.ca of drillbook.yaml) is no certificate in PEM',
  ],
])('%s it is not believed, and the sentence says why', async (_, config, ca, why) => {
  const stage = await stageWith(config(), ca);
  expect(await who(stage)).toEqual([401, expect.stringContaining(why)]);
});

it('at the start the console tells a file that cannot be used', async () => {
  const { config } = parseConfig(withCa(), 'drillbook.yaml');
  if (config === undefined) throw new Error('it has no mistakes');
  const stage = await stageWith(withCa(), 'hello');
  expect(await whyNoIssuerCa(config, stage.dir)).toMatch(
    /is no certificate in PEM: until then nobody signs in by it\.$/,
  );
  writeFileSync(join(stage.dir, 'sso-ca.pem'), authority);
  expect(await whyNoIssuerCa(config, stage.dir)).toBeUndefined();
});
