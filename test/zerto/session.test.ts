import { expect, test } from 'vitest';
import { SignInRefused } from '../../zerto/errors.ts';
import { callsOf, options, password, rejection, scripted, type Script, type Seen } from './scripted-zvm.ts';

const signIns = (seen: readonly Seen[]) => seen.filter(({ path }) => path === 'session/add');
const minutes = (n: number) => n * 60_000;

/** Lists no VPGs; refuses the sessions in `dead`. */
function emptyEstate(dead: ReadonlySet<string> = new Set()): Script {
  return ({ path, headers }) => {
    if (path.startsWith('session')) return undefined;
    return dead.has(headers['x-zerto-session'] ?? '')
      ? { status: 401 }
      : { body: path.startsWith('vpgs/') ? 'task-1' : [] };
  };
}

test('signs in with Basic credentials and the method of a Windows account', async () => {
  const { zvm, seen } = scripted(emptyEstate());
  await zvm.vpgs.list();
  expect(seen[0]).toMatchObject({
    method: 'POST',
    body: { AuthenticationMethod: 0 },
    headers: { authorization: `Basic ${Buffer.from(`DR\\svc:${password}`).toString('base64')}` },
  });
  expect(seen[0]?.headers['content-type']).toContain('application/json');
  expect(seen[1]?.headers).toMatchObject({ 'x-zerto-session': 't1' });
  expect(seen[1]?.headers['authorization']).toBeUndefined();
});

test('a hypervisor account signs in with method 1', async () => {
  const { zvm, seen } = scripted(emptyEstate(), { account: { ...options.account, kind: 'hypervisor' } });
  await zvm.signIn();
  expect(seen[0]?.body).toEqual({ AuthenticationMethod: 1 });
});

test('calls that start together share one sign-in, also from a limited client', async () => {
  const { zvm, seen } = scripted(emptyEstate());
  const limited = zvm.limitedTo({ whose: 'a test', rules: [{ method: 'GET', path: '**' }] });
  await Promise.all([...Array.from({ length: 20 }, () => zvm.vpgs.list()), limited.vpgs.list()]);
  expect(signIns(seen)).toHaveLength(1);
});

test('a known session is not made again', async () => {
  const { zvm, seen } = scripted(emptyEstate());
  await zvm.signIn();
  await zvm.signIn();
  expect(seen).toHaveLength(1);
});

test('an idle session is renewed before its 30 minutes; use keeps it alive', async () => {
  let now = 0;
  const { zvm, seen } = scripted(emptyEstate(), { clock: () => now });
  await zvm.vpgs.list();
  now += minutes(24);
  await zvm.vpgs.list();
  now += minutes(24);
  await zvm.vpgs.list();
  expect(signIns(seen)).toHaveLength(1);
  now += minutes(26);
  await zvm.vpgs.list();
  expect(callsOf(seen).slice(-2)).toEqual(['POST session/add', 'GET vpgs']);
});

test('after a 401 one new sign-in serves all callers, and each call is replayed once', async () => {
  const dead = new Set<string>();
  const { zvm, seen } = scripted(emptyEstate(dead));
  await zvm.signIn();
  dead.add('t1');
  await Promise.all(Array.from({ length: 10 }, () => zvm.vpgs.list()));
  expect(signIns(seen)).toHaveLength(2);
  expect(seen.filter(({ path }) => path === 'vpgs')).toHaveLength(20);
});

test('an effect too is replayed after a 401, which proves that it did not happen', async () => {
  const dead = new Set<string>();
  const { zvm, seen } = scripted(emptyEstate(dead));
  await zvm.signIn();
  dead.add('t1');
  expect(await zvm.vpgs.failoverTest('v1', {}, { notAfter: Date.now() + 1000 })).toBe('task-1');
  expect(callsOf(seen)).toEqual([
    'POST session/add',
    'POST vpgs/v1/FailoverTest',
    'POST session/add',
    'POST vpgs/v1/FailoverTest',
  ]);
});

test('a second 401 is not followed by a third try', async () => {
  const { zvm, seen } = scripted(({ path }) => (path === 'vpgs' ? { status: 401 } : undefined));
  const error = await rejection(zvm.vpgs.list());
  expect(error).toBeInstanceOf(SignInRefused);
  expect(error).toMatchObject({ operation: 'GET vpgs', retryable: false, happened: 'no' });
  expect(callsOf(seen)).toEqual(['POST session/add', 'GET vpgs', 'POST session/add', 'GET vpgs']);
});

test('a wrong password is tried once by parallel callers, and again only after a pause that grows', async () => {
  let now = 0;
  const { zvm, seen } = scripted(({ path }) => (path === 'session/add' ? { status: 401 } : undefined), {
    clock: () => now,
  });
  const errors = await Promise.all(Array.from({ length: 5 }, () => rejection(zvm.vpgs.list())));
  for (const error of errors) expect(error).toBeInstanceOf(SignInRefused);
  expect((errors[0] as Error).message).toContain('DR\\svc');
  const again = await rejection(zvm.vpgs.list());
  expect((again as Error).message).toContain('not tried again for 15 s');
  expect(signIns(seen)).toHaveLength(1);
  now += 15_000;
  await rejection(zvm.vpgs.list());
  expect(signIns(seen)).toHaveLength(2);
  now += 15_000;
  await rejection(zvm.vpgs.list());
  expect(signIns(seen)).toHaveLength(2);
});

test('a changed password is tried at once', async () => {
  let secret = 'old';
  const { zvm, seen } = scripted(
    ({ path, headers }) =>
      path === 'session/add' && headers['authorization'] !== `Basic ${Buffer.from('DR\\svc:new').toString('base64')}`
        ? { status: 401 }
        : undefined,
    { account: { ...options.account, password: () => Promise.resolve(secret) } },
  );
  await rejection(zvm.signIn());
  secret = 'new';
  await zvm.signIn();
  expect(signIns(seen)).toHaveLength(2);
});

test('an address that is no Windows ZVM is told as such', async () => {
  const { zvm } = scripted(() => ({ status: 404 }));
  expect(await rejection(zvm.signIn())).toMatchObject({ name: 'NotFound' });
  const bare = scripted(() => ({ text: '<html>' }));
  expect(await rejection(bare.zvm.signIn())).toMatchObject({ name: 'NotUnderstood', retryable: false });
});

test('signing out ends the session and never throws', async () => {
  const { zvm, seen } = scripted(({ path, method }) =>
    method === 'DELETE' && path === 'session' ? 'reset' : undefined,
  );
  await zvm.signOut();
  expect(seen).toEqual([]);
  await zvm.signIn();
  await zvm.signOut();
  expect(seen.at(-1)).toMatchObject({ method: 'DELETE', path: 'session', headers: { 'x-zerto-session': 't1' } });
  await zvm.signIn();
  expect(signIns(seen)).toHaveLength(2);
});

test('a caller who gives up does not end the sign-in of the others', async () => {
  const { zvm } = scripted(async request => {
    if (request.path === 'session/add') await new Promise(resolve => setTimeout(resolve, 30));
    return request.path === 'vpgs' ? { body: [] } : undefined;
  });
  const controller = new AbortController();
  const one = rejection(zvm.vpgs.list({}, { signal: controller.signal }));
  const other = zvm.vpgs.list();
  controller.abort(new Error('no longer wanted'));
  expect(await one).toMatchObject({ message: 'no longer wanted' });
  expect(await other).toEqual([]);
});
