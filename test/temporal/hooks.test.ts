import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { slackBallots } from '../../actions/slack-ballot.ts';
import { type Console, startConsole } from '../../console/console.ts';
import { newKey } from '../../control/signing.ts';
import { startReceiver } from '../activities/receivers.ts';
import { type Harness, shipped, startHarness, until } from './harness.ts';
import { pendingOf, untilAsked } from './live.ts';
import { withDecisionKey } from './signs.ts';

/** Deliveries over HTTP, on a real Temporal, to a worker that believes nobody without the console's signature. */
const key = newKey();
const secrets = { slack: 'slack-secret', alerts: 'alerts-secret' };

const alerted = `apiVersion: drillbook/v1
name: alerted
site: site-b
modes: [drill]
triggers:
  - webhook:
      name: alert
      mode: drill
      from: alertmanager
      if: payload.status == 'firing' && payload.alerts.exists(a, a.labels.site == 'site-a')
      reason: "\${{ payload.commonLabels.alertname }}"
steps:
  - { id: go, uses: approval, with: { message: Go on?, from: [dr-managers] }, timeout: 10m }
  - { id: proof, uses: notify, with: { to: dr-drills, message: "\${{ run.trigger }}: \${{ run.reason }}" } }
`;

let harness: Harness;
let server: Console;
let slack: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  slack = await startReceiver();
  harness = await startHarness({
    configure: text =>
      withDecisionKey(
        key,
        `roles:
  - { role: operator, to: [cem] }
  - { role: approver, to: [dr-managers] }
notifications:
  - { events: [waiting], modes: [drill, failover], to: [chat] }
  - { events: [held], to: [dr-drills] }
`,
      )(
        text
          .replace(
            /^secrets:\n/m,
            'secrets:\n  decision: { file: decision.pem }\n  slack-sign: { file: slack }\n  alerts: { file: alerts }\n  slack-hook: { file: hook }\n',
          )
          .replace(
            /^triggers:\n/m,
            `triggers:
  alertmanager: { kind: alertmanager, secret: alerts, may: [ { runbooks: [alerted], modes: [drill] } ] }
  slack: { kind: slack, secret: slack-sign, url: "${slack.url}", may: [ { runbooks: ["*"], modes: [drill] } ] }
`,
          )
          .replace('name: Bo Lind', 'name: Bo Lind\n    slack: U02BO')
          .replace(/^targets:\n/m, 'targets:\n  chat: { slack: { url: slack-hook } }\n'),
      ),
  });
  const files = {
    'decision.pem': key.pem,
    slack: secrets.slack,
    alerts: secrets.alerts,
    hook: `${slack.url}/services/T0`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(harness.dir, name), text, { mode: 0o600 });
  writeFileSync(join(harness.dir, 'alerted.yaml'), alerted);
  writeFileSync(join(harness.dir, 'payments.yaml'), shipped('payments.yaml'));
  server = await startConsole({ configPath: harness.configPath, port: 0, log: () => undefined });
});
afterAll(async () => {
  await server.close();
  await harness.close();
  await slack.close();
});

async function deliver(name: string, body: string, headers: Record<string, string>) {
  const answer = await fetch(`${server.url}/hooks/${name}`, { method: 'POST', body, headers });
  const text = await answer.text();
  const read = text.startsWith('{') ? (JSON.parse(text) as { runs?: { run: string; again: boolean }[] }) : {};
  return { status: answer.status, runs: read.runs ?? [], text };
}

/** As PagerDuty's documents show a V3 webhook, with the secret that the harness wrote. */
function incident(id: string) {
  const event = {
    ...{ id: `01EVENT${id}`, event_type: 'incident.triggered', resource_type: 'incident' },
    occurred_at: new Date().toISOString(),
    data: { id, type: 'incident', title: 'London does not answer', urgency: 'high', status: 'triggered' },
  };
  const body = JSON.stringify({ event });
  const signature = createHmac('sha256', 'signature').update(body).digest('hex');
  return { body, headers: { 'content-type': 'application/json', 'x-pagerduty-signature': `v1=${signature}` } };
}

it('PagerDuty starts one failover, delivered five times at once; it waits at its first approval with nothing sent', async () => {
  const { body, headers } = incident('Q1');
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => deliver('pagerduty', body, headers)));
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const runs = [...new Set(all.flatMap(each => each.runs.map(({ run }) => run)))];
  expect(runs).toHaveLength(1);
  expect(all.filter(({ runs: [first] }) => first?.again === false)).toHaveLength(1);
  const [run = ''] = runs;
  const asks = await untilAsked(harness, run, 'go');
  expect(asks).toMatchObject({ kind: 'approval', message: 'Fail payments over: London does not answer' });
  const { run: told } = await harness.journal(run);
  expect(told).toMatchObject({
    requester: 'pagerduty',
    trigger: 'webhook',
    reason: 'London does not answer',
    verified: true,
  });
  const effects = harness.simulator.requests.filter(
    ({ method, path }) => method === 'POST' && /\/vpgs\/.*\/(failover|failovertest|move)$/i.test(path),
  );
  expect(effects).toEqual([]);
  // Slack is told of it without buttons: its line names drills alone.
  await until('Slack is told', () => slack.json().some(message => JSON.stringify(message).includes(run)));
  expect(JSON.stringify(slack.json())).not.toContain('drillbook-vote');
  await harness.control.client.workflow.getHandle(run).executeUpdate('cancel', {
    args: [{ by: 'cem', reason: 'x', now: false }],
  });
  // Nobody has signed that: it does not count. A later delivery of the same incident is the same run.
  expect(await pendingOf(harness, run)).toHaveLength(1);
  expect((await deliver('pagerduty', body, headers)).runs).toMatchObject([{ run, again: true }]);
  await harness.control.client.workflow.getHandle(run).terminate('the test is over');
});

it('a name alone starts nothing: what claims to be the trigger and is not signed is not carried out', async () => {
  const plan = harness.plan(shipped('payments.yaml'), 'failover');
  const run = await harness.start(plan, { requester: 'pagerduty', trigger: 'webhook', reason: 'x' });
  expect(await harness.result(run)).toMatchObject({ verdict: 'inconclusive' });
  expect(JSON.stringify(await harness.journal(run))).toContain('nothing proves that this is pagerduty');
});

it('Alertmanager starts a drill; Slack shows its approval with buttons, and one of them decides it', async () => {
  slack.received.length = 0;
  const alerts = [{ status: 'firing', labels: { alertname: 'SiteLost', site: 'site-a' } }];
  const body = JSON.stringify({ version: '4', status: 'firing', commonLabels: { alertname: 'SiteLost' }, alerts });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${secrets.alerts}` };
  const { runs } = await deliver('alertmanager', body, headers);
  const [{ run } = { run: '' }] = runs;
  await untilAsked(harness, run, 'go');
  const told = (): { action_id: string; value: string }[] =>
    slack
      .json()
      .flatMap(({ blocks }) => (blocks ?? []) as { elements?: { action_id?: string; value?: string }[] }[])
      .flatMap(({ elements = [] }) => elements)
      .flatMap(({ action_id, value }) =>
        action_id === undefined || value === undefined ? [] : [{ action_id, value }],
      );
  await until('Slack is told with buttons', () => told().length > 0);
  const action = told().find(({ value }) => value.includes('"approve"'));
  const made = slackBallots({ run, runbook: 'alerted', mode: 'drill', step: 'go', choices: ['approve'] });
  expect(JSON.stringify(made)).toContain(JSON.stringify(action?.value));

  const pressed = {
    type: 'block_actions',
    user: { id: 'U02BO' },
    actions: [action],
    response_url: `${slack.url}/actions/1`,
  };
  const form = new URLSearchParams({ payload: JSON.stringify(pressed) }).toString();
  const at = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secrets.slack).update(`v0:${at}:${form}`).digest('hex');
  const began = Date.now();
  const { status } = await deliver('slack', form, {
    'content-type': 'application/x-www-form-urlencoded',
    ...{ 'x-slack-request-timestamp': at, 'x-slack-signature': `v0=${signature}` },
  });
  expect([status, Date.now() - began < 3_000]).toEqual([200, true]);
  expect(await harness.result(run)).toMatchObject({ verdict: 'passed' });
  await until('Slack has the outcome', () => slack.received.some(({ path }) => path === '/actions/1'));
  expect(JSON.parse(slack.received.find(({ path }) => path === '/actions/1')?.body ?? '')).toMatchObject({
    response_type: 'in_channel',
    text: expect.stringContaining('bo voted approve') as string,
  });
  expect((await harness.journal(run)).run).toMatchObject({
    requester: 'alertmanager',
    trigger: 'webhook',
    verified: true,
  });
  expect(readFileSync(join(harness.dir, 'notifications.jsonl'), 'utf8')).toContain('webhook: SiteLost');
});
