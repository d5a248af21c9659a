import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics.ts';
import type { ConfigNames } from '../compiler/names.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choice, config, runbookFile } from './flags.ts';
import { Refused, WrongUsage } from './problems.ts';

interface Flags {
  readonly format: 'text' | 'json';
  readonly config?: string;
}

const configName = 'drillbook.yaml';

/** Compiles every mode of every file. */
export const validate = defineCommand<Flags, readonly string[]>(
  {
    docs: { brief: 'Compile every mode of every file; all diagnostics at once' },
    parameters: {
      positional: { kind: 'array', parameter: { ...runbookFile, brief: 'Runbooks (default: runbooks/*.yaml)' } },
      flags: {
        format: {
          kind: 'parsed',
          parse: choice('--format', ['text', 'json'], ['sarif', 'github']),
          brief: 'text or json',
          placeholder: 'format',
          default: 'text',
        },
        config,
      },
    },
  },
  validateFiles,
);

interface Findings {
  readonly diagnostics: Diagnostic[];
  /** By the file's name in the diagnostics, for the code frames. */
  readonly texts: Record<string, string>;
}

async function validateFiles(context: CliContext, flags: Flags, ...given: readonly string[]): Promise<ExitCode> {
  const { terminal, outside, cwd } = context;
  const files = given.length > 0 ? given : await listRunbooks(cwd);
  const findings: Findings = { diagnostics: [], texts: {} };
  const readConfig = configReader(context, findings);
  const orphans: string[] = [];
  for (const file of files) {
    const path = resolve(cwd, file);
    if (basename(file) === configName) {
      await readConfig(path);
      continue;
    }
    if ((await stat(path)).isDirectory()) {
      throw new Refused(`${path} is a folder: name the files in it, ${join(file, '*.yaml')} for instance.`);
    }
    const text = await readFile(path, 'utf8');
    const configPath = await outside.findConfig(dirname(path), configPathOf(context, flags.config));
    if (configPath === undefined) orphans.push(file);
    const names = configPath === undefined ? undefined : await readConfig(configPath);
    const { diagnostics } = await outside.compile({ file, text }, names === undefined ? {} : { names });
    findings.texts[file] = text;
    findings.diagnostics.push(...diagnostics);
  }
  const [orphan] = orphans;
  if (orphan !== undefined) {
    terminal.say(
      `No ${configName} in the folder of ${orphan} or above it: names of sites, people, targets … are taken as they stand.`,
    );
  }
  const errors = findings.diagnostics.filter(({ severity }) => severity === 'error').length;
  if (flags.format === 'json') terminal.answer(await outside.encodeJson(findings.diagnostics));
  else if (findings.diagnostics.length > 0) {
    terminal.answer(await outside.encodeText(findings.diagnostics, findings.texts));
  }
  terminal.say(describeCount(files.length, errors, findings.diagnostics.length - errors));
  return errors === 0 ? exitCodes.fine : exitCodes.nothingRan;
}

async function listRunbooks(cwd: string): Promise<readonly string[]> {
  const names = await readdir(join(cwd, 'runbooks')).catch(() => []);
  const files = names.filter(name => /\.ya?ml$/.test(name)).sort();
  if (files.length === 0) throw new WrongUsage('There is no runbooks/*.yaml here: name the files to validate.');
  return files.map(name => `runbooks/${name}`);
}

/** Gives the names that runbooks may use. Each drillbook.yaml is read, and its diagnostics are told, once. */
function configReader(
  { outside, cwd }: CliContext,
  findings: Findings,
): (path: string) => Promise<ConfigNames | undefined> {
  const known = new Map<string, Promise<ConfigNames | undefined>>();
  const read = async (path: string): Promise<ConfigNames | undefined> => {
    const text = await readFile(path, 'utf8');
    const file = relative(cwd, path);
    const { config, diagnostics } = await outside.parseConfig(text, file);
    findings.texts[file] = text;
    findings.diagnostics.push(...diagnostics);
    return await outside.configNames(config);
  };
  return path => {
    const names = known.get(path) ?? read(path);
    known.set(path, names);
    return names;
  };
}

function describeCount(files: number, errors: number, warnings: number): string {
  const count = (number: number, word: string): string =>
    `${number === 0 ? 'no' : number} ${word}${number === 1 ? '' : 's'}`;
  return `${count(files, 'file')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}
