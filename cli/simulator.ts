import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedScenarios } from '../simulator/scenario-file/shipped-names.ts';
import type { Generation } from '../simulator/scenario.ts';
import type { Simulator } from '../simulator/server.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { withExamples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choiceFlag, config, json, plainText, port } from './flags.ts';
import { Refused, WrongUsage } from './problems.ts';
import { loadFaults, loadScenario } from './simulator-files.ts';
import { untilInterrupted } from './until-interrupted.ts';

interface Flags {
  readonly port?: number;
  readonly scenario?: string;
  readonly generation?: Generation;
  readonly clock?: number;
  readonly faults?: string;
  readonly from?: string;
  readonly config?: string;
  readonly json: boolean;
}

/** Simulated ZVMs by themselves, until they are told to end. */
export const simulator = defineCommand<Flags, []>(
  {
    docs: withExamples(
      'Simulated ZVMs by themselves, until Ctrl-C',
      'drillbook simulator --port 9669 --scenario hundred-vpgs --clock 60×',
      'drillbook simulator --from site-b > scenario.yaml',
    ),
    parameters: {
      flags: {
        port: {
          kind: 'parsed',
          parse: port,
          brief: 'Of the first site; the next has the next',
          placeholder: 'port',
          optional: true,
        },
        scenario: {
          kind: 'parsed',
          parse: plainText,
          brief: `${shippedScenarios.join(', ')}, or a file (default: payments)`,
          placeholder: 'name|file',
          optional: true,
          proposeCompletions: (partial: string) => shippedScenarios.filter(name => name.startsWith(partial)),
        },
        generation: {
          ...choiceFlag('--generation', ['windows', 'appliance']),
          brief: 'Of all ZVMs: windows or appliance (default: as the scenario says)',
          optional: true,
        },
        faults: {
          kind: 'parsed',
          parse: plainText,
          brief: 'A file that says what goes wrong',
          placeholder: 'file',
          optional: true,
        },
        clock: {
          kind: 'parsed',
          parse: clock,
          brief: 'real, or a factor like 60× (default: real)',
          placeholder: 'clock',
          optional: true,
        },
        from: {
          kind: 'parsed',
          parse: plainText,
          brief: 'Print a scenario made from this site of drillbook.yaml, which is only read; start nothing',
          placeholder: 'site',
          optional: true,
        },
        config,
        json: { ...json, brief: 'One line of JSON once ready' },
      },
    },
  },
  (context, flags) => (flags.from === undefined ? simulate(context, flags) : printScenario(context, flags, flags.from)),
);

/** How much faster than the machine's it goes. */
function clock(text: string): number {
  const factor = text === 'real' ? 1 : Number(/^(\d+(?:\.\d+)?)[×x]$/.exec(text)?.[1]);
  if (!(factor > 0 && factor <= 10_000)) throw new Error('it is real, or a factor like 60×');
  return factor;
}

async function simulate(context: CliContext, flags: Flags): Promise<ExitCode> {
  if (flags.config !== undefined) throw new WrongUsage('--config belongs to --from.');
  const scenario = await loadScenario(context.cwd, flags.scenario ?? shippedScenarios[0], flags.generation);
  const faults = await loadFaults(context.cwd, flags.faults, scenario);
  const { realClock } = await import('../simulator/clock.ts');
  const { writeSimulatorLine } = await import('../local/simulator-line.ts');
  const ports = flags.port === undefined ? {} : { ports: portsFrom(flags.port, scenario.sites.length) };
  const ended = untilInterrupted(context);
  const dir = await mkdtemp(join(tmpdir(), 'drillbook-simulator-'));
  try {
    const running = await start(context, { scenario, faults, clock: realClock(flags.clock), dir, ...ports });
    try {
      context.terminal.answer(flags.json ? writeSimulatorLine(running, scenario) : describe(running));
      await ended;
    } finally {
      await running.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return exitCodes.fine;
}

async function printScenario(context: CliContext, flags: Flags, site: string): Promise<ExitCode> {
  const { config: wanted, from: _, json: asJson, ...others } = flags;
  if (asJson || Object.values<unknown>(others).some(value => value !== undefined))
    throw new WrongUsage('--from prints a scenario and starts nothing: beside it only --config has a meaning.');
  const path = await context.outside.findConfig(context.cwd, configPathOf(context, wanted));
  if (path === undefined)
    throw new Refused(
      'There is no drillbook.yaml here or above, which tells how to reach the site: --config names it.',
    );
  const text = await context.outside.scenarioFromSite({ configPath: path, site, now: context.now() });
  context.terminal.answer(text.trimEnd());
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
      `${site.name}  ${site.url}${site.generation === 'appliance' ? '  (appliance)' : ''}`,
      `  sign in as ${site.username} with ${site.password}`,
      `  checks in its test networks: ${site.doors.bubble}`,
      `  checks in its production networks: ${site.doors.lan}`,
    ]),
    `The certificate of all of them: ${sites[0]?.ca ?? ''}`,
    'Ctrl-C ends the simulator.',
  ].join('\n');
}
