import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buildRouteMap } from '@stricli/core';
import { toOneLine } from '../report/visible.ts';
import { Compilation } from './compilation.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { exitCodes } from './exit-codes.ts';
import { config as configFlag, json, project } from './flags.ts';
import { Refused } from './problems.ts';

interface Flags {
  readonly live: boolean;
  readonly json: boolean;
  readonly project?: string;
  readonly config?: string;
}

/** drillbook.yaml's mistakes with their places; and whether what it names can be reached, which only a worker can try. */
const check = defineCommand<Flags, []>(
  {
    docs: { brief: 'Say what is wrong in drillbook.yaml; --live tries its sites, secrets and targets' },
    parameters: {
      flags: {
        live: {
          kind: 'boolean',
          brief:
            'A worker signs in at the sites, reads the secrets, sends each target a test, looks at the schedules’ keys',
          default: false,
          withNegated: false,
        },
        json,
        project,
        config: configFlag,
      },
    },
  },
  async (context, flags) => {
    const { outside, terminal, cwd } = context;
    const path = await outside.findConfig(cwd, configPathOf(context, flags.config));
    if (path === undefined) throw new Refused(`There is no drillbook.yaml in ${cwd} or above it.`);
    const folder = await folderOf(context, flags.project);
    const compilation = new Compilation(context, flags.config);
    await compilation.validateConfig(path);
    const diagnostics = compilation.diagnostics;
    const wrong = diagnostics.some(({ severity }) => severity === 'error');
    if (!flags.json && diagnostics.length > 0) terminal.say(await outside.encodeText(diagnostics, compilation.texts));
    if (!wrong && !flags.json) for (const why of await outside.unheardTriggers(path, folder)) terminal.say(why);
    if (wrong || !flags.live) {
      if (flags.json) terminal.answer(await outside.encodeJson(diagnostics));
      else if (!wrong) terminal.answer(`${path} has no mistakes.`);
      return wrong ? exitCodes.nothingRan : exitCodes.fine;
    }
    const control = await outside.connect({ configPath: path });
    try {
      const read = await outside.loadConfig(path);
      const own = await outside.findOtherConfig(control, read);
      const login = await outside.readLogin(await outside.loginFile(context.env));
      const live = await outside.withConsole(await outside.checkLive(control), read, login);
      const findings = [...own, ...live];
      if (flags.json) terminal.answer(JSON.stringify({ findings }));
      else
        for (const { what, ok, found } of findings) terminal.answer(toOneLine(`${ok ? '✓' : '✗'} ${what}: ${found}`));
      return findings.every(({ ok }) => ok) ? exitCodes.fine : exitCodes.nothingRan;
    } finally {
      await control.close();
    }
  },
);

/** Where the console finds runbooks, if that is not the folder of drillbook.yaml. Throws Refused where it is none. */
async function folderOf({ cwd }: CliContext, given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const folder = resolve(cwd, given);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new Refused(`There is no folder ${folder} (--project).`);
  return folder;
}

export const config = buildRouteMap<'check', CliContext>({
  routes: { check },
  docs: { brief: 'Check drillbook.yaml' },
});
