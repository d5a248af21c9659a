import { expect, test } from 'vitest';
import { signIn } from '../../activities/zerto-sign-in.ts';
import { callOf, endingFrom, setStage } from './stage.ts';

test('signs in and looks the VPGs up by their exact names', async () => {
  const { context, vpgs } = await setStage();
  const { outputs } = await signIn(callOf('zerto/sign-in', { vpgs: ['payments-db', 'crm'] }), context);
  expect(outputs).toMatchObject({ zerto_name: 'Slough', version: '9.7.40' });
  expect(outputs.vpgs).toEqual({ 'payments-db': vpgs['payments-db'], crm: vpgs['crm'] });
});

test('names every unknown VPG, with what may have been meant', async () => {
  const { context } = await setStage();
  const ending = await endingFrom(signIn(callOf('zerto/sign-in', { vpgs: ['payment-db', 'crn'] }), context));
  expect(ending.type).toBe('failed');
  expect(ending.message).toContain('There is no VPG "payment-db"; did you mean "payments-db"');
  expect(ending.message).toContain('"crm"');
});

test('refuses a VPG that recovers the other way', async () => {
  const { context } = await setStage();
  const ending = await endingFrom(signIn(callOf('zerto/sign-in', { vpgs: ['files'] }), context));
  expect(ending).toMatchObject({
    type: 'failed',
    message: 'files recovers to site-a, not to site-b (reverse protection?)',
  });
});

test('makes no call but the look at its name, where another ZVM answers', async () => {
  const { context, simulator } = await setStage({ sites: { 'site-b': { 'zerto-name': 'Paris' } } });
  const before = simulator.requests.length;
  const ending = await endingFrom(signIn(callOf('zerto/sign-in', { vpgs: ['crm'] }), context));
  expect(ending.type).toBe('errored');
  expect(ending.message).toContain('is Slough, drillbook.yaml says Paris');
  const sent = simulator.requests.slice(before).map(r => `${r.method} ${r.path}`);
  expect(sent).toEqual(['POST /v1/session/add', 'GET /v1/localsite', 'DELETE /v1/session']);
});

test('a wrong password is errored, once, and not tried again at once', async () => {
  const { context, simulator } = await setStage({
    sites: { 'site-b': { account: { kind: 'windows', username: 'svc-drillbook', password: 'none' } } },
  });
  const before = simulator.requests.length;
  const first = await endingFrom(signIn(callOf('zerto/sign-in', { vpgs: [] }), context));
  const second = await endingFrom(signIn(callOf('zerto/sign-in', { vpgs: [] }), context));
  expect([first.type, second.type]).toEqual(['errored', 'errored']);
  expect(first.message).toContain('refused the sign-in of svc-drillbook');
  expect(second.message).toContain('the same password is not tried again for');
  expect(simulator.requests.length - before).toBe(1);
});

test('a ZVM that does not answer is unreachable', async () => {
  const { context, simulator } = await setStage();
  simulator.faults.add({ method: 'POST', path: 'session/add', then: { kind: 'drop-before' } });
  const ending = await endingFrom(signIn(callOf('zerto/sign-in', { vpgs: [] }), context));
  expect(ending.type).toBe('unreachable');
});

test('an unknown site is errored', async () => {
  const { context } = await setStage();
  const ending = await endingFrom(signIn(callOf('zerto/sign-in', { vpgs: [] }, { site: 'site-c' }), context));
  expect(ending).toMatchObject({ type: 'errored', message: 'drillbook.yaml names no site "site-c"' });
});

test('the last guard: a run that was checked with another drillbook.yaml is not begun; of an older release it is the whole file', async () => {
  const { context } = await setStage();
  const call = callOf('zerto/sign-in', { vpgs: [] });
  const started = (configSha256: string) => ({ ...call, run: { ...call.run, configSha256 } });
  const read = { ...context, configSha256: 'a'.repeat(64), fileSha256: 'b'.repeat(64) };
  expect((await endingFrom(signIn(started('c'.repeat(64)), read))).message).toContain(
    'restart the worker if sites, probes',
  );
  for (const same of ['', 'a'.repeat(64), 'b'.repeat(64)])
    expect((await signIn(started(same), read)).outputs).toMatchObject({ zerto_name: 'Slough' });
});
