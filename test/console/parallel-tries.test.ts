import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAttempts } from '../../console/security/attempts.ts';
import { cookieOf, csrfIn, form } from './browser.ts';
import { baseConfig, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

/** Ten wrong ones in five minutes are looked at, also when fifty come at the same moment. */
const config = `${baseConfig.replace('zvm: { env: ZVM },', 'zvm: { env: ZVM }, am: { file: am }, pd: { file: am },')}people: { ana: { name: Ana } }
triggers:
  alertmanager: { kind: alertmanager, secret: am, may: [ { runbooks: [payments], modes: [drill] } ] }
  pagerduty: { kind: pagerduty, secret: pd, may: [ { runbooks: [payments], modes: [drill] } ] }
identity: { unverified: allow, tokens: [${listedToken('ana')}] }
`;
const now = Date.parse('2026-11-22T03:00:00Z');
const secret = 'alertmanager-alone-knows-it';
const slow = { asked: 0, right: false };

let stage: Stage;
beforeEach(async () => {
  slow.asked = 0;
  slow.right = false;
  stage = await startStage(config, {
    clock: () => now,
    change: deps => ({
      ...deps,
      oidcLogin: {
        ...deps.oidcLogin,
        finish: async () => {
          slow.asked += 1;
          await new Promise(resolve => setTimeout(resolve, 20));
          if (!slow.right) return { refused: 'the identity provider said no' };
          const caller = { person: 'ana', groups: [], how: 'oidc', verified: true, name: 'Ana' } as const;
          return { caller, credential: 'x', to: '/' };
        },
      },
    }),
  });
  writeFileSync(join(stage.dir, 'am'), `${secret}\n`, { mode: 0o600 });
});
afterEach(() => {
  stage.close();
});

const json = { 'content-type': 'application/json' };
const hook = (name: string, headers: Record<string, string>) =>
  stage.ask(`/hooks/${name}`, { method: 'POST', headers: { ...json, ...headers }, body: '{}' });

const ways: readonly (readonly [string, () => Promise<(n: number) => Promise<Response>>])[] = [
  [
    'a bearer token',
    () => Promise.resolve(n => stage.ask('/api/v1/whoami', { headers: { authorization: `Bearer wrong-${n}` } })),
  ],
  [
    'the token of the sign-in page',
    async () => {
      const shown = await stage.ask('/sign-in');
      const [visit, csrf] = [cookieOf(shown, 'visit'), csrfIn(await shown.text())];
      return n => stage.ask('/sign-in', form({ csrf, token: `wrong-${n}`, to: '/' }, visit));
    },
  ],
  [
    'what comes back from the identity provider',
    () => Promise.resolve(n => stage.ask(`/sign-in/callback?code=${n}`, { headers: { cookie: 'drillbook-oidc=x' } })),
  ],
  [
    'a secret of Alertmanager',
    () => Promise.resolve(n => hook('alertmanager', { authorization: `Bearer wrong-${n}` })),
  ],
  ['a signature', () => Promise.resolve(n => hook('pagerduty', { 'x-pagerduty-signature': `v1=${n}` }))],
  ['the name of a trigger', () => Promise.resolve(n => hook(`name-${n}`, {}))],
];

it.each(ways)('of 50 wrong ones at once ten are looked at, the others wait: %s', async (_, come) => {
  const one = await come();
  const answers = await Promise.all(Array.from({ length: 50 }, (__, n) => one(n)));
  const waits = answers.filter(({ status }) => status === 429);
  expect([waits.length, answers.length - waits.length]).toEqual([40, 10]);
  expect(new Set(waits.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['300']));
  expect(slow.asked).toBeLessThanOrEqual(10);
});

it('a right secret among 50 is not heard from an address that has to wait; a right token is', async () => {
  const tries = Array.from({ length: 49 }, (_, n) => hook('alertmanager', { authorization: `Bearer wrong-${n}` }));
  expect(
    (await Promise.all([...tries, hook('alertmanager', { authorization: `Bearer ${secret}` })])).at(-1)?.status,
  ).toBe(429);
  for (let n = 0; n < 11; n++) await stage.call('GET', '/api/v1/whoami', `wrong-${n}`);
  expect((await stage.call('GET', '/api/v1/whoami', tokenOf('ana'))).status).toBe(200);
});

it('what was right is given back: as many as come sign in from one address, ten at a moment', async () => {
  slow.right = true;
  const come = () => stage.ask('/sign-in/callback?code=1', { headers: { cookie: 'drillbook-oidc=x' } });
  for (let i = 0; i < 3; i++)
    expect((await Promise.all(Array.from({ length: 10 }, come))).map(({ status }) => status)).toEqual(
      Array.from({ length: 10 }, () => 303),
    );
  const attempts = createAttempts(() => now);
  const back = Array.from({ length: 10 }, () => attempts.reserve('10.0.0.1'));
  expect([attempts.reserve('10.0.0.1'), attempts.waitOf('10.0.0.1')]).toEqual([undefined, 300]);
  back[0]?.();
  expect(attempts.waitOf('10.0.0.1')).toBe(0);
  for (const give of back.slice(1)) give?.();
  attempts.failed('10.0.0.1');
  expect(attempts.reserve('10.0.0.1')).toBeDefined();
});
