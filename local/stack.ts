import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect } from '../control/connection.ts';
import { plainCodec } from '../control/payload-codec.ts';
import { type Child, startChild } from './child.ts';
import { claimFolder } from './folder-claim.ts';
import { listRunningTests } from './running-tests.ts';
import { readSimulatorLine, type StackSite } from './simulator-line.ts';
import { writeConfig } from './stack-config.ts';
import { type EnvironmentChange, emptyConfigText, pointAt } from './temporal-env.ts';
import { startTemporal, type TemporalOptions } from './temporal-server.ts';

export interface StackOptions {
  /** Takes the database, the logs, the secrets and drillbook.yaml; made when missing. */
  readonly dir: string;
  /** Loopback port of the Temporal dev server; a free one when left out. */
  readonly temporalPort?: number;
  /** Loopback port of the first simulated site, the next has the next; free ones when left out. */
  readonly simulatorPort?: number;
  /** As `drillbook simulator --scenario` takes it. */
  readonly scenario?: string;
  /** Starts a console, too: on this loopback port, for the runbooks below this folder. */
  readonly console?: { readonly port: number; readonly project: string };
  readonly searchAttributes?: TemporalOptions['searchAttributes'];
  /** Takes each line of progress. */
  readonly log?: (line: string) => void;
  /** What the children run instead of the built command line. */
  readonly entry?: string;
}

/** Everything on one machine: Temporal, simulated sites, a worker. */
export interface Stack {
  readonly dir: string;
  readonly address: string;
  readonly namespace: string;
  /** What a process needs in its environment to reach this Temporal: see `adoptEnvironment`. */
  readonly env: EnvironmentChange;
  readonly configPath: string;
  readonly sites: readonly StackSite[];
  readonly worker: Child;
  /** Where the console listens. */
  readonly consoleUrl?: string;
  /** Settles with a sentence when Temporal or the simulator is gone although nobody stopped the stack. */
  readonly broken: Promise<string>;
  /** Names of the VPGs that are in test, asked of the sites. */
  testsRunning(): Promise<string[]>;
  /** One more worker; it ends with the stack. */
  startWorker(): Promise<Child>;
  /** Ends the workers, which sign out, then the sites, then Temporal. */
  stop(): Promise<void>;
}

interface Server extends Part {
  readonly address: string;
  readonly namespace: string;
  readonly env: EnvironmentChange;
}

interface Part {
  /** Never settles for what we did not start. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts the stack and waits until it serves. With TEMPORAL_ADDRESS set that server is used, and none is started. All that was started
 * ends when a part does not start, and when this process dies. Throws a LocalProblem, or TemporalUnreachable, with the mend.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const letGo = claimFolder(dir);
  const [server, simulator] = await startBoth(provideServer(dir, options), startSimulator(dir, options)).catch(
    (error: unknown) => {
      letGo();
      throw error;
    },
  );
  const workers: Child[] = [];
  const faces: Child[] = [];
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    await Promise.all([...faces, ...workers].map(child => child.stop()));
    await simulator.stop();
    await server.stop();
    letGo();
  };
  try {
    const sites = readSimulatorLine(simulator.readyLine);
    const configPath = writeConfig(dir, sites);
    const startWorker = async (): Promise<Child> => {
      const worker = await startChild({
        name: 'worker',
        // What is rehearsed is what is installed, whatever the folder's database ran before.
        args: ['worker', '--promote', '--config', configPath],
        env: server.env,
        logFile: join(dir, 'worker.log'),
        ready: { kind: 'message' },
        entry: options.entry,
      });
      workers.push(worker);
      return worker;
    };
    const startConsole = async ({ port, project }: { readonly port: number; readonly project: string }) => {
      const started = await startChild({
        name: 'console',
        args: ['console', '--json', '--config', configPath, '--project', project, '--port', String(port)],
        env: server.env,
        logFile: join(dir, 'console.log'),
        ready: { kind: 'line', matches: line => line.startsWith('{"url":') },
        entry: options.entry,
      });
      faces.push(started);
      return started;
    };
    const worker = await startWorker();
    const served = options.console === undefined ? undefined : await startConsole(options.console);
    const consoleUrl = served === undefined ? {} : { consoleUrl: urlIn(served.readyLine) };
    const { address, namespace, env } = server;
    const broken = new Promise<string>(tell => {
      const watch = (part: Part, name: string): void => {
        void part.ended.then(() => {
          if (!stopping) tell(`The ${name} is gone; the logs are in ${dir}.`);
        });
      };
      watch(server, 'Temporal dev server');
      watch(simulator, 'simulator');
    });
    const testsRunning = (): Promise<string[]> => listRunningTests(sites);
    return {
      dir,
      address,
      namespace,
      env,
      configPath,
      sites,
      worker,
      ...consoleUrl,
      broken,
      testsRunning,
      startWorker,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As `drillbook console --json` tells it. */
function urlIn(line: string): string {
  return (JSON.parse(line) as { readonly url: string }).url;
}

/** Of two that start at once the one that came up must not be left behind by the other's failure. */
async function startBoth<A extends Part, B extends Part>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === 'fulfilled' && b.status === 'fulfilled') return [a.value, b.value];
  const stops = [a, b].map(result => (result.status === 'fulfilled' ? result.value.stop() : Promise.resolve()));
  await Promise.all(stops);
  throw a.status === 'rejected' ? a.reason : (b as PromiseRejectedResult).reason;
}

async function provideServer(dir: string, options: StackOptions): Promise<Server> {
  const given = process.env['TEMPORAL_ADDRESS'];
  if (given !== undefined && given !== '') {
    const control = await connect({ codec: plainCodec });
    await control.close();
    const { address, namespace } = control;
    options.log?.(`Temporal: the server at ${address} (TEMPORAL_ADDRESS).`);
    return { address, namespace, env: {}, ended: new Promise(() => undefined), stop: () => Promise.resolve() };
  }
  const server = await startTemporal({
    dir,
    port: options.temporalPort,
    log: options.log,
    searchAttributes: options.searchAttributes,
  });
  const empty = join(dir, 'temporal.toml');
  writeFileSync(empty, emptyConfigText);
  return { ...server, env: pointAt(server.address, server.namespace, empty, process.env) };
}

function startSimulator(dir: string, options: StackOptions): Promise<Child> {
  return startChild({
    name: 'simulator',
    args: [
      ...['simulator', '--json'],
      ...(options.simulatorPort === undefined ? [] : ['--port', String(options.simulatorPort)]),
      ...(options.scenario === undefined ? [] : ['--scenario', options.scenario]),
    ],
    logFile: join(dir, 'simulator.log'),
    ready: { kind: 'line', matches: line => line.startsWith('{"sites":') },
    entry: options.entry,
  });
}
