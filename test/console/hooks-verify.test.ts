import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Trigger, verify } from '../../console/hooks/verify.ts';

/** What the vendors' own pages give as right, so that sender and receiver are not the same mistake. */
const trigger = (kind: Trigger['kind']): Trigger =>
  ({ kind, secret: 's', may: [], ...(kind === 'hmac' ? { window: 300_000 } : {}) }) as Trigger;

const ask = (
  kind: Trigger['kind'],
  body: string,
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
  seconds: number,
) => verify(trigger(kind), { body: Buffer.from(body), header: name => headers[name], secrets, now: seconds * 1_000 });

it('Slack’s example of a signed request', () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
  const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': '1531420618' };
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  expect(ask('slack', body, headers, ['another', secret], 1_531_420_700)).toEqual({ signature });
  expect(ask('slack', body, headers, [secret], 1_531_420_919)).toMatchObject({ forged: false });
  expect(ask('slack', `${body}x`, headers, [secret], 1_531_420_700)).toMatchObject({ forged: true });
});

it('the example of Standard Webhooks, with the Base64 of its key', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const body = '{"test": 2432232314}';
  for (const secrets of [[secret], ['the next', secret], [secret, 'the one before']])
    expect(ask('hmac', body, headers, secrets, 1_614_265_330)).toMatchObject({ id: headers['webhook-id'] });
  expect(ask('hmac', body, headers, ['the next', 'the one before'], 1_614_265_330)).toMatchObject({ forged: true });
  expect(ask('hmac', body, headers, [secret], 1_614_265_631)).toMatchObject({ forged: false });
  for (const at of ['1614265330.0', '-1', '', 'now', '1e9'])
    expect([at, ask('hmac', body, { ...headers, 'webhook-timestamp': at }, [secret], 1_614_265_330)]).toMatchObject([
      at,
      { refused: expect.any(String) as string },
    ]);
});

it('defect: a secret whsec_ with nothing or little behind it was a key that everybody has', () => {
  const [body, at] = ['{}', '1614265330'];
  const made = (key: string) =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(`m.${at}.${body}`).digest('base64');
  for (const key of ['', '=', 'c2hvcnQ=', '!!!!', ' ', 'A'.repeat(20)]) {
    const headers = { 'webhook-id': 'm', 'webhook-timestamp': at, 'webhook-signature': `v1,${made(key)}` };
    expect([key, ask('hmac', body, headers, [`whsec_${key}`], Number(at))]).toMatchObject([key, { forged: true }]);
    expect(ask('hmac', body, headers, [`whsec_${key}`, 'another'], Number(at))).toMatchObject({ forged: true });
  }
});

it('while a secret is rotated Alertmanager may send either, and no third', () => {
  const bearer = (token: string) => ask('alertmanager', '{}', { authorization: `Bearer ${token}` }, ['old', 'new'], 0);
  for (const token of ['old', 'new']) expect(bearer(token)).not.toHaveProperty('refused');
  expect(bearer('older')).toMatchObject({ forged: true });
});

it('a recorded request of Slack has one spelling: any other proves nothing, so none counts a second time', () => {
  const [body, secret, seconds] = ['payload=%7B%7D', 'slack-signing-secret', 1_531_420_618];
  const signed = (at: string) => createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  const hex = signed(String(seconds));
  const slack = (signature: string, at = String(seconds)) =>
    ask('slack', body, { 'x-slack-signature': signature, 'x-slack-request-timestamp': at }, [secret], seconds);
  expect(slack(`v0=${hex}`)).toEqual({ signature: `v0=${hex}` });
  const spellings = [
    ...[`v0=${hex.toUpperCase()}`, `V0=${hex}`, ` v0=${hex}`, `v0=${hex} `, `v0= ${hex}`, hex, `v0=${hex},`],
    ...[`v0=${hex},v0=${hex}`, `v0=${hex}, v0=${hex}`, `v0=00,v0=${hex}`, `v1=x,v0=${hex}`, `v0=${hex}\t`],
  ];
  for (const spelling of spellings) expect([spelling, slack(spelling)]).toMatchObject([spelling, { forged: true }]);
  // The time is signed as it stands; were it signed otherwise, it would be no time.
  for (const at of [
    `0${seconds}`,
    `+${seconds}`,
    ` ${seconds}`,
    `${seconds} `,
    `${seconds}.0`,
    `${seconds}, ${seconds}`,
  ]) {
    expect([at, slack(`v0=${hex}`, at)]).toMatchObject([at, { forged: true }]);
    expect([at, slack(`v0=${signed(at)}`, at)]).toMatchObject([at, { forged: false }]);
  }
});

it('a recorded delivery of the other kinds has the same id in every spelling that proves itself', () => {
  const [body, secret, seconds, id] = ['{"event":{"id":"E1"}}', 'a key of a pipeline', 1_614_265_330, 'msg_1'];
  const made = createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64');
  const hmac = (signature: string, own = id, at = String(seconds)) => {
    const headers = { 'webhook-id': own, 'webhook-timestamp': at, 'webhook-signature': signature };
    return ask('hmac', body, headers, [secret], seconds);
  };
  for (const spelling of [`v1,${made}`, `v1,${made} v1,${made}`, `v1,AAAA v1,${made}`, ` v1,${made} `])
    expect([spelling, hmac(spelling)]).toEqual([spelling, { id }]);
  for (const own of [id.toUpperCase(), `${id}, ${id}`, `${id} `, `${id}.`])
    expect([own, hmac(`v1,${made}`, own)]).toMatchObject([own, { forged: true }]);
  for (const at of [`0${seconds}`, `+${seconds}`, `${seconds} `])
    expect([at, hmac(`v1,${made}`, id, at)]).toMatchObject([at, { forged: true }]);
  // PagerDuty’s and Alertmanager’s ids stand in the body, which is what is signed or sent with the secret.
  const duty = createHmac('sha256', secret).update(body).digest('hex');
  for (const spelling of [`v1=${duty}`, `v1=${duty},v1=${duty}`, `v1=00, v1=${duty}`])
    expect(ask('pagerduty', body, { 'x-pagerduty-signature': spelling }, [secret], seconds)).toEqual({});
  for (const spelling of [`Bearer ${secret.replaceAll(' ', '')}`, `bearer  ${secret.replaceAll(' ', '')} `])
    expect(ask('alertmanager', body, { authorization: spelling }, [secret.replaceAll(' ', '')], seconds)).toEqual({});
});
