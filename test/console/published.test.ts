import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan } from '../../compiler/plan.ts';
import { encodeLift, makeLift } from '../../control/library/lift.ts';
import { publish } from '../../control/library/publish.ts';
import { prepare } from '../../control/prepare.ts';
import { newRunId } from '../../control/runs.ts';
import { signWithText } from '../../control/signing.ts';
import { baseConfig, key, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

/** What the console starts in a live mode: by a name what is published, and past that with a lift. */
const config = `${baseConfig}people: { ana: { name: Ana }, op: { name: Op }, ad: { name: Ad } }
roles:
  - { role: operator, to: [op] }
  - { role: approver, to: [ana] }
  - { role: admin, to: [ad] }
identity:
  decision-key: decision
  keys: [ { id: console, public: "${key.publicKey}" } ]
  tokens: [${['ana', 'op', 'ad'].map(person => listedToken(person)).join(', ')}]
`;
let stage: Stage;
beforeAll(async () => {
  stage = await startStage(config);
});
afterAll(() => {
  stage.close();
});

const file = () => join(stage.dir, 'payments.yaml');
const text = (timeout: string): string => `apiVersion: drillbook/v1
name: payments
site: site-b
modes: { drill: {}, failover: {} }
steps:
  - { id: go, uses: approval, with: { message: "Go on?", from: [ana] }, timeout: ${timeout} }
`;
const asked = { runbook: 'payments', mode: 'failover', reason: 'site A is lost', confirm: 'payments' };
const start = async (more: object = {}) => {
  const answer = await stage.call('POST', '/api/v1/runs', tokenOf('op'), { ...asked, ...more });
  return { status: answer.status, body: (await answer.json()) as { detail?: string; run?: string } };
};
const timeoutOf = (plan: unknown) => (plan as Plan).steps.find(({ id }) => id === 'go')?.timeoutMs;
const hour = 3_600_000;

it('a live mode starts what is published, and a drill the file', async () => {
  writeFileSync(file(), text('1h'));
  // Where there is no library, the worker alone says.
  expect((await start()).status).toBe(201);
  stage.started.length = 0;
  mkdirSync(join(stage.dir, 'library/publications'), { recursive: true });
  expect(await start()).toMatchObject({
    status: 422,
    body: {
      detail:
        'payments is not published, and a live run needs that. An admin publishes it ("drillbook publish"), or an approver lifts that ("drillbook lift").',
    },
  });
  const done = await publish({
    ...{ files: [file()], config: await stage.deps.readConfig(), cwd: stage.dir, by: 'ad', reason: 'reviewed' },
    ...{ sign: signWithText(key.pem, 'decision'), now: Date.now(), dry: false },
  });
  expect(done.kind).toBe('published');
  writeFileSync(file(), text('2h'));
  expect((await start()).status).toBe(201);
  expect((await start({ mode: 'drill', confirm: undefined })).status).toBe(201);
  expect(stage.started.map(({ plan }) => timeoutOf(plan))).toEqual([hour, 2 * hour]);
  const byFile = await start({ runbook: 'payments.yaml' });
  expect([byFile.status, byFile.body.detail]).toEqual([
    422,
    expect.stringContaining('payments as it stands in payments.yaml is not published') as string,
  ]);
  expect((await start({ runbook: 'payments@000000' })).body.detail).toContain('payments@000000 is not published');
});

it('a lift goes with the start of just that plan; what is none is refused', async () => {
  stage.started.length = 0;
  const prepared = await prepare({
    file: file(),
    mode: 'failover',
    inputs: {},
    configPath: join(stage.dir, 'drillbook.yaml'),
  });
  if (prepared.kind === 'refused') throw new Error(prepared.report);
  const { plan } = prepared;
  const made = makeLift(
    newRunId(plan, new Date()),
    plan,
    { by: 'ana', reason: 'new wires' },
    signWithText(key.pem, 'k'),
  );
  const lift = encodeLift(made);
  expect(await start({ lift })).toMatchObject({ status: 201, body: { run: made.run } });
  expect(stage.started).toMatchObject([{ id: made.run, lift: { by: 'ana', reason: 'new wires' } }]);
  expect(timeoutOf(stage.started[0]?.plan)).toBe(2 * hour);
  expect((await start({ lift: 'because' })).body.detail).toContain('This is no lift');
  writeFileSync(file(), text('3h'));
  expect((await start({ lift })).body.detail).toContain('ana has lifted another plan');
  expect((await start({ lift, mode: 'drill', confirm: undefined })).body.detail).toContain('are of a live mode alone');
  expect(stage.started).toHaveLength(1);
});
