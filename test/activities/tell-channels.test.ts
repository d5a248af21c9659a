import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { Secret, Target } from '../../actions/target.ts';
import { tellOnce } from '../../activities/tell/channel.ts';
import { mailOf } from '../../activities/tell/email.ts';
import { type Message, messageOf } from '../../activities/tell/message.ts';
import type { PageInput } from '../../engine/page.ts';
import { headerOf, type Received, startBlackHole, startMailServer, startReceiver } from './receivers.ts';

/** What each channel sends, as its receiver gets it. */

const at = Date.UTC(2026, 10, 21, 2, 41, 5);
const minute = 60_000;
const signal = new AbortController().signal;
const secret =
  (value: string): Secret =>
  () =>
    Promise.resolve(value);

const evil = 'go <!channel> & <https://evil.example|here>?\r\nBcc: all@example.com';
const input: PageInput = {
  run: 'payments-failover-1',
  runbook: 'payments',
  mode: 'failover',
  event: 'waiting',
  text: evil,
  at,
  pending: { key: 'go', kind: 'approval', since: at - minute, from: ['dr-managers'], choices: ['approve', 'reject'] },
};
const url = 'https://drillbook.example.com/runs/payments-failover-1';
const waiting = messageOf(input, at, url);
const over = messageOf({ ...input, over: true, at: at + minute }, at, url);
const again = messageOf({ ...input, at: at + 5 * minute }, at, url);
const eventOf = (event: PageInput['event'], mode = 'failover'): Message =>
  messageOf({ run: 'payments-failover-1', runbook: 'payments', mode, event, text: 'so it is', at }, at, undefined);

let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.replies.length = 0;
});
afterAll(() => receiver.close());

const tell = (target: Target, message: Message = waiting) => tellOnce(target, message, signal, at);

it('Slack: Block Kit with the mode in words, nothing of which is a mention or a link but the button', async () => {
  const slack: Target = { kind: 'slack', url: secret(`${receiver.url}/services/T0/B0/canary`) };
  expect(await tell(slack)).toBeUndefined();
  const [{ path } = { path: '' }] = receiver.received;
  expect(path).toBe('/services/T0/B0/canary');
  const [body] = receiver.json();
  expect(body).toMatchObject({
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: '[LIVE failover] payments: WAITS FOR PEOPLE' } },
      { type: 'section', text: { type: 'mrkdwn', verbatim: true } },
      { type: 'section' },
      { type: 'context' },
      { type: 'actions', elements: [{ type: 'button', url }] },
    ],
  });
  const text = JSON.stringify(body);
  expect(text).toContain('go &lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;?');
  expect(text).not.toMatch(/[<>]/);
  expect(text).toContain('*Choices*\\napprove, reject');
  expect(text).toContain('*Waits since*\\n2026-11-21 02:40:05 UTC');
  // Who cannot follow what is over is not told; a drill is called one.
  expect(await tell(slack, over)).toBeUndefined();
  expect(receiver.received).toHaveLength(1);
  await tell(slack, eventOf('failed', 'drill'));
  expect(JSON.stringify(receiver.json()[1])).toContain('[DRILL] payments: FAILED');
});

it('Slack: an approval has a button for each choice where people may vote there, and else none', async () => {
  const url = secret(`${receiver.url}/services/T0/B0/canary`);
  const may: Target = {
    kind: 'slack',
    url,
    ballots: ({ runbook, mode }) => runbook === 'payments' && mode === 'failover',
  };
  const bodyOf = async (target: Target, message = waiting) => {
    await tell(target, message);
    return JSON.stringify(receiver.json().at(-1));
  };
  const { blocks } = JSON.parse(await bodyOf(may)) as { blocks: { elements?: { value?: string }[] }[] };
  const values = blocks
    .flatMap(({ elements = [] }) => elements)
    .flatMap(({ value }) => (value === undefined ? [] : [JSON.parse(value) as unknown]));
  const ballot = { run: 'payments-failover-1', step: 'go' };
  expect(values).toEqual([
    { ...ballot, choice: 'approve' },
    { ...ballot, choice: 'reject' },
  ]);
  const others = [
    await bodyOf({ kind: 'slack', url }),
    await bodyOf({ ...may, ballots: () => false }),
    // A question is not voted on, and what is told only says so.
    await bodyOf(
      may,
      messageOf(
        { ...input, pending: { key: 'db', kind: 'question', since: at, from: [], choices: ['retry'] } },
        at,
        undefined,
      ),
    ),
    await bodyOf(may, eventOf('started')),
  ];
  expect(others.filter(body => body.includes('drillbook-vote'))).toEqual([]);
});

it('PagerDuty: one incident for what is told again, resolved when it is over; a start ends with its run', async () => {
  const pagerduty: Target = { kind: 'pagerduty', routingKey: secret('R0UTING'), url: receiver.url };
  for (const message of [waiting, again, over]) expect(await tell(pagerduty, message)).toBeUndefined();
  const [first, second, third] = receiver.json();
  expect(receiver.received[0]?.path).toBe('/v2/enqueue');
  expect(first).toMatchObject({
    routing_key: 'R0UTING',
    event_action: 'trigger',
    dedup_key: 'drillbook/payments-failover-1/waiting/go',
    client_url: url,
    payload: {
      severity: 'critical',
      source: 'payments-failover-1',
      component: 'payments',
      class: 'waiting',
      timestamp: '2026-11-21T02:41:05.000Z',
      custom_details: { Choices: 'approve, reject', Asked: 'dr-managers' },
    },
  });
  expect(second).toMatchObject({ event_action: 'trigger', dedup_key: first?.['dedup_key'] });
  expect(third).toEqual({ routing_key: 'R0UTING', event_action: 'resolve', dedup_key: first?.['dedup_key'] });
  receiver.received.length = 0;
  for (const event of ['started', 'finished', 'failed'] as const) await tell(pagerduty, eventOf(event, 'drill'));
  expect(
    receiver
      .json()
      .map(({ event_action: action, dedup_key: key, payload }) =>
        [action, key, (payload as { severity: string } | undefined)?.severity].join(' ').trim(),
      ),
  ).toEqual([
    'trigger drillbook/payments-failover-1/started/ info',
    'resolve drillbook/payments-failover-1/started/',
    'trigger drillbook/payments-failover-1/failed/ warning',
    'resolve drillbook/payments-failover-1/started/',
  ]);
});

/** A receiver written from standardwebhooks.com alone. */
function verify({ headers, body }: Received, key: Buffer, now: number): unknown {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(name => String(headers[`webhook-${name}`]));
  if (Math.abs(now / 1_000 - Number(timestamp)) > 300) throw new Error('too old');
  const expected = createHmac('sha256', key)
    .update(`${id ?? ''}.${timestamp ?? ''}.${body}`)
    .digest();
  const fits = (signatures ?? '').split(' ').some(signature => {
    const [version, value = ''] = signature.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!fits) throw new Error('the signature does not fit');
  return JSON.parse(body);
}

it('defect: a webhook was signed with an empty key, which everybody has', async () => {
  const before = receiver.received.length;
  const empty: Target = { kind: 'webhook', url: `${receiver.url}/in`, hmac: secret('whsec_') };
  expect(await tell(empty)).toMatchObject({
    why: expect.stringContaining('there is nothing behind whsec_') as string,
    again: false,
  });
  expect(receiver.received).toHaveLength(before);
});

it('a webhook: JSON that a receiver verifies, with an id that is the same each time that it is sent', async () => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef');
  const coded: Target = { kind: 'webhook', url: `${receiver.url}/in`, hmac: secret(`whsec_${key.toString('base64')}`) };
  expect(await tell(coded)).toBeUndefined();
  expect(await tell({ ...coded, hmac: secret(key.toString()) })).toBeUndefined();
  expect(await tell({ kind: 'webhook', url: `${receiver.url}/in` }, over)).toBeUndefined();
  const [first, second, third] = receiver.received;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three were sent');
  expect(verify(first, key, at)).toMatchObject({
    type: 'drillbook.waiting',
    timestamp: '2026-11-21T02:41:05.000Z',
    data: {
      ...{ run: 'payments-failover-1', runbook: 'payments', mode: 'failover', live: true, step: 'go', state: 'open' },
      ...{ text: evil, choices: ['approve', 'reject'], from: ['dr-managers'], url },
    },
  });
  expect(() => verify({ ...first, body: `${first.body} ` }, key, at)).toThrow('does not fit');
  expect(() => verify(first, Buffer.from('another'), at)).toThrow('does not fit');
  expect(verify(second, key, at)).toBeDefined();
  expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
  expect(third.headers['webhook-id']).not.toBe(first.headers['webhook-id']);
  expect(third.headers['webhook-signature']).toBeUndefined();
  expect(JSON.parse(third.body)).toMatchObject({ data: { state: 'over', topic: 'payments-failover-1/waiting/go' } });
});

it('what a receiver says decides: 5xx and 429 are tried again, with its pause; a refusal is not, and shows no secret', async () => {
  const slack: Target = { kind: 'slack', url: secret(`${receiver.url}/services/canary-hook`) };
  receiver.replies.push(
    { status: 500, body: 'oops' },
    { status: 429, headers: { 'retry-after': '7' } },
    { status: 404, body: 'no_service at /services/canary-hook' },
    { status: 302, headers: { location: `${receiver.url}/elsewhere` }, body: '' },
  );
  expect(await tell(slack)).toEqual({ why: '127.0.0.1 answered 500: oops', again: true });
  expect(await tell(slack)).toEqual({ why: '127.0.0.1 answered 429: ok', again: true, afterMs: 7_000 });
  expect(await tell(slack)).toEqual({ why: '127.0.0.1 answered 404: no_service at [secret]', again: false });
  expect(await tell(slack)).toEqual({ why: '127.0.0.1 answered 302', again: false });
  expect(receiver.received).toHaveLength(4);
  const pagerduty: Target = { kind: 'pagerduty', routingKey: secret('R0UTING'), url: receiver.url };
  receiver.replies.push({ status: 400, body: '{"message":"no such key R0UTING"}' });
  expect(await tell(pagerduty)).toEqual({
    why: '127.0.0.1 answered 400: {"message":"no such key [secret]"}',
    again: false,
  });
  expect(await tell({ kind: 'slack', url: secret('http://hooks.example.com/x') })).toEqual({
    why: 'its address is none: https://… is wanted (http to loopback alone)',
    again: false,
  });
  const nobody: Target = { kind: 'slack', url: secret('http://127.0.0.1:9/services/canary-hook') };
  expect(await tell(nobody)).toEqual({ why: '127.0.0.1 refused the connection', again: true });
});

async function mailServer(options: Parameters<typeof startMailServer>[0]) {
  const server = await startMailServer(options);
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-mail-'));
  const ca = join(dir, 'ca.pem');
  writeFileSync(ca, server.ca);
  onTestFinished(async () => {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const scheme = options.tls === 'implicit' ? 'smtps' : 'smtp';
  const target: Extract<Target, { kind: 'email' }> = {
    kind: 'email',
    to: ['duty@example.com', 'ana@example.com'],
    from: 'drillbook@example.com',
    server: `${scheme}://127.0.0.1:${server.port}`,
    username: 'drillbook@example.com',
    ...(options.password === undefined ? {} : { password: secret(options.password) }),
    ...(options.tls === 'none' ? {} : { ca }),
  };
  return { ...server, target };
}

it('e-mail over TLS: signed in, text and HTML, one thread a run, and no header out of a text', async () => {
  const { target, mails } = await mailServer({ tls: 'implicit', password: 'canary-smtp' });
  for (const message of [waiting, again, eventOf('finished')]) expect(await tell(target, message)).toBeUndefined();
  expect(await tell(target, over)).toBeUndefined();
  expect(mails).toHaveLength(3);
  const [first, second, third] = mails;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three were sent');
  expect(first).toMatchObject({ to: target.to, user: 'drillbook@example.com', secure: true });
  expect(headerOf(first, 'Subject')).toBe('[LIVE failover] payments: WAITS FOR PEOPLE');
  expect(headerOf(first, 'Auto-Submitted')).toBe('auto-generated');
  expect(headerOf(first, 'Bcc')).toBeUndefined();
  const [, body = ''] = first.raw.split(/\r\n\r\n([^]*)/);
  expect(body).toContain('text/plain');
  expect(body).toContain('text/html');
  expect(body).toContain('&lt;!channel&gt;');
  const ids = mails.map(mail => headerOf(mail, 'Message-ID'));
  expect(new Set(ids).size).toBe(3);
  const thread = headerOf(first, 'References');
  expect(thread).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
  for (const mail of mails) {
    expect(headerOf(mail, 'References')).toBe(thread);
    expect(headerOf(mail, 'In-Reply-To')).toBe(thread);
  }
  // Sent again after an answer that was lost, it is the same mail.
  await tell(target, waiting);
  expect(headerOf(mails[3] ?? first, 'Message-ID')).toBe(ids[0]);
  // Who has a hand on the runbook's name writes no header either.
  const subject = mailOf(target, { ...waiting, runbook: 'x\r\nBcc: a@b.c' }).subject;
  expect(subject).toBe('[LIVE failover] x Bcc: a@b.c: WAITS FOR PEOPLE');
});

it('e-mail by STARTTLS; a wrong password is refused without it; a busy server is tried again', async () => {
  const { target, mails, refusals } = await mailServer({ tls: 'starttls', password: 'canary-smtp' });
  expect(await tell(target)).toBeUndefined();
  expect(mails).toMatchObject([{ secure: true }]);
  const wrong = await tell({ ...target, password: secret('canary-wrong') });
  expect(wrong).toMatchObject({ again: false });
  expect(wrong?.why).toContain('535');
  expect(wrong?.why).toContain('[secret]');
  expect(JSON.stringify(wrong)).not.toContain('canary');
  refusals.push({ code: 451, text: 'later' }, { code: 451, text: 'later' });
  expect(await tell(target)).toMatchObject({ again: true });
  refusals.push({ code: 550, text: 'nobody of that name' }, { code: 550, text: 'nobody of that name' });
  expect(await tell(target)).toMatchObject({ again: false });
  // Its certificate is not trusted by the system.
  const { ca: _, ...untrusted } = target;
  expect((await tell(untrusted))?.why).toMatch(/certificate/);
  expect(mails).toHaveLength(1);
});

it('e-mail: on loopback a server without TLS will do, beyond it none', async () => {
  const { target, mails, port } = await mailServer({ tls: 'none' });
  expect(await tell(target)).toBeUndefined();
  expect(mails).toMatchObject([{ secure: false }]);
  // A name that leads here, and is not loopback's own.
  const elsewhere = await tell({ ...target, server: `smtp://[::ffff:127.0.0.1]:${port}` });
  expect(elsewhere?.why).toContain('offers no TLS by STARTTLS');
  expect(mails).toHaveLength(1);
});

it('who takes the connection and says nothing is given up in time, by each channel', { timeout: 20_000 }, async () => {
  const hole = await startBlackHole();
  onTestFinished(() => hole.close());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const http = `http://127.0.0.1:${hole.port}`;
  const given = Promise.all([
    tell({ kind: 'slack', url: secret(`${http}/services/canary`) }),
    tell({ kind: 'pagerduty', routingKey: secret('R'), url: http }),
    tell({ kind: 'webhook', url: http }),
  ]);
  await vi.waitFor(() => {
    expect(hole.taken()).toBe(3);
  });
  await vi.advanceTimersByTimeAsync(10_001);
  expect(await given).toEqual([1, 2, 3].map(() => ({ why: '127.0.0.1 did not answer within 10s', again: true })));
});
