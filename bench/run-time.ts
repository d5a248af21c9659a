import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { ActionCall } from '../actions/call.ts';
import { createActivities } from '../activities/index.ts';
import { guardActivities } from '../activities/guard-index.ts';
import { peopleActivities } from '../activities/people.ts';
import { runActivities } from '../activities/runs.ts';
import { startActivities } from '../activities/starts.ts';
import { createSites } from '../activities/sites.ts';
import { createWriteAhead } from '../activities/write-ahead-file.ts';
import { compile } from '../compiler/compile.ts';
import type { Plan } from '../compiler/plan.ts';
import { peopleOf } from '../control/config/people.ts';
import { runDirectory } from '../control/run-directory.ts';
import { deploymentName, promoteSoon } from '../control/versions.ts';
import { countOpenings, type OpeningFigures } from './openings.ts';
import { type LongFigures, runTenThousand } from './ten-thousand.ts';
import { plainCodec } from '../control/payload-codec.ts';
import { startTemporal } from '../local/temporal-server.ts';
import { startSimulator } from '../simulator/server.ts';
import { patience } from '../worker-hosts.ts';
import { median } from './median.ts';

export interface RunFigures {
  readonly name: string;
  readonly events: { readonly drillbook: number; readonly byHand: number };
  readonly ms: { readonly drillbook: number; readonly byHand: number };
  readonly ratio: number;
}

const rounds = 20;
const warmUp = 3;

/** Ten HTTP checks, one after another and side by side, by drillbook and by a hand-written workflow, in turn on one worker. */
export async function compareRuns(): Promise<{
  readonly runs: RunFigures[];
  readonly openings: OpeningFigures;
  readonly long: LongFigures;
}> {
  return await onOneWorker(async (client, taskQueue, url) => ({
    runs: [await compare(client, taskQueue, url, false), await compare(client, taskQueue, url, true)],
    openings: await countOpenings(client, taskQueue),
    long: await runTenThousand(client, taskQueue),
  }));
}

/** A server, two sites and a worker that serves our workflows and the hand-written ones, for as long as the measurement takes. */
export async function onOneWorker<T>(
  measure: (client: Client, taskQueue: string, pageUrl: string) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-bench-'));
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const page = await servePage();
  const [temporal, simulator] = await Promise.all([
    startTemporal({ dir: join(dir, 'temporal') }),
    startSimulator({ dir: join(dir, 'simulator') }),
  ]);
  const connection = await Connection.connect({ address: temporal.address });
  const native = await NativeConnection.connect({ address: temporal.address });
  const taskQueue = 'bench';
  const site = simulator.sites.find(s => s.name === 'site-b');
  if (site === undefined) throw new Error('the simulator has no site-b');
  const sites = createSites(
    {
      'site-b': {
        url: site.url,
        'zerto-name': site.zertoName,
        generation: 'windows',
        'requests-per-second': 1000,
        account: { kind: 'windows', username: site.username, password: 'x' },
        tls: { ca: site.ca },
        'test-networks': ['B-Bubble-120'],
      },
    },
    { secret: () => Promise.resolve(site.password), base: dir, clock: Date.now },
  );
  const client = new Client({ connection, dataConverter: { payloadCodecs: [plainCodec] } });
  const surroundings = {
    sites,
    probes: () => undefined,
    telling: () => Promise.resolve({ targets: () => undefined }),
    files: { base: dir },
    openings: createWriteAhead(join(dir, 'openings'), temporal.address),
    whyNotAsked: () => Promise.resolve(undefined),
    configSha256: '',
    clock: Date.now,
  };
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    }),
    activities: {
      ...createActivities(surroundings),
      ...guardActivities(surroundings),
      ...runActivities(runDirectory(client, taskQueue)),
      ...peopleActivities(() => Promise.resolve(anybody), Date.now),
      // The Plans of this measurement are made by hand.
      ...startActivities(
        { judge: () => Promise.resolve({}), isSearchable: () => Promise.resolve(false) },
        () => Promise.resolve(anybody),
        Date.now,
      ),
    },
    dataConverter: { payloadCodecs: [plainCodec] },
    ...patience,
    // As drillbook's own workers are: what runs says which build it is of, and the server takes that of versioned workers alone.
    workerDeploymentOptions: {
      version: { deploymentName, buildId: 'bench' },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  });
  try {
    return await worker.runUntil(async () => {
      await promoteSoon(client, 'bench');
      return await measure(client, taskQueue, page.url);
    });
  } finally {
    await sites.signOutAll();
    await Promise.all([connection.close(), native.close()]);
    await Promise.all([simulator.close(), temporal.stop(), page.close()]);
    rmSync(dir, { recursive: true, force: true });
  }
}

async function compare(client: Client, taskQueue: string, url: string, parallel: boolean): Promise<RunFigures> {
  const plan = tenChecks(url, parallel);
  const drillbook: number[] = [];
  const byHand: number[] = [];
  let events = { drillbook: Infinity, byHand: Infinity };
  for (let round = 0; round < rounds + warmUp; round++) {
    const ours = await timed(n =>
      client.workflow.start('runbook', { workflowId: `ours-${n}`, taskQueue, args: [startOf(plan, `ours-${n}`)] }),
    );
    const theirs = await timed(n => {
      const [first, ...calls] = callsOf(plan, `hand-${n}`);
      return client.workflow.start('handWritten', {
        workflowId: `hand-${n}`,
        taskQueue,
        args: [first, calls, parallel],
      });
    });
    // The fewest: answers that come together share a workflow task, and how many do is chance.
    events = {
      drillbook: Math.min(events.drillbook, ours.events),
      byHand: Math.min(events.byHand, theirs.events),
    };
    if (round < warmUp) continue;
    drillbook.push(ours.ms);
    byHand.push(theirs.ms);
  }
  const ms = { drillbook: median(drillbook), byHand: median(byHand) };
  const ratios = drillbook.map((value, i) => value / (byHand[i] ?? Number.NaN));
  return {
    name: parallel ? 'ten parallel HTTP checks' : 'ten sequential HTTP checks',
    events,
    ms,
    ratio: median(ratios),
  };
}

let counter = 0;

async function timed(start: (n: number) => Promise<WorkflowHandle>): Promise<{ ms: number; events: number }> {
  counter++;
  const began = performance.now();
  const handle = await start(counter);
  await handle.result();
  const ms = performance.now() - began;
  return { ms, events: countEvents(await handle.fetchHistory()) };
}

/** Without the timer of `limits.timeout`, begun and taken back: two events a run, stated beside the table. */
function countEvents({ events }: Awaited<ReturnType<WorkflowHandle['fetchHistory']>>): number {
  return (events ?? []).filter(event => !event.timerStartedEventAttributes && !event.timerCanceledEventAttributes)
    .length;
}

function tenChecks(url: string, parallel: boolean): Plan {
  const steps = Array.from(
    { length: 10 },
    (_, i) => `  - { id: check_${i}, uses: check/http, with: { url: "${url}" }${parallel ? ', needs: []' : ''} }`,
  );
  const text = ['apiVersion: drillbook/v1', 'name: ten', 'site: site-b', 'modes: [drill]', 'steps:', ...steps].join(
    '\n',
  );
  const made = compile({ file: 'ten.yaml', text }, {}).plan('drill', {});
  if (!('plan' in made)) throw new Error(made.diagnostics.map(d => d.message).join('\n'));
  return made.plan;
}

const anybody = peopleOf({
  people: {},
  groups: {},
  identity: { unverified: 'allow', keys: [], tokens: [] },
  roles: [],
  triggers: {},
});

const startOf = (plan: Plan, id: string) => ({
  plan,
  run: { id, trigger: 'cli', requester: 'bench', verified: false, reason: '', url: '', configSha256: '' },
});

/** The same calls that the engine makes of the Plan: sign-in first, then the ten. */
function callsOf(plan: Plan, id: string): ActionCall[] {
  return plan.steps.map(step => ({
    action: step.uses,
    run: { id, name: plan.name, mode: plan.mode, requester: 'bench' },
    step: step.id,
    site: step.site,
    vpgs: {},
    with: literal(step.with),
    deadline: Date.now() + 600_000,
  }));
}

function literal(template: Plan['steps'][number]['with']): ActionCall['with'] {
  if ('lit' in template) return template.lit as ActionCall['with'];
  if ('map' in template)
    return Object.fromEntries(Object.entries(template.map).map(([key, value]) => [key, literal(value)]));
  throw new Error('the benchmark has no expressions');
}

async function servePage(): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer((_request, response) => response.end('up'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
