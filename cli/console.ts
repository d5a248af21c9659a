import { resolve } from 'node:path';
import { tellReady } from '../local/ready.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, json, plainText, port } from './flags.ts';
import { Refused } from './problems.ts';
import { untilInterrupted } from './until-interrupted.ts';

interface Flags {
  readonly port?: number;
  readonly project?: string;
  readonly json: boolean;
  readonly config?: string;
}

/** The web page and the HTTP API. */
export const consoleCommand = defineCommand<Flags, []>(
  {
    docs: { brief: 'Serve the web page and the HTTP API, until Ctrl-C' },
    parameters: {
      flags: {
        port: {
          kind: 'parsed',
          parse: port,
          brief: 'Instead of the one in drillbook.yaml',
          placeholder: 'port',
          optional: true,
        },
        project: {
          kind: 'parsed',
          parse: plainText,
          brief: 'Where runbooks are found (default: the folder of drillbook.yaml)',
          placeholder: 'folder',
          optional: true,
        },
        json: { ...json, brief: 'One line once it listens: {"url"}' },
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
    throw new Refused(`There is no drillbook.yaml in ${cwd} or above it: the console needs one (--config FILE).`);
  const server = await outside.startConsole({
    configPath,
    ...(flags.port === undefined ? {} : { port: flags.port }),
    ...(flags.project === undefined ? {} : { project: resolve(cwd, flags.project) }),
  });
  try {
    if (flags.json) terminal.answer(JSON.stringify({ url: server.url }));
    else terminal.answer(`The console listens at ${server.url} (${configPath}).`);
    tellReady();
    await untilInterrupted(context);
    return exitCodes.fine;
  } finally {
    await server.close();
  }
}
