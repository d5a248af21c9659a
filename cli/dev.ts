import { join } from 'node:path';
import type { Stack } from '../local/stack.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { port } from './flags.ts';
import { Refused } from './problems.ts';
import { untilInterrupted } from './until-interrupted.ts';

interface Flags {
  readonly temporalPort?: number;
  readonly simulatorPort?: number;
  readonly port?: number;
}

const usualPort = 7233;
const usualConsolePort = 8080;

/** Everything for rehearsing on one machine, until Ctrl-C. */
export const dev = defineCommand<Flags, []>(
  {
    docs: { brief: 'Temporal dev server, simulated sites, a worker and the console on this machine, until Ctrl-C' },
    parameters: {
      flags: {
        temporalPort: {
          kind: 'parsed',
          parse: port,
          brief: `Of the Temporal dev server (default: ${usualPort})`,
          placeholder: 'port',
          optional: true,
        },
        simulatorPort: {
          kind: 'parsed',
          parse: port,
          brief: 'Of the first simulated site (default: free ones)',
          placeholder: 'port',
          optional: true,
        },
        port: {
          kind: 'parsed',
          parse: port,
          brief: `Of the console (default: ${usualConsolePort}, or a free one)`,
          placeholder: 'port',
          optional: true,
        },
      },
    },
  },
  develop,
);

async function develop(context: CliContext, flags: Flags): Promise<ExitCode> {
  const { terminal, outside } = context;
  const temporalPort = flags.temporalPort ?? usualPort;
  await refuseTakenPort(context, temporalPort);
  const stack = await outside.startStack({
    dir: join(context.cwd, '.drillbook', 'dev'),
    temporalPort,
    console: { port: await consolePort(flags.port), project: context.cwd },
    ...(flags.simulatorPort === undefined ? {} : { simulatorPort: flags.simulatorPort }),
    log: line => {
      terminal.say(terminal.sayColours.dim(line));
    },
  });
  try {
    terminal.answer(describe(stack));
    const gone = stack.worker.ended.then(() => `The worker is gone; its log is ${stack.worker.logFile}.`);
    const broken = await Promise.race([untilInterrupted(context), stack.broken, gone]);
    if (broken !== undefined) throw new Refused(broken);
    terminal.say('Everything that was started ends.');
    return exitCodes.fine;
  } finally {
    await stack.stop();
  }
}

/** A sentence that knows the flag, before anything is started. */
async function refuseTakenPort({ env }: CliContext, temporalPort: number): Promise<void> {
  if ((env['TEMPORAL_ADDRESS'] ?? '') !== '') return;
  const { isPortFree } = await import('../local/free-port.ts');
  if (await isPortFree(temporalPort)) return;
  throw new Refused(
    `Port ${temporalPort} on 127.0.0.1 is taken. If a Temporal server listens there, set TEMPORAL_ADDRESS=127.0.0.1:${temporalPort}; else end what does, or choose another port: --temporal-port P`,
  );
}

/** Another console, or something else, may have the usual one; a port that was asked for is taken at its word. */
async function consolePort(asked: number | undefined): Promise<number> {
  if (asked !== undefined) return asked;
  const { findFreePort, isPortFree } = await import('../local/free-port.ts');
  return (await isPortFree(usualConsolePort)) ? usualConsolePort : await findFreePort();
}

function describe(stack: Stack): string {
  const names = ['Temporal', 'drillbook.yaml', ...stack.sites.map(({ name }) => name)];
  const width = Math.max(...names.map(name => name.length));
  const row = (name: string, value: string): string => `${name.padEnd(width)}  ${value}`;
  return [
    row('Temporal', `${stack.address} (namespace ${stack.namespace})`),
    ...stack.sites.map(({ name, url }) => row(name, url)),
    row('drillbook.yaml', stack.configPath),
    ...(stack.consoleUrl === undefined ? [] : [row('Console', stack.consoleUrl)]),
    '',
    'In another terminal:',
    `  export TEMPORAL_ADDRESS=${stack.address}`,
    `  export DRILLBOOK_CONFIG=${quote(stack.configPath)}`,
    '  bin/drillbook run runbooks/payments.yaml --mode drill',
    'Its people are ana, bo and cem: DRILLBOOK_USER=ana bin/drillbook approve RUN STEP',
    '',
    'Ctrl-C ends everything.',
  ].join('\n');
}

/** For a POSIX shell, where it is needed. */
function quote(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
