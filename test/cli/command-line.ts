import type { CliContext } from '../../cli/context.ts';
import { execute } from '../../cli/execute.ts';
import { type Outside, outside as real } from '../../cli/outside.ts';
import { createTerminal, libraryStream } from '../../cli/terminal.ts';
import type { Control } from '../../control/connection.ts';

export interface Surroundings {
  readonly outside?: Partial<Outside>;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly isTTY?: boolean;
  /** The login; default: ana. */
  readonly user?: string;
  /** What the person at the terminal types when asked; without it nobody can be asked. */
  readonly typed?: string;
  /** Is given the hand that presses Ctrl-C. */
  readonly withCtrlC?: (press: () => void) => void;
}

export interface Transcript {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, as a terminal would see it. What it calls of the other rooms must be given, or is real and local. */
export async function drillbook(args: readonly string[], surroundings: Surroundings = {}): Promise<Transcript> {
  const { env = {}, cwd = '/nowhere', isTTY = false, user = 'ana', withCtrlC, typed } = surroundings;
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const [stdout, stderr] = [stream('stdout'), stream('stderr')];
  let ended: number | undefined;
  const context: CliContext = {
    process: { stdout: libraryStream(stdout, env), stderr: libraryStream(stderr, env), env },
    terminal: createTerminal(stdout, stderr, env),
    env,
    cwd,
    user: () => user,
    ask:
      typed === undefined
        ? undefined
        : question => {
            written.stderr += `${question}\n`;
            return Promise.resolve(typed);
          },
    readInput: () => Promise.resolve(typed ?? ''),
    now: () => Date.UTC(2026, 10, 21, 2, 30),
    // Time flies.
    after: (_ms, act) => {
      const timer = setTimeout(act, 5);
      return () => {
        clearTimeout(timer);
      };
    },
    interrupts: {
      listen(listener) {
        let times = 0;
        withCtrlC?.(() => {
          listener(++times);
        });
        return () => undefined;
      },
    },
    endNow: code => {
      ended = code;
    },
    outside: { ...local, ...surroundings.outside },
  };
  const code = await execute(args, context);
  return { code: ended ?? code, ...written };
}

/** One text of it all, for snapshots. */
export function render({ code, stdout, stderr }: Transcript): string {
  return [...prefix('out', stdout), ...prefix('err', stderr), `exit ${code}`].join('\n');
}

function prefix(name: string, text: string): readonly string[] {
  return text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map(line => `${name}: ${line}`.trimEnd());
}

/** A connection that nothing is sent over: what would use it is given by the test. */
export const control = {
  client: undefined,
  address: '127.0.0.1:7233',
  namespace: 'default',
  close: () => Promise.resolve(),
} as unknown as Control;

const unexpected = (name: string) => () => {
  throw new Error(`the test did not expect a call of ${name}`);
};

/** No server, no process, no network. */
const local: Outside = {
  ...real,
  connect: unexpected('connect'),
  startRun: unexpected('startRun'),
  listRuns: unexpected('listRuns'),
  missingSearchAttributes: () => Promise.resolve([]),
  cancelRun: unexpected('cancelRun'),
  answerRun: unexpected('answerRun'),
  vote: unexpected('vote'),
  report: unexpected('report'),
  decide: unexpected('decide'),
  pauseRun: unexpected('pauseRun'),
  resumeRun: unexpected('resumeRun'),
  extendRun: unexpected('extendRun'),
  abortRun: unexpected('abortRun'),
  rollBackRun: unexpected('rollBackRun'),
  pendingOfRun: unexpected('pendingOfRun'),
  pendingOfAll: unexpected('pendingOfAll'),
  listLeases: unexpected('listLeases'),
  adoptOpening: unexpected('adoptOpening'),
  endOpening: unexpected('endOpening'),
  pollingWorkers: () => Promise.resolve(1),
  refuseOtherConfig: () => Promise.resolve(),
  findOtherConfig: () => Promise.resolve([]),
  unservedQueues: () => Promise.resolve([]),
  watchRun: unexpected('watchRun'),
  dryRun: unexpected('dryRun'),
  readJournal: unexpected('readJournal'),
  startStack: unexpected('startStack'),
  examineMachine: unexpected('examineMachine'),
  startWorker: unexpected('startWorker'),
  readVersions: unexpected('readVersions'),
  promote: unexpected('promote'),
};
