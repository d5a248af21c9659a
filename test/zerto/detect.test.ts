import { expect, test } from 'vitest';
import { accountOf, realmCalls, simulateGeneration } from './generations.ts';
import { options, rejection, scripted, type Script } from './scripted-zvm.ts';

const { find, token } = realmCalls;

test('a Windows ZVM is found out once, before the first sign-in', async () => {
  const { client, calls } = await simulateGeneration('windows');
  const zvm = client();
  await Promise.all([zvm.sites.local(), zvm.sites.local()]);
  await zvm.signOut();
  await zvm.signIn();
  expect(zvm.generation()).toBe('windows');
  expect(calls()).toEqual([
    find,
    'POST /v1/session/add',
    'GET /v1/localsite',
    'GET /v1/localsite',
    'DELETE /v1/session',
    'POST /v1/session/add',
  ]);
});

test.each([
  ['windows', 'password', 'windows or hypervisor'],
  ['windows', 'client', 'windows or hypervisor'],
  ['appliance', 'windows', 'password or client'],
  ['appliance', 'hypervisor', 'password or client'],
] as const)(
  'at %s an account of kind %s does not fit, and its secret is not asked for',
  async (generation, kind, wanted) => {
    const { client, calls } = await simulateGeneration(generation);
    const secret = () => Promise.reject(new Error('asked'));
    const account =
      kind === 'client'
        ? ({ kind, clientId: 'drillbook', clientSecret: secret } as const)
        : ({ kind, username: 'svc-drillbook', password: secret } as const);
    const error = await rejection(client({ account }).signIn());
    expect(error).toMatchObject({ name: 'SignInRefused', retryable: false, happened: 'no', site: 'site-b' });
    expect((error as Error).message).toContain(`Use an account of kind ${wanted}`);
    expect(calls()).toEqual([find]);
    // Configured it is the same, without a look.
    expect(await rejection(client({ account, generation }).signIn())).toMatchObject({ name: 'SignInRefused' });
    expect(calls()).toEqual([]);
  },
);

test('the wrong generation, configured, is told as such', async () => {
  const windows = await simulateGeneration('windows');
  const account = accountOf(windows.site, 'x', 'password');
  const one = await rejection(windows.client({ generation: 'appliance', account }).signIn());
  expect(one).toMatchObject({ name: 'NotFound', status: 404 });
  expect((one as Error).message).toContain('it is not an appliance');
  expect(windows.calls()).toEqual([token]);

  const appliance = await simulateGeneration('appliance');
  const other = accountOf(appliance.site, 'x', 'windows');
  const two = await rejection(appliance.client({ generation: 'windows', account: other }).signIn());
  expect(two).toMatchObject({ name: 'NotFound', status: 404 });
  expect((two as Error).message).toContain('not a ZVM of the Windows generation');
  expect(appliance.calls()).toEqual(['POST /v1/session/add']);
});

const auto = { generation: 'auto' } as const;
const byPassword = { ...auto, account: { ...options.account, kind: 'password' } } as const;
const configuration = { token_endpoint: 'https://zvm.test/token' };

test('where the look does not tell, a Windows account tries its own sign-in', async () => {
  const { zvm } = scripted(({ path }) => (path.includes('well-known') ? { status: 500 } : undefined), auto);
  await zvm.signIn();
  expect(zvm.generation()).toBe('windows');
});

test.each([
  ['Keycloak being started', { status: 503 }, 'ServerFault', true],
  ['a page', { text: '<html>' }, 'NotUnderstood', false],
  ['another address', { status: 302, headers: { location: 'https://elsewhere.test' } }, 'NotUnderstood', false],
] as const)(
  '%s: an account of an appliance cannot be let in, and it is looked again',
  async (_, reply, name, retryable) => {
    let looks = 0;
    const script: Script = ({ path }) => {
      if (path.includes('well-known')) return ++looks === 1 ? reply : { body: configuration };
      return path.endsWith('/token') ? { body: { access_token: 'a', expires_in: 60 } } : undefined;
    };
    const { zvm } = scripted(script, byPassword);
    expect(await rejection(zvm.signIn())).toMatchObject({ name, retryable, happened: 'no' });
    await zvm.signIn();
    expect(looks).toBe(2);
  },
);

test('a ZVM that has become an appliance since is looked at again', async () => {
  let upgraded = false;
  const { zvm, seen } = scripted(({ path }) => {
    if (path.includes('well-known')) return upgraded ? { body: configuration } : { status: 404 };
    return path === 'session/add' && upgraded ? { status: 404 } : undefined;
  }, auto);
  await zvm.signIn();
  await zvm.signOut();
  upgraded = true;
  expect(await rejection(zvm.signIn())).toMatchObject({ name: 'NotFound' });
  expect(((await rejection(zvm.signIn())) as Error).message).toContain('an appliance (it signs in by Keycloak)');
  expect(seen.filter(({ path }) => path.includes('well-known'))).toHaveLength(2);
});
