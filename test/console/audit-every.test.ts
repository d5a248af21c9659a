import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleApp } from '../../console/app.ts';
import { createBoundedAudit } from '../../console/security/bounded-audit.ts';
import type { AuditLine } from '../../control/audit.ts';
import type { Seen } from '../../control/run-view/feed.ts';
import { approval, watched } from '../control/watched.ts';
import { form, sessionIdOf, signInAt } from './browser.ts';
import { baseConfig, host, key, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

/** Whatever may be refused, wherever: one line each. */
const config = `${baseConfig.replace('zvm: { env: ZVM },', 'zvm: { env: ZVM }, am: { file: am },')}people: { ana: { name: Ana }, op: { name: Op }, none: { name: None } }
roles: [ { role: operator, to: [op], runbooks: [payments] }, { role: approver, to: [op], runbooks: [payments] } ]
policy: { live-needs: { published: false } }
triggers:
  alertmanager: { kind: alertmanager, secret: am, may: [ { runbooks: [payments], modes: [drill] } ] }
identity:
  decision-key: decision
  keys: [ { id: console, public: "${key.publicKey}" } ]
  tokens: [${['ana', 'op', 'none'].map(person => listedToken(person)).join(', ')}]
console: { session: 365d }
`;

const run = 'payments-failover-20261121-0210-7f3a';
let now = Date.UTC(2026, 10, 22, 2, 30);
let stage: Stage;
let session: string;
let csrf: string;
beforeAll(async () => {
  const seen: Seen = {
    facts: watched({
      mode: 'failover',
      pending: [
        approval('go', { count: 1, from: ['op'] }),
        approval('dns', { kind: 'manual', choices: ['done', 'failed'], from: [] }),
      ],
    }),
    at: now,
  };
  stage = await startStage(config, {
    runs: { [run]: { runbook: 'payments', mode: 'failover' } },
    clock: () => now,
    change: deps => ({
      ...deps,
      watched: {
        look: () => Promise.resolve(seen),
        follow: () => {
          throw new Error('nobody follows');
        },
      },
    }),
  });
  writeFileSync(join(stage.dir, 'am'), 'alertmanager-knows-it\n', { mode: 0o600 });
  const client = stage.deps.control.client as unknown as { workflowService: object };
  client.workflowService = { describeTaskQueue: () => Promise.resolve({ pollers: [] }) };
  ({ session } = await signInAt(stage, tokenOf('op')));
  csrf = stage.deps.gate.csrfOf(sessionIdOf(session));
});
afterAll(() => {
  stage.close();
});

/** The answer, and the lines that it has left. What was counted before by addresses is over. */
async function linesFor(act: () => Promise<Response>) {
  now += 5 * 60_000 + 1;
  const before = (await stage.audit()).length;
  const answer = await act();
  return { status: answer.status, lines: (await stage.audit()).slice(before) };
}
async function refusedOnce(act: () => Promise<Response>, line: object = {}) {
  const { status, lines } = await linesFor(act);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(lines).toMatchObject([{ counted: false, text: expect.stringMatching(/\w{3}/) as string, ...line }]);
  return status;
}

const reason = { reason: 'looked at it' };
const opening = { site: 'site-b', vpg: 'db', ...reason };
/** Each route that changes something, with what it would take, and how its line calls it. */
const routes: Readonly<Record<string, { readonly call: string; readonly body?: object; readonly form?: object }>> = {
  'POST /api/v1/runs': { call: 'start', body: { runbook: 'payments', mode: 'drill' } },
  'POST /api/v1/plans': { call: 'plan', body: { runbook: 'payments', mode: 'drill' } },
  'POST /api/v1/lifts': { call: 'start unpublished', body: { runbook: 'payments', mode: 'failover', ...reason } },
  'POST /api/v1/schedules/:runbook/:name/pause': { call: 'schedule pause', body: reason },
  'POST /api/v1/schedules/:runbook/:name/resume': { call: 'schedule resume', body: {} },
  'POST /api/v1/schedules/:runbook/:name/trigger': { call: 'schedule trigger', body: {} },
  'POST /schedules/:runbook/:name': { call: 'schedule pause', form: { act: 'pause', confirm: 'payments', ...reason } },
  'POST /runbooks/:name/lift/plan': { call: 'plan', form: { mode: 'failover', ...reason } },
  'POST /runbooks/:name/lift': { call: 'start unpublished', form: { mode: 'failover', ...reason } },
  'POST /api/v1/runs/:run/votes': { call: 'vote', body: { step: 'go' } },
  'POST /api/v1/runs/:run/reports': { call: 'report', body: { step: 'dns', outcome: 'done' } },
  'POST /api/v1/runs/:run/answers': { call: 'retry', body: { step: 'db', choice: 'retry' } },
  'POST /api/v1/runs/:run/cancel': { call: 'cancel', body: reason },
  'POST /api/v1/runs/:run/abort': { call: 'abort', body: reason },
  'POST /api/v1/runs/:run/pause': { call: 'pause', body: {} },
  'POST /api/v1/runs/:run/resume': { call: 'resume', body: {} },
  'POST /api/v1/runs/:run/extend': { call: 'extend', body: { by: '30m', ...reason } },
  'POST /api/v1/runs/:run/roll-back': { call: 'roll-back', body: reason },
  'POST /api/v1/runs/:run/decisions': { call: 'decide', body: { choice: 'commit', ...reason } },
  'POST /api/v1/leases/adopt': { call: 'leases adopt', body: opening },
  'POST /api/v1/leases/commit': { call: 'leases commit', body: opening },
  'POST /api/v1/leases/roll-back': { call: 'leases roll-back', body: opening },
  'POST /runs/:run/act': { call: 'pause', form: { act: 'pause', ...reason } },
  'POST /runs/:run/decide': { call: 'vote', form: { kind: 'approval', step: 'go', choice: 'approve' } },
  'POST /runbooks/:name/plan': { call: 'plan', form: { mode: 'drill' } },
  'POST /runbooks/:name/start': { call: 'start', form: { mode: 'drill', reason: 'x' } },
};
/** These have lines of their own kind, below. */
const others = ['POST /sign-in', 'POST /sign-out', 'POST /hooks/:name'];
const walked = Object.entries(routes).map(([route, more]) => ({ route, ...more }));
const addressOf = (route: string): string =>
  route
    .replace(/^POST /, '')
    .replace(':runbook', 'payments')
    .replace(':run', run)
    .replace(':name', 'payments');

type Walked = (typeof walked)[number];
const send = (
  { route, body, form: fields }: Walked,
  headers: Record<string, string>,
  text = body === undefined ? new URLSearchParams({ ...fields, csrf }).toString() : JSON.stringify(body),
) => {
  const type = body === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  return stage.ask(addressOf(route), { method: 'POST', headers: { 'content-type': type, ...headers }, body: text });
};
const bearer = (person: string) => ({ authorization: `Bearer ${tokenOf(person)}` });

describe('one audit line for each refusal', () => {
  it('every route that changes something is walked here', () => {
    const found = createConsoleApp(stage.deps)
      .routes.filter(({ method, path }) => !['GET', 'ALL', 'HEAD'].includes(method) && !path.includes('*'))
      .map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(found)].sort()).toEqual([...Object.keys(routes), ...others].sort());
  });

  it.each(walked)('$route: to nobody, to a wrong token, to whoever has no role', async each => {
    expect(await refusedOnce(() => send(each, {}), { person: '', how: 'nothing' })).toBe(each.form ? 403 : 401);
    const unknown = { authorization: 'Bearer nobody' };
    expect(await refusedOnce(() => send(each, unknown), { person: '', call: 'sign in' })).toBe(401);
    const person = { person: 'none', how: 'token', call: each.call };
    expect(await refusedOnce(() => send(each, bearer('none')), person)).toBe(403);
  });

  it.each(walked)(
    '$route: that a page of somebody else sent, too large, or while drillbook.yaml has a mistake',
    async each => {
      const own = { cookie: session, 'x-csrf-token': csrf };
      expect(await refusedOnce(() => send(each, { ...own, origin: 'https://evil.example' }))).toBe(403);
      expect(await refusedOnce(() => send(each, { cookie: session, 'x-csrf-token': 'old' }, ''))).toBe(403);
      const large = 'x'.repeat(1024 * 1024 + 1);
      expect(await refusedOnce(() => send(each, { ...own, 'content-length': String(large.length) }, large))).toBe(413);
      stage.configure('sites: 5');
      expect(await refusedOnce(() => send(each, own))).toBe(503);
      stage.configure(config);
    },
  );

  it.each(walked.filter(({ body }) => body !== undefined))('$route: that cannot be read', async each => {
    for (const text of ['{', '[]', '{"nonsense":1}'])
      expect(await refusedOnce(() => send(each, bearer('op'), text), { person: 'op' })).toBe(400);
  });

  const words = walked.filter(({ route }) => route.startsWith('POST /api/v1/runs/'));
  it.each(words)('$route: about a run that is not there', async each => {
    const gone = { ...each, route: each.route.replace(':run', 'nothing') };
    expect(await refusedOnce(() => send(gone, bearer('op')), { person: 'op', call: each.call, run: 'nothing' })).toBe(
      404,
    );
  });

  it('what is at no address, and by another method', async () => {
    for (const [method, path] of [
      ['POST', '/nowhere'],
      ['PUT', '/api/v1/runs'],
      ['DELETE', `/api/v1/runs/${run}`],
    ] as const)
      await refusedOnce(() => stage.call(method, path, tokenOf('op'), {}), { person: 'op', call: `${method} ${path}` });
    await refusedOnce(() => stage.ask('/hooks/x', { method: 'PUT', body: '' }), { call: 'deliver' });
    await refusedOnce(() => stage.ask('http://evil.example:8080/api/v1/runs', { method: 'POST', body: '{}' }));
  });

  it('a look is no decision, refused or not', async () => {
    for (const path of [
      '/',
      '/audit',
      `/runs/${run}`,
      '/api/v1/runs',
      '/runbooks/payments/start?mode=drill',
      '/nowhere',
    ])
      expect((await linesFor(() => stage.call('GET', path, tokenOf('none')))).lines).toEqual([]);
  });
});

describe('one audit line for what a page refuses before it is a deed', () => {
  const page = (path: string, fields: Record<string, string>) =>
    stage.ask(path, form({ csrf, ...fields }, session, { origin: host }));

  const acts: readonly (readonly [Record<string, string>, string, object])[] = [
    [{ act: 'cancel' }, 'A reason is needed', { call: 'cancel' }],
    [{ act: 'cancel', ...reason }, 'not confirmed', { call: 'cancel', reason: 'looked at it' }],
    [{ act: 'cancel-now', confirm: 'paiments', ...reason }, 'not confirmed', { call: 'cancel', choice: 'now' }],
    [{ act: 'roll-back', ...reason }, 'not confirmed', { call: 'roll-back' }],
    [{ act: 'extend', by: 'soon', ...reason }, 'no span of time', { call: 'extend' }],
    [{ act: 'dance', ...reason }, 'no such button', { call: 'dance' }],
  ];
  it.each(acts)('act %o: %s', async (fields, why, line) => {
    const told = { person: 'op', how: 'session', run, text: expect.stringContaining(why) as string, ...line };
    expect(await refusedOnce(() => page(`/runs/${run}/act`, fields), told)).toBe(409);
  });

  const decisions: readonly (readonly [Record<string, string>, string, object])[] = [
    [{ kind: 'approval', step: 'old', choice: 'approve' }, 'asked any more', { call: 'vote', step: 'old' }],
    [{ kind: 'approval', step: 'go', choice: 'commit' }, 'asked any more', { call: 'vote', choice: 'commit' }],
    [{ kind: 'approval', step: 'go', choice: 'approve' }, 'needs a reason', { call: 'vote', choice: 'approve' }],
    [{ kind: 'approval', step: 'go', choice: 'approve', ...reason }, 'not confirmed', { call: 'vote', ...reason }],
    [
      { kind: 'approval', step: 'go', choice: 'approve', confirm: 'payments', glass: 'yes' },
      'needs a reason',
      { call: 'break the glass' },
    ],
    [{ kind: 'held', step: '', choice: 'commit' }, 'asked any more', { call: 'decide' }],
    [{ kind: 'question', step: 'db', choice: 'skip' }, 'asked any more', { call: 'skip' }],
  ];
  it.each(decisions)('decide %o: %s', async (fields, why, line) => {
    const told = { person: 'op', run, text: expect.stringContaining(why) as string, ...line };
    expect(await refusedOnce(() => page(`/runs/${run}/decide`, fields), told)).toBe(409);
  });

  const starts: readonly (readonly [string, Record<string, string>, string, object])[] = [
    ['/runbooks/ledger/start', { mode: 'drill' }, 'op may not start', { call: 'start', step: 'ledger' }],
    ['/runbooks/nothing/start', { mode: 'drill' }, 'op may not start', { call: 'start', step: 'nothing' }],
    ['/runbooks/ledger/plan', { mode: 'drill' }, 'op may not start', { call: 'plan', step: 'ledger' }],
    ['/runbooks/payments/start', { mode: 'chaos' }, 'no such mode', { call: 'start', choice: 'chaos' }],
    ['/runbooks/payments/start', { mode: 'failover', 'loss-at': 'noon' }, 'is no time', { call: 'start' }],
    [
      '/runbooks/payments/start',
      { mode: 'drill', plan: 'another' },
      'changed since this plan was shown',
      { call: 'start' },
    ],
    ['/runbooks/payments/lift', { mode: 'failover' }, 'was not confirmed', { call: 'start unpublished' }],
    ['/runbooks/payments/plan', { mode: 'drill', 'in.nothing': '1' }, 'nothing', { call: 'plan' }],
    ['/runbooks/payments/plan', { mode: 'drill' }, 'Only a worker', { call: 'plan' }],
  ];
  it.each(starts)('%s %o: %s', async (path, fields, why, line) => {
    await refusedOnce(() => page(path, fields), {
      ...{ person: 'op', text: expect.stringContaining(why) as string, ...line },
    });
  });

  it('a live start without its reason or without its name, by page and by API', async () => {
    const { prepareRunbook } = await import('../../console/start-run.ts');
    const { plan } = await prepareRunbook(stage.deps, { runbook: 'payments', mode: 'failover' });
    const tried: readonly (readonly [Record<string, string>, string])[] = [
      [{ confirm: 'payments' }, 'a reason is needed'],
      [reason, 'confirm it with the runbook'],
    ];
    for (const [fields, why] of tried) {
      const line = { person: 'op', call: 'start', choice: 'failover', text: expect.stringContaining(why) as string };
      await refusedOnce(() => page('/runbooks/payments/start', { mode: 'failover', plan: plan.hash, ...fields }), line);
      const body = { runbook: 'payments', mode: 'failover', ...fields };
      expect(await refusedOnce(() => stage.call('POST', '/api/v1/runs', tokenOf('op'), body), line)).toBe(422);
    }
  });
});

describe('one audit line for each sign-in that is refused, and each delivery', () => {
  it('at the page, by the provider, from another site', async () => {
    const line = { person: '', how: 'nothing', call: 'sign in' };
    await refusedOnce(async () => (await signInAt(stage, 'wrong')).answer, line);
    await refusedOnce(() => stage.ask('/sign-in/callback?error=access_denied'), line);
    await refusedOnce(() => stage.ask('/sign-in/callback', { headers: { cookie: 'drillbook-oidc=x' } }), line);
    await refusedOnce(() => stage.ask('/sign-in', form({ token: tokenOf('op') }, '')), line);
    await refusedOnce(() => stage.ask('/sign-out', form({}, session)), { call: 'sign out' });
  });

  it('that proves nothing, is not meant or cannot be read', async () => {
    const deliver = (authorization: string, body = '{}', type = 'application/json') =>
      stage.ask('/hooks/alertmanager', { method: 'POST', headers: { authorization, 'content-type': type }, body });
    const line = { person: 'alertmanager', call: 'deliver' };
    expect(await refusedOnce(() => deliver('Bearer wrong'), line)).toBe(401);
    expect(await refusedOnce(() => deliver('Bearer alertmanager-knows-it', '{'), line)).toBe(400);
    expect(await refusedOnce(() => deliver('Bearer alertmanager-knows-it', '{}', 'text/plain'), line)).toBe(415);
    expect(await refusedOnce(() => stage.ask('/hooks/other', { method: 'POST', body: '' }), { person: 'other' })).toBe(
      404,
    );
    const { status, lines } = await linesFor(() => deliver('Bearer alertmanager-knows-it'));
    expect([status, lines]).toMatchObject([202, [{ ...line, counted: false, how: 'trigger' }]]);
  });

  it('an address that has to wait: one line too', async () => {
    now += 5 * 60_000 + 1;
    for (let n = 0; n < 10; n++) await stage.call('GET', '/api/v1/whoami', `wrong-${n}`);
    const before = (await stage.audit()).length;
    expect((await stage.call('POST', '/api/v1/runs', 'wrong', {})).status).toBe(429);
    expect((await stage.audit()).slice(before)).toMatchObject([{ call: 'sign in', counted: false }]);
  });
});

it('of very many that prove nothing there are twenty lines, then one a minute that says how many', async () => {
  let at = 0;
  const lines: AuditLine[] = [];
  const bounded = createBoundedAudit(
    line => {
      lines.push(line);
      return Promise.resolve();
    },
    () => at,
  );
  const wrong = (text: string, address = '10.0.0.1') =>
    bounded.audit({ person: '', how: 'nothing', call: 'deliver', counted: false, text, address });
  for (let n = 0; n < 1_000; n++) await wrong(`no ${n}`);
  await wrong('another', '10.0.0.2');
  expect([lines.length, lines.at(-1)?.text]).toEqual([21, 'another']);
  await bounded.flush();
  await bounded.flush();
  expect(lines.slice(21).map(({ text }) => text)).toEqual(['980 times since the last such line, the last: no 999']);
  // From very many addresses, too.
  for (let n = 0; n < 2_000; n++) await wrong(`no ${n}`, `10.1.${n >> 8}.${n & 255}`);
  expect(lines).toHaveLength(22 + 279);
  await bounded.flush();
  expect(lines).toHaveLength(22 + 279 + 21);
  at = 5 * 60_000;
  await wrong('later');
  expect(lines.at(-1)?.text).toBe('later');
});
