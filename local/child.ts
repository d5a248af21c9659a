import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type ChildEnd, endProcess, watchEnd } from './end-process.ts';
import { LocalProblem } from './local-problem.ts';
import { tailLog } from './log-tail.ts';
import { packageRoot } from './package-root.ts';
import type { EnvironmentChange } from './temporal-env.ts';
import { isReadyMessage } from './ready.ts';

export interface ChildOptions {
  /** For sentences: "the worker". */
  readonly name: string;
  /** Of `drillbook`: the command and its flags. */
  readonly args: readonly string[];
  /** Added to this process's own. */
  readonly env?: EnvironmentChange;
  /** Takes all that it prints, after what is there. */
  readonly logFile: string;
  readonly ready: Readiness;
  /** Default 30 s. */
  readonly readyWithinMs?: number;
  /** What Node runs instead of the built command line. */
  readonly entry?: string | undefined;
}

/** How it is seen that the child serves: a line on its standard output, or `tellReady()`. */
export type Readiness =
  | { readonly kind: 'line'; readonly matches: (line: string) => boolean }
  | { readonly kind: 'message' };

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** The line that said so; empty after a message. */
  readonly readyLine: string;
  /** Settles when the child is gone, wanted or not. */
  readonly ended: Promise<ChildEnd>;
  /** SIGTERM, and after `graceMs` (default 15 s) the end. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Starts a command of drillbook as a process of its own and waits until it serves. The child ends when this process dies, and Ctrl-C in
 * a terminal reaches only this process, so that the order of ending is ours. Throws a LocalProblem with the end of the child's log.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, logFile, readyWithinMs = 30_000 } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  const child = launch(options, log);
  const ended = watchEnd(child);
  child.once('close', () => {
    closeSync(log);
  });
  const outcome = await Promise.race([
    awaitReady(child, options.ready, log),
    ended.then(end => describeEnd(name, end, logFile)),
    sleep(readyWithinMs, undefined, { ref: false }).then(() => describeSilence(name, readyWithinMs, logFile)),
  ]);
  if (outcome.kind === 'failure') {
    await endProcess(child, ended, 2_000);
    throw new LocalProblem(outcome.sentence);
  }
  const stop = async (graceMs = 15_000): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) await endProcess(child, ended, graceMs);
  };
  return { name, pid: child.pid ?? 0, logFile, readyLine: outcome.line, ended, stop };
}

interface Ready {
  readonly kind: 'ready';
  readonly line: string;
}

interface Failure {
  readonly kind: 'failure';
  readonly sentence: string;
}

function launch({ args, env, entry }: ChildOptions, log: number): ChildProcess {
  const root = packageRoot();
  const endWithParent = pathToFileURL(join(root, 'scripts', 'end-with-parent.mjs')).href;
  return spawn(process.execPath, ['--import', endWithParent, entry ?? join(root, 'dist', 'cli', 'main.js'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', log, 'ipc'],
    detached: true,
  });
}

/** Standard output goes through us into the log. The line that is the sign does not: the simulator's holds passwords. */
function awaitReady(child: ChildProcess, ready: Readiness, log: number): Promise<Ready> {
  return new Promise(resolve => {
    child.on('message', message => {
      if (ready.kind === 'message' && isReadyMessage(message)) resolve({ kind: 'ready', line: '' });
    });
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', line => {
      const fits = ready.kind === 'line' && ready.matches(line);
      if (fits) resolve({ kind: 'ready', line });
      else writeSync(log, `${line}\n`);
    });
  });
}

function describeEnd(name: string, { code, signal }: ChildEnd, logFile: string): Failure {
  const how = signal === null ? `with exit code ${code ?? 'unknown'}` : `by ${signal}`;
  return {
    kind: 'failure',
    sentence: `The ${name} ended ${how} before it was ready; its log is ${logFile}:${tailLog(logFile)}`,
  };
}

function describeSilence(name: string, ms: number, logFile: string): Failure {
  return {
    kind: 'failure',
    sentence: `The ${name} was not ready after ${ms / 1000} s; its log is ${logFile}:${tailLog(logFile)}`,
  };
}
