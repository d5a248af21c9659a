import { tellReady } from '../local/ready.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config } from './flags.ts';
import { Refused } from './problems.ts';

interface Flags {
  readonly config?: string;
}

/** One worker, until it is told to end. */
export const worker = defineCommand<Flags, []>(
  { docs: { brief: 'Serve runs, until Ctrl-C' }, parameters: { flags: { config } } },
  serve,
);

async function serve(context: CliContext, flags: Flags): Promise<ExitCode> {
  const { terminal, outside, cwd } = context;
  const configPath = await outside.findConfig(cwd, configPathOf(context, flags.config));
  if (configPath === undefined) {
    throw new Refused(`There is no drillbook.yaml in ${cwd} or above it: a worker needs one (--config FILE).`);
  }
  const running = await outside.startWorker({ configPath });
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
    terminal.say(`The worker is ready (${configPath}).`);
    tellReady();
    await ended;
  } finally {
    unlisten();
  }
  return exitCodes.fine;
}
