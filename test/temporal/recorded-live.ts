import { taskQueue } from '../../control/connection.ts';
import type { Harness } from './harness.ts';
import { until } from './harness.ts';
import { approve, decide, oneFailover, reject, untilAsked } from './live.ts';
import { because, type Path } from './recorded-drills.ts';
import { pauseRun, resumeRun } from '../../control/decisions.ts';

const live = (harness: Harness, n: number): Promise<string> =>
  harness.start(harness.plan(oneFailover(n), 'failover'), { requester: 'cem', reason: 'recorded' });

const drillOf = (n: number): string => `
apiVersion: drillbook/v1
name: drill-${n}
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: app-00${n} } }
  - { id: up, uses: check/tcp, with: { host: 10.99.0.1, port: 9 }, retry: { every: 1s, for: 4m }, timeout: 5m }
`;

async function inTest(harness: Harness, n: number): Promise<string> {
  const run = await harness.start(harness.plan(drillOf(n), 'drill'));
  await until('it checks', async () => (await harness.progress(run)).includes('up running'));
  return run;
}

async function committed(harness: Harness, run: string): Promise<void> {
  await untilAsked(harness, run, 'keep');
  await approve(harness, run, 'keep', ['bo'], 'commit');
  await harness.result(run);
}

/** On a hundred VPGs, a VPG for each. */
export const lives: readonly Path[] = [
  [
    'failover-committed',
    async (harness, to, name) => {
      const run = await live(harness, 1);
      await untilAsked(harness, run, 'keep');
      await to.takeAll(run, 'failover-before-its-commit');
      await committed(harness, run);
      await to.takeAll(run, name);
    },
  ],
  [
    'failover-held-rolled-back',
    async (harness, to, name) => {
      const run = await live(harness, 2);
      await untilAsked(harness, run, 'keep');
      await reject(harness, run, 'keep', 'ana');
      await untilAsked(harness, run, '');
      await to.takeAll(run, 'failover-held');
      await decide(harness, run, 'roll-back');
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  [
    'failover-lost-answer',
    async (harness, to, name) => {
      harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failover', then: { kind: 'drop-after' } });
      const run = await live(harness, 3);
      await committed(harness, run);
      harness.simulator.faults.clear();
      await to.takeAll(run, name);
    },
  ],
  [
    'drill-pre-empted',
    async (harness, to, name) => {
      const drill = await inTest(harness, 4);
      const run = await live(harness, 4);
      await harness.result(drill);
      await committed(harness, run);
      await to.takeAll(drill, name);
      await to.takeAll(run, 'failover-that-pre-empts');
    },
  ],
  [
    'drill-taken-over-open',
    async (harness, to, name) => {
      const drill = await inTest(harness, 5);
      const body = { Message: 'Not now.' };
      const then = { kind: 'status', status: 500, body } as const;
      harness.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failoverteststop', then, times: 1_000 });
      const text = oneFailover(5).replace('\nsteps:', '\nlimits: { preempt-wait: 3s }\nsteps:');
      const run = await harness.start(harness.plan(text, 'failover'), { requester: 'cem', reason: 'recorded' });
      await harness.result(drill);
      await committed(harness, run);
      harness.simulator.faults.clear();
      await to.takeAll(drill, name);
      await to.takeAll(run, 'failover-that-takes-over');
    },
  ],
  [
    'failover-guard-terminated',
    async (harness, to, name) => {
      const run = await live(harness, 6);
      await untilAsked(harness, run, 'keep');
      await harness.control.client.workflow.getHandle(await harness.guardOf(run)).terminate('recorded');
      await pauseRun(harness.control, run, because);
      await resumeRun(harness.control, run, because);
      await committed(harness, run);
      await to.takeAll(run, name);
    },
  ],
  [
    'janitor-pass',
    async (harness, to, name) => {
      const run = await inTest(harness, 7);
      const { workflow } = harness.control.client;
      const ids = [await harness.guardOf(run), run];
      await Promise.all(ids.map(id => workflow.getHandle(id).terminate('recorded')));
      await workflow.execute('janitor', { workflowId: name, taskQueue });
      await to.take(name, name);
      await to.takeAll(run, 'drill-closed-by-the-janitor');
    },
  ],
  [
    'locks-of-live-runs',
    async (_harness, to, name) => {
      await to.take('drillbook-locks', name);
    },
  ],
];
