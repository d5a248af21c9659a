import { expect, test } from 'vitest';
import { createCaller } from '../../zerto/caller.ts';
import { createHttp } from '../../zerto/http.ts';
import { pickByName } from '../../zerto/names.ts';
import { createPace } from '../../zerto/pace.ts';
import { createSession } from '../../zerto/session.ts';
import { createTaskWatcher } from '../../zerto/task-watcher.ts';
import { createAgent } from '../../zerto/tls.ts';
import { accountOf, clientAccountOf, realmCalls, simulateGeneration } from './generations.ts';
import { options, rejection, type Reply, scripted, type Script } from './scripted-zvm.ts';

const { find, token, logOut } = realmCalls;

test('over HTTPS: found out, signed in by password, asked, signed out', async () => {
  const { client, calls } = await simulateGeneration('appliance');
  const zvm = client();
  expect(zvm.generation()).toBeUndefined();
  expect((await zvm.sites.local()).name).toBe('Slough');
  expect(zvm.generation()).toBe('appliance');
  await zvm.signOut();
  expect(calls()).toEqual([find, token, 'GET /v1/localsite', logOut]);
  await zvm.signIn();
  expect(calls()).toEqual([token]);
});

test('signing out ends the session at Keycloak', async () => {
  const { client, simulator } = await simulateGeneration('appliance');
  const zvm = client();
  const id = pickByName(await zvm.vpgs.list(), 'crm', 'VPG').id;
  await zvm.vpgSettings.create({ vpgId: id });
  expect(simulator.openSettings()).toBe(1);
  await zvm.signOut();
  expect(simulator.openSettings()).toBe(0);
});

test('by client credentials: its tasks are those of its service account', async () => {
  const { client, calls, site } = await simulateGeneration('appliance', { durations: { insertCheckpoint: 0 } });
  const zvm = client({ account: clientAccountOf(site), generation: 'appliance' });
  const { id } = pickByName(await zvm.vpgs.list(), 'crm', 'VPG');
  const task = await zvm.tasks.get(await zvm.vpgs.tagCheckpoint(id, 'x', { notAfter: Number.POSITIVE_INFINITY }));
  expect(task.initiatedBy).toBe(zvm.account);
  expect(zvm.account).toBe('service-account-drillbook');
  await zvm.signOut();
  // It was given no refresh token, so there is nothing to end.
  expect(calls().filter(call => call.includes('/auth/'))).toEqual([token]);
});

test('tokens of 60 s are outlived by a task, each renewed before it ends', async () => {
  const { simulator, site, ca, calls, client } = await simulateGeneration('appliance', {
    durations: { failoverTest: 600_000 },
  });
  const clock = () => simulator.clock.now();
  const url = new URL(site.url);
  const http = createHttp({
    site: 'site-b',
    url,
    timeoutMs: 5000,
    clock,
    via: createAgent({ kind: 'ca', pem: ca }, 5000),
  });
  const session = createSession(http, { account: accountOf(site), generation: 'auto', clock });
  const caller = createCaller({ http, session, pace: createPace(10_000), clock });
  const watcher = createTaskWatcher(caller, 'site-b', clock, { intervalFor: () => 1, missingMs: 1000 });
  const zvm = client();
  const { id } = pickByName(await zvm.vpgs.list(), 'crm', 'VPG');
  const task = await zvm.vpgs.failoverTest(id, {}, { notAfter: clock() + 1000 });
  calls();
  const began = simulator.requests.length;
  const ended = await watcher.wait(task, {
    signal: AbortSignal.timeout(10_000),
    onProgress: () => {
      simulator.clock.advance(20_000);
    },
  });
  expect(ended.state).toBe('Completed');
  const made = calls();
  const renewals = made.filter(call => call === token).length;
  expect(renewals).toBeGreaterThanOrEqual(9);
  expect(renewals).toBeLessThanOrEqual(12);
  expect(simulator.requests.slice(began).filter(({ status }) => status >= 400)).toEqual([]);
});

test('a token of 5 s is used for most of its life, and renewed before it ends', async () => {
  const { simulator, client, calls } = await simulateGeneration('appliance', { choices: { accessTokenSeconds: 5 } });
  const zvm = client({ generation: 'appliance' });
  await zvm.vpgs.list();
  simulator.clock.advance(3700);
  await zvm.vpgs.list();
  expect(calls()).toEqual([token, 'GET /v1/vpgs', 'GET /v1/vpgs']);
  simulator.clock.advance(100);
  await zvm.vpgs.list();
  expect(calls()).toEqual([token, 'GET /v1/vpgs']);
  expect(simulator.requests.filter(({ status }) => status !== 200)).toEqual([]);
});

test('callers at the same time share one sign-in and one renewal', async () => {
  const { simulator, client, calls } = await simulateGeneration('appliance');
  const zvm = client();
  const limited = zvm.limitedTo({ whose: 'a test', rules: [{ method: 'GET', path: '**' }] });
  const all = () => Promise.all([...Array.from({ length: 10 }, () => zvm.vpgs.list()), limited.sites.local()]);
  await all();
  expect(calls().filter(call => call.includes('/auth/'))).toEqual([find, token]);
  simulator.clock.advance(61_000);
  await all();
  expect(calls().filter(call => call.includes('/auth/'))).toEqual([token]);
});

test('a session that was ended: its call is refused once, the refresh too, then the password lets it in', async () => {
  const { simulator, client, calls } = await simulateGeneration('appliance');
  const zvm = client();
  const { id } = pickByName(await zvm.vpgs.list(), 'crm', 'VPG');
  calls();
  simulator.endSessions();
  await zvm.vpgs.failoverTest(id, {}, { notAfter: simulator.clock.now() + 1000 });
  expect(calls()).toEqual(['POST /v1/vpgs/*/FailoverTest', token, token, 'POST /v1/vpgs/*/FailoverTest']);
  expect(simulator.testsStarted('crm')).toBe(1);
});

test('a wait lives through ended sessions', async () => {
  const { simulator, client } = await simulateGeneration('appliance', { durations: { insertCheckpoint: 1000 } });
  const zvm = client();
  const { id } = pickByName(await zvm.vpgs.list(), 'crm', 'VPG');
  const task = await zvm.vpgs.tagCheckpoint(id, 'x', { notAfter: simulator.clock.now() + 1000 });
  simulator.endSessions();
  const ended = await zvm.tasks.wait(task, {
    signal: AbortSignal.timeout(5000),
    onProgress: () => {
      simulator.clock.advance(1000);
    },
  });
  expect(ended.state).toBe('Completed');
});

test('an old refresh token is not even tried', async () => {
  const { simulator, client, calls } = await simulateGeneration('appliance');
  const zvm = client();
  await zvm.vpgs.list();
  calls();
  simulator.clock.advance(31 * 60_000);
  await zvm.vpgs.list();
  expect(calls()).toEqual([token, 'GET /v1/vpgs']);
});

test.each(['password', 'client'] as const)('a wrong secret of a %s account is not tried again at once', async kind => {
  const { simulator, client, calls, site } = await simulateGeneration('appliance');
  const account = kind === 'client' ? clientAccountOf(site, 'wr0ng secret') : accountOf(site, 'wr0ng secret');
  const zvm = client({ account, generation: 'appliance' });
  const errors = await Promise.all(Array.from({ length: 4 }, () => rejection(zvm.vpgs.list())));
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'SignInRefused', status: 401, retryable: false, happened: 'no' });
    expect((error as Error).message).not.toContain('wr0ng secret');
  }
  expect((errors[0] as Error).message).toContain(
    kind === 'client' ? 'Invalid client or Invalid client credentials' : 'Invalid user credentials',
  );
  expect(((await rejection(zvm.vpgs.list())) as Error).message).toContain('not tried again for 15 s');
  expect(calls()).toEqual([token]);
  simulator.clock.advance(15_000);
  await rejection(zvm.vpgs.list());
  expect(calls()).toEqual([token]);
});

test('a client that the realm does not know', async () => {
  const { client } = await simulateGeneration('appliance');
  const account = { kind: 'client', clientId: 'stranger', clientSecret: () => Promise.resolve('x') } as const;
  expect(await rejection(client({ account }).signIn())).toMatchObject({
    name: 'SignInRefused',
    vendorMessage: 'Invalid client or Invalid client credentials',
  });
});

test('a ZVM that wants scope=openid gets it', async () => {
  const { client, site } = await simulateGeneration('appliance', { choices: { tokenNeedsOpenid: true } });
  expect((await client().sites.local()).name).toBe('Slough');
  expect((await client({ account: clientAccountOf(site) }).sites.local()).name).toBe('Slough');
});

test('a certificate that is not trusted is refused before any secret is asked for', async () => {
  const { client, calls, site } = await simulateGeneration('appliance');
  let asked = 0;
  const account = {
    kind: 'password',
    username: site.username,
    password: () => {
      asked++;
      return Promise.resolve(site.password);
    },
  } as const;
  const pin = { kind: 'fingerprint', sha256: `sha256:${'0'.repeat(64)}` } as const;
  for (const tls of [{ kind: 'system' } as const, pin]) {
    expect(await rejection(client({ account, tls }).signIn())).toMatchObject({
      name: 'CertificateRefused',
      happened: 'no',
    });
    expect(asked).toBe(0);
    // The token endpoint is behind the same trust.
    expect(await rejection(client({ account, tls, generation: 'appliance' }).signIn())).toMatchObject({
      name: 'CertificateRefused',
      operation: 'POST auth/realms/zerto/protocol/openid-connect/token',
    });
    asked = 0;
  }
  expect(calls()).toEqual([]);
});

/** Answers the token endpoint; else a ZVM without VPGs. */
const realm =
  (give: (form: Record<string, string>) => Reply): Script =>
  ({ path, body }) => {
    if (path.endsWith('openid-connect/token')) return give(body as Record<string, string>);
    return path === 'vpgs' ? { body: [] } : undefined;
  };
const appliance = {
  generation: 'appliance',
  account: { ...options.account, kind: 'password' },
} as const;

test('what the token endpoint is asked', async () => {
  const forms: Record<string, string>[] = [];
  let now = 0;
  const { zvm, seen } = scripted(
    realm(form => {
      forms.push(form);
      return { body: { access_token: `a${forms.length}`, expires_in: 60, refresh_token: `r${forms.length}` } };
    }),
    { ...appliance, clock: () => now },
  );
  await zvm.vpgs.list();
  now += 45_000;
  await zvm.vpgs.list();
  expect(forms).toEqual([
    {
      grant_type: 'password',
      client_id: 'zerto-client',
      username: 'DR\\svc',
      password: 'c0rrect horse',
      scope: 'openid',
    },
    { grant_type: 'refresh_token', client_id: 'zerto-client', refresh_token: 'r1' },
  ]);
  expect(seen.filter(({ path }) => path === 'vpgs').map(({ headers }) => headers['authorization'])).toEqual([
    'Bearer a1',
    'Bearer a2',
  ]);
});

test('a token that does not say how long it lives is taken for one of 60 s', async () => {
  let now = 0;
  let signIns = 0;
  const { zvm } = scripted(
    realm(() => ({ body: { access_token: `a${++signIns}` } })),
    { ...appliance, clock: () => now },
  );
  await zvm.vpgs.list();
  now += 44_000;
  await zvm.vpgs.list();
  expect(signIns).toBe(1);
  now += 1000;
  await zvm.vpgs.list();
  expect(signIns).toBe(2);
});

test('a refresh that gets no answer is an error worth another try, not a reason for the password', async () => {
  let now = 0;
  const grants: string[] = [];
  const { zvm } = scripted(
    realm(form => {
      grants.push(form['grant_type'] ?? '');
      if (grants.length === 2) return 'reset';
      return { body: { access_token: `a${grants.length}`, expires_in: 60, refresh_token: 'r' } };
    }),
    { ...appliance, clock: () => now },
  );
  await zvm.vpgs.list();
  now += 60_000;
  expect(await rejection(zvm.vpgs.list())).toMatchObject({ name: 'Unreachable', retryable: true });
  await zvm.vpgs.list();
  expect(grants).toEqual(['password', 'refresh_token', 'refresh_token']);
});

test.each([
  ['a locked account', 400, { error: 'invalid_grant', error_description: 'Account disabled' }, 'SignInRefused', false],
  ['a realm that is not there', 404, { error: 'Realm does not exist' }, 'NotFound', false],
  ['another no', 400, { error: 'invalid_scope', error_description: 'Invalid scopes: openid' }, 'Refused', false],
  ['Keycloak being started', 503, {}, 'ServerFault', true],
  ['something else at the address', 200, { hello: 'world' }, 'NotUnderstood', false],
] as const)('%s', async (_, status, body, name, retryable) => {
  const { zvm } = scripted(
    realm(() => ({ status, body })),
    appliance,
  );
  const error = await rejection(zvm.vpgs.list());
  expect(error).toMatchObject({ name, retryable, happened: 'no' });
  if ('error_description' in body) expect((error as Error).message).toContain(body.error_description);
});

test('no error repeats a secret, even where Keycloak does', async () => {
  const { inspect } = await import('node:util');
  for (const error of ['invalid_grant', 'invalid_scope']) {
    const { zvm } = scripted(
      realm(form => ({ status: 400, body: { error, error_description: `no: ${form['password'] ?? ''}` } })),
      appliance,
    );
    const shown = inspect(await rejection(zvm.vpgs.list()), { depth: 10, showHidden: true });
    expect(shown).toContain('no: [secret]');
    expect(shown).not.toContain('c0rrect horse');
  }
});
