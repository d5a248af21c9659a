import { resolve } from 'node:path';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { config, json, listenPort, project } from './flags.ts';
import { Refused } from './problems.ts';
import { serveUntilInterrupted } from './until-interrupted.ts';

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
        port: listenPort,
        project,
        json: { ...json, brief: 'One line once it listens: {"url"}' },
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
    throw new Refused(`There is no drillbook.yaml in ${cwd} or above it: the console needs one (--config FILE).`);
  const server = await outside.startConsole({
    configPath,
    ...(flags.port === undefined ? {} : { port: flags.port }),
    ...(flags.project === undefined ? {} : { project: resolve(cwd, flags.project) }),
  });
  const said = `The console listens at ${server.url} (${configPath}).`;
  return await serveUntilInterrupted(context, server, flags.json ? JSON.stringify({ url: server.url }) : said);
}
