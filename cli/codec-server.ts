import { tellReady } from '../local/ready.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, port } from './flags.ts';
import { Refused } from './problems.ts';
import { untilInterrupted } from './until-interrupted.ts';

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
        port: {
          kind: 'parsed',
          parse: port,
          brief: 'Instead of the one in drillbook.yaml',
          placeholder: 'port',
          optional: true,
        },
        config,
      },
    },
  },
  serve,
);

async function serve(context: CliContext, flags: Flags): Promise<ExitCode> {
  const { terminal, outside, cwd } = context;
  const configPath = await outside.findConfig(cwd, configPathOf(context, flags.config));
  if (configPath === undefined)
    throw new Refused(`There is no drillbook.yaml in ${cwd} or above it: it says where the keys are (--config FILE).`);
  const server = await outside.startCodecServer({
    configPath,
    ...(flags.port === undefined ? {} : { port: flags.port }),
  });
  try {
    terminal.answer(`The codec server listens at ${server.url} (${configPath}).`);
    tellReady();
    await untilInterrupted(context);
    return exitCodes.fine;
  } finally {
    await server.close();
  }
}
