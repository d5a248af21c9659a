import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { taskQueue } from '../../control/connection.ts';
import { adoptOpening } from '../../control/leases.ts';
import { queuesOf } from '../../control/queues.ts';
import { unservedQueues } from '../../control/unserved-queues.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { type Harness, runWorker, startHarness, until } from './harness.ts';
import { janitorPass, startByStranger, withStranger } from './janitor.ts';
import { quick, sentTo, untilAsked } from './live.ts';

/** As many waits as the site's worker has room for. */
const room = 20;

let harness: Harness;
let site: { stop(): Promise<void> };
beforeAll(async () => {
  harness = await startHarness({
    configure: withOwnQueue,
    scenario: withStranger(quick(shippedScenario('hundred-vpgs'))),
  });
  const only = { sites: ['site-b'], probes: ['lan-b'] };
  site = await runWorker(harness.configPath, { only, slots: { waits: room, calls: 10 } });
});
afterAll(async () => {
  await site.stop();
  await harness.close();
});

/** Site B and what looks from its LAN have a worker of their own. */
function withOwnQueue(text: string): string {
  const config = parse(text) as { sites: Record<string, object>; probes: Record<string, object> };
  config.sites['site-b'] = { ...config.sites['site-b'], 'task-queue': 'site-b' };
  config.probes['lan-b'] = { 'task-queue': 'site-b' };
  return stringify(config);
}

const drill = `
apiVersion: drillbook/v1
name: held-open
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: app-001 } }
  - { id: look, uses: approval, with: { message: Seen?, from: [dr-managers] }, timeout: 10m }
`;
/** More than there is room for. */
const waiting = `
apiVersion: drillbook/v1
name: waiting
site: site-b
modes: { drill: { via: lan-b } }
steps:
  - id: port
    uses: check/tcp
    for-each: [${Array.from({ length: room + 5 }, (_, n) => n).join(', ')}]
    max-parallel: ${room + 5}
    with: { host: 127.0.0.1, port: 1 }
    retry: { every: 1s, for: 10m }
    timeout: 11m
`;

/** PENDING_ACTIVITY_STATE_STARTED of Temporal's API. */
const isStarted = 2;
async function started(workflowId: string, type?: string): Promise<number> {
  const { raw } = await harness.control.client.workflow.getHandle(workflowId).describe();
  return (raw.pendingActivities ?? []).filter(
    ({ state, activityType }) => Number(state) === isStarted && (type === undefined || activityType?.name === type),
  ).length;
}

/** What was scheduled: `zerto/sign-in site-b-calls`, each once. */
async function scheduled(workflowId: string): Promise<string[]> {
  const { events } = await harness.control.client.workflow.getHandle(workflowId).fetchHistory();
  const all = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: a }) =>
    (a ?? undefined) === undefined
      ? []
      : [`${a?.activityType?.name ?? ''} ${a?.taskQueue?.name ?? ''} ${a?.priority?.priorityKey ?? ''}`],
  );
  return [...new Set(all)].sort();
}

it('a stop call is served while every place of a site for waits is taken', async () => {
  const id = await harness.start(harness.plan(drill, 'drill'));
  const guard = await harness.guardOf(id);
  await untilAsked(harness, id, 'look');
  const filler = await harness.start(harness.plan(waiting, 'drill'));
  await until('no place is left', async () => (await started(filler)) === room);
  const before = harness.simulator.requests.length;
  await harness.control.client.workflow
    .getHandle(id)
    .executeUpdate('cancel', { args: [{ by: 'ana', reason: 'enough', now: false }] });
  const stops = () =>
    harness.simulator.requests.slice(before).filter(({ path }) => /\/failoverteststop$/i.test(path)).length;
  await until('the stop call is served', () => stops() === 1);
  expect(await started(filler)).toBe(room);
  expect(await started(guard, 'guard/readBack')).toBe(0);

  await harness.control.client.workflow
    .getHandle(filler)
    .executeUpdate('cancel', { args: [{ by: 'ana', reason: 'enough', now: true }] });
  expect((await harness.result(id)).ended).toBe('by-person');
  await harness.result(filler);
  expect(harness.simulator.testsRunning()).toEqual([]);
  // Whoever decides is asked of everybody's workers; whom it tells is another workflow's.
  const people = ['check-start', 'entitle', 'is-searchable'].map(name => `people/${name} drillbook 1`);
  expect(await scheduled(id)).toEqual([...people, 'zerto/sign-in site-b-calls 5']);
  expect(await scheduled(guard)).toEqual([
    'guard/baseline site-b-calls 5',
    'guard/lock drillbook 5',
    'guard/readBack site-b-waits 5',
    'guard/start site-b-calls 5',
    'guard/stop site-b-calls 5',
    'guard/unlock drillbook 5',
    'guard/wait site-b-waits 5',
    'guard/watch-holder drillbook-waits 5',
  ]);
  expect(await scheduled(filler)).toEqual([
    'check/tcp site-b-waits 5',
    'people/check-start drillbook 1',
    'people/entitle drillbook 1',
    'people/is-searchable drillbook 1',
    'zerto/sign-in site-b-calls 5',
  ]);
});

it('a run that goes on in another execution watches its guard from the queue for waits', async () => {
  const plan = harness.plan(drill.replace('app-001', 'app-005'), 'drill');
  const id = 'watches-its-guard';
  const { pinnedSha256: configSha256 } = harness.config;
  const who = { requester: 'ana', verified: false, trigger: 'cli', reason: '', url: '', configSha256 } as const;
  const queues = queuesOf(harness.config);
  const start = { plan, run: { ...who, id }, queues, continueAfterEvents: 20 };
  await harness.control.client.workflow.start('runbook', { workflowId: id, taskQueue, args: [start] });
  await until('it watches', async () => (await started(id, 'guard/watch-holder')) === 1);
  expect(await scheduled(id)).toEqual(['guard/watch-holder drillbook-waits 5', 'people/check-start drillbook 1']);
  const began = Date.now();
  await harness.stopWorker();
  expect(Date.now() - began).toBeLessThan(8_000);
  await harness.startWorker();
  await harness.control.client.workflow
    .getHandle(id)
    .executeUpdate('cancel', { args: [{ by: 'ana', reason: 'enough', now: false }] });
  expect((await harness.result(id)).ended).toBe('by-person');
});

it('a queue of its own that a worker serves is told from one that nobody does', async () => {
  const plan = harness.plan(waiting, 'drill');
  const queues = queuesOf(harness.config);
  expect(await unservedQueues(harness.control, plan, queues)).toEqual([]);
  const nobody = { sites: { ...queues.sites, 'site-b': 'nobody' }, probes: queues.probes };
  expect(await unservedQueues(harness.control, plan, nobody)).toEqual([
    { what: 'site', name: 'site-b', queue: 'nobody' },
  ]);
});

it('the janitor, the guards that it starts and an adoption look at a site by the site’s own worker', async () => {
  const handle = (id: string) => harness.control.client.workflow.getHandle(id);
  const id = await harness.start(harness.plan(drill, 'drill'));
  const guard = await harness.guardOf(id);
  await untilAsked(harness, id, 'look');
  await Promise.all([handle(guard).terminate('lost'), handle(id).terminate('lost')]);
  const { decisions } = await janitorPass(harness, 'a-look');
  expect(decisions).toMatchObject([{ do: 'start-guard', start: { queues: { sites: { 'site-b': 'site-b' } } } }]);
  const looks = ['janitor/look-at-site drillbook 1', 'janitor/look-at-site site-b-calls 1'];
  const sites = ['janitor/act drillbook 1', ...looks, 'janitor/sites drillbook 1', 'janitor/survey drillbook 1'];
  expect(await scheduled('a-look')).toEqual(sites);
  await until('the test is stopped', () => harness.simulator.testsRunning().length === 0);
  expect(await scheduled(`${guard}/2`)).toContain('guard/stop site-b-calls 5');

  await startByStranger(harness, 'app-002');
  const word = { site: 'site-b', vpg: 'app-002', by: 'ana', reason: 'the tester has gone home' };
  expect(await adoptOpening(harness.control, word)).toMatchObject({ counted: true });
  await until('that one is stopped, too', () => harness.simulator.testsRunning().length === 0);
  expect(await sentTo(harness, /^app-002$/)).toEqual(['FailoverTest app-002', 'FailoverTestStop app-002']);
  const adopted: string[] = [];
  for await (const { workflowId } of harness.control.client.workflow.list({ query: "WorkflowType = 'adopt'" }))
    adopted.push(...(await scheduled(workflowId)));
  expect(adopted).toContain('janitor/look-at-site site-b-calls 1');
});

it('a worker that is told to end gives its waits away at once', async () => {
  const id = await harness.start(harness.plan(waiting, 'drill'));
  await until('no place is left', async () => (await started(id)) === room);
  const began = Date.now();
  await site.stop();
  expect(Date.now() - began).toBeLessThan(8_000);
  site = await runWorker(harness.configPath, { only: { sites: ['site-b'], probes: [] }, slots: { waits: room } });
  await until('another has taken them up', async () => (await started(id)) === room);
  await harness.control.client.workflow
    .getHandle(id)
    .executeUpdate('cancel', { args: [{ by: 'ana', reason: 'enough', now: true }] });
  expect((await harness.result(id)).ended).toBe('by-person');
});
