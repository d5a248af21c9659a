import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../simulator/server.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choice, json, notBuiltFlag, port } from './flags.ts';
import { NotBuilt } from './not-built.ts';
import { Refused, WrongUsage } from './problems.ts';
import { untilInterrupted } from './until-interrupted.ts';

interface Flags {
  readonly port?: number;
  readonly scenario: 'healthy';
  readonly generation: 'windows';
  readonly clock: 'real';
  readonly faults?: string;
  readonly from?: string;
  readonly json: boolean;
}

/** Simulated ZVMs by themselves, until they are told to end. */
export const simulator = defineCommand<Flags, []>(
  {
    docs: { brief: 'Simulated ZVMs by themselves, until Ctrl-C' },
    parameters: {
      flags: {
        port: {
          kind: 'parsed',
          parse: port,
          brief: 'Of the first site; the next has the next',
          placeholder: 'port',
          optional: true,
        },
        scenario: { kind: 'parsed', parse: scenario, brief: 'healthy', placeholder: 'name', default: 'healthy' },
        generation: {
          kind: 'parsed',
          parse: choice('--generation', ['windows'], ['appliance']),
          brief: 'windows',
          placeholder: 'generation',
          default: 'windows',
        },
        clock: { kind: 'parsed', parse: clock, brief: 'real', placeholder: 'clock', default: 'real' },
        faults: notBuiltFlag('--faults'),
        from: notBuiltFlag('--from'),
        json: { ...json, brief: 'One line of JSON once ready' },
      },
    },
  },
  simulate,
);

function scenario(text: string): 'healthy' {
  if (text === 'healthy') return text;
  throw new NotBuilt(`--scenario ${text}: another scenario than healthy`);
}

function clock(text: string): 'real' {
  if (text === 'real') return text;
  if (/^\d+(\.\d+)?[×x]$/.test(text)) throw new NotBuilt(`--clock ${text}`);
  throw new Error('it is real, or a factor like 60×');
}

async function simulate(context: CliContext, flags: Flags): Promise<ExitCode> {
  const { healthy } = await import('../simulator/scenarios/healthy.ts');
  const { writeSimulatorLine } = await import('../local/simulator-line.ts');
  const estate = healthy();
  const ports = flags.port === undefined ? {} : { ports: portsFrom(flags.port, estate.sites.length) };
  const ended = untilInterrupted(context);
  const dir = await mkdtemp(join(tmpdir(), 'drillbook-simulator-'));
  try {
    const running = await start(context, { scenario: estate, dir, ...ports });
    try {
      context.terminal.answer(flags.json ? writeSimulatorLine(running, estate) : describe(running));
      await ended;
    } finally {
      await running.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return exitCodes.fine;
}

function portsFrom(first: number, count: number): readonly number[] {
  if (first + count - 1 > 65_535) throw new WrongUsage(`--port ${first} leaves no port for ${count} sites.`);
  return Array.from({ length: count }, (_, index) => first + index);
}

type Options = Parameters<CliContext['outside']['startSimulator']>[0];

/** What does not start has said why in a sentence. */
async function start({ outside }: CliContext, options: Options): Promise<Simulator> {
  try {
    return await outside.startSimulator(options);
  } catch (error) {
    throw new Refused(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function describe({ sites }: Simulator): string {
  return [
    ...sites.flatMap(site => [
      `${site.name}  ${site.url}`,
      `  sign in as ${site.username} with ${site.password}`,
      `  checks in its test networks: ${site.doors.bubble}`,
      `  checks in its production networks: ${site.doors.lan}`,
    ]),
    `The certificate of all of them: ${sites[0]?.ca ?? ''}`,
    'Ctrl-C ends the simulator.',
  ].join('\n');
}
