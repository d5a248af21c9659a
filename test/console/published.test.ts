import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerUnpublished } from '../../activities/starts.ts';
import type { Plan } from '../../compiler/plan.ts';
import { peopleOf } from '../../control/config/people.ts';
import { encodeLift, makeLift } from '../../control/library/lift.ts';
import { publish } from '../../control/library/publish.ts';
import { withdraw } from '../../control/library/withdraw.ts';
import { prepare } from '../../control/prepare.ts';
import { newRunId } from '../../control/runs.ts';
import { signWithText } from '../../control/signing.ts';
import { judgeUnpublished } from '../../control/unpublished.ts';
import type { Lift, RunStart } from '../../workflows/messages.ts';
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
  // defect: the refusal named payments.yaml where another folder's file was meant
  mkdirSync(join(stage.dir, 'runbooks'));
  writeFileSync(join(stage.dir, 'runbooks/payments.yaml'), text('2h'));
  expect((await start({ runbook: 'runbooks/payments.yaml' })).body.detail).toContain(
    'payments as it stands in runbooks/payments.yaml is not published',
  );
  rmSync(join(stage.dir, 'runbooks'), { recursive: true });
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

it('with the hash of the plan that was shown just that is started, and a file that has changed since is not', async () => {
  stage.started.length = 0;
  writeFileSync(file(), text('3h'));
  const first = await start({ mode: 'drill', confirm: undefined });
  expect(first.status).toBe(201);
  const { hash } = stage.started[0]?.plan as Plan;
  expect((await start({ mode: 'drill', confirm: undefined, plan: hash })).status).toBe(201);
  writeFileSync(file(), text('4h'));
  const changed = await start({ mode: 'drill', confirm: undefined, plan: hash });
  expect(changed.status).toBe(409);
  expect(changed.body.detail).toMatch(
    new RegExp(
      `^The runbook or drillbook.yaml changed since this plan was shown: it was ${hash.slice(0, 12)}, and now it is [0-9a-f]{12}\\. `,
    ),
  );
  expect(stage.started).toHaveLength(2);
  expect((await stage.audit()).at(-1)).toMatchObject({ person: 'op', call: 'start', counted: false });
});

it('a start that is sent once more is the run that it was, though the file has changed meanwhile', async () => {
  stage.started.length = 0;
  const send = async (plan: string) => {
    const headers = { authorization: `Bearer ${tokenOf('op')}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ runbook: 'payments', mode: 'drill', plan });
    const init = { method: 'POST', body, headers: { ...headers, 'idempotency-key': 'k-1' } };
    const answer = await stage.ask('/api/v1/runs', init);
    return { status: answer.status, body: (await answer.json()) as { run?: string; again?: boolean } };
  };
  writeFileSync(file(), text('5h'));
  await start({ mode: 'drill', confirm: undefined });
  const { hash } = stage.started[0]?.plan as Plan;
  const first = await send(hash);
  expect(first).toMatchObject({ status: 201, body: { again: false } });
  writeFileSync(file(), text('6h'));
  expect(await send(hash)).toMatchObject({ status: 200, body: { run: first.body.run, again: true } });
  expect((await send('0'.repeat(64))).status).toBe(409);
  expect(stage.started).toHaveLength(2);
});

it('an approver lifts it by the console: what he gives is what the worker takes, of just that plan and for another person', async () => {
  stage.started.length = 0;
  const lift = async (person: string, more: object = {}) => {
    const body = { runbook: 'payments', mode: 'failover', reason: 'new wires', ...more };
    const answer = await stage.call('POST', '/api/v1/lifts', tokenOf(person), body);
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  for (const person of ['op', 'ad']) {
    expect(await lift(person)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining(`${person} may not start unpublished in mode failover`) as string },
    });
    expect((await stage.audit()).at(-1)).toMatchObject({ person, call: 'start unpublished', counted: false });
  }
  const given = await lift('ana');
  expect(given).toMatchObject({ status: 201, body: { runbook: 'payments', mode: 'failover' } });
  const { run = '', plan = '' } = given.body;
  expect((await stage.audit()).at(-1)).toMatchObject({
    ...{ person: 'ana', call: 'start unpublished', step: 'payments', choice: 'failover', reason: 'new wires' },
    ...{ counted: true, text: `${run}, of the plan ${plan.slice(0, 12)}, may start` },
  });
  expect(await start({ lift: given.body['lift'] })).toMatchObject({ status: 201, body: { run } });
  // As the worker asks about it.
  const [{ info, lift: sent, plan: carried }] = stage.started as [Stage['started'][0]];
  const begun = { run: { ...info, id: run }, plan: carried, lift: sent } as unknown as RunStart;
  const judge = (told: RunStart) =>
    answerUnpublished(judgeUnpublished(told, 'not published', Date.now()), people, Date.now());
  const people = peopleOf(await stage.deps.readConfig());
  expect(judge(begun)).toEqual({ lifted: 'ana: new wires' });
  expect(judge({ ...begun, run: { ...begun.run, requester: 'ana' } }).refused).toContain('another person lifts it');
  expect(judge({ ...begun, lift: { ...(sent as Lift), by: 'ad' } }).refused).toContain('It was not lifted');

  const whyNot = async (more: object) => [(await lift('ana', more)).status, (await lift('ana', more)).body['detail']];
  expect(await whyNot({ mode: 'drill' })).toEqual([422, 'Mode drill runs any file: there is nothing to lift.']);
  expect(await whyNot({ reason: ' ' })).toEqual([400, expect.stringContaining('a reason is needed') as string]);
  expect((await whyNot({ plan: 'another' }))[0]).toBe(409);
  const byName = await stage.ask('/runbooks/payments/lift?mode=failover', headers('op'));
  expect([byName.status, await byName.text()]).toEqual([403, expect.stringContaining('may not start unpublished')]);
  const form = await (await stage.ask('/runbooks/payments/lift?mode=failover', headers('ana'))).text();
  expect(form).toContain('action="/runbooks/payments/lift/plan"');
  const shelf = await (await stage.ask('/runbooks', headers('ana'))).text();
  expect(shelf).toContain('href="/runbooks/payments/lift?mode=failover"');
  expect(await (await stage.ask('/runbooks', headers('op'))).text()).not.toContain('/lift?');
  // What the library has of it now.
  writeFileSync(file(), text('1h'));
  expect(await whyNot({})).toEqual([422, 'payments as it stands is published: there is nothing to lift.']);
});

const headers = (person: string) => ({ headers: { authorization: `Bearer ${tokenOf(person)}`, accept: 'text/html' } });

it('a withdrawn version is started by nobody: by name, hash, file or with a lift; the page of runbooks tells it', async () => {
  const read = await stage.deps.readConfig();
  const put = async (timeout: string): Promise<string> => {
    writeFileSync(file(), text(timeout));
    const done = await publish({
      ...{ files: [file()], config: read, cwd: stage.dir, by: 'ad', reason: 'reviewed' },
      ...{ sign: signWithText(key.pem, 'decision'), now: Date.now(), dry: false },
    });
    return done.kind === 'published' ? (done.runbooks[0]?.version ?? '') : '';
  };
  const old = await put('5h');
  await new Promise(resolve => setTimeout(resolve, 5));
  const bad = await put('6h');
  stage.started.length = 0;
  expect((await start({ runbook: `payments@${old.slice(0, 12)}` })).body).toMatchObject({
    warnings: expect.arrayContaining([expect.stringContaining('is not the newest version')]) as string[],
  });
  const made = await prepare({
    file: file(),
    mode: 'failover',
    inputs: {},
    configPath: join(stage.dir, 'drillbook.yaml'),
  });
  if (made.kind === 'refused') throw new Error(made.report);
  const run = newRunId(made.plan, new Date());
  const lift = encodeLift(makeLift(run, made.plan, { by: 'ana', reason: 'now' }, signWithText(key.pem, 'k')));
  await withdraw({
    ...{ config: read, name: 'payments', hash: bad, by: 'ad', reason: 'it waits too long' },
    ...{ sign: signWithText(key.pem, 'decision'), now: Date.now() },
  });
  const why = `payments@${bad.slice(0, 12)} does not start: it was withdrawn by ad at `;
  for (const more of [
    { runbook: `payments@${bad.slice(0, 12)}` },
    { runbook: 'payments.yaml' },
    { runbook: 'payments.yaml', lift },
    { mode: 'drill', confirm: undefined },
  ])
    expect(await start(more)).toMatchObject({ status: 422, body: { detail: expect.stringContaining(why) as string } });
  expect(stage.started).toHaveLength(1);
  expect((await start()).status).toBe(201);
  expect(timeoutOf(stage.started[1]?.plan)).toBe(5 * hour);
  const page = await (await stage.call('GET', '/runbooks', tokenOf('op'))).text();
  expect(page).toContain(`! Withdrawn: <code>${bad.slice(0, 12)}</code> by ad`);
  expect(page).toContain('it waits too long. It does not start.');
  expect(page).toContain(`Published: <code>${old.slice(0, 12)}</code>`);
});

it('defect: where the library cannot be read a start was answered with 500, and so was the page of runbooks', async () => {
  const library = join(stage.dir, 'library');
  renameSync(library, `${library}.kept`);
  writeFileSync(library, '');
  try {
    stage.started.length = 0;
    writeFileSync(file(), text('7h'));
    const drill = await start({ mode: 'drill', confirm: undefined });
    const warning = expect.stringContaining('was withdrawn cannot be found out: the library cannot be read') as string;
    expect(drill).toMatchObject({ status: 201, body: { warnings: expect.arrayContaining([warning]) as string[] } });
    const detail = expect.stringMatching(/^payments is not known to be published, .*"drillbook lift"/i) as string;
    expect(await start()).toMatchObject({ status: 422, body: { detail } });
    const made = await stage.call('POST', '/api/v1/lifts', tokenOf('ana'), {
      ...{ runbook: 'payments.yaml', mode: 'failover', reason: 'the share went down with site A' },
    });
    expect(made.status).toBe(201);
    const { lift } = (await made.json()) as { lift: string };
    expect((await start({ lift })).status).toBe(201);
    expect(stage.started.map(({ lift: word }) => (word as { by?: string } | undefined)?.by)).toEqual([
      undefined,
      'ana',
    ]);
    expect((await stage.call('GET', '/runbooks', tokenOf('op'))).status).toBe(200);
  } finally {
    rmSync(library);
    renameSync(`${library}.kept`, library);
  }
});
