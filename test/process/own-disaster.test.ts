import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOf } from '../../control/access/token-hash.ts';
import { newKey } from '../../control/signing.ts';
import { type Child, startChild } from '../../local/child.ts';
import { findFreePort } from '../../local/free-port.ts';
import { janitorId } from '../../workflows/names.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { startBlackHole } from '../activities/receivers.ts';
import { type Harness, shipped, startHarness, until } from '../temporal/harness.ts';
import { directions, quick, sentTo } from '../temporal/live.ts';
import { withDecisionKey } from '../temporal/signs.ts';

/**
 * The day itself: what the disaster has taken is not only the site. The identity provider, Slack and the ZVM of the protected site take
 * connections and never answer. Worker and console are processes of their own, and the console is started again in between.
 */
const key = newKey();
const tokens = { ana: 'drillbook_sealed_of_ana', bo: 'drillbook_sealed_of_bo', cem: 'drillbook_token_of_cem' } as const;

let harness: Harness;
type Hole = Awaited<ReturnType<typeof startBlackHole>>;
let holes: Record<'identity' | 'slack' | 'zvm', Hole>;
let worker: Child;
let served: Child;
let ca = '';
let url = '';

beforeAll(async () => {
  const [identity, slack, zvm] = await Promise.all([startBlackHole(), startBlackHole(), startBlackHole()]);
  holes = { identity, slack, zvm };
  const port = await findFreePort();
  url = `https://127.0.0.1:${port}`;
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  ca = made.cert;
  harness = await startHarness({
    worker: false,
    // Site B sees its peer as gone; its own address is another black hole, below.
    scenario: quick(shippedScenario('site-lost')),
    configure: text =>
      withDecisionKey(
        key,
        `  oidc: { issuer: "https://127.0.0.1:${identity.port}", audience: drillbook }
  tokens:
    - { person: cem, sha256: "${hashOf(tokens.cem)}", expires: "2099-12-31" }
roles:
  - { role: operator, to: [cem] }
  - { role: approver, to: [dr-managers] }
notifications:
  - { events: [started, waiting, held, finished, failed], modes: [failover], to: [chat] }
console:
  listen: 127.0.0.1:${port}
  tls: { certificate: console.pem, key: tls }
`,
      )(
        text
          .replace(/^( {2}site-a:\n {4}url: ).*$/m, `$1https://127.0.0.1:${zvm.port}`)
          .replace(
            /^secrets:\n/m,
            'secrets:\n  hook: { file: hook }\n  decision: { file: decision.pem }\n  tls: { file: tls.key }\n',
          )
          .replace(
            'name: Ana Ruiz',
            `name: Ana Ruiz\n    oidc: ana@example.com\n    sealed-token: "${hashOf(tokens.ana)}"`,
          )
          .replace('name: Bo Lind', `name: Bo Lind\n    oidc: bo@example.com\n    sealed-token: "${hashOf(tokens.bo)}"`)
          .replace(/^targets:\n/m, 'targets:\n  chat: { slack: { url: hook } }\n'),
      ),
  });
  const files = {
    ...{
      hook: `http://127.0.0.1:${slack.port}/services/T0`,
      'decision.pem': key.pem,
      'tls.key': made.private,
      'console.pem': made.cert,
    },
    'payments.yaml': shipped('payments.yaml'),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(harness.dir, name), text, { mode: 0o600 });
  [worker, served] = await Promise.all([start('worker'), start('console')]);
});
afterAll(async () => {
  await Promise.all([worker.stop(), served.stop()]);
  await harness.close();
  await Promise.all(Object.values(holes).map(hole => hole.close()));
});

const start = (name: 'worker' | 'console'): Promise<Child> =>
  startChild({
    name: `the ${name}`,
    args: [name, '--config', harness.configPath],
    env: { TEMPORAL_ADDRESS: harness.server.address, NO_COLOR: '1' },
    logFile: join(harness.dir, `${name}.log`),
    ready: { kind: 'message' },
    readyWithinMs: 60_000,
  });

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly cookies: readonly string[];
  readonly ms: number;
}

/** Over TLS, to a certificate that is ours. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  const began = Date.now();
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers, ca }, answer => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => {
        const cookies = (answer.headers['set-cookie'] ?? []).map(line => line.split(';')[0] ?? '');
        resolve({ status: answer.statusCode ?? 0, text, cookies, ms: Date.now() - began });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function call(
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const { status, text } = await ask(method, `/api/v1${path}`, headers, body === undefined ? '' : JSON.stringify(body));
  return { status, body: JSON.parse(text) as unknown };
}

/** At the sign-in page, as a browser does it; gives what the page holds from then on. */
async function signIn(token: string): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const csrfIn = (page: string): string => /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const shown = await ask('GET', '/sign-in', { accept: 'text/html' });
  const form = { 'content-type': 'application/x-www-form-urlencoded', origin: url, cookie: shown.cookies.join('; ') };
  const entered = await ask(
    'POST',
    '/sign-in',
    form,
    new URLSearchParams({ csrf: csrfIn(shown.text), token }).toString(),
  );
  expect(entered.status).toBe(303);
  const cookie = entered.cookies.join('; ');
  const page = await ask('GET', '/', { accept: 'text/html', cookie });
  return { cookie, csrf: csrfIn(page.text) };
}

it('its own disaster: two people with sealed tokens fail payments over while identity, Slack and the ZVM are gone', async () => {
  const begun = await call(tokens.cem, 'POST', '/runs', {
    ...{ runbook: 'payments', mode: 'failover', reason: 'London is lost', confirm: 'payments' },
  });
  expect(begun).toMatchObject({ status: 201 });
  const { run } = begun.body as { run: string };
  const asked = (step: string) =>
    until(`"${step}" asks`, async () => {
      const { body } = await call(tokens.cem, 'GET', `/runs/${run}`);
      return (body as { pending?: { key: string }[] }).pending?.some(({ key: asks }) => asks === step) === true;
    });
  await asked('go');
  // The janitor's minute is longer than this: it looks at all sites, and one of them says nothing.
  await harness.control.client.schedule.getHandle(janitorId).trigger();

  // Whoever tries the usual way in is told at once what works instead.
  const away = await ask('GET', '/sign-in/oidc', { accept: 'text/html' });
  expect([away.status, away.ms < 10_000]).toEqual([401, true]);
  expect(away.text).toContain('a sealed token works without it');

  // A session outlives the console that gave it.
  const ana = await signIn(tokens.ana);
  await served.stop();
  served = await start('console');

  const vote = async (step: string, choice: string): Promise<void> => {
    const ballot = { step, choice, reason: 'opened the envelope' };
    const byPage = { cookie: ana.cookie, 'x-csrf-token': ana.csrf, origin: url, 'content-type': 'application/json' };
    const first = await ask('POST', `/api/v1/runs/${run}/votes`, byPage, JSON.stringify(ballot));
    expect([first.status, first.text]).toEqual([200, expect.stringContaining('ana voted') as string]);
    expect(await call(tokens.bo, 'POST', `/runs/${run}/votes`, ballot)).toMatchObject({
      ...{ status: 200, body: { counted: true } },
    });
  };
  // Who asked for it decides nothing.
  expect((await call(tokens.cem, 'POST', `/runs/${run}/votes`, { step: 'go', reason: 'x' })).status).toBe(403);
  await vote('go', 'approve');
  await asked('keep');
  await vote('keep', 'commit');
  const result = await harness.result(run);
  expect(result).toMatchObject({ verdict: 'passed', reasons: [] });

  const each = (what: string) => ['payments-app', 'payments-db', 'payments-web'].map(vpg => `${what} ${vpg}`);
  expect((await sentTo(harness, /^payments/)).sort()).toEqual([...each('Failover'), ...each('FailoverCommit')]);
  expect(Object.keys(await directions(harness, /^payments/))).toHaveLength(3);

  const { body: report } = await call(tokens.bo, 'GET', `/runs/${run}/report?format=json`);
  const counted = { counted: true, verified: true };
  expect(report).toMatchObject({
    run: { requester: 'cem', verified: true },
    decisions: [
      { ...counted, by: 'ana', step: 'go' },
      { ...counted, by: 'bo', step: 'go' },
      { ...counted, by: 'ana', step: 'keep' },
      { ...counted, by: 'bo', step: 'keep' },
    ],
  });
  // Nobody was told, nothing waited for it, and the report says so.
  let page = '';
  await until('the report says who was not told', async () => {
    page = (await ask('GET', `/api/v1/runs/${run}/report`, { authorization: `Bearer ${tokens.bo}` })).text;
    return /Not told:.*chat: 127\.0\.0\.1/.test(page);
  });
  expect(page).not.toContain('Unverified name');
  // Each of the three was asked, and said nothing.
  for (const [name, { taken }] of Object.entries(holes)) await until(`${name} was asked`, () => taken() > 0);
});
