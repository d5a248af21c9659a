import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Console, startConsole } from '../../console/console.ts';
import { hashOf } from '../../control/access/token-hash.ts';
import { newKey } from '../../control/signing.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { oneFailover, quick, sentTo } from './live.ts';

/** The console as people use it, on a real Temporal: nobody is believed without the console's signature. */
const key = newKey();
const tokenOf = (person: string): string => `drillbook_token_of_${person}`;
const listed = ['ana', 'bo', 'cem'].map(
  person => `    - { person: ${person}, sha256: "${hashOf(tokenOf(person))}", expires: "2099-12-31" }`,
);

const approved = `
apiVersion: drillbook/v1
name: approved
site: site-b
modes: [drill]
steps:
  - id: go
    uses: approval
    with: { message: May it begin?, from: [dr-managers], not-requester: true }
    timeout: 10m
  - { id: proof, uses: notify, with: { to: dr-drills, message: begun } }
`;

let harness: Harness;
let server: Console;
beforeAll(async () => {
  harness = await startHarness({
    scenario: quick(shippedScenario('hundred-vpgs')),
    configure: text =>
      text.replace(/^secrets:\n/m, 'secrets:\n  decision: { file: decision.pem }\n').replace(
        /^identity:\n {2}unverified: allow\n/m,
        `identity:
  unverified: refuse
  decision-key: decision
  keys:
    - { id: console, public: "${key.publicKey}" }
  tokens:
${listed.join('\n')}
roles:
  - { role: operator, to: [cem, ana] }
  - { role: approver, to: [dr-managers] }
notifications:
  - { events: [waiting, held], modes: [failover], to: [dr-drills] }
`,
      ),
  });
  writeFileSync(join(harness.dir, 'decision.pem'), key.pem, { mode: 0o600 });
  writeFileSync(join(harness.dir, 'approved.yaml'), approved);
  writeFileSync(join(harness.dir, 'fail.yaml'), oneFailover(1));
  server = await startConsole({ configPath: harness.configPath, port: 0, log: () => undefined });
});
afterAll(async () => {
  await server.close();
  await harness.close();
});

async function call(person: string, method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
  const headers = { authorization: `Bearer ${tokenOf(person)}`, 'content-type': 'application/json', ...more };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers, ...init });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

interface Event {
  readonly event: string;
  readonly id?: string;
  readonly data: Record<string, unknown> | readonly Record<string, unknown>[];
}

/** Server-sent events, until one of this name or the end of the stream. */
async function events(run: string, until: (event: Event) => boolean, lastEventId?: string): Promise<Event[]> {
  const headers = {
    authorization: `Bearer ${tokenOf('bo')}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const answer = await fetch(`${server.url}/api/v1/runs/${run}/events`, { headers });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const seen: Event[] = [];
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
      const data = field('data');
      if (data === undefined) continue;
      const id = field('id');
      const event = {
        event: field('event') ?? '',
        data: JSON.parse(data) as Event['data'],
        ...(id === undefined ? {} : { id }),
      };
      seen.push(event);
      if (until(event)) {
        return seen;
      }
    }
  }
  return seen;
}

it('says whether it could serve: not while drillbook.yaml has a mistake', async () => {
  const ready = async () => {
    const answer = await fetch(`${server.url}/readyz`);
    return [answer.status, await answer.text()];
  };
  expect(await ready()).toEqual([200, 'ok']);
  const text = readFileSync(harness.configPath, 'utf8');
  writeFileSync(harness.configPath, `${text}sitez: {}\n`);
  expect(await ready()).toEqual([503, 'drillbook.yaml cannot be used']);
  writeFileSync(harness.configPath, text);
  expect(await ready()).toEqual([200, 'ok']);
});

it('a drill: started once, watched to its end, voted on by another; the requester is refused', async () => {
  const asked = { runbook: 'approved', mode: 'drill', reason: 'a Tuesday' };
  const key = { 'idempotency-key': 'tuesday' };
  // Two at once, as after a lost answer: one run.
  const both = await Promise.all([1, 2].map(() => call('ana', 'POST', '/runs', asked, key)));
  const [run, again] = both.map(({ body }) => String(body['run']));
  expect([again, both.map(({ status }) => status).sort()]).toEqual([run, [200, 201]]);
  const other = await call(
    'ana',
    'POST',
    '/runs',
    { ...asked, runbook: 'approved.yaml', mode: 'drill', inputs: { x: 1 } },
    key,
  );
  expect(other.status).toBe(422);
  if (run === undefined) throw new Error('no run');

  const begun = await events(run, ({ event }) => event === 'waits');
  expect(begun.at(-1)?.data).toMatchObject([{ key: 'go', kind: 'approval', from: ['dr-managers'] }]);
  const own = await call('ana', 'POST', `/runs/${run}/votes`, { step: 'go' });
  expect(own).toMatchObject({
    status: 409,
    body: { title: 'Not counted', detail: expect.stringContaining('ana has started the run') as string },
  });
  expect(await call('cem', 'POST', `/runs/${run}/votes`, { step: 'go' })).toMatchObject({ status: 403 });
  expect(await call('bo', 'POST', `/runs/${run}/votes`, { step: 'nothing' })).toMatchObject({ status: 409 });
  const last = begun.findLast(({ id }) => id !== undefined)?.id;
  const rest = events(run, ({ event }) => event === 'ended', last);
  expect(await call('bo', 'POST', `/runs/${run}/votes`, { step: 'go', reason: 'fine' })).toEqual({
    status: 200,
    body: { counted: true, text: 'bo voted approve (1 of 1): fine' },
  });
  const after = await rest;
  expect(after.at(-1)).toMatchObject({ event: 'ended', data: { verdict: 'passed' } });
  // Nothing was told twice, and nothing missed.
  const ids = [...begun, ...after].flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
  expect(ids).toEqual(ids.map((_, i) => i + 1));

  const report = await call('bo', 'GET', `/runs/${run}/report?format=json`);
  expect(report.body).toMatchObject({ verdict: 'passed', run: { requester: 'ana', verified: true, trigger: 'api' } });
  expect(JSON.stringify(report.body)).toContain('"by":"bo"');
  const html = await fetch(`${server.url}/api/v1/runs/${run}/report`, {
    headers: { authorization: `Bearer ${tokenOf('bo')}` },
  });
  expect([html.headers.get('content-type'), await html.text()]).toEqual([
    'text/html; charset=utf-8',
    expect.stringContaining('approved') as string,
  ]);
  expect((await call('bo', 'GET', '/runs')).body).toMatchObject([
    { run, verdict: expect.stringMatching(/passed|ended/) as string },
  ]);
  expect((await call('bo', 'POST', `/runs/${run}/votes`, { step: 'go' })).status).toBe(409);
  expect((await call('bo', 'GET', '/runs/nothing')).status).toBe(404);
});

it('a failover: with a reason and its name, proved by the console to a worker that believes no name', async () => {
  const asked = { runbook: 'one', mode: 'failover' };
  expect((await call('cem', 'POST', '/runs', asked)).body['detail']).toContain('a reason is needed');
  expect((await call('cem', 'POST', '/runs', { ...asked, reason: 'site A is lost' })).body['detail']).toContain(
    "confirm it with the runbook's name",
  );
  const name = /^name: (\S+)/m.exec(oneFailover(1))?.[1];
  const { status, body } = await call('cem', 'POST', '/runs', { ...asked, reason: 'site A is lost', confirm: name });
  expect([status, body]).toMatchObject([201, {}]);
  const run = String(body['run']);
  let step = '';
  await until('it asks', async () => {
    const [waits] = (await call('bo', 'GET', `/runs/${run}`)).body['pending'] as { key: string; kind: string }[];
    if (waits?.kind === 'approval') step = waits.key;
    return step !== '';
  });
  const waiting = (await call('bo', 'GET', '/pending')).body as unknown as {
    run: string;
    pending: { key: string }[];
  }[];
  expect(waiting.map(each => each.run)).toEqual([run]);
  expect(await call('bo', 'POST', `/runs/${run}/votes`, { step, choice: 'commit' })).toMatchObject({ status: 200 });
  const seen = await events(run, ({ event }) => event === 'ended');
  expect(seen.at(-1)?.data).toMatchObject({ verdict: expect.stringMatching(/^passed/) as string });
  expect(await sentTo(harness, /^app-001$/)).toContain('Failover app-001');
});
