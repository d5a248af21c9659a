import { buildRouteMap } from '@stricli/core';
import { tellReady } from '../local/ready.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, plainText } from './flags.ts';
import { Refused, WrongUsage } from './problems.ts';
import { builds, promote } from './worker-builds.ts';

interface Flags {
  readonly config?: string;
  readonly site?: readonly string[];
  readonly probe?: readonly string[];
  readonly promote: boolean;
}

const named = (what: string, brief: string) =>
  ({ kind: 'parsed', parse: plainText, brief, placeholder: what, optional: true, variadic: true }) as const;

/** One worker, until it is told to end. */
const start = defineCommand<Flags, []>(
  {
    docs: { brief: 'Serve runs, until Ctrl-C' },
    parameters: {
      flags: {
        config,
        site: named('site', 'Serve only this site’s own task queue: its activities, no runs'),
        probe: named('probe', 'Serve only this probe’s own task queue'),
        promote: {
          kind: 'boolean',
          brief: 'New runs begin with this build from now on (for rehearsal; else: drillbook worker promote)',
          default: false,
          withNegated: false,
        },
      },
    },
  },
  serve,
);

export const worker = buildRouteMap({
  routes: { start, promote, builds },
  defaultCommand: 'start',
  docs: { brief: 'Serve runs, until Ctrl-C; `worker promote` makes this build the one that new runs begin with' },
});

async function serve(context: CliContext, flags: Flags): Promise<ExitCode> {
  const { terminal, outside, cwd } = context;
  const { site: sites = [], probe: probes = [] } = flags;
  const all = sites.length + probes.length === 0;
  if (flags.promote && !all) throw new WrongUsage('--promote is about runs, and a worker of a site serves none.');
  const configPath = await outside.findConfig(cwd, configPathOf(context, flags.config));
  if (configPath === undefined) {
    throw new Refused(`There is no drillbook.yaml in ${cwd} or above it: a worker needs one (--config FILE).`);
  }
  const running = await outside.startWorker({
    configPath,
    ...(all ? {} : { only: { sites, probes } }),
    ...(flags.promote ? { promote: true } : {}),
  });
  // Ctrl-C twice: what the worker was in is then another worker's business.
  const unlisten = context.interrupts.listen(times => {
    if (times > 1) {
      context.endNow(exitCodes.interrupted);
      return;
    }
    terminal.say('The worker ends: it finishes its calls and signs out.');
    running.shutdown();
  });
  try {
    const ended = running.run();
    const what = all ? '' : ` for ${[...sites, ...probes].join(', ')}`;
    terminal.say(`The worker${what} is ready (${configPath}).`);
    tellReady();
    await ended;
  } finally {
    unlisten();
  }
  return exitCodes.fine;
}
