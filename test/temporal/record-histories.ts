import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { type Harness, shipped, startHarness, until } from './harness.ts';
import { approve, decide, oneFailover, quick, reject, untilAsked } from './live.ts';

/**
 * Records the histories that replay.test.ts replays: `npx tsx test/temporal/record-histories.ts RELEASE [PATH …]`, once for a
 * released version or a new construct, never to make a failing replay pass. Without paths all are recorded.
 */
const [release = 'unnamed', ...wanted] = process.argv.slice(2);
const folder = new URL('./histories/', import.meta.url);
mkdirSync(folder, { recursive: true });

async function record(harness: Harness, workflowId: string, name: string): Promise<void> {
  const history = await harness.control.client.workflow.getHandle(workflowId).fetchHistory();
  const text = JSON.stringify({ workflowId, history: JSON.parse(historyToJSON(history)) as unknown });
  writeFileSync(new URL(`${release}.${name}.json.gz`, folder), gzipSync(text, { level: 9 }));
  process.stdout.write(`${name}: ${String(history.events?.length)} events\n`);
}

/** The run and its guard as they stand, the guard after its end where the run has ended. */
async function recordBoth(harness: Harness, run: string, name: string): Promise<void> {
  const { workflow } = harness.control.client;
  await record(harness, run, name);
  const guard = await harness.guardOf(run);
  const known = await workflow
    .getHandle(guard)
    .describe()
    .catch(() => undefined);
  if (known === undefined) return;
  if ((await workflow.getHandle(run).describe()).status.name !== 'RUNNING')
    await until(
      'the guard has ended',
      async () => (await workflow.getHandle(guard).describe()).status.name !== 'RUNNING',
    );
  await record(harness, guard, `${name}-guard`);
}

const cancel = (harness: Harness, run: string): Promise<unknown> =>
  harness.control.client.workflow
    .getHandle(run)
    .executeUpdate('cancel', { args: [{ by: 'ana', reason: 'recorded', now: false }] });

const failing = (onFailure: string): string => `
apiVersion: drillbook/v1
name: failing
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db } }
  - { id: port, uses: check/tcp, with: { host: 127.0.0.1, port: 1 }, on-failure: ${onFailure} }
`;
const gate = `
apiVersion: drillbook/v1
name: gate
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db } }
  - { id: look, uses: approval, with: { message: Seen?, from: [dr-managers] }, timeout: 10m }
`;

type Path = readonly [name: string, show: (harness: Harness, name: string) => Promise<void>];

const small: readonly Path[] = [
  [
    'drill-passed',
    async (harness, name) => {
      await recordBoth(harness, (await harness.run(shipped('payments.yaml'), 'drill')).id, name);
      await record(harness, 'drillbook-locks', `${name}-locks`);
    },
  ],
  [
    'change-passed',
    async (harness, name) => {
      await record(harness, (await harness.run(shipped('vpg-networks.yaml'), 'change')).id, name);
    },
  ],
  [
    'drill-failed-check',
    async (harness, name) => {
      await recordBoth(harness, (await harness.run(failing('abort'), 'drill')).id, name);
    },
  ],
  [
    'drill-asked-retried-skipped',
    async (harness, name) => {
      const run = await harness.start(harness.plan(failing('ask'), 'drill'));
      for (const choice of ['retry', 'skip'] as const) {
        await untilAsked(harness, run, 'port');
        await harness.control.client.workflow
          .getHandle(run)
          .executeUpdate('answer', { args: [{ key: 'port', choice, by: 'ana', reason: 'recorded' }] });
      }
      await harness.result(run);
      await recordBoth(harness, run, name);
    },
  ],
  [
    'drill-approved',
    async (harness, name) => {
      const run = await harness.start(harness.plan(gate, 'drill'));
      await untilAsked(harness, run, 'look');
      await recordBoth(harness, run, 'drill-at-its-approval');
      await approve(harness, run, 'look', ['bo']);
      await harness.result(run);
      await recordBoth(harness, run, name);
    },
  ],
  [
    'drill-cancelled',
    async (harness, name) => {
      const run = await harness.start(harness.plan(gate, 'drill'));
      await untilAsked(harness, run, 'look');
      await cancel(harness, run);
      await harness.result(run);
      await recordBoth(harness, run, name);
    },
  ],
  [
    'drill-terminated',
    async (harness, name) => {
      const run = await harness.start(harness.plan(gate, 'drill'));
      await untilAsked(harness, run, 'look');
      const guard = await harness.guardOf(run);
      await harness.control.client.workflow.getHandle(run).terminate('recorded');
      await harness.control.client.workflow.getHandle(guard).cancel();
      await recordBoth(harness, run, name);
    },
  ],
  [
    'drill-lost-answer',
    async (harness, name) => {
      harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'drop-after' } });
      const { id } = await harness.run(shipped('payments.yaml'), 'drill');
      await recordBoth(harness, id, name);
    },
  ],
];

const live: readonly Path[] = [
  [
    'failover-committed',
    async (harness, name) => {
      const run = await harness.start(harness.plan(oneFailover(1), 'failover'), {
        requester: 'cem',
        reason: 'recorded',
      });
      await untilAsked(harness, run, 'keep');
      await recordBoth(harness, run, 'failover-before-its-commit');
      await approve(harness, run, 'keep', ['bo'], 'commit');
      await harness.result(run);
      await recordBoth(harness, run, name);
    },
  ],
  [
    'failover-held-rolled-back',
    async (harness, name) => {
      const run = await harness.start(harness.plan(oneFailover(2), 'failover'), {
        requester: 'cem',
        reason: 'recorded',
      });
      await untilAsked(harness, run, 'keep');
      await reject(harness, run, 'keep', 'ana');
      await untilAsked(harness, run, '');
      await decide(harness, run, 'roll-back');
      await harness.result(run);
      await recordBoth(harness, run, name);
    },
  ],
];

for (const [paths, options] of [
  [small, {}],
  [live, { scenario: quick(shippedScenario('hundred-vpgs')) }],
] as const) {
  const chosen = paths.filter(([name]) => wanted.length === 0 || wanted.includes(name));
  if (chosen.length === 0) continue;
  const harness = await startHarness(options);
  for (const [name, show] of chosen) await show(harness, name);
  await harness.close();
}
