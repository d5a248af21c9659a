import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { searchAttributeNames } from '../control/search-attributes.ts';
import { type ChildEnd, endProcess, watchEnd } from './end-process.ts';
import { findFreePort, isPortFree } from './free-port.ts';
import { LocalProblem } from './local-problem.ts';
import { tailLog } from './log-tail.ts';
import { packageRoot } from './package-root.ts';
import { describeProvision, provideTemporal } from './temporal-cli.ts';

export interface TemporalOptions {
  /** Folder of the database (`temporal.db`) and the log; made when missing. A second start goes on with the same runs. */
  readonly dir: string;
  /** Loopback port; a free one when left out. */
  readonly port?: number | undefined;
  readonly log?: ((line: string) => void) | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Registered at start beside drillbook's own: an unregistered one stops a run for ever. */
  readonly searchAttributes?: Readonly<Record<string, SearchAttributeKind>> | undefined;
}

export type SearchAttributeKind = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';

export interface TemporalServer {
  readonly address: string;
  readonly namespace: string;
  /** Of the server itself. */
  readonly pid: number;
  /** Settles when the server is gone, wanted or not. */
  readonly ended: Promise<ChildEnd>;
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const namespace = 'default';
const patienceMs = 30_000;
const retentionMs = 90 * 24 * 60 * 60 * 1000;

/**
 * Starts a Temporal dev server of one's own on loopback and waits until it answers. It ends with `stop()`, and also when this process
 * dies. TEMPORAL_ADDRESS is no business of this function: see `startStack`. Throws a LocalProblem with the mend.
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { dir, port, log = () => undefined, env = process.env } = options;
  const provision = await provideTemporal({ log, env: { ...env, TEMPORAL_ADDRESS: undefined } });
  if (provision.kind === 'server') throw new Error('unreachable: TEMPORAL_ADDRESS was left out');
  log(`${describeProvision(provision)}.`);
  mkdirSync(dir, { recursive: true });
  if (port !== undefined && !(await isPortFree(port))) throw new LocalProblem(describeTakenPort(port));
  // A free port that we chose ourselves can be taken between the look and the start.
  for (let attempt = 1; ; attempt++) {
    const started = await launch(provision.path, port ?? (await findFreePort()), options);
    if (typeof started !== 'string') return started;
    // It says so first, and may panic over it afterwards: the end of its log does not tell.
    const isTaken = /address already in use/i.test(readFileSync(join(dir, 'temporal.log'), 'utf8'));
    if (port !== undefined || attempt === 3 || !isTaken) throw new LocalProblem(started);
  }
}

/** A server, or the sentence that says why there is none. */
async function launch(executable: string, port: number, options: TemporalOptions): Promise<TemporalServer | string> {
  const logFile = join(options.dir, 'temporal.log');
  const supervisor = superviseTemporal([executable, ...serverArguments(port, options)], logFile);
  const ended = watchEnd(supervisor);
  const pid = await awaitPid(supervisor, ended);
  const address = `${host}:${port}`;
  const connection = pid === undefined ? undefined : await awaitAnswer(address, ended);
  if (pid === undefined || connection === undefined) {
    await endProcess(supervisor, ended, 5_000);
    return `The Temporal dev server did not start on ${address}; its log is ${logFile}:${tailLog(logFile)}`;
  }
  try {
    await keepRunsLonger(connection);
  } finally {
    await connection.close();
  }
  return { address, namespace, pid, ended, stop: () => endTemporal(supervisor, ended, pid) };
}

function serverArguments(port: number, { dir, searchAttributes = {} }: TemporalOptions): readonly string[] {
  return [
    ...['server', 'start-dev', '--headless', '--ip', host, '--port', String(port)],
    ...['--db-filename', join(dir, 'temporal.db'), '--log-level', 'error'],
    // The stock limit of 20 polls a second costs 50 ms at every hop of a run.
    ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
    ...Object.entries({ ...ownAttributes, ...searchAttributes }).flatMap(([name, kind]) => [
      '--search-attribute',
      `${name}=${kind}`,
    ]),
  ];
}

/** Those by which runs are found. */
const ownAttributes: TemporalOptions['searchAttributes'] = Object.fromEntries(
  searchAttributeNames.map(name => [name, 'Keyword'] as const),
);

/** In a session of its own, so that Ctrl-C in a terminal reaches only us and runs can be closed before the server goes. */
function superviseTemporal(command: readonly string[], logFile: string): ChildProcess {
  const out = openSync(logFile, 'a');
  try {
    return spawn(process.execPath, [join(packageRoot(), 'scripts', 'with-parent.mjs'), ...command], {
      stdio: ['ignore', out, out, 'ipc'],
      detached: true,
    });
  } finally {
    closeSync(out);
  }
}

function awaitPid(supervisor: ChildProcess, ended: Promise<ChildEnd>): Promise<number | undefined> {
  const told = new Promise<number>(resolve => {
    supervisor.once('message', message => {
      resolve((message as { readonly pid: number }).pid);
    });
  });
  return Promise.race([told, ended.then(() => undefined)]);
}

/** A connection once the server serves the namespace; nothing when it ended or stayed silent. */
async function awaitAnswer(address: string, ended: Promise<ChildEnd>): Promise<Connection | undefined> {
  const gone = ended.then(() => true);
  for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt; ) {
    const connection = Connection.lazy({ address });
    try {
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return connection;
    } catch {
      await connection.close();
    }
    if (await Promise.race([gone, sleep(50, false)])) return undefined;
  }
  return undefined;
}

/** The dev server forgets a run a day after its end, and its journal with it. */
async function keepRunsLonger(connection: Connection): Promise<void> {
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(retentionMs) },
  });
}

async function endTemporal(supervisor: ChildProcess, ended: Promise<ChildEnd>, pid: number): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  if (!(await endProcess(supervisor, ended, 8_000))) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went before its supervisor.
  }
}

function describeTakenPort(port: number): string {
  return `Port ${port} on ${host} is taken: end what listens there, choose another port for the Temporal dev server, or set TEMPORAL_ADDRESS to use a server that runs.`;
}
