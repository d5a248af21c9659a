import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { outside } from '../../cli/outside.ts';
import { checkLive } from '../../control/config-check.ts';
import { ensureTimekeeper } from '../../control/janitor-schedule.ts';
import { vote } from '../../control/decisions.ts';
import { makeLift } from '../../control/library/lift.ts';
import { queuesOf } from '../../control/queues.ts';
import { newRunId, startRun } from '../../control/runs.ts';
import { newKey } from '../../control/signing.ts';
import { timekeeperId } from '../../workflows/names.ts';
import { startReceiver } from '../activities/receivers.ts';
import { drillbook as commandLine } from '../cli/command-line.ts';
import { type Harness, until } from './harness.ts';
import { approve, oneFailover, untilAsked } from './live.ts';
import type { Path } from './recorded-drills.ts';
import type { Recording } from './recording.ts';
import { signsWith, withKeys } from './signs.ts';

/** A receiver for `bridge`: for a minute it is down, then its fallback is told. */
const receiver = await startReceiver();

export const closeReceiver = (): Promise<void> => receiver.close();

/** Whom it tells, and when a drill is overdue. */
export const telling = (text: string): string =>
  `${text.replace(/^policy:\n/m, '$&  drill-interval: 1s\n').replace(/^targets:\n/m, `targets:\n  bridge: { webhook: { url: "${receiver.url}/in" }, fallback: dr-drills }\n`)}project: bank
notifications:
  - { events: [waiting], modes: [drill], to: [bridge], repeat: 30s }
  - { events: [started, breach-forecast, finished, failed, overdue, not-started], modes: [drill, failover], to: [dr-drills] }
`;

const scheduled = (n: number, name: string, more = ''): string => `
apiVersion: drillbook/v1
name: ${name}
site: site-b
modes: { drill: { via: bubble-b } }
triggers:
  - schedule: { name: always, mode: drill, cron: "* * * * *", time-zone: Europe/London${more} }
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: app-00${n} }, timeout: 2m }
`;

/** Started by its schedule, to its end: what Temporal has named. */
async function fired(harness: Harness, n: number, name: string, more?: string): Promise<string> {
  mkdirSync(join(harness.dir, 'runbooks'), { recursive: true });
  writeFileSync(join(harness.dir, `runbooks/${name}.yaml`), scheduled(n, name, more));
  const env = { DRILLBOOK_CONFIG: harness.configPath };
  const { code, stderr } = await commandLine(['schedule', 'apply'], { cwd: harness.dir, env, outside });
  if (code !== 0) throw new Error(stderr);
  const run = await startedBy(harness, `${name}/always`);
  await harness.control.client.schedule.getHandle(`${name}/always`).pause();
  await harness.result(run);
  return run;
}

async function startedBy(harness: Harness, id: string): Promise<string> {
  const schedule = harness.control.client.schedule.getHandle(id);
  const taken = async () => (await schedule.describe()).info.recentActions;
  const before = (await taken()).length;
  await sleep(1_000);
  await schedule.trigger();
  await until(`${id} has started`, async () => (await taken()).length > before, 90_000);
  return (await taken()).at(-1)?.action.workflow.workflowId ?? '';
}

/** All that told of it, in order, once they have ended: `NAME`, `NAME-2` and so on. */
async function takeTold(harness: Harness, to: Recording, of: string, name: string): Promise<void> {
  const { workflow } = harness.control.client;
  const query = `WorkflowType = 'tell' AND WorkflowId STARTS_WITH 'tell/${of}/'`;
  await until('all is told', async () => {
    const { count } = await workflow.count(`${query} AND ExecutionStatus = 'Running'`);
    return count === 0;
  });
  const told: { workflowId: string; startTime: Date }[] = [];
  for await (const each of workflow.list({ query })) told.push(each);
  told.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  for (const [i, { workflowId }] of told.entries()) await to.take(workflowId, i === 0 ? name : `${name}-${i + 1}`);
}

const waiting = `
apiVersion: drillbook/v1
name: waiting
site: site-b
modes: [drill]
steps:
  - { id: go, uses: approval, with: { message: Go?, from: [dr-managers], remind: 20s }, timeout: 10m }
`;

/** Its check is green when much of its objective is used. */
const late = (n: number): string =>
  oneFailover(n)
    .replace('steps:\n', 'objectives: { rto: 4s }\nsteps:\n  - { id: nap, uses: wait, with: { for: 5s } }\n')
    .replace('name: one', 'name: late');

export const told: readonly Path[] = [
  [
    'drill-of-a-schedule',
    async (harness, to, name) => {
      await to.takeAll(await fired(harness, 1, 'weekly'), name);
    },
  ],
  [
    'drill-surprise',
    async (harness, to, name) => {
      await to.takeAll(await fired(harness, 2, 'surprise', ', within: 10s'), name);
    },
  ],
  [
    'timekeeper-look',
    async (harness, to, name) => {
      await fired(harness, 3, 'overdue');
      await ensureTimekeeper(harness.control.client);
      await harness.control.client.schedule.getHandle(timekeeperId).pause();
      const look = await startedBy(harness, timekeeperId);
      await harness.control.client.workflow.getHandle(look).result();
      await to.take(look, name);
    },
  ],
  [
    'drill-told',
    async (harness, to, name) => {
      receiver.replies.push(...Array.from({ length: 1_000 }, () => ({ status: 503 })));
      const run = await harness.start(harness.plan(waiting, 'drill'));
      await untilAsked(harness, run, 'go');
      // So long the fallback is waited for, and reminded meanwhile.
      await sleep(95_000);
      receiver.replies.length = 0;
      await approve(harness, run, 'go', ['bo']);
      await harness.result(run);
      await to.takeAll(run, name);
      await takeTold(harness, to, run, 'tell-of-a-drill');
    },
  ],
  [
    'config-check',
    async (harness, to, name) => {
      await checkLive(harness.control);
      const { workflow } = harness.control.client;
      const query = "WorkflowType = 'configCheck'";
      await until('Temporal lists it', async () => (await workflow.count(query)).count > 0);
      for await (const { workflowId } of workflow.list({ query })) await to.take(workflowId, name);
    },
  ],
  [
    'failover-late',
    async (harness, to, name) => {
      const run = await harness.start(harness.plan(late(4), 'failover'), { requester: 'cem', reason: 'recorded' });
      await untilAsked(harness, run, 'keep');
      await approve(harness, run, 'keep', ['bo'], 'commit');
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
];

const keys = { ana: newKey(), bo: newKey(), cem: newKey() };

/** What is live must be published, and every word is signed. */
export const published = (text: string): string =>
  withKeys(
    'drills',
    keys,
    `roles:
  - { role: operator, to: [cem] }
  - { role: approver, to: [dr-managers] }
`,
  )(text.replace('published: false', 'published: true'));

export const lifted: readonly Path[] = [
  [
    'failover-lifted',
    async (harness, to, name) => {
      const plan = harness.plan(oneFailover(1), 'failover');
      const run = newRunId(plan, new Date());
      const lift = makeLift(run, plan, { by: 'bo', reason: 'recorded' }, signsWith(keys.bo));
      const who = { trigger: 'cli', requester: 'cem', verified: false, reason: 'recorded', url: '' } as const;
      const info = { ...who, configSha256: harness.config.pinnedSha256, lift };
      await startRun(harness.control, plan, info, queuesOf(harness.config), signsWith(keys.cem));
      await untilAsked(harness, run, 'keep');
      const word = { key: 'keep', choice: 'commit', by: 'ana', reason: 'recorded' };
      await vote(harness.control, run, word, signsWith(keys.ana));
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
];
