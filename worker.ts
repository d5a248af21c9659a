import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { guardActivities } from './activities/guard-index.ts';
import { createActivities } from './activities/index.ts';
import { peopleActivities } from './activities/people.ts';
import { runActivities } from './activities/runs.ts';
import { StepErrored } from './activities/outcome.ts';
import { createSites } from './activities/sites.ts';
import type { Surroundings } from './activities/surroundings.ts';
import {
  type Config,
  loadConfig,
  resolveSecret,
  resolveSecrets,
  SecretUnreadable,
  targetOf,
} from './control/config/config.ts';
import { readPeople } from './control/config/people.ts';
import { defaultAddress, reasonOf, taskQueue, TemporalUnreachable } from './control/connection.ts';
import { payloadCodec } from './control/payload-codec.ts';
import { runDirectory } from './control/run-directory.ts';

export interface WorkerOptions {
  /** Of drillbook.yaml. */
  readonly configPath: string;
  /** Takes the SDK's and the activities' lines; default: none below warnings, on standard error. */
  readonly log?: (line: string) => void;
  /** The pre-built workflow bundle; default: the one of the build. */
  readonly bundlePath?: string;
}

/** A worker that serves runs. `run` settles when `shutdown` was called and everything has ended, sessions included. */
export interface RunningWorker {
  run(): Promise<void>;
  shutdown(): void;
}

/** In `dist/` beside this file, and the same when this file runs from its source. */
const builtBundle = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
const builtFromSource = fileURLToPath(new URL('./dist/workflow-bundle.js', import.meta.url));

/**
 * Connects to Temporal as the environment says and starts one worker for runs, guards, locks and their activities.
 * Throws TemporalUnreachable, or ConfigRefused with the diagnostics of drillbook.yaml.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const config = await loadConfig(options.configPath);
  const base = dirname(options.configPath);
  installRuntime(options.log);
  await tellMissingSecrets(config, base, options.log ?? (line => process.stderr.write(`${line}\n`)));
  const connection = await connectWorker();
  const { namespace = 'default' } = loadClientConnectConfig();
  const sites = createSites(config.sites, { secret: name => readSecret(config, name, base), base, clock: Date.now });
  const surroundings = surroundingsOf(config, base, sites);
  const client = new Client({ connection, namespace, dataConverter: { payloadCodecs: [payloadCodec] } });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: {
      codePath: options.bundlePath ?? (import.meta.url.endsWith('.ts') ? builtFromSource : builtBundle),
    },
    activities: {
      ...createActivities(surroundings),
      ...guardActivities(surroundings),
      ...runActivities(runDirectory(client)),
      ...peopleActivities(() => readPeople(options.configPath)),
    },
    dataConverter: { payloadCodecs: [payloadCodec] },
    // Everything that waits returns at once and is taken up by another worker; a call with an effect does not listen to
    // the signal and is awaited.
    shutdownGraceTime: '500ms',
    // The SDK's own interval is 0.8 of the heartbeat time-out: a cancel would take 8 s, a late beat would have 2 s to spare.
    maxHeartbeatThrottleInterval: '3s',
    // A wait is cheap; a hundred VPGs wait at the same time.
    maxConcurrentActivityTaskExecutions: 500,
  });
  return {
    async run() {
      try {
        await worker.run();
      } finally {
        await sites.signOutAll();
        await connection.close();
      }
    },
    shutdown() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

function surroundingsOf(config: Config, base: string, sites: Surroundings['sites']): Surroundings {
  return {
    sites,
    probes: name => (Object.hasOwn(config.probes, name) ? config.probes[name] : undefined),
    targets: name => targetOf(config, name, base),
    files: { base },
    configSha256: config.sha256,
    clock: Date.now,
  };
}

/** A secret that cannot be had is the operator's to mend, and said as such. */
async function readSecret(config: Config, name: string, base: string): Promise<string> {
  try {
    return await resolveSecret(config, name, base);
  } catch (error) {
    throw error instanceof SecretUnreadable ? new StepErrored(error.message) : error;
  }
}

/** At the start, so that it is not first seen at 3 a.m.; a secret may still come later. */
async function tellMissingSecrets(config: Config, base: string, tell: (line: string) => void): Promise<void> {
  for (const name of Object.keys(config.secrets)) {
    await resolveSecrets(config, name, base).catch((error: unknown) => {
      tell(error instanceof SecretUnreadable ? `${error.message} (runs that need it will fail)` : String(error));
    });
  }
}

async function connectWorker(): Promise<NativeConnection> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? defaultAddress;
  try {
    return await NativeConnection.connect({ ...connectionOptions, address });
  } catch (error) {
    throw new TemporalUnreachable(address, namespace, reasonOf(error));
  }
}

let installed = false;

/** Once a process: before the first connection. A worker of ours ends by its owner's word, not by the SDK's signal handlers. */
function installRuntime(log: WorkerOptions['log']): void {
  if (installed) return;
  installed = true;
  const logger = new DefaultLogger(log === undefined ? 'WARN' : 'INFO', entry => {
    const { level, message, meta } = entry;
    const { error, ...facts } = (meta ?? {}) as Record<string, unknown>;
    const why = error instanceof Error ? ` (${error.name}: ${error.message})` : '';
    const line = `${new Date().toISOString()} ${level} ${message}${why} ${JSON.stringify(pick(facts))}`;
    if (log === undefined) process.stderr.write(`${line}\n`);
    else log(line);
  });
  const filter = makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' });
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { forward: {}, filter } } });
}

/** The facts that help to find a line; a payload never stands in a log. */
function pick(facts: Record<string, unknown>): Record<string, unknown> {
  const wanted = ['workflowId', 'activityId', 'activityType', 'attempt', 'type', 'durationMs'];
  return Object.fromEntries(wanted.flatMap(key => (facts[key] === undefined ? [] : [[key, facts[key]]])));
}
