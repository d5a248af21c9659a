import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { Mode } from '../../actions/contract.ts';
import { configNames, type Config, loadConfig } from '../../control/config/config.ts';
import { codecWithKeys } from '../../control/codec.ts';
import { type Control, connect } from '../../control/connection.ts';
import { queuesOf } from '../../control/queues.ts';
import { readJournal } from '../../control/journal.ts';
import { startRun } from '../../control/runs.ts';
import type { RunInfo, RunResult } from '../../engine/types.ts';
import { secretNameOf, triggerSecret, writeConfigText } from '../../local/config-text.ts';
import { readSimulatorLine, writeSimulatorLine } from '../../local/simulator-line.ts';
import { startTemporal, type TemporalServer } from '../../local/temporal-server.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from '../../worker.ts';
import type { Journal } from '../../report/journal.ts';
import type { RunProgress } from '../../workflows/messages.ts';

export interface HarnessOptions {
  readonly scenario?: Scenario;
  /** Changes the text of drillbook.yaml. */
  readonly configure?: (text: string) => string;
  /** Default true: a worker in this process. */
  readonly worker?: boolean;
  /** Takes the lines of the worker's log; of the first worker of a process. */
  readonly log?: (line: string) => void;
}

/** Real Temporal, real HTTPS, a real worker; the simulator in this process, so that a test can look behind its back. */
export interface Harness {
  readonly dir: string;
  readonly server: TemporalServer;
  readonly simulator: Simulator;
  readonly control: Control;
  readonly configPath: string;
  readonly config: Config;
  /** `files`: what the text calls as sub-runbooks, by name. */
  plan(text: string, mode: Mode, inputs?: Record<string, unknown>, files?: Record<string, string>): Plan;
  /** `info`: who asks for it and why, where that matters. */
  start(plan: Plan, info?: Partial<Omit<RunInfo, 'id'>>): Promise<string>;
  result(runId: string): Promise<RunResult>;
  run(text: string, mode: Mode, inputs?: Record<string, unknown>): Promise<{ id: string; result: RunResult }>;
  journal(runId: string): Promise<Journal>;
  /** What a watcher has seen so far, a line a change: `db running`. */
  progress(runId: string): Promise<string[]>;
  /** The guard's workflow id of a run. */
  guardOf(runId: string): Promise<string>;
  /** Every history that this run left, as text: for a look for what must not be there. */
  histories(runId: string): Promise<string>;
  /** Ends this process's worker, as SIGTERM ends one. */
  stopWorker(): Promise<void>;
  /** `options`: beside its drillbook.yaml. */
  startWorker(options?: Partial<WorkerOptions>): Promise<void>;
  close(): Promise<void>;
}

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-test-'));
  const scenario = options.scenario ?? healthy();
  const [server, simulator] = await Promise.all([
    startTemporal({ dir: join(dir, 'temporal') }),
    startSimulator({ scenario, dir: join(dir, 'simulator') }),
  ]);
  process.env['TEMPORAL_ADDRESS'] = server.address;
  const configPath = join(dir, 'drillbook.yaml');
  const sites = readSimulatorLine(writeSimulatorLine(simulator, scenario));
  const secrets = [...sites.map(site => [secretNameOf(site), site.password]), [triggerSecret, 'signature']];
  const secretFiles = Object.fromEntries(
    secrets.map(([name = '', value = '']) => {
      const file = join(dir, `${name}.secret`);
      writeFileSync(file, `${value}\n`, { mode: 0o600 });
      return [name, file];
    }),
  );
  writeFileSync(configPath, (options.configure ?? (text => text))(writeConfigText(sites, secretFiles)));
  const config = await loadConfig(configPath);
  const control = await connect({ codec: await codecWithKeys(config, dir) });
  const logging = options.log === undefined ? {} : { log: options.log };
  let worker = options.worker === false ? undefined : await runWorker(configPath, logging);

  const harness: Harness = {
    dir,
    server,
    simulator,
    control,
    configPath,
    config,
    plan(text, mode, inputs = {}, files = {}) {
      const load = (file: string) => ({ file, text: files[file] ?? '' });
      const compiled = compile({ file: 'test.yaml', text }, { names: configNames(config), load });
      const made = compiled.plan(mode, inputs);
      if (!('plan' in made)) throw new Error(made.diagnostics.map(d => `${d.code} ${d.message}`).join('\n'));
      return made.plan;
    },
    start: (plan, info = {}) =>
      startRun(
        control,
        plan,
        {
          trigger: 'cli',
          requester: 'ana',
          verified: false,
          reason: 'a test',
          url: '',
          configSha256: config.pinnedSha256,
          ...info,
        },
        queuesOf(config),
      ),
    result: async runId => (await control.client.workflow.getHandle(runId).result()) as RunResult,
    async run(text, mode, inputs) {
      const id = await harness.start(harness.plan(text, mode, inputs));
      return { id, result: await harness.result(id) };
    },
    async progress(runId) {
      const handle = control.client.workflow.getHandle(runId);
      const { progress } = await handle.query<RunProgress, [number]>('progress', 0);
      return progress.map(line => `${line.key} ${line.status}`);
    },
    journal: runId => readJournal(control, runId, 'Example Bank'),
    async guardOf(runId) {
      const description = await control.client.workflow.getHandle(runId).describe();
      return `guard/${description.raw.workflowExecutionInfo?.firstRunId ?? description.runId}`;
    },
    async histories(runId) {
      const ids = [runId, await harness.guardOf(runId), 'drillbook-locks'];
      const histories = await Promise.all(ids.map(id => control.client.workflow.getHandle(id).fetchHistory()));
      const raw = JSON.stringify(histories);
      const payloads = [...raw.matchAll(/"data":"([^"]+)"/g)].map(([, data = '']) =>
        readable(Buffer.from(data, 'base64')),
      );
      return [raw, ...payloads].join('\n');
    },
    async startWorker(more) {
      worker ??= await runWorker(configPath, { ...logging, ...more });
    },
    async stopWorker() {
      await worker?.stop();
      worker = undefined;
    },
    async close() {
      await harness.stopWorker();
      await control.close();
      await simulator.close();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return harness;
}

function readable(bytes: Buffer): string {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** A worker in this process, beside the harness's own. */
export async function runWorker(
  configPath: string,
  options: Partial<WorkerOptions> = {},
): Promise<{ stop(): Promise<void> }> {
  // Each test says itself when the janitor looks: in the minute that it hits, a schedule would take what was meant for others.
  const worker: RunningWorker = await startWorker({ configPath, log: () => undefined, janitor: false, ...options });
  const running = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await running;
    },
  };
}

/**
 * Looks every 50 ms until it holds, less often where a look takes long: many that wait at once must not keep the machine busy.
 * Fails with what it waited for.
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  for (let began = Date.now(); began < giveUpAt; began = Date.now()) {
    if (await holds()) return;
    await sleep(Math.min(500, Math.max(50, 4 * (Date.now() - began))));
  }
  throw new Error(`waited ${withinMs} ms in vain until ${what}`);
}

/** For drillbook.yaml: live runs of which nobody is asked start all the same. */
export const unapproved = (text: string): string => text.replace(/^policy:\n/m, '$&  approval-for: []\n');

/** For drillbook.yaml: what was sent without an answer can arrive for 15 s, not 45, and is looked for no longer. */
export const withShortRequests = (text: string): string =>
  text.replaceAll(/^( +)requests-per-second: .*$/gm, '$&\n$1request-timeout: 10s');

export const shipped = (name: string): string =>
  readFileSync(new URL(`../../runbooks/${name}`, import.meta.url), 'utf8');

/** The smallest drill: one failover test, no preflight. */
export const oneTest = `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db }, timeout: 2m }
`;
