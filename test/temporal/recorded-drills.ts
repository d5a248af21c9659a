import { taskQueue } from '../../control/connection.ts';
import { extendRun, pauseRun, resumeRun } from '../../control/decisions.ts';
import { answerRun, cancelRun } from '../../control/runs.ts';
import type { Mode } from '../../actions/contract.ts';
import type { RunStart } from '../../workflows/messages.ts';
import { type Harness, shipped, until } from './harness.ts';
import { approve, startShipped, untilAsked } from './live.ts';
import type { Recording } from './recording.ts';

export type Path = readonly [name: string, show: (harness: Harness, to: Recording, name: string) => Promise<void>];

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
limits: { timeout: 1h }
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db } }
  - { id: look, uses: approval, with: { message: Seen?, from: [dr-managers] }, timeout: 10m }
  - { id: after, uses: wait, with: { for: 1s } }
`;
const long = `
apiVersion: drillbook/v1
name: long
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/recover, with: { vpg: payments-db } }
  - { id: sums, needs: [], uses: assert, with: { that: true }, for-each: [a, b, c, d, e, f, g, h, i, j, k, l], max-parallel: 3 }
  - { id: poll, needs: [], uses: check/tcp, with: { host: 10.99.0.1, port: 9 }, retry: { every: 1s, for: 8s }, on-failure: continue }
  - { id: nap, uses: wait, with: { for: 6s } }
`;

export const because = { by: 'ana', reason: 'recorded' };

const text = (name: string): string => shipped(`${name}.yaml`);
const start = (harness: Harness, name: string, mode: Mode, inputs = {}, files = {}): Promise<string> =>
  harness.start(harness.plan(text(name), mode, inputs, files));

/** As shipped, to its end. */
const toItsEnd = (
  file: string,
  mode: Mode,
  inputs: Record<string, unknown> = {},
  files: Record<string, string> = {},
): Path => [
  `${file}-${mode}`,
  async (harness, to, name) => {
    const run = await start(harness, file, mode, inputs, files);
    await harness.result(run);
    await to.takeAll(run, name);
  },
];

/** There, and back at the votes of two. */
const moved = (file: string, mode: Mode = 'move'): Path => [
  `${file}-${mode}`,
  async (harness, to, name) => {
    const run = await startShipped(harness, `${file}.yaml`, mode);
    await untilAsked(harness, run, 'go');
    await approve(harness, run, 'go', ['ana', 'bo']);
    await untilAsked(harness, run, 'keep');
    await approve(harness, run, 'keep', ['ana', 'bo'], 'commit');
    await harness.result(run);
    await to.takeAll(run, name);
  },
];

async function atItsGate(harness: Harness): Promise<string> {
  const run = await harness.start(harness.plan(gate, 'drill'));
  await untilAsked(harness, run, 'look');
  return run;
}

/** On the sites of the demo. */
export const drills: readonly Path[] = [
  toItsEnd('payments', 'drill'),
  toItsEnd('vpg-networks', 'change'),
  toItsEnd('one-vpg', 'drill', { vpg: 'crm' }),
  toItsEnd('estate-monthly', 'drill', {}, { 'one-vpg.yaml': text('one-vpg') }),
  [
    'create-vpg-change',
    async (harness, to, name) => {
      // Twelve simulated VMs are synchronised sooner than twelve real ones.
      const quicker = text('create-vpg').replace('every: 30s', 'every: 1s');
      const run = await harness.start(harness.plan(quicker, 'change', {}, { 'drill-shop.yaml': text('drill-shop') }));
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  toItsEnd('drill-shop', 'drill'),
  [
    'drill-failed-check',
    async (harness, to, name) => {
      await to.takeAll((await harness.run(failing('abort'), 'drill')).id, name);
    },
  ],
  [
    'drill-asked-retried-skipped',
    async (harness, to, name) => {
      const run = await harness.start(harness.plan(failing('ask'), 'drill'));
      for (const choice of ['retry', 'skip'] as const) {
        await untilAsked(harness, run, 'port');
        await answerRun(harness.control, run, { key: 'port', choice, ...because });
      }
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  [
    'drill-approved',
    async (harness, to, name) => {
      const run = await atItsGate(harness);
      await to.takeAll(run, 'drill-at-its-approval');
      await approve(harness, run, 'look', ['cem', 'bo']);
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  [
    'drill-paused-extended',
    async (harness, to, name) => {
      const run = await atItsGate(harness);
      await pauseRun(harness.control, run, because);
      await extendRun(harness.control, run, { ...because, byMs: 3_600_000 });
      await approve(harness, run, 'look', ['bo']);
      await to.takeAll(run, 'drill-while-paused');
      await resumeRun(harness.control, run, because);
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  [
    'drill-cancelled',
    async (harness, to, name) => {
      const run = await atItsGate(harness);
      await cancelRun(harness.control, run, 'ana', 'recorded');
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  [
    'drill-terminated',
    async (harness, to, name) => {
      const run = await atItsGate(harness);
      await harness.control.client.workflow.getHandle(run).terminate('recorded');
      await harness.control.client.workflow.getHandle(await harness.guardOf(run)).cancel();
      await to.takeAll(run, name);
    },
  ],
  [
    'drill-lost-answer',
    async (harness, to, name) => {
      harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovertest', then: { kind: 'drop-after' } });
      await to.takeAll((await harness.run(text('payments'), 'drill')).id, name);
      harness.simulator.faults.clear();
    },
  ],
  [
    'drill-continued-as-new',
    async (harness, to, name) => {
      const plan = harness.plan(long, 'drill');
      const who = { trigger: 'cli', requester: 'ana', verified: false, reason: 'recorded', url: '' } as const;
      const run = { ...who, id: name, configSha256: harness.config.pinnedSha256 };
      const args: [RunStart] = [{ plan, run, continueAfterEvents: 20 }];
      await harness.control.client.workflow.start('runbook', { workflowId: name, taskQueue, args });
      await harness.result(name);
      await to.takeAll(name, name);
    },
  ],
  [
    'drill-guard-terminated',
    async (harness, to, name) => {
      const run = await harness.start(harness.plan(gate, 'drill'));
      await untilAsked(harness, run, 'look');
      const guard = await harness.guardOf(run);
      await harness.control.client.workflow.getHandle(guard).terminate('recorded');
      await until(
        'a successor has taken over',
        async () => (await harness.progress(run)).length > 0 && (await exists(harness, `${guard}/2`)),
      );
      await approve(harness, run, 'look', ['bo']);
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  moved('move'),
  moved('failback'),
  moved('payments', 'failover'),
  [
    'locks-of-many-runs',
    async (_harness, to, name) => {
      await to.take('drillbook-locks', name);
    },
  ],
];

const exists = (harness: Harness, id: string): Promise<boolean> =>
  harness.control.client.workflow
    .getHandle(id)
    .describe()
    .then(
      () => true,
      () => false,
    );
