import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { slackBallots } from '../../actions/slack-ballot.ts';
import { startReceiver } from '../activities/receivers.ts';
import { baseConfig, key, type Stage, startStage } from './stage.ts';

/** Slack as its documents say that it asks, and where it takes answers. */
const secret = 'slack-signing-secret';

const config = (
  answers: string,
) => `${baseConfig.replace('zvm: { env: ZVM },', 'zvm: { env: ZVM }, sign: { file: sign },')}
people: { ana: { name: Ana Ruiz, slack: U01ANA }, bo: { name: Bo, slack: U02BO }, cem: { name: Cem } }
roles:
  - { role: operator, to: [ana], modes: [drill, failover] }
  - { role: approver, to: [bo] }
policy: { live-needs: { published: false } }
triggers:
  slack: { kind: slack, secret: sign, url: "${answers}", at-most: 2/h, may: [ { runbooks: [payments], modes: [drill] } ] }
identity:
  decision-key: decision
  keys: [ { id: console, public: "${key.publicKey}" } ]
`;

const runs = {
  'run-drill': { runbook: 'payments', mode: 'drill' },
  'run-live': { runbook: 'payments', mode: 'failover' },
  'run-ledger': { runbook: 'ledger', mode: 'drill' },
};

let now = Date.parse('2026-11-22T03:00:00Z');
let stage: Stage;
let slack: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  slack = await startReceiver();
});
beforeEach(async () => {
  slack.received.length = 0;
  stage = await startStage(config(slack.url), { runs, clock: () => now });
  writeFileSync(join(stage.dir, 'sign'), `${secret}\n`, { mode: 0o600 });
});
afterEach(() => {
  stage.close();
});
afterAll(() => slack.close());

let serial = 0;

async function send(fields: Record<string, string>, { at = now, by = secret, signed = '' } = {}) {
  const body = new URLSearchParams(fields).toString();
  const time = String(Math.floor(at / 1_000));
  const signature = `v0=${createHmac('sha256', by).update(`v0:${time}:${body}`).digest('hex')}`;
  const answer = await stage.ask('/hooks/slack', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': time,
      'x-slack-signature': signed === '' ? signature : signed,
    },
    body,
  });
  return { status: answer.status, text: await answer.text() };
}

/** What Slack is told afterwards. */
async function told(): Promise<Record<string, unknown> | undefined> {
  await Promise.all(stage.deps.lastly.map(end => end()));
  return slack.json().at(-1);
}

const command = (text: string, { user = 'U01ANA', id = `T${serial++}` } = {}, more = {}) =>
  send(
    {
      ...{ command: '/drillbook', text, user_id: user, trigger_id: id, team_id: 'T1' },
      response_url: `${slack.url}/commands/secret`,
    },
    more,
  );

const press = (ballot: { run: string; choice: string; step?: string }, user = 'U02BO', more = {}) => {
  const { run, choice, step = 'go' } = ballot;
  const block = slackBallots({ run, runbook: 'payments', mode: 'drill', step, choices: [choice] });
  const { elements } = block as { elements: { action_id: string; value: string }[] };
  const [action] = elements;
  const payload = {
    type: 'block_actions',
    user: { id: user },
    actions: [action],
    response_url: `${slack.url}/actions/x`,
    ...more,
  };
  return send({ payload: JSON.stringify(payload) });
};

it('a command starts a drill as the person, at once acknowledged, told afterwards; the same again is the same', async () => {
  const first = await command('run payments', { id: 'T-one' });
  expect([first.status, first.text]).toEqual([200, expect.stringContaining('One moment') as string]);
  expect(await told()).toMatchObject({
    response_type: 'in_channel',
    text: expect.stringMatching(/^Ana Ruiz started </) as string,
  });
  expect(stage.started).toMatchObject([
    {
      info: { trigger: 'webhook', requester: 'ana' },
      proof: { key: key.publicKey },
      memo: { mode: 'drill', via: 'slack' },
    },
  ]);
  now += 1_000;
  await command('run payments drill', { id: 'T-one' });
  await told();
  expect(stage.started).toHaveLength(1);
});

it('starts no live run, no runbook that its line does not name, and no more than at-most; not for whoever may not', async () => {
  for (const [text, why] of [
    ['run payments failover', 'touches production'],
    ['run ledger', 'triggers.slack.may'],
    ['run payments.yaml', 'The name of a runbook is wanted'],
    ['run payments chaos', 'There is no mode'],
  ] as const) {
    await command(text);
    expect(await told()).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining(why) as string });
  }
  await command('run payments', { user: 'U02BO' });
  expect(await told()).toMatchObject({ text: expect.stringContaining('bo may not start') as string });
  expect(stage.started).toEqual([]);
  for (const id of ['T-a', 'T-b', 'T-c']) await command('run payments', { id });
  await told();
  expect(stage.started).toHaveLength(2);
  expect(JSON.stringify(slack.json())).toContain('at-most');
  // One line for each start, whoever refused it.
  const starts = (await stage.audit()).filter(({ call }) => call === 'start');
  expect(starts.map(({ person, step, counted }) => [person, step, counted])).toEqual([
    ...[['ana', 'payments', false] as const, ['ana', 'ledger', false], ['ana', 'payments.yaml', false]],
    ...[['ana', 'payments', false] as const, ['bo', 'payments', false]],
    ...[['ana', 'payments', true] as const, ['ana', 'payments', true], ['ana', 'payments', false]],
  ]);
});

it('a button votes as the person, signed, where the line names the mode; a live one is decided at the console', async () => {
  expect((await press({ run: 'run-drill', choice: 'approve' })).status).toBe(200);
  expect(await told()).toMatchObject({ response_type: 'in_channel', text: '*run-drill*, go: bo was heard' });
  await press({ run: 'run-drill', choice: 'reject' });
  await told();
  expect(stage.said).toMatchObject([
    {
      run: 'run-drill',
      update: 'approve',
      word: { by: 'bo', key: 'go', choice: 'approve', proof: { key: key.publicKey } },
    },
    { run: 'run-drill', update: 'reject', word: { by: 'bo' } },
  ]);
  for (const [run, user, why] of [
    ['run-live', 'U02BO', 'A button in Slack decides nothing in mode failover'],
    ['run-ledger', 'U02BO', 'A button in Slack decides nothing'],
    ['run-drill', 'U01ANA', 'ana may not vote'],
    ['run-nothing', 'U02BO', 'no run'],
  ] as const) {
    await press({ run, choice: 'approve' }, user);
    expect(await told()).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining(why) as string });
  }
  expect(stage.said).toHaveLength(2);
  expect((await stage.audit()).filter(({ call }) => call === 'vote')).toMatchObject([
    { person: 'bo', how: 'trigger', run: 'run-drill', counted: true },
    { choice: 'reject', counted: true },
    // A line for each that was refused, also where it never became a vote.
    ...['run-live', 'run-ledger'].map(run => ({ person: 'bo', how: 'trigger', run, step: 'go', counted: false })),
    { person: 'ana', counted: false },
    { person: 'bo', run: 'run-nothing', counted: false },
  ]);
});

it('a line for failovers lets buttons decide them', async () => {
  stage.configure(config(slack.url).replace('modes: [drill] } ] }', 'modes: [drill, failover] } ] }'));
  await press({ run: 'run-live', choice: 'approve' });
  await told();
  expect(stage.said).toMatchObject([{ run: 'run-live', word: { by: 'bo' } }]);
});

it('whom nobody of drillbook.yaml is, and what is not Slack’s, old, a replay or another button, does nothing', async () => {
  expect((await command('run payments', { user: 'U09XXX' })).text).toContain('people.NAME.slack');
  expect((await command('run payments', {}, { by: 'other' })).status).toBe(401);
  expect((await command('run payments', {}, { at: now - 301_000 })).status).toBe(401);
  expect((await command('run payments', {}, { at: now + 301_000 })).status).toBe(401);
  expect((await command('run payments', {}, { signed: 'v0=' })).status).toBe(401);
  const link = { type: 'block_actions', user: { id: 'U02BO' }, actions: [{ action_id: 'link', url: 'x' }] };
  expect(await send({ payload: JSON.stringify(link) })).toEqual({ status: 200, text: '' });
  expect(await send({ ssl_check: '1' })).toEqual({ status: 200, text: '' });
  expect((await send({ payload: '{' })).status).toBe(400);
  expect((await send({ text: 'run payments' })).status).toBe(400);
  await told();
  expect([stage.started, stage.said, slack.received]).toEqual([[], [], []]);
  // The same bytes with the same signature: what somebody has recorded.
  await press({ run: 'run-drill', choice: 'approve' });
  await press({ run: 'run-drill', choice: 'approve' });
  await told();
  expect(stage.said).toHaveLength(1);
  const replays = (await stage.audit()).filter(({ text }) => String(text).includes('the same delivery came before'));
  expect(replays).toMatchObject([{ person: 'slack', how: 'nothing', call: 'deliver', counted: false }]);
});

it('tells the outcome to Slack alone, whatever address came in', async () => {
  const elsewhere = await startReceiver();
  await press({ run: 'run-drill', choice: 'approve' }, 'U02BO', { response_url: `${elsewhere.url}/steal` });
  await told();
  expect([elsewhere.received, slack.received]).toEqual([[], []]);
  expect(stage.said).toHaveLength(1);
  await elsewhere.close();
});

it('shows the runs that somebody may see, and help', async () => {
  await command('status');
  expect(String((await told())?.['text']).split('\n')).toEqual([
    '*run-drill*: running',
    '*run-live*: running',
    '*run-ledger*: running',
  ]);
  await command('status run-drill');
  expect(await told()).toMatchObject({ text: '*run-drill*: running, asked for by cem' });
  await command('pending');
  expect(await told()).toMatchObject({ text: 'Nothing waits for people.' });
  await command('');
  expect(await told()).toMatchObject({ text: expect.stringContaining('start a drill') as string });
  stage.configure(config(slack.url).replace('to: [bo]', 'to: [cem]'));
  await command('status', { user: 'U02BO' });
  expect(await told()).toMatchObject({ text: expect.stringContaining('bo may not see runs') as string });
});

it('defect: a vote on its way when Temporal fell silent was to be sent again, though nobody knew whether it counted', async () => {
  const { workflow } = stage.deps.control.client as unknown as { workflow: { getHandle: (id: string) => object } };
  const handle = workflow.getHandle.bind(workflow);
  const lost = Object.assign(new Error('14 UNAVAILABLE'), { name: 'ServiceError', code: 14 });
  workflow.getHandle = id => ({ ...handle(id), executeUpdate: () => Promise.reject(lost) });
  await press({ run: 'run-drill', choice: 'approve' });
  const { text } = (await told()) as { readonly text: string };
  expect(text).toMatch(/^It is not known whether it was recorded: .* Look at run-drill before you send it again\./);
  expect(text).not.toContain('does not answer: send it again');
});
