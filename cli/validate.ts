import { basename, join, resolve } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics.ts';
import { Compilation } from './compilation.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { withExamples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { findRunbooks } from './find-runbooks.ts';
import { choiceFlag, config, runbookFile } from './flags.ts';
import { WrongUsage } from './problems.ts';
import { readVersion } from './version.ts';

const formats = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof formats)[number];

interface Flags {
  readonly format: Format;
  readonly config?: string;
}

const configName = 'drillbook.yaml';

/** Compiles every mode of every file. */
export const validate = defineCommand<Flags, readonly string[]>(
  {
    docs: withExamples(
      'Compile every mode of every file; all diagnostics at once',
      'drillbook validate',
      'drillbook validate runbooks/payments.yaml drillbook.yaml',
      'drillbook validate --format sarif > drillbook.sarif',
    ),
    parameters: {
      positional: {
        kind: 'array',
        parameter: { ...runbookFile, brief: 'Runbooks or a drillbook.yaml (default: all of the project)' },
      },
      flags: {
        format: { ...choiceFlag('--format', formats), default: 'text' },
        config,
      },
    },
  },
  validateFiles,
);

async function validateFiles(context: CliContext, flags: Flags, ...given: readonly string[]): Promise<ExitCode> {
  const { terminal, cwd } = context;
  const compilation = new Compilation(context, flags.config);
  const files = new Set(
    given.length > 0 ? given.map(file => resolve(cwd, file)) : await listProject(context, flags, compilation),
  );
  const asked = configPathOf(context, flags.config);
  for (const path of files) {
    if (basename(path) === configName || path === asked) await compilation.validateConfig(path);
    else await compilation.compile(path);
  }
  const [orphan] = compilation.orphans;
  if (orphan !== undefined) {
    terminal.say(
      `No ${configName} in the folder of ${orphan} or above it: names of sites, people, targets … are taken as they stand.`,
    );
  }
  const { diagnostics, texts } = compilation;
  const answer = await encode(context, flags.format, diagnostics, texts);
  if (answer !== '') terminal.answer(answer);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (given.length === 0 && errors === 0) await tellUnheard(context, flags);
  terminal.say(describeCount(files.size, errors, diagnostics.length - errors));
  return errors === 0 ? exitCodes.fine : exitCodes.nothingRan;
}

/** Of a whole project: what may come in and nobody waits for. */
async function tellUnheard(context: CliContext, flags: Flags): Promise<void> {
  const { outside, cwd, terminal } = context;
  const path = await outside.findConfig(cwd, configPathOf(context, flags.config));
  if (path !== undefined) for (const why of await outside.unheardTriggers(path)) terminal.say(why);
}

/** Absolute paths of the project's drillbook.yaml and of all its runbooks. */
async function listProject(context: CliContext, flags: Flags, compilation: Compilation): Promise<readonly string[]> {
  const { outside, cwd, terminal } = context;
  const configPath = await outside.findConfig(cwd, configPathOf(context, flags.config));
  const folder = await outside.projectRootOf(join(cwd, configName), configPath);
  const { runbooks, others } = await findRunbooks(folder);
  if (others.length > 0) {
    const names = others.map(path => compilation.nameOf(path)).join(', ');
    terminal.say(`Left out, without an apiVersion of drillbook: ${names}`);
  }
  if (configPath === undefined && runbooks.length === 0) {
    throw new WrongUsage(
      `There is no ${configName} and no ${join('runbooks', '*.yaml')} here: name the files to validate.`,
    );
  }
  return [...(configPath === undefined ? [] : [configPath]), ...runbooks];
}

async function encode(
  { outside }: CliContext,
  format: Format,
  diagnostics: readonly Diagnostic[],
  texts: Readonly<Record<string, string>>,
): Promise<string> {
  switch (format) {
    case 'text':
      return await outside.encodeText(diagnostics, texts);
    case 'json':
      return await outside.encodeJson(diagnostics);
    case 'sarif':
      return await outside.encodeSarif(diagnostics, { version: readVersion() });
    case 'github':
      return await outside.encodeGithub(diagnostics);
  }
}

function describeCount(files: number, errors: number, warnings: number): string {
  const count = (number: number, word: string): string =>
    `${number === 0 ? 'no' : number} ${word}${number === 1 ? '' : 's'}`;
  return `${count(files, 'file')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}
