import { buildRouteMap } from '@stricli/core';
import type { Published } from '../control/library/published.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, json, plainText } from './flags.ts';
import { Refused } from './problems.ts';
import { wantedRunbook } from './wanted-runbook.ts';

interface Flags {
  readonly json: boolean;
  readonly config?: string;
}

const flags = {
  json,
  config: { ...config, brief: 'The drillbook.yaml whose library it is (default: in this folder or above it)' },
} as const;

const list = defineCommand<Flags, [name?: string]>(
  {
    docs: { brief: 'What is published, the newest first; reads and checks all of it' },
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'One runbook alone', parse: plainText, placeholder: 'NAME', optional: true }],
      },
      flags,
    },
  },
  async (context, given, name): Promise<ExitCode> => {
    const { terminal, outside } = context;
    const { versions, problems, past, dir } = await outside.listLibrary(
      await configOf(context, given),
      context.now(),
      name,
    );
    if (given.json) terminal.answer(JSON.stringify({ versions, problems, past }));
    else if (versions.length > 0)
      terminal.answer(
        versions
          .map(each => `${describe(each)}${past.includes(each.version) ? '\n  older than library.keep' : ''}`)
          .join('\n'),
      );
    else terminal.say(`Nothing is published in ${dir}.`);
    for (const { sentence } of problems) terminal.say(terminal.sayColours.red(sentence));
    return problems.length === 0 ? exitCodes.fine : exitCodes.failed;
  },
);

const show = defineCommand<Flags, [wanted: string]>(
  {
    docs: { brief: 'One version: who published it, when and why, and its files' },
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'payments, or payments@3f2a9c', parse: plainText, placeholder: 'NAME[@HASH]' }],
      },
      flags,
    },
  },
  async (context, given, text): Promise<ExitCode> => {
    const { terminal, outside } = context;
    const wanted = await wantedRunbook(context, text, given);
    if (wanted.kind === 'file') throw new Refused(`${text} is a file: show NAME or NAME@HASH.`);
    const found = await outside.findPublished(await configOf(context, given), wanted, context.now());
    if ('why' in found) throw new Refused(found.why);
    const { content, ...published } = found;
    if (given.json) terminal.answer(JSON.stringify({ ...published, main: content.main, files: content.files }));
    else terminal.answer([describe(published), ...filesOf(content.files)].join('\n'));
    return exitCodes.fine;
  },
);

function filesOf(files: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files).map(([name, text]) => `--- ${name}\n${text.trimEnd()}`);
}

function describe({ name, version, at, by, reason, modes, signed, refused }: Published): string {
  const proof = signed ? '' : ' (unverified name)';
  const why = reason === '' ? '' : `: ${reason}`;
  const counts = refused === undefined ? '' : `\n  does not count: ${refused}`;
  return `${name}@${version.slice(0, 12)}  ${modes.join(', ')}  ${at} by ${by}${proof}${why}${counts}`;
}

async function configOf(context: CliContext, given: Flags) {
  const { outside, cwd } = context;
  const path = await outside.findConfig(cwd, configPathOf(context, given.config));
  if (path === undefined)
    throw new Refused('There is no drillbook.yaml here or above: it says where the library is (--config names one).');
  return await outside.loadConfig(path);
}

export const library = buildRouteMap<'list' | 'show', CliContext>({
  routes: { list, show },
  docs: { brief: 'What is published' },
});
