import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JanitorReport } from '../../engine/janitor-types.ts';
import { type Child, startChild } from '../../local/child.ts';
import { startTemporal, type TemporalServer } from '../../local/temporal-server.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { renderHtml } from '../../report/html.ts';
import { renderText } from '../../report/text.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { janitorPass, startByStranger, withStranger } from './janitor.ts';
import { oneFailover, quick, sentTo, untilAsked } from './live.ts';

/** Temporal's database is lost with everything in it. What the worker has written down is all that is left. */
let harness: Harness;
let worker: Child | undefined;
let newServer: TemporalServer | undefined;
beforeAll(async () => {
  harness = await startHarness({ worker: false, scenario: withStranger(quick(shippedScenario('hundred-vpgs'))) });
});
afterAll(async () => {
  await harness.stopWorker();
  await worker?.stop();
  await newServer?.stop();
  await harness.close();
});

const drill = `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: app-002 }, timeout: 2m }
  - { id: pause, uses: wait, with: { for: 30m } }
`;

let report: JanitorReport;
let live: string;
let test: string;

it('kill -9 of server and worker in a drill and a failover, a new server with an empty database', async () => {
  worker = await startChild({
    name: 'worker',
    args: ['worker', '--config', harness.configPath],
    logFile: join(harness.dir, 'worker.log'),
    ready: { kind: 'message' },
  });
  const info = { requester: 'cem', reason: 'site A is lost' };
  live = await harness.start(harness.plan(oneFailover(1), 'failover'), info);
  test = await harness.start(harness.plan(drill, 'drill'));
  await untilAsked(harness, live, 'keep');
  await until('it is in test', async () => (await harness.progress(test)).includes('db succeeded'));
  await startByStranger(harness, 'app-003');
  process.kill(worker.pid, 'SIGKILL');
  process.kill(harness.server.pid, 'SIGKILL');
  await harness.server.ended;
  const port = Number(harness.server.address.split(':')[1]);
  newServer = await startTemporal({ dir: join(harness.dir, 'new-temporal'), port });
  await harness.startWorker();
  report = await janitorPass(harness);
  const started = report.decisions.map(decision => (decision.do === 'start-guard' ? decision.id : decision.do));
  expect(started.map(id => id.split('/').slice(0, 3).join('/'))).toEqual(Array(2).fill('guard/recovered/site-b'));
});

it('the drill’s test is stopped, once', async () => {
  await until('only the stranger’s is in test', () => harness.simulator.testsRunning().join() === 'app-003');
  await until('it is read back', async () => (await janitorPass(harness)).decisions.length === 0);
  expect(await sentTo(harness, /^app-002$/)).toEqual(['FailoverTest app-002', 'FailoverTestStop app-002']);
});

it('the failover is held and not ended; its guard has the locks', async () => {
  expect(await sentTo(harness, /^app-001$/)).toEqual(['Failover app-001']);
  const id = report.decisions.flatMap(each =>
    each.do === 'start-guard' && each.id.includes('/recovered/') ? [each] : [],
  );
  const held = id.find(({ start }) => start.run.mode === 'failover');
  const guard = harness.control.client.workflow.getHandle(held?.id ?? '');
  expect((await guard.describe()).status.name).toBe('RUNNING');
  const next = await harness.start(harness.plan(oneFailover(1), 'failover'), { requester: 'cem', reason: 'again' });
  await until('it is refused', async () => JSON.stringify(await harness.progress(next)).includes('sign-in succeeded'));
  expect(await sentTo(harness, /^app-001$/)).toEqual(['Failover app-001']);
  await harness.control.client.workflow.getHandle(next).terminate('seen');
});

it('each run has a report still: what was written down, and what the guards that took over did', async () => {
  const drilled = await harness.journal(test);
  expect(drilled).toMatchObject({
    run: { id: test, mode: 'drill', site: 'site-b' },
    verdict: 'lost',
    openings: [{ step: 'db', vpg: 'app-002', state: 'closed', action: 'zerto/failover-test' }],
    guards: [{ ended: 'completed' }],
  });
  expect(drilled.reasons.join()).toMatch(/Temporal has lost this run/);
  expect(await harness.journal(live)).toMatchObject({
    run: { id: live, mode: 'failover' },
    openings: [{ vpg: 'app-001', state: 'open' }],
  });
  for (const render of [renderHtml, renderText]) expect(render(drilled)).toContain('app-002');
  await expect(harness.journal('drill-of-nobody')).rejects.toThrow('There is no run drill-of-nobody');
});

it('the stranger’s test is left alone, and told by name: who, since when', async () => {
  const { strangers } = await janitorPass(harness);
  expect(strangers).toMatchObject([{ site: 'site-b', vpg: 'app-003', kind: 'test', by: 'admin' }]);
  expect(await sentTo(harness, /^app-003$/)).toEqual(['FailoverTest app-003']);
  expect(harness.simulator.testsRunning()).toEqual(['app-003']);
});
