import { afterEach, expect, it } from 'vitest';
import { createRunsNow, type Runs } from '../../console/runs-now.ts';
import { createLookLimits } from '../../console/security/look-limits.ts';
import type { Control } from '../../control/connection.ts';
import { baseConfig, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

const config = `${baseConfig}people: { ana: { name: Ana }, bo: { name: Bo } }
roles: [ { role: viewer, to: [ana], runbooks: [payments] }, { role: viewer, to: [bo], runbooks: [ledger] } ]
identity: { tokens: [${listedToken('ana')}, ${listedToken('bo')}] }
`;
let stage: Stage | undefined;
afterEach(() => {
  stage?.close();
});

it('however many people look at the runs, Temporal is asked once; each sees his own', async () => {
  let now = 1_000_000;
  let asked = 0;
  stage = await startStage(config, {
    runs: { 'run-p': { runbook: 'payments', mode: 'drill' }, 'run-l': { runbook: 'ledger', mode: 'drill' } },
    clock: () => now,
  });
  const { workflow } = stage.deps.control.client;
  const list = workflow.list.bind(workflow);
  workflow.list = (...args) => {
    asked += 1;
    return list(...args);
  };
  const look = async (person: string) => await (await stage?.call('GET', '/', tokenOf(person)))?.text();
  const pages = await Promise.all(Array.from({ length: 50 }, (_, n) => look(n % 2 === 0 ? 'ana' : 'bo')));
  for (const [n, page] of pages.entries())
    expect([page?.includes('run-p'), page?.includes('run-l')]).toEqual(n % 2 === 0 ? [true, false] : [false, true]);
  // The latest, those that go on, and those that may wait for somebody.
  expect(asked).toBe(3);
  now += 3_000;
  await Promise.all([look('ana'), look('bo')]);
  expect(asked).toBe(6);
});

it('a Temporal that did not answer is asked again, and its failure is not kept', async () => {
  let fails = true;
  const none: Runs = { runs: [], pending: [] };
  const runsNow = createRunsNow(
    {} as Control,
    () => 0,
    () => (fails ? Promise.reject(new Error('away')) : Promise.resolve(none)),
  );
  await expect(Promise.all([runsNow(), runsNow()])).rejects.toThrow('away');
  fails = false;
  expect(await runsNow()).toBe(none);
});

it('somebody has 30 plans made in five minutes and three at once; others are not held up', async () => {
  let now = 0;
  const limits = createLookLimits(() => now);
  const of = (name: string) => ({ person: name, groups: [], how: 'token', verified: true, name }) as const;
  const look = (name: string) => limits.run(of(name), () => Promise.resolve(name));
  let done = (): void => undefined;
  const long = () => limits.run(of('ana'), () => new Promise<void>(resolve => (done = resolve)));
  const three = [long(), long(), long()];
  await expect(look('ana')).rejects.toMatchObject({ name: 'TooManyLooks', retryAfter: 5 });
  expect(await look('bo')).toBe('bo');
  done();
  await three[2];
  now = 60_000;
  for (let i = 3; i < 30; i++) await look('ana');
  await expect(look('ana')).rejects.toThrow('ana had 30 plans made within 5 minutes: try again in 240 s.');
  expect(await look('bo')).toBe('bo');
  now = 5 * 60_000;
  // What failed is counted too.
  await expect(limits.run(of('ana'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('a call of the API leaves a line for each plan, and is refused when there were too many', async () => {
  stage = await startStage(config.replaceAll('role: viewer', 'role: operator'));
  const plan = async (runbook: string) =>
    await stage?.call('POST', '/api/v1/plans', tokenOf('ana'), { runbook, mode: 'drill', inputs: { nothing: 1 } });
  for (let i = 0; i < 30; i++) expect((await plan('payments'))?.status).toBe(422);
  const refused = await plan('payments');
  expect([refused?.status, Number(refused?.headers.get('retry-after')) > 0]).toEqual([429, true]);
  expect(await refused?.json()).toMatchObject({ title: 'Too many plans' });
  const lines = await stage.audit();
  expect(lines).toHaveLength(31);
  expect(lines.at(-1)).toMatchObject({
    person: 'ana',
    call: 'plan',
    step: 'payments',
    choice: 'drill',
    counted: false,
  });
});

it('what a run asked last is remembered while nobody answers for it', async () => {
  const going = { run: 'r', runbook: 'payments', mode: 'drill', site: 'b', requester: 'ana', verdict: 'running' };
  const asked = { key: 'go', kind: 'approval', since: 0, message: '', from: ['ana'], choices: [], votes: [] } as const;
  const runs = [{ ...going, startedAt: 0 }];
  let [now, pending]: [number, Runs['pending']] = [1_000, [{ run: 'r', pending: [asked] }]];
  const runsNow = createRunsNow(
    {} as Control,
    () => now,
    () => Promise.resolve({ runs, pending }),
  );
  await runsNow();
  [now, pending] = [9_000, [{ run: 'r', pending: [], silent: true }]];
  expect((await runsNow()).pending).toEqual([
    { run: 'r', pending: [], silent: true, last: { pending: [asked], at: 1_000 } },
  ]);
  [now, pending] = [19_000, [{ run: 'r', pending: [], unasked: true }]];
  expect((await runsNow()).pending).toEqual([
    { run: 'r', pending: [], unasked: true, last: { pending: [asked], at: 1_000 } },
  ]);
});
