import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkLive } from '../../control/config-check.ts';
import { renderHtml } from '../../report/html.ts';
import { renderText } from '../../report/text.ts';
import { headerOf, startBlackHole, startMailServer, startReceiver } from '../activities/receivers.ts';
import { type Harness, startHarness, unapproved, until } from './harness.ts';
import { approve, untilAsked } from './live.ts';
import { allThatTemporalHolds } from './search.ts';

/** A real run tells real receivers; and one whose receivers never answer is not held up by them. */
let harness: Harness;
let slack: Awaited<ReturnType<typeof startReceiver>>;
let pagerduty: typeof slack;
let siem: typeof slack;
let mail: Awaited<ReturnType<typeof startMailServer>>;
let hole: Awaited<ReturnType<typeof startBlackHole>>;
const log: string[] = [];
const canaries = { hook: 'canary-hook-1f', key: 'canary-key-2f', hmac: 'canary-hmac-3f', smtp: 'canary-smtp-4f' };

const gated = (name: string, more = ''): string => `
apiVersion: drillbook/v1
name: ${name}
site: site-b
modes: [drill]
steps:
  - { id: go, uses: approval, with: { message: Shall we?, from: [dr-managers], break-glass: [dr-duty] }, timeout: 10m }
${more}`;
/** It waits for longer than its objective, and then its check is green. */
const late = (port: number): string => `
apiVersion: drillbook/v1
name: told-late
site: site-b
objectives: { rto: 4s }
modes: [failover]
steps:
  - { id: go, uses: approval, with: { message: Shall we?, from: [dr-managers] }, timeout: 10m }
  - { id: nap, uses: wait, with: { for: 5s } }
  - { id: up, uses: check/tcp, with: { host: 127.0.0.1, port: ${port} } }
  - { id: rest, uses: wait, with: { for: 2s } }
`;
const short = `
apiVersion: drillbook/v1
name: silent
site: site-b
modes: [drill]
steps:
  - { id: one, uses: wait, with: { for: 1s } }
`;

beforeAll(async () => {
  [slack, pagerduty, siem] = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
  mail = await startMailServer({ tls: 'implicit', password: canaries.smtp });
  hole = await startBlackHole();
  const secrets = {
    hook: `${slack.url}/services/${canaries.hook}`,
    key: canaries.key,
    hmac: canaries.hmac,
    smtp: canaries.smtp,
    'hole-hook': `http://127.0.0.1:${hole.port}/services/${canaries.hook}`,
  };
  const listed = Object.keys(secrets).map(name => `  ${name}: { file: ${name}.secret }\n`);
  const mailTo = { to: ['duty@example.com'], from: 'drillbook@example.com', password: 'smtp' };
  const holeAt = `127.0.0.1:${hole.port}`;
  const targets = {
    'dr-drills': { file: { path: 'notifications.jsonl' } },
    chat: { slack: { url: 'hook' } },
    bridge: { pagerduty: { 'routing-key': 'key', url: pagerduty.url } },
    duty: { email: { ...mailTo, server: `smtps://127.0.0.1:${mail.port}`, tls: { ca: 'mail.pem' } } },
    siem: { webhook: { url: `${siem.url}/in`, hmac: 'hmac' } },
    'chat-gone': { slack: { url: 'hole-hook' }, fallback: 'dr-drills' },
    'bridge-gone': { pagerduty: { 'routing-key': 'key', url: `http://${holeAt}` } },
    'duty-gone': { email: { ...mailTo, server: `smtps://${holeAt}` } },
    'siem-gone': { webhook: { url: `http://${holeAt}`, hmac: 'hmac' } },
  };
  const events = [
    'breach-forecast',
    'started',
    'waiting',
    'held',
    'finished',
    'failed',
    'break-glass',
    'config-changed',
  ];
  const notifications = [
    { events, runbooks: ['told*'], to: ['chat', 'bridge', 'duty', 'siem'] },
    { events: ['started'], runbooks: ['begun*'], to: ['bridge'] },
    { events, runbooks: ['silent'], to: ['chat-gone', 'bridge-gone', 'duty-gone', 'siem-gone'] },
  ];
  const console = { 'public-url': 'https://drillbook.example.com' };
  harness = await startHarness({
    worker: false,
    log: line => log.push(line),
    configure: text =>
      unapproved(text)
        .replace('secrets:\n', `secrets:\n${listed.join('')}`)
        // Who is led to a console from elsewhere must be able to show who he is.
        .replace(
          /identity:\n {2}unverified: allow\n/,
          `$&  tokens: [{ person: ana, sha256: "sha256:${'0'.repeat(64)}", expires: "2099-12-31" }]\n`,
        )
        .replace(/^targets:\n(?: .*\n)+/m, stringify({ targets })) + stringify({ notifications, console }),
  });
  writeFileSync(join(harness.dir, 'mail.pem'), mail.ca);
  for (const [name, value] of Object.entries(secrets))
    writeFileSync(join(harness.dir, `${name}.secret`), `${value}\n`, { mode: 0o600 });
  await harness.startWorker();
});
afterAll(async () => {
  await harness.close();
  await Promise.all([slack, pagerduty, siem, mail, hole].map(receiver => receiver.close()));
});

const kinds = () => siem.json().map(({ type, data }) => `${String(type)} ${(data as { state: string }).state}`);
const incidents = () => pagerduty.json().map(event => `${String(event['event_action'])} ${String(event['dedup_key'])}`);
const subjects = () => mail.mails.map(each => headerOf(each, 'Subject'));

it('started, waiting, finished: each by Slack, PagerDuty, e-mail and webhook, in words and in order', async () => {
  // One that is busy for a moment is told all the same, and nobody else twice.
  slack.replies.push({ status: 500 });
  const id = await harness.start(harness.plan(gated('told'), 'drill'), { requester: 'cem' });
  await untilAsked(harness, id, 'go');
  await until('all have heard that it waits', () =>
    [slack.received.length >= 3, incidents().length >= 2, mail.mails.length >= 2, siem.received.length >= 2].every(
      Boolean,
    ),
  );
  await approve(harness, id, 'go', ['ana']);
  expect((await harness.result(id)).verdict).toBe('passed');
  await until('all have heard of the end', () => kinds().includes('drillbook.finished open') && subjects().length >= 3);
  await until('the incidents are over', () => incidents().length >= 4 && siem.received.length >= 5);
  await until('Slack has heard of the end', () => slack.received.length >= 4);
  expect(kinds().sort()).toEqual([
    'drillbook.finished open',
    'drillbook.started open',
    'drillbook.started over',
    'drillbook.waiting open',
    'drillbook.waiting over',
  ]);
  const [started, waiting] = [`drillbook/${id}/started/`, `drillbook/${id}/waiting/go`];
  // What ends more than once is one end: that of a run without its own word of `started` came with `finished`.
  expect([...new Set(incidents())].sort()).toEqual(
    [`trigger ${started}`, `trigger ${waiting}`, `resolve ${waiting}`, `resolve ${started}`].sort(),
  );
  expect(subjects().sort()).toEqual([
    '[DRILL] told: FINISHED',
    '[DRILL] told: STARTED',
    '[DRILL] told: WAITS FOR PEOPLE',
  ]);
  expect(new Set(mail.mails.map(each => headerOf(each, 'References'))).size).toBe(1);
  const told = slack.json().map(body => JSON.stringify(body));
  expect(told.filter(text => text.includes('[DRILL] told: WAITS FOR PEOPLE')).length).toBeGreaterThan(0);
  expect(told.every(text => text.includes(`https://drillbook.example.com/runs/${id}`))).toBe(true);
  // Three messages, and one of them twice since its first was answered by 500.
  expect(slack.received).toHaveLength(4);
  expect((await harness.journal(id)).untold).toBeUndefined();
});

it.each(['passed', 'failed', 'cancelled', 'terminated'] as const)(
  'defect: the incident of a run’s beginning stayed open where its target is told of nothing else: %s',
  async how => {
    const more = `  - { id: so, uses: assert, with: { that: "${how === 'failed' ? 'false' : 'true'}" } }
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db } }
`;
    const id = await harness.start(harness.plan(gated(`begun-${how}`, more), 'drill'), { requester: 'cem' });
    const topic = `drillbook/${id}/started/`;
    const own = () => incidents().filter(each => each.endsWith(topic));
    await untilAsked(harness, id, 'go');
    await until('that it has begun is told', () => own().includes(`trigger ${topic}`));
    const handle = harness.control.client.workflow.getHandle(id);
    if (how === 'terminated') await handle.terminate('pulled the plug');
    else if (how === 'cancelled')
      await handle.executeUpdate('cancel', { args: [{ id: 'c-1', by: 'cem', reason: 'enough', now: false }] });
    else await approve(harness, id, 'go', ['ana']);
    await until('that it is over is told', () => own().includes(`resolve ${topic}`), 60_000);
    expect(own()).toEqual([`trigger ${topic}`, `resolve ${topic}`]);
  },
);

it('defect: the incident of a held failover was resolved as its run was terminated, with the failover open', async () => {
  const text = gated(
    'told-gone',
    '  - { id: on, uses: approval, with: { message: On?, from: [dr-managers] }, timeout: 10m }\n',
  )
    .replace('modes: [drill]', 'modes: [failover]')
    .replace('  - { id: on', '  - { id: db, uses: zerto/failover, with: { vpg: payments-db } }\n  - { id: on');
  const id = await harness.start(harness.plan(text, 'failover'), { requester: 'cem', reason: 'a test' });
  await untilAsked(harness, id, 'go');
  await approve(harness, id, 'go', ['ana', 'bo']);
  await untilAsked(harness, id, 'on');
  await harness.control.client.workflow.getHandle(id).terminate('pulled the plug');
  const own = () => incidents().filter(each => each.includes(id));
  await until('its end is told', () => own().includes(`resolve drillbook/${id}/started/`), 60_000);
  await until(
    'what it left open is told',
    () => own().some(each => each.startsWith(`trigger drillbook/${id}/lost-run/`)),
    60_000,
  );
  expect(own().filter(each => /^resolve .*\/(held|lost-run)\//.test(each))).toEqual([]);
});

it('broken glass and changed people are told', async () => {
  const before = siem.received.length;
  const id = await harness.start(harness.plan(gated('told-too'), 'drill'), { requester: 'ana' });
  await untilAsked(harness, id, 'go');
  const text = readFileSync(harness.configPath, 'utf8');
  writeFileSync(harness.configPath, text.replace('name: Cem Ak', 'name: Cem Aksoy'));
  await harness.control.client.workflow.getHandle(id).executeUpdate('approve', {
    args: [{ id: 'w-1', key: 'go', by: 'cem', reason: 'nobody else is there', breakGlass: true }],
  });
  expect((await harness.result(id)).verdict).toBe('passed_with_exceptions');
  // Two of a wait, four of what else there is, and that one of these is over.
  await until('all of it is told', () => siem.received.length >= before + 7);
  const told = siem.json().slice(before);
  const textOf = (type: string, state = 'open') =>
    told
      .filter(each => each['type'] === type && (each['data'] as { state: string }).state === state)
      .map(({ data }) => (data as { text: string }).text);
  expect(textOf('drillbook.started', 'over')).toEqual(['the run has ended']);
  // Defect: where the run ended before they were told, their end took their place, and nobody heard of either.
  for (const note of ['break-glass', 'config-changed']) expect(textOf(`drillbook.${note}`, 'over')).toEqual([]);
  expect(textOf('drillbook.break-glass')).toEqual([
    expect.stringMatching(/cem alone, who broke the glass: nobody else/),
  ]);
  expect(textOf('drillbook.config-changed')).toEqual([
    expect.stringContaining('seen as cem wanted to break the glass'),
  ]);
  expect(textOf('drillbook.finished')).toHaveLength(1);
});

it('before a failover misses its RTO: told once, without the time of people, and over once its checks are green', async () => {
  const before = { siem: siem.received.length, bridge: pagerduty.received.length };
  const plan = harness.plan(late(Number(new URL(siem.url).port)), 'failover');
  const id = await harness.start(plan, { requester: 'cem', reason: 'a test' });
  await untilAsked(harness, id, 'go');
  // All of the objective passes while people alone are waited for.
  await new Promise(resolve => setTimeout(resolve, 5_000));
  expect(kinds().slice(before.siem)).not.toContain('drillbook.breach-forecast open');
  await approve(harness, id, 'go', ['ana', 'bo']);
  const result = await harness.result(id);
  expect(result.rto).toMatchObject({ met: false, objectiveMs: 4_000 });
  const forecasts = () =>
    siem
      .json()
      .slice(before.siem)
      .filter(({ type }) => type === 'drillbook.breach-forecast')
      .map(({ data }) => data as { state: string; text: string; live: boolean });
  await until('that it is over is told', () => forecasts().length >= 2);
  expect(forecasts()).toEqual([
    expect.objectContaining({
      ...{ state: 'open', live: true },
      text: expect.stringMatching(/^3\.\ds of the RTO's objective of 4s are used, and .*: "up"$/) as string,
    }),
    expect.objectContaining({ state: 'over', text: 'the clock of the RTO stands' }),
  ]);
  const topic = `drillbook/${id}/breach-forecast/`;
  await until('PagerDuty has heard both', () => incidents().filter(each => each.endsWith(topic)).length >= 2);
  expect(incidents().slice(before.bridge)).toEqual(expect.arrayContaining([`trigger ${topic}`, `resolve ${topic}`]));
});

it('receivers that take the connection and never answer hold up no run; the report names them', async () => {
  const plan = harness.plan(short, 'drill');
  const id = await harness.start(plan);
  const result = await harness.result(id);
  expect(result.reasons).toEqual([]);
  // Both tellings are tried for ten minutes; the run has ended before either.
  const { events } = await harness.control.client.workflow.getHandle(id).fetchHistory();
  const begun = events?.filter(
    event => event.childWorkflowExecutionStartedEventAttributes?.workflowType?.name === 'tell',
  );
  const ended = events?.filter(
    event => event.childWorkflowExecutionCompletedEventAttributes?.workflowType?.name === 'tell',
  );
  expect([begun?.length, ended?.length]).toEqual([2, 0]);
  await until('each was tried', () => hole.taken() >= 8);
  let untold: readonly string[] = [];
  await until('what is in the way is known', async () => {
    untold = (await harness.journal(id)).untold ?? [];
    return untold.length > 0;
  });
  expect(untold.join('\n')).toMatch(/not told yet: .*chat-gone: 127\.0\.0\.1 did not answer within 10s/);
  expect(untold.join('\n')).toMatch(/duty-gone: 127\.0\.0\.1: /);
  const journal = await harness.journal(id);
  expect(renderText(journal)).toContain('NOT TOLD: not told yet: ');
  expect(renderHtml(journal)).toContain('Not told:');
});

it('a notify step that reached nobody failed its drill, and held up a live run: both pass, and the report says it', async () => {
  const steps = (extra = '') => `
steps:
  - { id: page, uses: notify, timeout: 5s, with: { to: [siem-gone, dr-drills], message: It begins. } }
  - { id: nobody, uses: notify, with: { to: "\${{ steps.page.outputs.told.filter(t, t == 'x') }}", message: It begins. } }
  - { id: sure, uses: assert, with: { that: "steps.page.outputs.delivered == false && 'dr-drills' in steps.page.outputs.told" } }
  - { id: only_then, if: steps.page.outputs.delivered, uses: wait, with: { for: 1h } }
${extra}`;
  const last = `finally:
  - { id: last, uses: notify, timeout: 4s, with: { to: bridge-gone, message: It has ended. } }
`;
  const text = (name: string, mode: string, more: string) =>
    `apiVersion: drillbook/v1\nname: ${name}\nsite: site-b\nmodes: [${mode}]\n${steps(more)}`;
  const ids = await Promise.all([
    harness.start(harness.plan(text('told-to-nobody', 'drill', last), 'drill')),
    harness.start(harness.plan(text('told-to-nobody-live', 'failover', ''), 'failover')),
  ]);
  for (const [n, id] of ids.entries()) {
    const { verdict, reasons } = await harness.result(id);
    expect({ verdict, reasons }).toEqual({ verdict: 'passed', reasons: [] });
    const journal = await harness.journal(id);
    const status = (key: string) => journal.steps.find(step => step.key === key)?.status;
    expect(['page', 'nobody', 'only_then'].map(status)).toEqual(['succeeded', 'succeeded', 'skipped']);
    const untold = journal.untold?.filter(line => line.startsWith('the step ')).join('\n');
    expect(untold).toMatch(
      /^the step "page": could not tell siem-gone: did not answer within the time of the step; told were dr-drills$/m,
    );
    expect(untold).toMatch(/^the step "nobody": notify was asked for what it does not know: with\.to/m);
    if (n === 0) expect(untold).toMatch(/^the step "last": could not tell bridge-gone: /m);
    expect(renderText(journal)).toContain('NOT TOLD: the step "page": could not tell siem-gone');
    expect(renderHtml(journal)).toContain('Not told:');
  }
});

it('config check --live: a worker signs in, reads the secrets and sends each target a test', async () => {
  const findings = await checkLive(harness.control);
  const of = (what: string) => findings.filter(each => each.what.startsWith(what)).map(({ ok, found }) => [ok, found]);
  expect(of('site ')).toEqual([
    [true, 'signed in'],
    [true, 'signed in'],
  ]);
  expect(of('secret ').length).toBeGreaterThan(5);
  expect(of('secret ').every(([ok]) => ok)).toBe(true);
  for (const target of ['chat', 'bridge', 'duty', 'siem', 'dr-drills'])
    expect(findings).toContainEqual({ what: `target ${target}`, ok: true, found: 'was sent a test' });
  expect(findings).toContainEqual({
    ...{ what: 'target chat-gone', ok: false },
    found: '127.0.0.1 did not answer within 10s',
  });
  expect(siem.json().at(-1)).toMatchObject({ type: 'drillbook.test' });
  expect(subjects().at(-1)).toBe('drillbook: TEST');
});

it('no secret of a channel is in what Temporal holds, in the log or in a report', async () => {
  const held = await allThatTemporalHolds(harness.control);
  const all = [held, log.join('\n')].join('\n');
  // The search is tried with what must be there.
  expect(held).toContain('people/page');
  expect(held).toContain('did not answer within 10s');
  for (const canary of Object.values(canaries)) {
    expect(slack.received.some(({ path }) => path.includes(canary)) || canary !== canaries.hook).toBe(true);
    expect(all).not.toContain(canary);
  }
});
