import { taskQueue } from '../../control/connection.ts';
import type { Harness } from './harness.ts';
import { until } from './harness.ts';
import { startByStranger } from './janitor.ts';
import { approve, decide, oneFailover, reject, untilAsked } from './live.ts';
import { because, type Path } from './recorded-drills.ts';
import { decide as decideRun, pauseRun, resumeRun, vote } from '../../control/decisions.ts';
import { adoptOpening, endOpening } from '../../control/leases.ts';
import { startOrphanGuard } from '../../control/orphan-guard.ts';
import { queuesOf } from '../../control/queues.ts';
import { startRun } from '../../control/runs.ts';

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

/** Two must keep it, or one who breaks the glass; before that somebody switches something by hand. */
const withPeople = (n: number): string =>
  oneFailover(n)
    .replace('from: [dr-managers],', 'from: [dr-managers], count: 2, break-glass: [dr-duty],')
    .replace('  - id: keep', '  - { id: dns, uses: manual, with: { instructions: Switch. } }\n  - id: keep');

async function toItsGate(harness: Harness, n: number): Promise<string> {
  const run = await harness.start(harness.plan(withPeople(n), 'failover'), { requester: 'cem', reason: 'recorded' });
  await untilAsked(harness, run, 'dns');
  const told = { key: 'dns', outcome: 'done', by: 'bo', note: 'recorded' };
  await harness.control.client.workflow.getHandle(run).executeUpdate('report', { args: [told] });
  await untilAsked(harness, run, 'keep');
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
    'failover-glass-broken',
    async (harness, to, name) => {
      const run = await toItsGate(harness, 8);
      await pauseRun(harness.control, run, because);
      await to.takeAll(run, 'failover-paused-at-its-approval');
      await resumeRun(harness.control, run, because);
      await vote(harness.control, run, { key: 'keep', choice: 'commit', breakGlass: true, ...because, by: 'cem' });
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  [
    'failover-held-committed-by-two',
    async (harness, to, name) => {
      const run = await toItsGate(harness, 9);
      await reject(harness, run, 'keep', 'bo');
      await untilAsked(harness, run, '');
      await decideRun(harness.control, run, { choice: 'commit', ...because, by: 'bo' });
      await to.takeAll(run, 'failover-held-one-of-two');
      await decideRun(harness.control, run, { choice: 'commit', ...because });
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  [
    'failover-orphan-committed-by-two',
    async (harness, to, name) => {
      const run = await toItsGate(harness, 1);
      const { client } = harness.control;
      const guard = await harness.guardOf(run);
      await Promise.all([run, guard].map(id => client.workflow.getHandle(id).terminate('recorded')));
      await startOrphanGuard(client, taskQueue, guard);
      const word = { site: 'site-b', vpg: 'app-001', how: 'commit', reason: 'recorded' } as const;
      await endOpening(harness.control, { ...word, by: 'ana' });
      await endOpening(harness.control, { ...word, by: 'bo' });
      await to.takeAll(run, name);
    },
  ],
  [
    'failover-without-lock',
    async (harness, to, name) => {
      const plan = harness.plan(oneFailover(2), 'failover');
      const run = await harness.start(plan, { requester: 'cem', reason: 'recorded', withoutLock: 'recorded' });
      await committed(harness, run);
      await to.takeAll(run, name);
    },
  ],
  [
    'failover-looked-at',
    async (harness, to, name) => {
      const who = { trigger: 'cli', requester: 'cem', verified: false, reason: '', url: '', dry: true } as const;
      const info = { ...who, configSha256: harness.config.pinnedSha256 };
      const plan = harness.plan(oneFailover(3), 'failover');
      const looks = { ...plan, steps: plan.steps.filter(({ phase }) => phase === 'sign-in') };
      const run = await startRun(harness.control, looks, info, queuesOf(harness.config));
      await harness.result(run);
      await to.take(run, name);
    },
  ],
  [
    'drill-by-a-schedule',
    async (harness, to, name) => {
      const run = await harness.start(harness.plan(drillOf(4).replace(/ {2}- \{ id: up.*\n/, ''), 'drill'), {
        ...{ requester: 'schedule', trigger: 'schedule', reason: '' },
      });
      await harness.result(run);
      await to.takeAll(run, name);
    },
  ],
  [
    'test-adopted',
    async (harness, to, name) => {
      await startByStranger(harness, 'app-005');
      await adoptOpening(harness.control, { site: 'site-b', vpg: 'app-005', ...because });
      await until('it is stopped', () => !harness.simulator.testsRunning().includes('app-005'));
      const { workflow } = harness.control.client;
      for await (const { workflowId } of workflow.list({ query: "WorkflowType = 'adopt'" }))
        await to.take(workflowId, name);
    },
  ],
  [
    'locks-of-live-runs',
    async (_harness, to, name) => {
      await to.take('drillbook-locks', name);
    },
  ],
];
