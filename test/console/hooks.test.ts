import { createHmac } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConsoleApp } from '../../console/app.ts';
import { publish } from '../../control/library/publish.ts';
import { signWithText } from '../../control/signing.ts';
import { baseConfig, host, key, type Stage, startStage } from './stage.ts';

/** What senders put on the wire, made here from their own documents and nothing of ours. */
const keys = {
  pd: 'pd-old-secret',
  pdNew: 'pd-new-secret',
  am: 'am secret token'.replaceAll(' ', '-'),
  ci: 'ci-secret',
};

const config = (more = '') => `${baseConfig.replace(
  'zvm: { env: ZVM },',
  'zvm: { env: ZVM }, pd: { files: [pd.new, pd.old] }, am: { file: am }, ci: { file: ci },',
)}people: { ana: { name: Ana, pagerduty: PANA01 } }
roles: [ { role: operator, to: [ana] } ]
policy: { live-needs: { published: false } }
triggers:
  pagerduty: { kind: pagerduty, secret: pd, may: [ { runbooks: [lost, payments], modes: [failover] } ] }
  alertmanager: { kind: alertmanager, secret: am, may: [ { runbooks: [lost], modes: [drill] } ], at-most: 2/h }
  pipeline: { kind: hmac, secret: ci, window: 2m, may: [ { runbooks: ["*"], modes: [drill] } ] }
  idle: { kind: hmac, secret: ci, may: [ { runbooks: ["*"], modes: [drill] } ] }
identity:
  decision-key: decision
  keys: [ { id: console, public: "${key.publicKey}" } ]
${more}`;

const lost = `apiVersion: drillbook/v1
name: lost
site: site-b
modes: { drill: {}, failover: {} }
inputs:
  ticket: { type: string, pattern: "CHG[0-9]+", default: CHG1 }
  ports: { type: list, of: number, default: [1] }
triggers:
  - webhook:
      name: site-lost
      mode: failover
      from: pagerduty
      if: payload.event.event_type == 'incident.triggered' && payload.event.data.urgency == 'high'
      once: payload.event.data.id
      reason: "Incident \${{ payload.event.data.title }}"
      inputs: { ticket: "\${{ payload.event.data.ticket }}", ports: ["\${{ payload.event.data.port }}", 443] }
  - webhook: { name: alert, mode: drill, from: alertmanager, if: payload.status == 'firing', reason: "\${{ payload.commonLabels.alertname }}" }
  - webhook: { name: release, mode: drill, from: pipeline, reason: release }
steps:
  - { id: go, uses: approval, with: { message: "Go on?", from: [ana], count: 1 }, timeout: 1h }
`;

const start = Date.parse('2026-11-22T03:00:00Z');
let now = start;
let stage: Stage;

beforeEach(async () => {
  now = start;
  stage = await startStage(config(), { clock: () => now });
  const files = { 'pd.new': keys.pdNew, 'pd.old': keys.pd, am: keys.am, ci: keys.ci };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(stage.dir, name), `${text}\n`, { mode: 0o600 });
  writeFileSync(join(stage.dir, 'lost.yaml'), lost);
});
afterEach(() => {
  stage.close();
});

const json = { 'content-type': 'application/json' };
const hex = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');

const incident = (more: object = {}, data: object = {}): object => ({
  event: {
    id: '01ABC',
    event_type: 'incident.triggered',
    occurred_at: '2026-11-22T02:59:00Z',
    data: { id: 'Q1', title: 'Site A is gone', urgency: 'high', ticket: 'CHG4711', port: 80, ...data },
    ...more,
  },
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
  readonly header: (name: string) => string | null;
}

async function send(path: string, body: string, headers: Record<string, string>, method = 'POST'): Promise<Answer> {
  const answer = await stage.ask(path, { method, headers, ...(method === 'POST' ? { body } : {}) });
  const text = await answer.text();
  const header = (name: string): string | null => answer.headers.get(name);
  return { status: answer.status, text, body: JSON.parse(text) as Record<string, unknown>, header };
}

const pagerDuty = (payload: object, secret = keys.pd, more: Record<string, string> = {}): Promise<Answer> => {
  const body = JSON.stringify(payload);
  return send('/hooks/pagerduty', body, { ...json, 'x-pagerduty-signature': `v1=${hex(secret, body)}`, ...more });
};

const standard = (
  body: string,
  { id = 'msg_1', at = now, secret = keys.ci, path = '/hooks/pipeline', signed = body } = {},
): Promise<Answer> => {
  const time = String(Math.floor(at / 1_000));
  const signature = createHmac('sha256', secret).update(`${id}.${time}.${signed}`).digest('base64');
  const headers = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1a,x v1,${signature}` };
  return send(path, body, { ...json, ...headers });
};

const alert = (body: object, authorization = `Bearer ${keys.am}`): Promise<Answer> =>
  send('/hooks/alertmanager', JSON.stringify(body), { ...json, authorization });

const firing = { status: 'firing', commonLabels: { alertname: 'SiteLost' } };
const runsOf = ({ body }: Answer) => (body['runs'] as { run: string; again: boolean }[]).map(({ run }) => run);
const lastLine = async () => (await stage.audit()).at(-1);

describe('PagerDuty', () => {
  it('fills inputs and reason from the payload; signed for the worker; one run however often it comes', async () => {
    const first = await pagerDuty(incident());
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ runs: [{ runbook: 'lost', mode: 'failover', again: false }], refused: [] });
    expect(stage.started).toMatchObject([
      {
        info: { trigger: 'webhook', requester: 'pagerduty', reason: 'Incident Site A is gone' },
        inputs: { ticket: 'CHG4711', ports: [80, 443] },
        proof: { key: key.publicKey },
        memo: { via: 'pagerduty' },
      },
    ]);
    // Redelivered, and told again by another event of the same incident.
    const again = [await pagerDuty(incident()), await pagerDuty(incident({ id: '01DEF' }))];
    expect(again.map(runsOf)).toEqual([runsOf(first), runsOf(first)]);
    expect(stage.started).toHaveLength(1);
    await pagerDuty(incident({ id: '01GHI' }, { id: 'Q2' }));
    expect(stage.started).toHaveLength(2);
    expect((await stage.audit()).map(({ call, counted, person }) => [call, counted, person])).toContainEqual([
      'deliver',
      true,
      'pagerduty',
    ]);
  });

  it('each secret of a rotation verifies, in each place of the header; no other', async () => {
    const body = JSON.stringify(incident());
    const both = `v1=${'0'.repeat(64)},v1=${hex(keys.pdNew, body)}`;
    expect((await pagerDuty(incident(), keys.pdNew)).status).toBe(200);
    expect((await pagerDuty(incident(), '', { 'x-pagerduty-signature': both })).status).toBe(200);
    for (const signature of [`v0=${hex(keys.pd, body)}`, hex(keys.pd, body), 'v1=', '', `v1=${hex('other', body)}`])
      expect([signature, (await pagerDuty(incident(), '', { 'x-pagerduty-signature': signature })).status]).toEqual([
        signature,
        401,
      ]);
    expect((await send('/hooks/pagerduty', body, json)).status).toBe(401);
    expect(stage.started).toHaveLength(1);
    expect(await lastLine()).toMatchObject({ call: 'deliver', person: 'pagerduty', how: 'nothing', counted: false });
  });

  it('what the condition does not mean, and a missing key in it, start nothing and are told', async () => {
    for (const payload of [
      incident({ event_type: 'incident.resolved' }),
      incident({}, { urgency: undefined }),
      incident({ data: 5 }),
      { event: { occurred_at: '2026-11-22T02:59:00Z' } },
    ])
      expect(await pagerDuty(payload)).toMatchObject({ status: 200, body: { runs: [], notMeant: ['lost/site-lost'] } });
    expect(stage.started).toEqual([]);
    expect(String((await lastLine())?.['text'])).toContain('not meant for lost/site-lost: if: ');
  });

  it('a payload that does not fit starts nothing, and no answer repeats it', async () => {
    const canary = 'CANARY-<script>';
    for (const data of [
      { ticket: canary },
      { ticket: undefined },
      { id: '  ', title: canary },
      { id: [canary] },
      { title: '' },
    ]) {
      const answer = await pagerDuty(incident({}, data));
      expect([data, answer.status]).toEqual([data, data.title === '' ? 200 : 422]);
      expect(answer.text).not.toContain('CANARY');
      if (data.title !== '') expect(answer.body['detail']).toContain('the audit file of the console says why');
    }
    expect(stage.started).toHaveLength(1);
    const texts = (await stage.audit()).map(({ text }) => String(text));
    expect(texts.some(text => text.includes('refused lost/site-lost: once: '))).toBe(true);
  });

  it('of long ago, of far ahead or without a time is a replay, whatever Temporal still knows', async () => {
    for (const occurred_at of ['2026-11-21T02:00:00Z', '2026-11-23T04:00:00Z', undefined, '', 5, 'soon'])
      expect([occurred_at, (await pagerDuty(incident({ occurred_at }))).status]).toEqual([occurred_at, 401]);
    for (const payload of [{}, { event: 5 }, [], null]) expect((await pagerDuty(payload as object)).status).toBe(401);
    expect((await stage.audit()).map(({ call, counted }) => [call, counted])).toEqual(
      Array.from({ length: 10 }, () => ['deliver', false]),
    );
    expect(stage.started).toEqual([]);
  });

  it('without a key that signs nothing is started that no worker would begin', async () => {
    stage.configure(config().replace('  decision-key: decision\n', ''));
    expect(await pagerDuty(incident())).toMatchObject({ status: 503, body: { title: 'The console cannot sign' } });
    expect(stage.started).toEqual([]);
  });

  it('a runbook or mode that its line does not name is refused', async () => {
    stage.configure(config().replace('[lost, payments]', '[payments]'));
    expect(await pagerDuty(incident())).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('DB4040') as string },
    });
    expect(stage.started).toEqual([]);
  });
});

describe('what it starts', () => {
  const published = () =>
    config()
      .replace('policy: { live-needs: { published: false } }\n', '')
      .replace('to: [ana] } ]', 'to: [ana] }, { role: admin, to: [ana] } ]');

  it('defect: a comment appended to a published runbook’s file stopped the failover that PagerDuty asked for', async () => {
    stage.configure(published());
    mkdirSync(join(stage.dir, 'library/publications'), { recursive: true });
    expect((await pagerDuty(incident())).status).toBe(422);
    const files = [join(stage.dir, 'lost.yaml')];
    const who = { cwd: stage.dir, by: 'ana', reason: 'reviewed', sign: signWithText(key.pem, 'decision') };
    const own = { files, config: await stage.deps.readConfig(), now: Date.now(), dry: false };
    expect((await publish({ ...who, ...own })).kind).toBe('published');
    writeFileSync(join(stage.dir, 'lost.yaml'), `${lost}# tbd: talk to the network people\n`);
    expect((await pagerDuty(incident())).body).toMatchObject({
      runs: [{ runbook: 'lost', again: false }],
      refused: [],
    });
    expect(stage.started).toHaveLength(1);
    expect(String((await lastLine())?.['text'])).toContain(
      'What runs is lost as it was published; lost.yaml has changed since, and is not published.',
    );
    // Somebody is in the middle of an edit, and an old copy lies about.
    writeFileSync(join(stage.dir, 'lost.yaml'), lost.replace('steps:', 'steps: {{'));
    mkdirSync(join(stage.dir, 'archive'));
    writeFileSync(join(stage.dir, 'archive/lost.yaml'), lost);
    expect((await pagerDuty(incident({}, { id: 'Q2' }))).body).toMatchObject({ runs: [{ again: false }], refused: [] });
    expect(stage.started).toHaveLength(2);
  });

  it('defect: of two files with one name an old copy was started, and the right one answered as again', async () => {
    mkdirSync(join(stage.dir, 'archive'));
    writeFileSync(join(stage.dir, 'archive/lost.yaml'), lost);
    const refused = await pagerDuty(incident());
    expect(refused).toMatchObject({ status: 409, body: { title: 'Two files of one name' } });
    expect(refused.body['detail']).toContain('2 files are the runbook "lost": archive/lost.yaml and lost.yaml.');
    expect(stage.started).toEqual([]);
  });
});

describe('what it makes of a payload', () => {
  it('defect: who made PagerDuty deliver was nobody to the run, and could approve it: he goes with it', async () => {
    const agent = (id: string) => ({ id: `01${id}`, agent: { id, type: 'user_reference', summary: 'Somebody' } });
    await pagerDuty(incident(agent('PANA01')));
    await pagerDuty(incident(agent('PXYZ99'), { id: 'Q2' }));
    expect(stage.started.map(({ info }) => [info['requester'], info['behind']])).toEqual([
      ['pagerduty', 'ana'],
      ['pagerduty', undefined],
    ]);
  });

  it('defect: PagerDuty’s incident number did not fit an input of type string, and the failover was refused', async () => {
    const text = lost.replace('pattern: "CHG[0-9]+", ', '').replace('of: number, default: [1]', 'of: string');
    writeFileSync(
      join(stage.dir, 'lost.yaml'),
      text.replace('payload.event.data.port }}", 443', 'payload.event.data.port }}"'),
    );
    expect((await pagerDuty(incident({}, { ticket: 4711, port: true }))).status).toBe(200);
    expect(stage.started[0]?.inputs).toEqual({ ticket: '4711', ports: ['true'] });
  });

  it('defect: PagerDuty’s test of a webhook was refused with 422: it is answered, and starts nothing', async () => {
    expect(
      await pagerDuty(incident({ event_type: 'pagey.ping', data: { message: 'Hello', type: 'ping' } })),
    ).toMatchObject({
      status: 200,
      body: { runs: [], notMeant: [], refused: [] },
    });
    expect([stage.started, stage.told]).toEqual([[], []]);
    expect(await lastLine()).toMatchObject({ call: 'deliver', counted: false, text: 'PagerDuty’s own test' });
  });

  it('defect: the other replica of Alertmanager started another drill: alerts are known by what they are', async () => {
    const tell = (externalURL: string, ...alerts: (readonly [string, string])[]) =>
      alert({
        ...{ ...firing, externalURL },
        alerts: alerts.map(([fingerprint, startsAt]) => ({
          status: 'firing',
          fingerprint,
          startsAt,
          generatorURL: externalURL,
        })),
      });
    const [a, b, later] = [
      ['f1', '2026-11-22T02:00:00Z'],
      ['f2', '2026-11-22T02:00:00Z'],
      ['f1', '2026-11-22T03:00:00Z'],
    ] as const;
    const first = await tell('http://am-0:9093', a, b);
    expect(first.body).toMatchObject({ runs: [{ again: false }] });
    expect((await tell('http://am-1:9093', b, a)).body).toMatchObject({
      runs: [{ run: runsOf(first)[0], again: true }],
    });
    expect((await tell('http://am-0:9093', later, b)).body).toMatchObject({ runs: [{ again: false }] });
  });
});

describe('whom it tells', () => {
  it('defect: a refused delivery told nobody, and PagerDuty tries no 422 again; once a trigger, reason and ten minutes', async () => {
    const canary = 'CANARY';
    for (let n = 0; n < 3; n++) await pagerDuty(incident({ id: `01${n}` }, { ticket: canary }));
    const text =
      'a delivery of the trigger pagerduty started nothing (webhook lost/site-lost): The webhook lost/site-lost starts nothing with this payload (DB6003): the audit file of the console says why';
    expect(stage.told.map(({ input }) => input)).toEqual([
      { runbook: 'lost', mode: 'failover', event: 'refused-trigger', at: start, about: 'lost/site-lost', text },
    ]);
    now += 600_000;
    await pagerDuty(incident({}, { ticket: canary }));
    await pagerDuty(incident({}, { ticket: undefined }));
    expect(stage.told).toHaveLength(3);
    expect(JSON.stringify(stage.told)).not.toContain(canary);
    // What was not meant, and what was forged, would have started nothing.
    await pagerDuty(incident({ event_type: 'incident.resolved' }));
    await pagerDuty(incident(), 'other');
    expect(stage.told).toHaveLength(3);
  });

  it('that the console cannot sign, or that Temporal does not take it, changes no answer', async () => {
    stage.configure(config().replace('  decision-key: decision\n', ''));
    expect((await pagerDuty(incident())).status).toBe(503);
    expect(stage.told.map(({ input }) => input['text'])).toEqual([
      expect.stringContaining('identity.decision-key of drillbook.yaml names no key') as string,
    ]);
    const { workflow } = stage.deps.control.client as unknown as { workflow: object };
    Object.assign(workflow, { start: () => Promise.reject(new Error('no Temporal')) });
    now += 600_000;
    expect((await pagerDuty(incident())).status).toBe(503);
    expect(stage.logged.at(-1)).toBe(
      '/hooks/pagerduty: nobody was told that lost/site-lost started nothing: no Temporal',
    );
  });
});

describe('workers that could not carry it out', () => {
  const served = (pollers: readonly object[]) => {
    const { client } = stage.deps.control as unknown as { client: { workflowService: object } };
    client.workflowService = { describeTaskQueue: () => Promise.resolve({ pollers }) };
  };
  const reading = (pinned: string) => [{ identity: `1@host config=${pinned}` }];

  it('defect: a failover was started while every worker read another drillbook.yaml, and its redelivery found the dead run', async () => {
    served(reading('0123456789ab'));
    const refused = await pagerDuty(incident());
    expect(refused).toMatchObject({ status: 503, body: { title: 'No worker can carry it out' } });
    expect(refused.body['detail']).toMatch(/^the workers read another drillbook\.yaml \(0123456789ab\)/);
    expect(stage.started).toEqual([]);
    // PagerDuty tries again: the same delivery begins it.
    served(reading((await stage.deps.readConfig()).pinnedSha256.slice(0, 12)));
    expect((await pagerDuty(incident())).body).toMatchObject({ runs: [{ again: false }] });
    served(reading('0123456789ab'));
    expect((await pagerDuty(incident())).body).toMatchObject({ runs: [{ again: true }] });
  });

  it('defect: a failover was taken with 200 while there was no worker, and nobody was told', async () => {
    served([]);
    expect(await pagerDuty(incident())).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('No worker serves this Temporal') as string },
    });
    expect(stage.started).toEqual([]);
    // A drill may wait.
    expect((await standard('{}')).status).toBe(200);
  });
});

describe('Alertmanager', () => {
  it('brings the secret as a bearer token or as the password', async () => {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    expect((await alert(firing)).status).toBe(200);
    expect((await alert(firing, basic(`anybody:${keys.am}`))).status).toBe(200);
    for (const wrong of ['Bearer x', basic(`${keys.am}:x`), basic(keys.am), keys.am, ''])
      expect([wrong, (await alert(firing, wrong)).status]).toEqual([wrong, 401]);
    // The same alerts, told again.
    expect(stage.started).toMatchObject([
      { info: { reason: 'SiteLost', requester: 'alertmanager' }, memo: { mode: 'drill' } },
    ]);
  });

  it('starts no more an hour than at-most; what was started before is answered all the same', async () => {
    const tell = (n: number) => alert({ ...firing, groupKey: n });
    const two = await Promise.all([tell(1), tell(2)]);
    expect(two.map(({ status }) => status)).toEqual([200, 200]);
    const refused = await tell(3);
    expect([refused.status, refused.header('retry-after')]).toEqual([429, '600']);
    const lines = (await stage.audit()).filter(({ call }) => call === 'deliver');
    expect(lines.map(({ counted }) => counted)).toEqual([true, true, false]);
    expect((await tell(1)).body).toMatchObject({ runs: [{ again: true }] });
    expect(stage.started).toHaveLength(2);
    expect(String((await lastLine())?.['text'])).toContain('again lost-drill');
  });

  it('a console that was started anew counts what Temporal knows; after an hour there is room again', async () => {
    const tell = (n: number, app: { request: ReturnType<typeof createConsoleApp>['request'] }) =>
      app.request(new URL('/hooks/alertmanager', host).href, {
        method: 'POST',
        headers: { ...json, authorization: `Bearer ${keys.am}` },
        body: JSON.stringify({ ...firing, groupKey: n }),
      });
    const [before, after] = [createConsoleApp(stage.deps), createConsoleApp(stage.deps)];
    for (const n of [1, 2]) expect((await tell(n, before)).status).toBe(200);
    expect((await tell(3, after)).status).toBe(429);
    expect((await tell(2, after)).status).toBe(200);
    now = Date.now() + 3_601_000;
    expect((await tell(3, after)).status).toBe(200);
  });

  it('two at once are not both the last', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(n => alert({ ...firing, groupKey: n })));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429]);
    expect(stage.started).toHaveLength(2);
  });
});

describe('anything that signs', () => {
  it('is known by webhook-id: redelivered it is the same run, with another id another', async () => {
    const first = await standard('{"a":1}');
    now += 30_000;
    const again = await standard('{"a":1}');
    expect([first.status, again.status, runsOf(again)]).toEqual([200, 200, runsOf(first)]);
    await standard('{"a":1}', { id: 'msg_2' });
    expect(stage.started).toHaveLength(2);
    // One trigger's is not another's, though they share a secret.
    const idle = await standard('{}', { path: '/hooks/idle' });
    expect(idle).toMatchObject({ status: 404, body: { title: 'Nothing listens' } });
    expect(idle.body['detail']).toMatch(
      /^Nothing listens: no runbook here has a webhook from idle, so nothing was started/,
    );
    expect(await lastLine()).toMatchObject({
      ...{ person: 'idle', call: 'deliver', counted: false, text: 'no runbook has a webhook from it' },
    });
    expect(stage.started).toHaveLength(2);
  });

  it('where nothing listens, PagerDuty and Alertmanager are not made to try again or switch off: 202, with the reason', async () => {
    rmSync(join(stage.dir, 'lost.yaml'));
    for (const [name, answer] of [
      ['pagerduty', await pagerDuty(incident())],
      ['alertmanager', await alert(firing)],
    ] as const)
      expect(answer).toMatchObject({
        status: 202,
        body: {
          ...{ runs: [], notMeant: [], refused: [] },
          reason: expect.stringContaining(`no runbook here has a webhook from ${name}`) as string,
        },
      });
    expect((await standard('{}')).status).toBe(404);
    expect((await stage.audit()).map(({ counted, text }) => [counted, text])).toEqual(
      [1, 2, 3].map(() => [false, 'no runbook has a webhook from it']),
    );
    expect(stage.logged.map(line => /from (\w+), so/.exec(line)?.[1])).toEqual([
      'pagerduty',
      'alertmanager',
      'pipeline',
    ]);
  });

  it('outside of its window is refused, also with a right signature; wrong ones too', async () => {
    for (const at of [now - 121_000, now + 121_000]) expect((await standard('{}', { at })).status).toBe(401);
    expect((await standard('{}', { at: now - 119_000 })).status).toBe(200);
    expect((await standard('{}', { secret: 'other' })).status).toBe(401);
    expect((await standard('{}', { signed: '{} ' })).status).toBe(401);
    expect((await send('/hooks/pipeline', '{}', json)).status).toBe(401);
    expect(stage.started).toHaveLength(1);
  });
});

describe('whatever comes', () => {
  it('unknown names, other methods, other types, no JSON, too much: a sentence and an audit line', async () => {
    const sign = (body: string) => ({ 'x-pagerduty-signature': `v1=${hex(keys.pd, body)}` });
    expect(await send('/hooks/nobody', '{}', json)).toMatchObject({ status: 404, body: { title: 'No such trigger' } });
    expect((await send('/hooks/__proto__', '{}', json)).status).toBe(404);
    expect((await send('/hooks/pagerduty', '', {}, 'GET')).status).toBe(405);
    expect((await send('/hooks/pagerduty', '{}', { ...sign('{}'), 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send('/hooks/pagerduty', '{', { ...sign('{'), ...json })).status).toBe(400);
    const large = 'x'.repeat(1024 * 1024 + 1);
    expect((await send('/hooks/pagerduty', large, { ...sign(large), ...json })).status).toBe(413);
    expect(await lastLine()).toMatchObject({
      text: 'That is more than 1 MiB at once.',
      counted: false,
      person: 'pagerduty',
    });
    expect((await stage.audit()).filter(({ call }) => call === 'deliver')).toHaveLength(5);
    expect(stage.started).toEqual([]);
  });

  it('no cookie, token or page of somebody else matters: only the signature', async () => {
    const headers = {
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
      authorization: 'Bearer nonsense',
    };
    const answer = await pagerDuty(incident(), keys.pd, headers);
    expect([answer.status, answer.header('set-cookie')]).toEqual([200, null]);
  });

  it('an address that proves nothing, again and again, has to wait; what is signed gets in, and people sign in from there', async () => {
    for (let i = 0; i < 10; i++) expect((await pagerDuty(incident(), 'wrong')).status).toBe(401);
    const lines = (await stage.audit()).length;
    const waits = await pagerDuty(incident(), 'wrong');
    expect([waits.status, Number(waits.header('retry-after')) > 0]).toEqual([429, true]);
    // A password could be guessed.
    expect((await alert(firing)).status).toBe(429);
    expect((await send('/hooks/nobody', '{}', json)).status).toBe(429);
    expect((await send('/hooks/pagerduty', 'x'.repeat(1024 * 1024 + 1), json)).status).toBe(429);
    // A line each: those that are very many are summed (audit-every.test.ts).
    expect((await stage.audit()).slice(lines)).toMatchObject(
      Array.from({ length: 4 }, () => ({ counted: false, text: expect.stringContaining('Too many') as string })),
    );
    expect((await pagerDuty(incident())).status).toBe(200);
    expect((await stage.ask('/sign-in')).status).toBe(200);
    now += 5 * 60_000 + 1_000;
    expect((await alert(firing)).status).toBe(200);
  });

  it('Temporal that does not answer is an error, and the redelivery starts the run', async () => {
    const { workflow } = stage.deps.control.client;
    const begin = workflow.start.bind(workflow);
    workflow.start = () =>
      Promise.reject(Object.assign(new Error('Failed to start Workflow'), { name: 'ServiceError' }));
    expect(await pagerDuty(incident())).toMatchObject({ status: 503, body: { title: 'Temporal does not answer' } });
    workflow.start = begin;
    expect((await pagerDuty(incident())).body).toMatchObject({ runs: [{ again: false }] });
  });

  it('a runbook with mistakes starts nothing and says so in the audit file', async () => {
    writeFileSync(join(stage.dir, 'lost.yaml'), lost.replace('uses: approval', 'uses: no-such-action'));
    expect((await pagerDuty(incident())).status).toBe(422);
    // Mended, without a restart.
    writeFileSync(join(stage.dir, 'lost.yaml'), lost);
    expect((await pagerDuty(incident())).status).toBe(200);
  });

  it('drillbook.yaml with mistakes, or a secret that cannot be read, is told without their content', async () => {
    writeFileSync(join(stage.dir, 'pd.new'), keys.pdNew, { mode: 0o644 });
    const { chmodSync } = await import('node:fs');
    chmodSync(join(stage.dir, 'pd.new'), 0o644);
    expect(await pagerDuty(incident())).toMatchObject({ status: 503, body: { title: 'A secret cannot be read' } });
    stage.configure('sites: 5');
    expect(await pagerDuty(incident())).toMatchObject({ status: 503 });
    expect(JSON.stringify(await stage.audit())).not.toContain(keys.pdNew);
  });
});

it('defect: a pipeline’s empty secret verified what everybody can sign; now nothing is taken, and it is told why', async () => {
  writeFileSync(join(stage.dir, 'ci'), 'whsec_\n', { mode: 0o600 });
  const answer = await standard('{}', { secret: '' });
  expect([answer.status, answer.text]).toEqual([
    503,
    expect.stringContaining('the secret \\"ci\\" signs nothing: there is nothing behind whsec_') as string,
  ]);
  expect(stage.started).toEqual([]);
});
