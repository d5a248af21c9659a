import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choice, config, runbookFile } from './flags.ts';
import { WrongUsage } from './problems.ts';

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
  const configs = new ConfigReader(context, flags.config, findings);
  let orphan: string | undefined;
  for (const file of files) {
    if (basename(file) === configName) {
      await configs.read(resolve(cwd, file));
      continue;
    }
    const text = await readFile(resolve(cwd, file), 'utf8');
    const names = await configs.namesFor(dirname(resolve(cwd, file)));
    if (names === undefined) orphan ??= file;
    const { diagnostics } = await outside.compile({ file, text }, names === undefined ? {} : { names });
    findings.texts[file] = text;
    findings.diagnostics.push(...diagnostics);
  }
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

type Names = Awaited<ReturnType<CliContext['outside']['configNames']>>;

/** Each drillbook.yaml is read, and its diagnostics are told, once. */
class ConfigReader {
  readonly #read = new Map<string, Promise<Names>>();
  readonly #context: CliContext;
  readonly #asked: string | undefined;
  readonly #findings: Findings;

  constructor(context: CliContext, flag: string | undefined, findings: Findings) {
    this.#context = context;
    this.#asked = configPathOf(context, flag);
    this.#findings = findings;
  }

  /** The names that runbooks of a folder may use; undefined where there is no drillbook.yaml. */
  async namesFor(folder: string): Promise<Names | undefined> {
    const path = await this.#context.outside.findConfig(folder, this.#asked);
    return path === undefined ? undefined : await this.read(path);
  }

  read(path: string): Promise<Names> {
    const known = this.#read.get(path) ?? this.#readFirst(path);
    this.#read.set(path, known);
    return known;
  }

  async #readFirst(path: string): Promise<Names> {
    const { outside, cwd } = this.#context;
    const result = await outside.readConfig(path);
    const file = relative(cwd, path);
    this.#findings.texts[file] = await readFile(path, 'utf8');
    this.#findings.diagnostics.push(...result.diagnostics.map(diagnostic => ({ ...diagnostic, file })));
    return await outside.configNames(result.config);
  }
}

function describeCount(files: number, errors: number, warnings: number): string {
  const count = (number: number, word: string): string =>
    `${number === 0 ? 'no' : number} ${word}${number === 1 ? '' : 's'}`;
  return `${count(files, 'file')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}
