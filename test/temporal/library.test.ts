import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { Json } from '../../actions/json.ts';
import type { Plan } from '../../compiler/plan.ts';
import { vote } from '../../control/decisions.ts';
import { drilledWarning } from '../../control/last-drill.ts';
import { makeLift } from '../../control/library/lift.ts';
import { listLibrary } from '../../control/library/listed.ts';
import { publish } from '../../control/library/publish.ts';
import { withdraw } from '../../control/library/withdraw.ts';
import { prepare, preparePublished } from '../../control/prepare.ts';
import { queuesOf } from '../../control/queues.ts';
import { newRunId, type StartInfo, startRun } from '../../control/runs.ts';
import { newKey } from '../../control/signing.ts';
import { startConsole } from '../../console/console.ts';
import { hashOf } from '../../control/access/token-hash.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import type { Lift } from '../../workflows/messages.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { quick, sentTo, untilAsked } from './live.ts';
import { listedKey, signsWith } from './signs.ts';

/** A live mode runs what is published: the worker says so, whoever starts it and with whatever. Each case has a VPG of its own. */
const keys = { ana: newKey(), bo: newKey(), cem: newKey() };
const signs = (name: keyof typeof keys) => signsWith(keys[name]);
const listed = (['ana', 'bo', 'cem'] as const).map(name => listedKey(name, keys[name]));

/** The console's: it signs for whom it knows. */
const decisionKey = newKey();
const tokenOf = (person: string): string => `drillbook_token_of_${person}`;
const tokens = ['ana', 'cem'].map(
  person => `{ person: ${person}, sha256: "${hashOf(tokenOf(person))}", expires: "2099-12-31" }`,
);

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    scenario: quick(shippedScenario('hundred-vpgs')),
    configure: text =>
      text
        .replace(/published: false/, 'published: true')
        .replace(/^secrets:\n/m, 'secrets:\n  decision: { file: decision.pem }\n')
        .replace(
          /^identity:\n {2}unverified: allow\n/m,
          `identity:
  unverified: drills
  keys:
${listed.join('\n')}
    - { id: console, public: "${decisionKey.publicKey}" }
  decision-key: decision
  tokens: [ ${tokens.join(', ')} ]
roles:
  - { role: operator, to: [cem, bo] }
  - { role: approver, to: [dr-managers] }
  - { role: admin, to: [ana] }
`,
        ),
  });
});
afterAll(() => harness.close());

const text = (n: number): string => `
apiVersion: drillbook/v1
name: book-${n}
site: site-b
modes: { drill: {}, failover: { via: lan-b } }
inputs: { wait: { type: duration, default: 1m } }
steps:
  - { id: go, only: [failover], uses: approval, with: { message: "Go?", from: [dr-managers], not-requester: false }, timeout: 1h }
  - { id: db, uses: zerto/recover, with: { vpg: app-00${n} }, timeout: 2m }
  - { id: commit, only: [failover], uses: zerto/commit, with: { reverse-protect: true } }
`;
const fileOf = (n: number): string => join(harness.dir, `book-${n}.yaml`);
const write = (n: number, changed = text(n)): void => {
  writeFileSync(fileOf(n), changed);
};
const publishIt = (n: number, by: keyof typeof keys = 'ana') =>
  publish({
    files: [fileOf(n)],
    config: harness.config,
    cwd: harness.dir,
    by,
    reason: 'reviewed',
    sign: signs(by),
    now: Date.now(),
    dry: false,
  });
const planOf = async (n: number, inputs = {}): Promise<Plan> => {
  const made = await prepare({ file: fileOf(n), mode: 'failover', inputs, configPath: harness.configPath });
  if (made.kind === 'refused') throw new Error(made.report);
  return made.plan;
};
const info = { trigger: 'cli', verified: false, reason: 'site A is lost', url: '', configSha256: '' } as const;
const start = (plan: Plan, requester: keyof typeof keys = 'cem', more: Partial<StartInfo> = {}): Promise<string> =>
  startRun(harness.control, plan, { ...info, requester, ...more }, queuesOf(harness.config), signs(requester));
const sent = (n: number) => sentTo(harness, new RegExp(`^app-00${n}$`));
const whyOf = async (id: string): Promise<string> => (await harness.result(id)).reasons.join();
const liftOf = (plan: Plan, by: keyof typeof keys, run = newRunId(plan, new Date())): Lift =>
  makeLift(run, plan, { by, reason: 'the network plan is new' }, signs(by));
const approve = async (id: string): Promise<void> => {
  await untilAsked(harness, id, 'go');
  expect(await vote(harness.control, id, { key: 'go', by: 'ana', reason: 'go' }, signs('ana'))).toMatchObject({
    counted: true,
  });
};

it('what is not published the worker refuses, also with the hash of what is; and a publisher who is no admin publishes nothing', async () => {
  write(1);
  expect(await whyOf(await start(await planOf(1)))).toContain(
    'not started: book-1 is not published, and a live run needs that. An admin publishes it',
  );
  await expect(publishIt(1, 'cem')).rejects.toThrow('cem is no admin of book-1');
  await publishIt(1);
  // The source of what is published, and another time for a step: hashed as its author can.
  const { hash: _, ...made } = await planOf(1);
  const forged = { ...made, steps: made.steps.map(step => ({ ...step, timeoutMs: step.timeoutMs + 1 })) };
  const hash = sha256Hex(canonical(JSON.parse(JSON.stringify(forged)) as Json));
  expect(await whyOf(await start({ ...forged, hash }))).toContain('not started: book-1 is published, and this is not');
  write(1, text(1).replace('2m', '3m'));
  expect(await whyOf(await start(await planOf(1)))).toContain('as it stands in book-1.yaml is not published');
  expect(await sent(1)).toEqual([]);
});

it('what is published runs, by its name and with inputs, whatever its file has become', async () => {
  write(2);
  await publishIt(2);
  write(2, text(2).replace('2m', '3m'));
  const made = await preparePublished({
    ...{ name: 'book-2', mode: 'failover', inputs: { wait: '90s' } },
    ...{ configPath: harness.configPath, now: Date.now() },
  });
  if (made.kind === 'refused') throw new Error(made.report);
  const id = await start(made.plan);
  await approve(id);
  expect(await harness.result(id)).toMatchObject({ verdict: 'passed', reasons: [] });
  expect(await sent(2)).toEqual(['Failover app-002', 'FailoverCommit app-002']);
});

it('an approver lifts it for one run, which tells so; the requester alone does not, nor is it lifted twice', async () => {
  write(3);
  const plan = await planOf(3);
  const refused: readonly (readonly [Lift, keyof typeof keys, string])[] = [
    [liftOf(plan, 'bo'), 'bo', 'bo asked for this run, and another person lifts it'],
    [liftOf(plan, 'cem'), 'bo', 'cem may not start unpublished here'],
    [{ ...liftOf(plan, 'bo'), by: 'ana' }, 'cem', 'the key bo-1 signs for bo, not for ana'],
    [{ ...liftOf(plan, 'ana'), run: 'book-3-another' }, 'cem', 'is not of this word'],
  ];
  for (const [lift, requester, why] of refused) {
    const reasons = await whyOf(await start(plan, requester, { lift }));
    expect(reasons).toContain('not started: book-3 is not published');
    expect(reasons).toContain(why);
  }
  const lift = liftOf(plan, 'bo');
  const id = await start(plan, 'cem', { lift });
  expect(id).toBe(lift.run);
  await expect(start(plan, 'cem', { lift })).rejects.toThrow('it counts for one start');
  await approve(id);
  const said = 'it was not published, and started at the word of bo: the network plan is new';
  expect(await harness.result(id)).toMatchObject({ verdict: 'passed_with_exceptions' });
  const journal = await harness.journal(id);
  expect(JSON.stringify(journal)).toContain(said);
  expect(await sent(3)).toEqual(['Failover app-003', 'FailoverCommit app-003']);
});

it('an approver without a key lifts it by the console: after its plan, by its name, and the worker takes it', async () => {
  write(5);
  writeFileSync(join(harness.dir, 'decision.pem'), decisionKey.pem, { mode: 0o600 });
  const served = await startConsole({ configPath: harness.configPath, port: 0, log: () => undefined });
  const send = async (person: string, path: string, body: string | URLSearchParams, type: string) => {
    const headers = { authorization: `Bearer ${tokenOf(person)}`, 'content-type': type, accept: 'text/html' };
    const answer = await fetch(`${served.url}${path}`, { method: 'POST', headers, body, redirect: 'manual' });
    return { status: answer.status, text: await answer.text() };
  };
  const form = (path: string, fields: Record<string, string>) =>
    send('ana', `/runbooks/book-5/lift${path}`, new URLSearchParams(fields), 'application/x-www-form-urlencoded');
  try {
    const filled = { mode: 'failover', reason: 'the network plan is new', 'in.wait': '90s' };
    const shown = await form('/plan', filled);
    expect([shown.status, shown.text]).toEqual([200, expect.stringContaining('✓ All of it fits.')]);
    const plan = /name="plan" value="([0-9a-f]{64})"/.exec(shown.text)?.[1] ?? '';
    // What a program is shown is the same plan, by the same hash.
    const wanted = { runbook: 'book-5', mode: 'failover', inputs: { wait: '90s' } };
    const looked = await send('ana', '/api/v1/plans', JSON.stringify(wanted), 'application/json');
    expect(JSON.parse(looked.text)).toMatchObject({ plan, fits: true });
    const unconfirmed = await form('', { ...filled, plan, confirm: 'book' });
    expect([unconfirmed.status, unconfirmed.text]).toEqual([409, expect.stringContaining('It was not confirmed')]);
    const other = await form('', { ...filled, plan: 'another', confirm: 'book-5' });
    expect([other.status, other.text]).toEqual([409, expect.stringContaining('changed since this plan was shown')]);
    const lifted = await form('', { ...filled, plan, confirm: 'book-5' });
    const lift = />(lift\.[\w-]+)</.exec(lifted.text)?.[1];
    expect([lifted.status, typeof lift]).toEqual([201, 'string']);
    const asked = {
      runbook: 'book-5',
      mode: 'failover',
      inputs: { wait: '90s' },
      reason: 'x',
      confirm: 'book-5',
      lift,
    };
    const begun = await send('cem', '/api/v1/runs', JSON.stringify({ ...asked, plan }), 'application/json');
    expect(begun.status).toBe(201);
    const { run } = JSON.parse(begun.text) as { run: string };
    await approve(run);
    expect(await harness.result(run)).toMatchObject({ verdict: 'passed_with_exceptions' });
    const said = 'it was not published, and started at the word of ana: the network plan is new';
    expect(JSON.stringify(await harness.journal(run))).toContain(said);
  } finally {
    await served.close();
  }
});

it('a drill runs any file; the last that passed is what a live start is warned by', async () => {
  write(4);
  const warn = (withinMs: number) => {
    const policy = { ...harness.config.policy, 'live-needs': { published: true, 'drilled-within': withinMs } };
    return drilledWarning(harness.control, { name: 'book-4', mode: 'failover' }, { policy }, Date.now());
  };
  expect(await warn(1)).toBe(
    'Temporal knows no passed drill of book-4: policy.live-needs.drilled-within of drillbook.yaml asks for one within 1ms.',
  );
  const made = await prepare({ file: fileOf(4), mode: 'drill', inputs: {}, configPath: harness.configPath });
  if (made.kind === 'refused') throw new Error(made.report);
  expect((await harness.result(await start(made.plan))).verdict).toBe('passed');
  await until('Temporal lists it', async () => (await warn(3_600_000)) === undefined);
  expect(await warn(0)).toMatch(/^The last passed drill of book-4 was on \d{4}-\d\d-\d\d: /);
});

it('what was withdrawn the worker begins for nobody, with a lift or as a drill; what runs already goes on', async () => {
  write(6);
  await publishIt(6);
  const id = await start(await planOf(6));
  await untilAsked(harness, id, 'go');
  const [{ version } = { version: '' }] = (await listLibrary(harness.config, Date.now(), 'book-6')).versions;
  await withdraw({
    ...{ config: harness.config, name: 'book-6', hash: version, by: 'ana', reason: 'it waits too long' },
    ...{ sign: signs('ana'), now: Date.now() },
  });
  const why = `not started: book-6@${version.slice(0, 12)} does not start: it was withdrawn by ana at `;
  const plan = await planOf(6, { wait: '90s' });
  expect(await whyOf(await start(plan))).toContain(why);
  expect(await whyOf(await start(plan, 'cem', { lift: liftOf(plan, 'bo') }))).toContain(why);
  const made = await prepare({ file: fileOf(6), mode: 'drill', inputs: {}, configPath: harness.configPath });
  if (made.kind === 'refused') throw new Error(made.report);
  expect(await whyOf(await start(made.plan))).toContain(why);
  expect(await sent(6)).toEqual([]);
  await approve(id);
  expect((await harness.result(id)).verdict).toBe('passed');
  expect(await sent(6)).toEqual(['Failover app-006', 'FailoverCommit app-006']);
});
