import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pending } from '../../engine/pending.ts';
import { createAnswerCheck, type Described } from './openapi-validator.ts';
import { baseConfig, fakeSchedule, key, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

/** Who may ask for each call of the API at all; `matrix.test.ts` has what each says to a run, mode by mode. */

const everybody = ['vi', 'op', 'ap', 'ad', 'none'] as const;
const seers = 'vi op ap ad';
const reason = 'looked at it';
const opening = { site: 'site-b', vpg: 'db', reason };

const calls: Readonly<Record<string, { readonly may: string; readonly body?: object }>> = {
  whoAmI: { may: 'vi op ap ad none' },
  listRuns: { may: seers },
  showRun: { may: seers },
  reportOfRun: { may: seers },
  watchRun: { may: seers },
  listPending: { may: seers },
  listRunbooks: { may: seers },
  listLeases: { may: seers },
  listSchedules: { may: seers },
  trySecrets: { may: 'ad' },
  pauseSchedule: { may: 'ad', body: { reason } },
  resumeSchedule: { may: 'ad', body: {} },
  triggerSchedule: { may: 'op', body: {} },
  lift: { may: 'ap', body: { runbook: 'payments', mode: 'failover', reason } },
  plan: { may: seers, body: { runbook: 'payments', mode: 'drill' } },
  startRun: { may: 'op', body: { runbook: 'payments', mode: 'drill' } },
  vote: { may: 'ap', body: { step: 'go' } },
  reportManual: { may: 'op', body: { step: 'look', outcome: 'done' } },
  answer: { may: 'op', body: { step: 'db', choice: 'retry' } },
  cancelRun: { may: 'op', body: { reason } },
  abortRun: { may: 'op', body: { reason } },
  pauseRun: { may: 'op', body: {} },
  resumeRun: { may: 'op', body: {} },
  extendRun: { may: 'op', body: { by: '30m', reason } },
  rollBackRun: { may: 'op', body: { reason } },
  decideHeld: { may: 'op ap', body: { choice: 'go-on', reason } },
  adoptOpening: { may: 'ad', body: opening },
  commitOpening: { may: 'ap', body: opening },
  rollBackOpening: { may: 'ap', body: opening },
};

/** What waits in the run, with all that may stand in it. */
const held: Pending = {
  ...{ key: '', kind: 'held', since: 0, message: 'held', from: ['ap', 'op'], choices: ['commit', 'roll-back'] },
  ...{ count: 2, votes: [{ by: 'ap', choice: 'commit', at: 5 }], breakGlass: ['op'] },
};

let stage: Stage;
let check: ReturnType<typeof createAnswerCheck>;
let operations: readonly { readonly method: string; readonly path: string; readonly operationId: string }[];
beforeAll(async () => {
  stage = await startStage(
    `${baseConfig}people: { ana: { name: Ana }, vi: { name: Vi }, op: { name: Op }, ap: { name: Ap }, ad: { name: Ad }, none: { name: None } }
roles: [ { role: viewer, to: [vi] }, { role: operator, to: [op] }, { role: approver, to: [ap] }, { role: admin, to: [ad] } ]
policy: { live-needs: { published: false } }
identity:
  decision-key: decision
  keys: [ { id: console, public: "${key.publicKey}" } ]
  tokens: [${everybody.map(person => listedToken(person)).join(', ')}]
`,
    {
      runs: { 'run-1': { runbook: 'payments', mode: 'drill', pending: [held] } },
      schedules: [fakeSchedule('payments/weekly')],
    },
  );
  const document = (await (await stage.ask('/api/v1/openapi.json')).json()) as Described;
  check = createAnswerCheck(document);
  // Deliveries are by no person's roles: hooks.test.ts.
  const asked = Object.entries(document.paths).filter(([path]) => !path.startsWith('/hooks/'));
  operations = asked.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ method, path, operationId })),
  );
});
afterAll(() => {
  stage.close();
});

it('has a line for each call that the API describes, and for no other', () => {
  expect(Object.keys(calls).toSorted()).toEqual(operations.map(({ operationId }) => operationId).toSorted());
});

it.each(Object.entries(calls))('%s is for whom the roles let', async (name, { may, body }) => {
  const operation = operations.find(({ operationId }) => operationId === name);
  if (operation === undefined) throw new Error(`no ${name}`);
  const { method, path } = operation;
  const refused: string[] = [];
  const described: string[] = [];
  for (const person of everybody) {
    const own = path.replace('{run}', 'run-1').replace('{runbook}', 'payments').replace('{name}', 'weekly');
    const answer = await stage.call(
      method.toUpperCase(),
      own.startsWith('/api') ? own : `/api/v1${own}`,
      tokenOf(person),
      body,
    );
    expect(answer.status, `${person} is known`).not.toBe(401);
    if (answer.status === 403) refused.push(person);
    const type = answer.headers.get('content-type') ?? '';
    const isStream = type.startsWith('text/event-stream');
    const text = isStream ? '' : await answer.text();
    if (isStream) await answer.body?.cancel();
    // The stage has no worker that looks at sites, and no histories: what it cannot do is no answer of the console's.
    if (answer.status !== 500)
      described.push(...check({ path, method, status: answer.status, type, text }).map(wrong => `${person}: ${wrong}`));
  }
  expect(described, 'what the OpenAPI document does not say').toEqual([]);
  expect(refused).toEqual(everybody.filter(person => !may.split(' ').includes(person)));
});

it.each([
  ['listRuns', 401, 'GET', '/runs', undefined, 'nobody'],
  ['listRuns', 400, 'GET', '/runs?last=none', undefined, 'vi'],
  ['showRun', 404, 'GET', '/runs/none', undefined, 'ad'],
  ['startRun', 400, 'POST', '/runs', { runbook: 1 }, 'op'],
  ['startRun', 422, 'POST', '/runs', { runbook: 'payments', mode: 'failover', reason, confirm: 'no' }, 'op'],
  ['startRun', 201, 'POST', '/runs', { runbook: 'payments', mode: 'change' }, 'op'],
  ['extendRun', 400, 'POST', '/runs/run-1/extend', { by: 'x', reason }, 'op'],
  ['triggerSchedule', 404, 'POST', '/schedules/payments/none/trigger', {}, 'op'],
] as const)('%s: its %i is as the document describes it', async (name, status, method, place, body, person) => {
  const answer = await stage.call(method, `/api/v1${place}`, tokenOf(person), body);
  expect(answer.status).toBe(status);
  const { path = '' } = operations.find(({ operationId }) => operationId === name) ?? {};
  const came = { path, method: method.toLowerCase(), status, type: answer.headers.get('content-type') ?? '' };
  const text = await answer.text();
  expect(check({ ...came, text })).toEqual([]);
  // An answer with a field that is not described, or without one that is, would be seen.
  const { title, run, ...less } = JSON.parse(text) as Record<string, unknown>;
  expect(check({ ...came, text: JSON.stringify(less) })).toHaveLength(1);
  expect(check({ ...came, text: JSON.stringify({ ...less, title, run, more: 1 }) })).toHaveLength(1);
});
