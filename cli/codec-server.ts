import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { config, listenPort } from './flags.ts';
import { Refused } from './problems.ts';
import { serveUntilInterrupted } from './until-interrupted.ts';

interface Flags {
  readonly port?: number;
  readonly config?: string;
}

/** Where the keys are: encrypts and decrypts for the command line and the Temporal web page. Later the console does it too. */
export const codecServer = defineCommand<Flags, []>(
  {
    docs: { brief: 'Decrypt for the command line and the Temporal web page, until Ctrl-C' },
    parameters: {
      flags: {
        port: listenPort,
        config,
      },
    },
  },
  serve,
);

async function serve(context: CliContext, flags: Flags): Promise<ExitCode> {
  const { outside, cwd } = context;
  const configPath = await outside.findConfig(cwd, configPathOf(context, flags.config));
  if (configPath === undefined)
    throw new Refused(`There is no drillbook.yaml in ${cwd} or above it: it says where the keys are (--config FILE).`);
  const server = await outside.startCodecServer({
    configPath,
    ...(flags.port === undefined ? {} : { port: flags.port }),
  });
  const said = `The codec server listens at ${server.url} (${configPath}).`;
  return await serveUntilInterrupted(context, server, said);
}
