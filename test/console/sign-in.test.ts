import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditFile } from '../../control/audit.ts';
import { hashOf } from '../../control/access/token-hash.ts';
import { form, sessionIdOf, signInAt } from './browser.ts';
import { baseConfig, host, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

const sealed = 'drillbook_sealed_of_bo';
const config = `${baseConfig}people: { ana: { name: Ana Ruiz }, bo: { name: Bo, sealed-token: "${hashOf(sealed)}" }, cem: { name: Cem } }
roles: [ { role: operator, to: [ana, bo, cem] } ]
identity: { tokens: [${listedToken('ana')}, ${listedToken('cem', '2026-11-21')}] }
console: { session: 1h }
`;

let now = Date.UTC(2026, 10, 22, 2, 30);
let stage: Stage;
beforeEach(async () => {
  now = Date.UTC(2026, 10, 22, 2, 30);
  stage = await startStage(config, { runs: { r1: { runbook: 'payments', mode: 'drill' } }, clock: () => now });
});
afterEach(() => {
  stage.close();
});

const signIn = (token: string, to = '/') => signInAt(stage, token, to);
const whoAmI = (cookie: string) => stage.ask('/api/v1/whoami', { headers: { cookie } });

describe('a token', () => {
  it('says who somebody is, until its last day is over', async () => {
    expect(await (await stage.call('GET', '/api/v1/whoami', tokenOf('ana'))).json()).toMatchObject({
      ...{ person: 'ana', name: 'Ana Ruiz', how: 'token', verified: true },
    });
    expect((await stage.call('GET', '/api/v1/whoami', tokenOf('cem'))).status).toBe(401);
    now = Date.UTC(2026, 10, 21, 23, 59);
    expect((await stage.call('GET', '/api/v1/whoami', tokenOf('cem'))).status).toBe(200);
  });

  it('that is sealed works too, and a changed or missing one does not', async () => {
    expect(await (await stage.call('GET', '/api/v1/whoami', sealed)).json()).toMatchObject({
      person: 'bo',
      how: 'sealed-token',
    });
    const wrong = await stage.call('GET', '/api/v1/whoami', `${sealed}x`);
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="drillbook"']);
    expect(wrong.headers.get('content-type')).toContain('application/problem+json');
    const none = await stage.ask('/api/v1/whoami');
    expect([none.status, await none.json()]).toMatchObject([
      401,
      { detail: expect.stringContaining('drillbook keys token') as string },
    ]);
    expect((await stage.ask('/api/v1/whoami', { headers: { authorization: 'Basic YTpi' } })).status).toBe(401);
  });

  it('counts no longer once drillbook.yaml has it no more', async () => {
    stage.configure(config.replace(listedToken('ana'), listedToken('bo')));
    expect((await stage.call('GET', '/api/v1/whoami', tokenOf('ana'))).status).toBe(401);
  });

  it('that is wrong ten times closes the door to wrong ones from its address for five minutes, and to no right one', async () => {
    for (let i = 0; i < 10; i++) expect((await stage.call('GET', '/api/v1/whoami', `wrong-${i}`)).status).toBe(401);
    const late = await stage.call('GET', '/api/v1/whoami', 'wrong-again');
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '300']);
    const refused = (await stage.audit()).filter(({ call, counted }) => call === 'sign in' && counted === false);
    expect([refused.length, refused.filter(({ text }) => String(text).startsWith('not looked at'))]).toMatchObject([
      ...[11, [{ person: '', how: 'nothing' }]],
    ]);
    // A sealed token must open it whoever else stands behind the same address.
    expect((await stage.call('GET', '/api/v1/whoami', tokenOf('ana'))).status).toBe(200);
    now += 5 * 60_000 + 1;
    expect((await stage.call('GET', '/api/v1/whoami', 'wrong-again')).status).toBe(401);
  });

  it('is written down nowhere', async () => {
    await stage.call('GET', '/api/v1/whoami', 'drillbook_wrong_and_secret');
    await stage.call('POST', '/api/v1/runs/r1/cancel', sealed, { reason: '' });
    await signIn(tokenOf('ana'));
    const text = readFileSync(auditFile(stage.dir), 'utf8');
    for (const token of [sealed, tokenOf('ana'), 'wrong_and_secret']) expect(text).not.toContain(token);
    expect(statSync(auditFile(stage.dir)).mode & 0o077).toBe(0);
    expect(statSync(join(stage.dir, '.drillbook', 'console-sessions.key')).mode & 0o077).toBe(0);
  });
});

describe('a session', () => {
  it('begins with a form and a token, and lasts as long as drillbook.yaml says', async () => {
    const { answer, session } = await signIn(tokenOf('ana'), '/runs/r1?x=1');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/runs/r1?x=1']);
    const [line = ''] = answer.headers.getSetCookie();
    expect(line).toMatch(/; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await (await whoAmI(session)).json()).toMatchObject({ person: 'ana', how: 'session', verified: true });
    now += 60 * 60_000;
    expect((await whoAmI(session)).status).toBe(401);
  });

  it.each([
    ['the token is taken out', (text: string) => text.replace(listedToken('ana'), listedToken('bo'))],
    ['the person is taken out', (text: string) => text.replaceAll('ana', 'eve')],
    ['the last day of the token is over', (text: string) => text.replace('2099-12-31', '2026-11-21')],
  ])('ends when %s', async (_, change) => {
    const { session } = await signIn(tokenOf('ana'));
    expect((await whoAmI(session)).status).toBe(200);
    stage.configure(change(config));
    expect((await whoAmI(session)).status).toBe(401);
  });

  it('ends at sign-out, also for who has kept the cookie', async () => {
    const { session } = await signIn(tokenOf('ana'));
    const csrf = stage.deps.gate.csrfOf(sessionIdOf(session));
    expect((await stage.ask('/sign-out', form({ csrf }, session))).status).toBe(303);
    expect((await whoAmI(session)).status).toBe(401);
  });

  it('of another key, or changed, is none', async () => {
    const { session } = await signIn(tokenOf('ana'));
    const [name = '', text = ''] = session.split('=');
    const [body = '', signature = ''] = text.split('.');
    const changed = Buffer.from(Buffer.from(body, 'base64url').toString().replace('ana', 'cem')).toString('base64url');
    for (const made of [`${changed}.${signature}`, body, `${body}.`, '.', 'x.y'])
      expect((await whoAmI(`${name}=${made}`)).status).toBe(401);
  });

  it('leads nowhere else', async () => {
    for (const to of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a\r\nX: y'])
      expect((await signIn(tokenOf('ana'), to)).answer.headers.get('location')).toBe('/');
  });
});

describe('a page of somebody else', () => {
  it('cannot make a browser sign in, out, or decide', async () => {
    const { session, visit, csrf } = await signIn(tokenOf('ana'));
    const own = stage.deps.gate.csrfOf(sessionIdOf(session));
    const json = { 'content-type': 'application/json', cookie: session };
    const cancel = (headers: Record<string, string>) =>
      stage.ask('/api/v1/runs/r1/cancel', { method: 'POST', headers, body: '{}' });
    const evil = { origin: 'https://evil.example' };
    const tried = await Promise.all([
      stage.ask('/sign-in', form({ token: tokenOf('ana') }, visit)),
      stage.ask('/sign-in', form({ token: tokenOf('ana'), csrf }, '')),
      stage.ask('/sign-in', form({ token: tokenOf('ana'), csrf }, visit, evil)),
      stage.ask('/sign-out', form({}, session)),
      stage.ask('/sign-out', form({ csrf: own }, session, evil)),
      // The token of before the sign-in is not that of the session.
      stage.ask('/sign-out', form({ csrf }, session)),
      cancel(json),
      cancel({ ...json, 'x-csrf-token': own, ...evil }),
      cancel({ ...json, 'x-csrf-token': own, 'sec-fetch-site': 'cross-site' }),
      cancel({ ...json, 'x-csrf-token': own, origin: 'null' }),
    ]);
    expect(tried.map(({ status }) => status)).toEqual(tried.map(() => 403));
    expect(stage.said).toEqual([]);
    expect((await cancel({ ...json, 'x-csrf-token': own, origin: host })).status).toBe(200);
    expect(stage.said).toHaveLength(1);
  });

  it('cannot use a console on loopback by its own name', async () => {
    const statuses = ['http://evil.example:8080', 'http://localhost:8080', 'http://[::1]:8080'].map(
      async url => (await stage.ask(`${url}/healthz`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([421, 200, 200]);
  });

  it('tells a probe what it waits for, and no more', async () => {
    // The Temporal of this stage answers nothing of the kind.
    const answer = await stage.ask('/readyz');
    expect([answer.status, await answer.text()]).toEqual([503, 'Temporal does not answer']);
  });

  it('nor one that takes whoever runs it as he is', async () => {
    stage.configure(`${baseConfig}people: { ana: { name: Ana } }\nidentity: { unverified: allow }\n`);
    const cancel = (headers: Record<string, string>, body = '{"reason":""}') =>
      stage.ask('/api/v1/runs/r1/cancel', { method: 'POST', headers, body });
    expect((await cancel({ 'content-type': 'text/plain' })).status).toBe(403);
    expect((await cancel({ 'content-type': 'application/json', origin: 'https://evil.example' })).status).toBe(403);
    expect(stage.said).toEqual([]);
    // A script on the machine, as curl is.
    expect((await cancel({ 'content-type': 'application/json' })).status).toBe(200);
    expect(stage.said[0]?.word).not.toHaveProperty('proof');
  });
});

it('every answer lets nothing run, load or frame but what is its own, by a nonce of its own', async () => {
  const answers = await Promise.all([
    stage.ask('/sign-in'),
    stage.ask('/sign-in'),
    stage.ask('/nowhere'),
    stage.ask('/api/v1/openapi.json'),
  ]);
  const nonces = answers.map(({ headers }) => {
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'nonce-[\w-]{22}'; style-src 'self' 'nonce-/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect([
      headers.get('x-content-type-options'),
      headers.get('x-frame-options'),
      headers.get('referrer-policy'),
    ]).toEqual([...['nosniff', 'DENY', 'same-origin']]);
    expect([headers.get('cache-control'), headers.get('strict-transport-security')]).toEqual(['no-store', null]);
    return /nonce-([\w-]+)/.exec(policy)?.[1] ?? '';
  });
  expect(new Set(nonces).size).toBe(4);
  // Nor does the page itself bring anything to run.
  expect(await answers[0].text()).not.toMatch(/<style|<script(?! type="module" src="\/assets\/)/);
});

it('what is too much, no JSON, or not described is refused in a sentence', async () => {
  const send = async (body: string, path = '/api/v1/runs') => {
    const headers = { authorization: `Bearer ${tokenOf('ana')}`, 'content-type': 'application/json' };
    const answer = await stage.ask(path, { method: 'POST', headers, body });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    return [answer.status, ((await answer.json()) as { detail: string }).detail];
  };
  expect(await send(JSON.stringify({ x: 'x'.repeat(1024 * 1024) }))).toEqual([413, 'That is more than 1 MiB at once.']);
  expect(await send('{')).toEqual([400, expect.stringContaining('JSON') as string]);
  expect(await send('{"runbook":"payments","mode":"drill","mdoe":1}')).toEqual([
    400,
    expect.stringContaining('mdoe') as string,
  ]);
  expect(await send('{"reason":""}', '/api/v1/runs/r1/abort')).toEqual([
    400,
    expect.stringContaining('reason: a reason is needed') as string,
  ]);
  expect(await send('{"by":"soon","reason":"more"}', '/api/v1/runs/r1/extend')).toEqual([
    400,
    expect.stringContaining('"soon" is no duration') as string,
  ]);
});

it('while drillbook.yaml has mistakes nobody may do anything, and nothing of the file is told', async () => {
  stage.configure(`${config}nonsense: 1\n`);
  const answer = await stage.call('GET', '/api/v1/runs', tokenOf('ana'));
  expect([answer.status, await answer.json()]).toMatchObject([503, { title: 'drillbook.yaml has mistakes' }]);
});
