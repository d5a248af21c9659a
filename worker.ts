import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { type ConfigPlaces, configActivities } from './activities/config-check.ts';
import { guardActivities } from './activities/guard-index.ts';
import { createActivities } from './activities/index.ts';
import { janitorActivities } from './activities/janitor.ts';
import { pageActivities } from './activities/page.ts';
import { peopleActivities } from './activities/people.ts';
import { runActivities } from './activities/runs.ts';
import { startActivities } from './activities/starts.ts';
import { scheduleActivities } from './activities/schedule.ts';
import { StepErrored } from './activities/outcome.ts';
import { timekeeperActivities } from './activities/timekeeper.ts';
import { createSites } from './activities/sites.ts';
import type { Surroundings } from './activities/surroundings.ts';
import { createWriteAhead } from './activities/write-ahead-file.ts';
import { showAlive } from './control/alive.ts';
import { type Config, loadConfig, resolveSecret, SecretUnreadable } from './control/config/config.ts';
import { findingOf, neededSecrets, tellMissingSecrets, trySecret } from './control/config/needed-secrets.ts';
import { notificationsOf, readNotifications } from './control/config/notifications.ts';
import { targetOf } from './control/config/targets.ts';
import { readPeople } from './control/config/people.ts';
import { readRules } from './control/config/rules-now.ts';
import { defaultAddress, reasonOf, taskQueue, TemporalUnreachable } from './control/connection.ts';
import { codecWithKeys } from './control/codec.ts';
import { askTemporal, hostBuilds } from './control/host-builds.ts';
import { janitorDirectory } from './control/janitor-directory.ts';
import { ensureJanitor, ensureTimekeeper } from './control/janitor-schedule.ts';
import { keptBundles } from './control/kept-bundles.ts';
import { whyNotPublishedAt } from './control/library/published.ts';
import { judgeWithdrawnAt } from './control/library/why-withdrawn.ts';
import { createLog } from './control/log.ts';
import { readBundle } from './control/own-bundle.ts';
import { ownWorkflows } from './control/own-workflows.ts';
import { callsQueue, queuesOf, waitsQueue } from './control/queues.ts';
import { runDirectory } from './control/run-directory.ts';
import { missingSearchAttributes } from './control/search-attributes.ts';
import { type Only, ownQueues } from './control/served-queues.ts';
import { startJudge } from './control/starts.ts';
import { blackoutsOf } from './control/schedules/calendars.ts';
import { endingSchedules } from './control/schedules/ending.ts';
import { scheduleLook } from './control/schedules/look.ts';
import { whyNotItsTime } from './control/schedules/own-time.ts';
import { standingNow } from './control/schedules/still-there.ts';
import { stateFolder } from './control/state-folder.ts';
import { TemporalWatch } from './control/temporal-watch.ts';
import { vouching } from './control/vouch.ts';
import { identityOf } from './control/worker-identity.ts';
import { Hosts, type Slots, usualSlots } from './worker-hosts.ts';

export interface WorkerOptions {
  /** Of drillbook.yaml. */
  readonly configPath: string;
  /** Takes the SDK's and the activities' lines; default: none below warnings, on standard error. */
  readonly log?: (line: string) => void;
  /** The pre-built workflow bundle; default: the one of the build. */
  readonly bundlePath?: string;
  /** Serve only the task queues of these sites' and probes' own: their activities, no runs. */
  readonly only?: Only;
  /** New runs begin with this build, whatever was before. Default: only where no build was ever made current. */
  readonly promote?: boolean;
  readonly slots?: Partial<Slots>;
  /** Whether the schedules of janitor and timekeeper are made where there are none; default true. */
  readonly janitor?: boolean;
}

/** A worker that serves runs. `run` settles when `shutdown` was called and everything has ended, sessions included. */
export interface RunningWorker {
  run(): Promise<void>;
  shutdown(): void;
}

const lookEveryMs = 15_000;

/** In `dist/` beside this file, and the same when this file runs from its source. */
function builtBeside(file: string): string {
  return fileURLToPath(new URL(`${import.meta.url.endsWith('.ts') ? './dist' : '.'}/${file}`, import.meta.url));
}

/**
 * Connects to Temporal as the environment says and starts a worker for runs, guards, locks and their activities, or for
 * the activities of some sites alone. Throws TemporalUnreachable, BundleMissing, NoOwnQueue, or ConfigRefused with the diagnostics of drillbook.yaml.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const config = await loadConfig(options.configPath);
  const base = dirname(options.configPath);
  const tell = options.log ?? (line => process.stderr.write(`${line}\n`));
  const queues = options.only === undefined ? [] : ownQueues(config, options.only);
  const own = options.only === undefined ? await readBundle(options.bundlePath) : undefined;
  installRuntime(options.log);
  await tellMissingSecrets(config, base, 'worker', tell);
  const codec = await codecWithKeys(config, base);
  // What others give it to do; its own client reads histories, which may be older.
  const strict = await codecWithKeys(config, base, { strict: true });
  const { connection, address, namespace } = await connectWorker();
  const secret = async (name: string): Promise<string> => {
    // Where it is read may have moved since; what is pinned goes on with the name that it had.
    const now = await loadConfig(options.configPath).catch(() => config);
    return await readSecret(Object.hasOwn(now.secrets, name) ? now : config, name, base);
  };
  const sites = createSites(config.sites, { secret, base, clock: Date.now });
  const openings = createWriteAhead(join(stateFolder(base), 'openings'), `${address}/${namespace}`);
  await openings.compact().catch((error: unknown) => {
    tell(`What is open cannot be written down: ${String(error)}`);
  });
  let ending = false;
  const client = new Client({ connection, namespace, dataConverter: { payloadCodecs: [codec] } });
  const surroundings = {
    ...surroundingsOf(config, options.configPath, sites, new Set(queues)),
    openings,
    whyNotAsked: vouching(client),
    ending: () => ending,
  };
  const hosts = new Hosts({
    connection,
    namespace,
    identity: identityOf(config.pinnedSha256),
    activities: {
      ...createActivities(surroundings),
      ...guardActivities(surroundings),
      ...runActivities(runDirectory(client)),
      ...janitorActivities(surroundings, janitorDirectory(client), {
        names: Object.keys(config.sites),
        queues: queuesOf(config),
      }),
      ...peopleActivities(() => readPeople(options.configPath), Date.now),
      ...startActivities(
        {
          judge: startJudge(client, {
            readRules: () => readRules(options.configPath),
            whyNotPublished: plan => whyNotPublishedAt(options.configPath, plan, Date.now()),
            judgeWithdrawn: plan => judgeWithdrawnAt(options.configPath, plan, Date.now()),
            tell,
          }),
          isSearchable: async () => (await missingSearchAttributes({ client, namespace })).length === 0,
        },
        () => readPeople(options.configPath),
        Date.now,
      ),
      ...configActivities(
        () => readPlaces(options.configPath),
        endingSchedules(client, options.configPath, Date.now),
        sites,
        Date.now,
      ),
      ...pageActivities(() => readNotifications(options.configPath, readSecret), Date.now),
      ...scheduleActivities(
        () => readPeople(options.configPath),
        { blackoutAt: blackoutsOf(options.configPath), whyNotItsTime, whyNotStanding: standingNow(client) },
        config.pinnedSha256,
        Date.now,
      ),
      ...timekeeperActivities(scheduleLook(client, options.configPath, Date.now)),
    },
    dataConverter: {
      payloadCodecs: [strict],
      ...(config.payloads.encrypt && { failureConverterPath: builtBeside('workflows/failure-converter.js') }),
    },
    isOwn: ownWorkflows(client),
    slots: { ...usualSlots, ...options.slots },
  });
  for (const queue of queues) await hosts.addCalls(callsQueue(queue));
  for (const queue of own === undefined ? queues : [taskQueue]) await hosts.addWaits(waitsQueue(queue));
  const look =
    own === undefined
      ? () => askTemporal(client)
      : await hostBuilds(own, hosts, client, { kept: keptBundles(options.configPath), tell, promote: options.promote });
  const watch = new TemporalWatch(look, { address, tell, everyMs: lookEveryMs });
  if (options.janitor !== false && own !== undefined)
    for (const missing of [await ensureJanitor(client), await ensureTimekeeper(client)])
      if (missing !== undefined) tell(missing);
  return {
    async run() {
      const endAlive = showAlive(process.env['DRILLBOOK_ALIVE'], tell);
      try {
        watch.begin();
        await hosts.run();
      } finally {
        endAlive();
        await watch.end();
        await sites.signOutAll();
        await connection.close();
      }
    },
    shutdown() {
      ending = true;
      hosts.shutdown();
    },
  };
}

function surroundingsOf(
  config: Config,
  configPath: string,
  sites: Surroundings['sites'],
  served: ReadonlySet<string>,
): Omit<Surroundings, 'openings' | 'whyNotAsked'> {
  const base = dirname(configPath);
  return {
    sites,
    probes: name => {
      const probe = Object.hasOwn(config.probes, name) ? config.probes[name] : undefined;
      return probe !== undefined && 'task-queue' in probe && served.has(probe['task-queue']) ? { here: true } : probe;
    },
    telling: async () => {
      const now = await readNotifications(configPath, readSecret);
      // While somebody writes it, as it was.
      return 'unreadable' in now ? notificationsOf(config, base, readSecret) : now;
    },
    files: { base },
    configSha256: config.pinnedSha256,
    // A release before this one has compared the whole file: what it started goes on.
    fileSha256: config.sha256,
    clock: Date.now,
  };
}

/** Of a drillbook.yaml that has mistakes by now, the sentence and not the mistakes: those have code frames. */
async function readPlaces(configPath: string): Promise<ConfigPlaces> {
  const base = dirname(configPath);
  const config = await loadConfig(configPath).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new StepErrored(`the worker's drillbook.yaml cannot be read${code}`);
  });
  return {
    sites: Object.entries(config.sites).map(([name, site]) => ({ name, apart: site['task-queue'] !== undefined })),
    secrets: neededSecrets(config).map(needed => ({
      what: findingOf(needed, 'worker'),
      read: () =>
        trySecret(config, needed, base).catch((error: unknown) => {
          if (!(error instanceof SecretUnreadable)) throw error;
          throw new StepErrored(`${error.message}${needed.readers.includes('worker') ? '' : elsewhere}`);
        }),
    })),
    targets: Object.keys(config.targets).flatMap(name => {
      const target = targetOf(config, name, base, readSecret);
      return target === undefined ? [] : [{ name, target }];
    }),
  };
}

/** Of what only others read, this worker may be the wrong one to ask. */
const elsewhere =
  '; where that runs on a machine of its own, its log says at its start what is missing there, and a console is asked itself once an admin has signed in ("drillbook login")';

/** A secret that cannot be had is the operator's to mend, and said as such. */
async function readSecret(config: Config, name: string, base: string): Promise<string> {
  try {
    return await resolveSecret(config, name, base);
  } catch (error) {
    throw error instanceof SecretUnreadable ? new StepErrored(error.message) : error;
  }
}

async function connectWorker(): Promise<{ connection: NativeConnection; address: string; namespace: string }> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? defaultAddress;
  try {
    return { connection: await NativeConnection.connect({ ...connectionOptions, address }), address, namespace };
  } catch (error) {
    throw new TemporalUnreachable(address, namespace, reasonOf(error));
  }
}

let installed = false;

/** Once a process: before the first connection. A worker of ours ends by its owner's word, not by the SDK's signal handlers. */
function installRuntime(log: WorkerOptions['log']): void {
  if (installed) return;
  installed = true;
  const logger = createLog({
    write: log ?? (line => process.stderr.write(`${line}\n`)),
    level: log === undefined ? 'warn' : 'info',
    readable: log === undefined && process.stderr.isTTY,
  });
  const filter = makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' });
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { forward: {}, filter } } });
}
